/** Scopes as the small integers that lead every key. */

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Scope } from '../../registry/scope.ts'

/** Scopes that are remembered, so that a list does not look its scope up. */
const MAX_REMEMBERED = 10_000

export class Scopes {
  readonly #database: DatabaseSync
  readonly #find: StatementSync
  readonly #insert: StatementSync
  readonly #changed: StatementSync
  /** Committed scopes only: an id that is rolled back is given to another scope. */
  readonly #remembered = new Map<string, number>()

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#find = database.prepare('SELECT id FROM scopes WHERE key = ?')
    this.#insert = database.prepare('INSERT INTO scopes (key, product) VALUES (?, ?)')
    this.#changed = database.prepare('UPDATE scopes SET changes = changes + 1 WHERE id = ? RETURNING changes')
  }

  /** `undefined` where nothing was ever added. Asking leaves no trace. */
  find(scope: Scope): number | undefined {
    const remembered = this.#remembered.get(scope.key)
    if (remembered !== undefined) return remembered
    const id = this.#find.get(scope.key)?.id
    if (typeof id !== 'number') return undefined
    if (!this.#database.isTransaction) this.#remember(scope.key, id)
    return id
  }

  /** For use in a write transaction. */
  ensure(scope: Scope): number {
    return this.find(scope) ?? Number(this.#insert.run(scope.key, scope.product).lastInsertRowid)
  }

  /**
   * Call it in each transaction that writes to the scope's records.
   * @returns how often they were written to: another number after each write, whatever process wrote
   */
  changed(scope: number): number {
    return Number(this.#changed.get(scope)?.changes)
  }

  #remember(key: string, id: number): void {
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear()
    this.#remembered.set(key, id)
  }
}
