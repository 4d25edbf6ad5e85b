/**
 * What happened to a scope's records since a moment. New records need no writing down: their numbers ascend in the order
 * of the commits, whatever process made them. Of changes and removals the table `edits` keeps how the record stood before.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { RegistryRecord } from '../../registry/record.ts'
import { inventoryIndex } from '../inventory/paths.ts'
import type { Bound } from '../sql.ts'
import { identifier } from '../sql-names.ts'
import { TRACKED_COLUMNS, type Tracked, trackedOf, trackedValues } from '../tracked.ts'

/** Changes of a scope of which the edits are kept. */
const KEPT = 4096
/** Records that one change writes down one by one; of more it says only that there were many. */
const FEW = 100

/** What a scope's records were at one time: the same moment, the same records. */
export interface Moment {
  /** How often they were written to. */
  readonly changes: number
  /** The largest record number that was assigned by then, in any scope. */
  readonly number: number
}

/** What became of one record; before or after it may not have been there. */
export interface Edit {
  readonly before: Tracked | undefined
  readonly after: Tracked | undefined
}

export class Edits {
  readonly #moment: StatementSync
  readonly #write: StatementSync
  readonly #prune: StatementSync
  readonly #edits: StatementSync
  readonly #added: StatementSync
  readonly #one: StatementSync

  constructor(database: DatabaseSync) {
    const arrays = (sql: string) => {
      const statement = database.prepare(sql)
      statement.setReturnArrays(true)
      return statement
    }
    this.#moment = arrays('SELECT changes, (SELECT number FROM last_number) FROM scopes WHERE id = ?')
    this.#write = database.prepare('INSERT INTO edits VALUES (?, ?, ?, ?)')
    this.#prune = database.prepare('DELETE FROM edits WHERE scope = ? AND change <= ?')
    this.#edits = arrays('SELECT number, before FROM edits WHERE scope = ? AND change > ? ORDER BY change LIMIT ? + 0')
    this.#added = arrays(
      `SELECT ${TRACKED_COLUMNS} FROM records INDEXED BY ${identifier(inventoryIndex('number'))}
       WHERE scope = ? AND number > ? ORDER BY number LIMIT ? + 0`,
    )
    this.#one = arrays(`SELECT ${TRACKED_COLUMNS} FROM records WHERE number = ? AND scope = ?`)
  }

  /** Call it in the write transaction. @param change as `Scopes.changed` gave it */
  write(scope: number, change: number, before: readonly RegistryRecord[]): void {
    if (before.length > FEW) this.#write.run(scope, change, 0, null)
    else
      for (const record of before) this.#write.run(scope, change, record.number, JSON.stringify(trackedValues(record)))
    this.#prune.run(scope, change - KEPT)
  }

  /** Call this and what follows in a read transaction. */
  moment(scope: number): Moment {
    const [changes = 0, number = 0] = this.#moment.get(scope) as unknown as [number?, number?]
    return { changes, number }
  }

  /** What happened between two moments, the later of which is now; `undefined` when it is to more records than `most`. */
  between(scope: number, then: Moment, now: Moment, most: number): readonly Edit[] | undefined {
    if (then.changes === now.changes) return []
    if (now.changes - then.changes > KEPT) return undefined
    const edits = this.#edits.all(scope, then.changes, most + 1) as unknown as [number, string | null][]
    const added = this.#added.all(scope, then.number, most + 1) as unknown as unknown[][]
    if (edits.length + added.length > most || edits.some(([, before]) => before === null)) return undefined
    const before = new Map<number, Tracked>()
    // The first edit of a record tells how it stood; one that came later than `then` is among the added ones.
    for (const [number, values] of edits)
      if (number <= then.number && !before.has(number))
        before.set(number, trackedOf([number, ...(JSON.parse(values ?? '[]') as Bound[])]))
    return [
      ...[...before].map(([number, record]) => ({ before: record, after: this.tracked(scope, number) })),
      ...added.map(row => ({ before: undefined, after: trackedOf(row) })),
    ]
  }

  tracked(scope: number, number: number): Tracked | undefined {
    const row = this.#one.get(number, scope) as unknown as unknown[] | undefined
    return row && trackedOf(row)
  }
}
