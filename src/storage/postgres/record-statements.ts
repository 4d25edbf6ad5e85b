/** The statements on the records themselves. */

import type { RegistryRecord } from '../../registry/record.ts'
import type { Key } from '../../registry/store.ts'
import { storedText } from '../text.ts'
import type { Connections, Statement } from './connections.ts'
import { ROW_COLUMNS } from './plan.ts'
import { ROW, recordOfRow, written } from './rows.ts'
import { key } from './texts.ts'
import type { WriteTransaction } from './transaction.ts'

type Ask = (statement: Statement, values: readonly unknown[]) => Promise<unknown[][]>

const select = (name: string, rest: string): Statement => ({
  name: `record_${name}`,
  text: `SELECT ${ROW_COLUMNS} FROM records WHERE records.scope = $1 AND ${rest}`,
})
const FIND = {
  number: select('by_number', 'number = $2'),
  vendorId: select('by_vendor_id', 'vendor_id = $2'),
  uniqueKey: select('by_unique_key', 'unique_key = $2'),
  fingerprint: select('by_fingerprint', 'fingerprint = $2 ORDER BY number DESC LIMIT 1'),
}
const PRESENT = {
  vendorId: select('with_vendor_ids', 'vendor_id = ANY ($2::text[])'),
  uniqueKey: select('with_unique_keys', 'unique_key = ANY ($2::text[])'),
  fingerprint: {
    name: 'record_with_fingerprints',
    text: `SELECT newest.* FROM unnest($2::text[]) AS given (fingerprint) CROSS JOIN LATERAL (
        SELECT ${ROW_COLUMNS} FROM records
        WHERE records.scope = $1 AND records.fingerprint = given.fingerprint ORDER BY number DESC LIMIT 1
      ) AS newest`,
  },
}
const DUE = select('due', 'status_due_at <= $2 ORDER BY status_due_at LIMIT $3')
const IS_DUE: Statement = {
  name: 'record_is_due',
  text: 'SELECT FROM records WHERE records.scope = $1 AND status_due_at <= $2 LIMIT 1',
}
const INSERT: Statement = {
  name: 'record_insert',
  text: `INSERT INTO records (scope, product, ${ROW.map(({ column }) => column).join(', ')})
    SELECT $1, $2, * FROM unnest(${ROW.map(({ type }, at) => `$${at + 3}::${type}[]`).join(', ')})`,
}
const REPLACE: Statement = {
  name: 'record_replace',
  text: `UPDATE records SET ${ROW.map(({ column, type }, at) => `${column} = $${at + 3}::${type}`).join(', ')}
    WHERE scope = $1 AND number = $2`,
}
const SETTLE: Statement = {
  name: 'record_settle',
  text: `UPDATE records SET status = due.status, status_due_at = NULL, updated_at = due.updated_at, long_texts = due.long_texts
    FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::jsonb[]) AS due (number, status, updated_at, long_texts)
    WHERE records.scope = $1 AND records.number = due.number`,
}
const REMOVE: Statement = { name: 'record_remove', text: 'DELETE FROM records WHERE scope = $1 AND number = $2' }

export type UniqueField = keyof typeof PRESENT

/** The row as it stands, whatever became due since. */
export async function findRow(ask: Ask, scope: number, by: Key): Promise<RegistryRecord | undefined> {
  const [row] = await askFor(ask, scope, by)
  return row && recordOfRow(row)
}

async function askFor(ask: Ask, scope: number, by: Key): Promise<unknown[][]> {
  if ('number' in by) return Number.isSafeInteger(by.number) ? ask(FIND.number, [scope, by.number]) : []
  if ('vendorId' in by) return ask(FIND.vendorId, [scope, asKey(by.vendorId)])
  if ('uniqueKey' in by) return ask(FIND.uniqueKey, [scope, asKey(by.uniqueKey)])
  return by.fingerprint === '' ? [] : ask(FIND.fingerprint, [scope, asKey(by.fingerprint)])
}

function asKey(text: string): string {
  return key(storedText(text))
}

/** Of the records that have one of these values in the field, the newest of each, by the value. */
export async function presentRows(
  transaction: WriteTransaction,
  field: UniqueField,
  values: ReadonlySet<string>,
): Promise<Map<string, RegistryRecord>> {
  if (values.size === 0) return new Map()
  const rows = await transaction.ask(PRESENT[field], [transaction.scope, [...values].map(key)])
  return new Map(rows.map(recordOfRow).map(record => [record[field] ?? '', record]))
}

/** Whether the status of any record is due at `now` (Unix ms). */
export async function anyDue(connections: Connections, scope: number, now: number): Promise<boolean> {
  return (await connections.rows(IS_DUE, [scope, now])).length > 0
}

/** Records whose status is due at `now` (Unix ms), at most `most` of them. */
export async function dueRows(transaction: WriteTransaction, now: number, most: number): Promise<RegistryRecord[]> {
  return (await transaction.ask(DUE, [transaction.scope, now, most])).map(recordOfRow)
}

export async function insertRows(transaction: WriteTransaction, records: readonly RegistryRecord[]): Promise<void> {
  if (records.length === 0) return
  const rows = records.map(written)
  await transaction.ask(INSERT, [
    transaction.scope,
    transaction.product,
    ...ROW.map((_, column) => rows.map(row => row[column])),
  ])
  for (const record of records) transaction.tallies.count(record, 1)
  transaction.wrote = true
}

export async function replaceRow(
  transaction: WriteTransaction,
  before: RegistryRecord,
  after: RegistryRecord,
): Promise<void> {
  await transaction.ask(REPLACE, [transaction.scope, after.number, ...written(after)])
  countAnew(transaction, before, after)
}

/** Writes the statuses of records that became due. */
export async function settleRows(
  transaction: WriteTransaction,
  records: readonly (readonly [before: RegistryRecord, after: RegistryRecord])[],
): Promise<void> {
  if (records.length === 0) return
  const at = (column: string) => ROW.findIndex(row => row.column === column)
  const rows = records.map(([, after]) => written(after))
  const values = ['number', 'status', 'updated_at', 'long_texts'].map(at).map(column => rows.map(row => row[column]))
  await transaction.ask(SETTLE, [transaction.scope, ...values])
  for (const [before, after] of records) countAnew(transaction, before, after)
}

export async function removeRow(transaction: WriteTransaction, record: RegistryRecord): Promise<void> {
  await transaction.ask(REMOVE, [transaction.scope, record.number])
  transaction.tallies.count(record, -1)
  transaction.wrote = true
}

function countAnew(transaction: WriteTransaction, before: RegistryRecord, after: RegistryRecord): void {
  transaction.tallies.count(before, -1)
  transaction.tallies.count(after, 1)
  transaction.wrote = true
}
