/** Brings indexes and tallies to what the products declare. */

import type { DatabaseSync } from 'node:sqlite'
import type { ListingDeclaration } from '../../registry/listing.ts'
import { COLUMNS } from '../columns.ts'
import { declaredTallies, type ListIndex, listIndexes, prefixIndex } from '../declared.ts'
import { identifier, literal } from '../sql-names.ts'
import { type Tally, tallyKey } from '../tally.ts'

/** What a database lacks. Empty when it was declared before, so that a start writes nothing. */
export interface Lacking {
  /** Statements that create indexes. */
  readonly indexes: readonly string[]
  readonly tallies: readonly { readonly product: string; readonly tally: Tally }[]
}

export function lacking(database: DatabaseSync, declarations: readonly ListingDeclaration[]): Lacking {
  const index = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?")
  const tally = database.prepare('SELECT 1 FROM tally_columns WHERE product = ? AND columns = ?')
  return {
    indexes: declarations.flatMap(declaration =>
      indexesOf(declaration)
        .filter(({ name, ofSchema }) => !ofSchema && index.get(name) === undefined)
        .map(missing => creation(declaration.product, missing)),
    ),
    tallies: declarations.flatMap(declaration =>
      declaredTallies(declaration)
        .filter(columns => tally.get(declaration.product, columns.join(',')) === undefined)
        .map(columns => ({ product: declaration.product, tally: columns })),
    ),
  }
}

/** Every text filter has an index of the texts: those that are too short for the text index are looked for in it. */
function indexesOf(declaration: ListingDeclaration): readonly ListIndex[] {
  const indexes = listIndexes(declaration)
  const texts = prefixIndex(declaration.product)
  const hasContains = Object.values(declaration.filters).some(({ kind }) => kind === 'contains')
  return hasContains && !indexes.some(({ name }) => name === texts.name) ? [...indexes, texts] : indexes
}

/** An index ends in the rowid, which is the record number, without naming it. */
function creation(product: string, { name, columns }: ListIndex): string {
  const keys = ['scope', ...columns].join(', ')
  return `CREATE INDEX IF NOT EXISTS ${identifier(name)} ON records (${keys}) WHERE product = ${literal(product)}`
}

/** Call it in a write transaction: what is counted from the records here is kept by every write from then on. */
export function supply(database: DatabaseSync, { indexes, tallies }: Lacking): void {
  for (const index of indexes) database.exec(index)
  const declare = database.prepare('INSERT OR IGNORE INTO tally_columns VALUES (?, ?)')
  for (const { product, tally } of tallies)
    if (declare.run(product, tally.join(',')).changes === 1) count(database, product, tally)
}

function count(database: DatabaseSync, product: string, tally: Tally): void {
  const columns = tally.map(column => COLUMNS[column].column).join(', ')
  const counted = database.prepare(
    `SELECT scope, count(*), ${columns} FROM records WHERE product = ? GROUP BY scope, ${columns}`,
  )
  counted.setReturnArrays(true)
  const insert = database.prepare('INSERT OR REPLACE INTO tallies VALUES (?, ?, ?)')
  for (const row of counted.all(product)) {
    const [scope, records, ...values] = row as unknown as (number | string | null)[]
    insert.run(scope ?? null, tallyKey(tally, values), records ?? null)
  }
}
