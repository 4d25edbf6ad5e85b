/** Reads that belong together see one moment of the database. */

import type { DatabaseSync, StatementSync } from 'node:sqlite'

export class Snapshot {
  readonly #begin: StatementSync
  readonly #end: StatementSync

  constructor(database: DatabaseSync) {
    this.#begin = database.prepare('BEGIN')
    this.#end = database.prepare('COMMIT')
  }

  /** `read` does not write and does not await. */
  of<T>(read: () => T): T {
    this.#begin.run()
    try {
      return read()
    } finally {
      this.#end.run()
    }
  }
}
