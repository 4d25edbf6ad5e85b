/** Counts SQLite's totals anew. */

import type { DatabaseSync } from 'node:sqlite'
import { COLUMNS } from '../columns.ts'
import type { Bound } from '../sql.ts'
import { type Tally, tallyKey } from '../tally.ts'

export function* tallyFindings(database: DatabaseSync): Generator<string> {
  const read = database.prepare('SELECT count FROM tallies WHERE scope = ? AND tally = ?')
  let counted = 0
  const declared = database.prepare('SELECT product, columns FROM tally_columns').all()
  const products = database.prepare('SELECT DISTINCT product FROM scopes').all()
  const all: { product: string; tally: Tally }[] = [
    ...products.map(({ product }) => ({ product: String(product), tally: [] })),
    ...declared.map(row => ({
      product: String(row.product),
      tally: String(row.columns).split(',') as unknown as Tally,
    })),
  ]
  for (const { product, tally } of all)
    for (const { scope, records, values } of recounted(database, product, tally)) {
      counted++
      const kept = read.get(scope, tallyKey(tally, values))?.count ?? 0
      if (kept !== records)
        yield `A total of the scope ${nameOf(database, scope)} says ${kept}, and there are ${records} records${under(tally)}.`
    }
  const kept = Number(database.prepare('SELECT count(*) AS n FROM tallies WHERE count <> 0').get()?.n)
  if (kept > counted) yield `There are totals of records that do not exist: ${kept - counted} of them.`
}

function* recounted(database: DatabaseSync, product: string, tally: Tally) {
  const columns = ['scope', ...tally.map(column => COLUMNS[column].column)].join(', ')
  const select = database.prepare(`SELECT count(*), ${columns} FROM records WHERE product = ? GROUP BY ${columns}`)
  select.setReturnArrays(true)
  for (const row of select.iterate(product)) {
    const [records, scope, ...values] = row as unknown as Bound[]
    yield { records: Number(records), scope: Number(scope), values }
  }
}

function under(tally: Tally): string {
  return tally.length === 0 ? '' : ` with the same ${tally.join(' and ')}`
}

function nameOf(database: DatabaseSync, scope: number): string {
  return String(database.prepare('SELECT key FROM scopes WHERE id = ?').get(scope)?.key ?? scope)
}
