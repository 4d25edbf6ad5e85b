/** Connections that only read: each question of the inventory sees one moment, while others read and write. */

import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { RegistryFault } from '../../registry/fault.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { MAX_AT_ONCE, MAX_WAITING } from '../inventory/limits.ts'
import type { Bound } from '../sql.ts'
import { faultOf } from './failure.ts'

/** Prepared statements of a connection. */
const MAX_PREPARED = 256
/** Page cache of a connection, in KiB. */
const CACHE = 16 * 1024

/** One moment of the database. */
export class InventorySnapshot {
  readonly #database: DatabaseSync
  readonly #statements = new BoundedCache<StatementSync>(MAX_PREPARED)

  constructor(path: string) {
    this.#database = new DatabaseSync(path, { readOnly: true, timeout: 1_000 })
    this.#database.exec(`PRAGMA cache_size = -${CACHE}`)
  }

  begin(): void {
    this.#database.exec('BEGIN')
  }

  end(): void {
    if (this.#database.isTransaction) this.#database.exec('COMMIT')
  }

  close(): void {
    this.#database.close()
  }

  /** Rows as arrays. */
  rows(text: string, values: readonly Bound[]): unknown[][] {
    const statement = this.#statements.get(text, () => {
      const prepared = this.#database.prepare(text)
      prepared.setReturnArrays(true)
      return prepared
    })
    return statement.all(...values) as unknown as unknown[][]
  }
}

export class InventorySnapshots {
  readonly #path: string
  readonly #free: InventorySnapshot[] = []
  readonly #waiting: (() => void)[] = []
  #taken = 0
  #closed = false

  constructor(path: string) {
    this.#path = path
  }

  /** Answers a question from one moment. @throws RegistryFault `busy` where too many wait already */
  async within<T>(answer: (snapshot: InventorySnapshot) => Promise<T>): Promise<T> {
    await this.#turn()
    try {
      const snapshot = this.#free.pop() ?? new InventorySnapshot(this.#path)
      try {
        snapshot.begin()
        return await answer(snapshot)
      } finally {
        snapshot.end()
        if (this.#closed) snapshot.close()
        else this.#free.push(snapshot)
      }
    } catch (error) {
      throw faultOf(error)
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#taken--
    }
  }

  close(): void {
    this.#closed = true
    for (const snapshot of this.#free.splice(0)) snapshot.close()
  }

  async #turn(): Promise<void> {
    if (this.#taken < MAX_AT_ONCE) {
      this.#taken++
      return
    }
    if (this.#waiting.length >= MAX_WAITING) throw new RegistryFault({ is: 'busy', retryAfterSeconds: 1 })
    // Whoever ends hands its place on.
    await new Promise<void>(resolve => this.#waiting.push(resolve))
  }
}
