/** Record numbers, assigned inside the write transaction. */

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type Clock, RecordNumbers } from '../../registry/record-number.ts'

/**
 * SQLite lets one transaction write at a time, whatever process it is of. A number that is assigned inside the
 * transaction, after the largest one that was ever committed, is therefore unique without a worker of its own, and
 * numbers ascend in the order of the commits: a walk in ascending order cannot be overtaken.
 */
export class Numbers {
  readonly #clock: Clock
  readonly #read: StatementSync
  readonly #write: StatementSync
  #last = 0
  #numbers: RecordNumbers | undefined

  constructor(database: DatabaseSync, clock: Clock) {
    this.#clock = clock
    this.#read = database.prepare('SELECT number FROM last_number')
    this.#write = database.prepare('UPDATE last_number SET number = ?')
  }

  /** Call it in the write transaction, before `next`: another process may have assigned numbers meanwhile. */
  begin(): void {
    const committed = Number(this.#read.get()?.number)
    if (this.#numbers !== undefined && committed <= this.#last) return
    this.#last = committed
    this.#numbers = new RecordNumbers(this.#clock, 0, committed)
  }

  next(): number {
    if (this.#numbers === undefined) throw new Error('a record number outside a write')
    this.#last = this.#numbers.next()
    return this.#last
  }

  /** Call it in the same transaction, after the last `next`. */
  end(): void {
    this.#write.run(this.#last)
  }
}
