/** Scopes as the small integers that lead every key. */

import type { Scope } from '../../registry/scope.ts'
import { ask, type Connections, type Statement } from './connections.ts'
import { key } from './texts.ts'

/** Scopes that are remembered, so that a list does not look its scope up. A scope never ends. */
const MAX_REMEMBERED = 10_000

const FIND: Statement = { name: 'scope_find', text: 'SELECT id FROM scopes WHERE key = $1' }
const INSERT: Statement = {
  name: 'scope_insert',
  text: 'INSERT INTO scopes (key, product) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING',
}

export class Scopes {
  readonly #connections: Connections
  readonly #remembered = new Map<string, number>()

  constructor(connections: Connections) {
    this.#connections = connections
  }

  /** `undefined` where nothing was ever added. Asking leaves no trace. */
  async find(scope: Scope): Promise<number | undefined> {
    const remembered = this.#remembered.get(scope.key)
    if (remembered !== undefined) return remembered
    const [row] = await this.#connections.rows(FIND, [key(scope.key)])
    if (row === undefined) return undefined
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear()
    this.#remembered.set(scope.key, Number(row[0]))
    return Number(row[0])
  }

  async ensure(scope: Scope): Promise<number> {
    const found = await this.find(scope)
    if (found !== undefined) return found
    // Safe to repeat: what stands already is left as it is.
    await this.#connections.read(client => ask(client, INSERT, [key(scope.key), scope.product]))
    const id = await this.find(scope)
    if (id === undefined) throw new Error('a scope is gone that was just made')
    return id
  }
}
