/** The records' rows, and what stands beside each: its text in the text index and its place in the tallies. */

import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { RegistryRecord } from '../../registry/record.ts'
import type { Key } from '../../registry/store.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { boundFields, boundRecord, COLUMNS, RECORD_COLUMNS, recordOf, WRITTEN_COLUMNS } from '../columns.ts'
import type { TallyChanges } from '../tally.ts'
import { storedText } from '../text.ts'
import { TextIndex } from './text-search.ts'

/** Prepared updates, one for each set of fields that changed together. */
const MAX_UPDATES = 64

export class Rows {
  readonly #database: DatabaseSync
  readonly #insert: StatementSync
  readonly #delete: StatementSync
  readonly #find: Readonly<Record<'number' | 'vendorId' | 'uniqueKey' | 'fingerprint', StatementSync>>
  readonly #due: StatementSync
  readonly #updates = new BoundedCache<StatementSync>(MAX_UPDATES)
  readonly #texts: TextIndex

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#texts = new TextIndex(database)
    const columns = [...WRITTEN_COLUMNS, 'scope', 'product']
    this.#insert = database.prepare(
      `INSERT INTO records (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    )
    this.#delete = database.prepare('DELETE FROM records WHERE number = ? AND scope = ?')
    const select = (rest: string) => {
      const statement = database.prepare(`SELECT ${RECORD_COLUMNS} FROM records ${rest}`)
      statement.setReturnArrays(true)
      return statement
    }
    this.#find = {
      number: select('WHERE scope = ? AND number = ?'),
      vendorId: select('INDEXED BY records_vendor_id WHERE scope = ? AND vendor_id = ?'),
      uniqueKey: select('INDEXED BY records_unique_key WHERE scope = ? AND unique_key = ?'),
      fingerprint: select(
        'INDEXED BY records_fingerprint WHERE scope = ? AND fingerprint = ? ORDER BY number DESC LIMIT 1',
      ),
    }
    // `+ 0` as in plan.ts: a bare parameter as the limit costs a compilation at each call.
    this.#due = select(
      'INDEXED BY records_due WHERE scope = ? AND status_due_at <= ? ORDER BY status_due_at LIMIT ? + 0',
    )
  }

  /** The row as it stands, whatever became due since. */
  find(scope: number, key: Key): RegistryRecord | undefined {
    if ('number' in key) return this.#one(this.#find.number, scope, key.number)
    if ('vendorId' in key) return this.#one(this.#find.vendorId, scope, storedText(key.vendorId))
    if ('uniqueKey' in key) return this.#one(this.#find.uniqueKey, scope, storedText(key.uniqueKey))
    if (key.fingerprint === '') return undefined
    return this.#one(this.#find.fingerprint, scope, storedText(key.fingerprint))
  }

  /** Records whose status is due at `now` (Unix ms), at most `most` of them. */
  due(scope: number, now: number, most: number): readonly RegistryRecord[] {
    return this.#due.all(scope, now, most).map(row => recordOf(row as unknown as SQLOutputValue[]))
  }

  add(scope: number, product: string, record: RegistryRecord, tallies: TallyChanges): void {
    this.#insert.run(...boundRecord(record), scope, product)
    this.#texts.add(scope, record.number, record.searchText)
    tallies.count(record, 1)
  }

  replace(scope: number, before: RegistryRecord, after: RegistryRecord, tallies: TallyChanges): void {
    const fields = boundFields(before, after)
    const columns = [...fields.keys()].map(field => `${COLUMNS[field].column} = ?`).join(', ')
    if (columns === '') return
    const update = this.#updates.get(columns, () =>
      this.#database.prepare(`UPDATE records SET ${columns} WHERE number = ? AND scope = ?`),
    )
    update.run(...fields.values(), after.number, scope)
    if (after.searchText !== before.searchText) {
      this.#texts.remove(before.number, before.searchText)
      this.#texts.add(scope, after.number, after.searchText)
    }
    tallies.count(before, -1)
    tallies.count(after, 1)
  }

  remove(scope: number, record: RegistryRecord, tallies: TallyChanges): void {
    this.#delete.run(record.number, scope)
    this.#texts.remove(record.number, record.searchText)
    tallies.count(record, -1)
  }

  #one(statement: StatementSync, ...values: SQLInputValue[]): RegistryRecord | undefined {
    const row = statement.get(...values)
    return row === undefined ? undefined : recordOf(row as unknown as SQLOutputValue[])
  }
}
