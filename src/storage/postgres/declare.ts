/** Brings indexes and tallies to what the products declare. */

import { hash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { ListingDeclaration } from '../../registry/listing.ts'
import { COLUMNS } from '../columns.ts'
import { declaredTallies, type ListIndex, listIndexes } from '../declared.ts'
import { identifier } from '../sql-names.ts'
import { type Tally, tallyKey } from '../tally.ts'
import type { Client } from './connections.ts'
import { codeOf } from './failure.ts'
import { INDEXING, writing } from './locks.ts'
import { key } from './texts.ts'
import { FULL_TEXT, searchIndex, tag } from './wording.ts'

/** Longest name that PostgreSQL keeps, in bytes. */
const MAX_NAME = 63
/** Milliseconds between two attempts while another process creates indexes. */
const PAUSE = 100

const UNDEFINED_OPERATOR_CLASS = '42704'

interface Index {
  readonly name: string
  readonly definition: string
}

/** Whether an index for parts of texts can be had: the two extensions are there, or could be created. */
export async function haveTrigrams(client: Client): Promise<boolean> {
  // Whoever may not, or has none: then parts are found more slowly.
  for (const extension of ['pg_trgm', 'btree_gin'])
    await client.query(`CREATE EXTENSION IF NOT EXISTS ${extension}`).catch(() => undefined)
  const { rowCount } = await client.query("SELECT FROM pg_extension WHERE extname IN ('pg_trgm', 'btree_gin')")
  return rowCount === 2
}

/**
 * Creates the indexes that are missing: at once where there are no records yet, and else while others read and write.
 * @returns whether there are indexes for parts of texts
 */
export async function supplyIndexes(
  client: Client,
  declarations: readonly ListingDeclaration[],
  trigrams: boolean,
): Promise<boolean> {
  const wanted = declarations.flatMap(indexesOf)
  const searches = trigrams ? declarations.flatMap(searchIndexOf) : []
  if ((await missing(client, [...wanted, ...searches])).length === 0) return trigrams
  // Not a call that waits: `CREATE INDEX CONCURRENTLY` would wait for the one who waits.
  while (!(await locked(client))) await wait(PAUSE)
  try {
    await create(client, await missing(client, wanted))
    await create(client, await missing(client, searches))
    return trigrams
  } catch (error) {
    // The extensions are in a schema that is not looked into.
    if (codeOf(error) === UNDEFINED_OPERATOR_CLASS) return false
    throw error
  } finally {
    await client.query(`SELECT pg_advisory_unlock(${INDEXING})`)
  }
}

async function locked(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(`SELECT pg_try_advisory_lock(${INDEXING}) AS locked`)
  return rows[0]?.locked === true
}

async function create(client: Client, indexes: readonly Index[]): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM records LIMIT 1')
  await client.query('SET statement_timeout = 0')
  try {
    if (rowCount === 0) {
      if (indexes.length > 0)
        await client.query(
          indexes.map(({ name, definition }) => `CREATE INDEX ${identifier(name)} ${definition}`).join(';'),
        )
      return
    }
    for (const { name, definition } of indexes) {
      // One that an earlier attempt left unfinished is of no use.
      await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${identifier(name)}`)
      await client.query(`CREATE INDEX CONCURRENTLY ${identifier(name)} ${definition}`)
    }
  } finally {
    await client.query('RESET statement_timeout')
  }
}

async function missing(client: Client, indexes: readonly Index[]): Promise<readonly Index[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
     WHERE indrelid = 'records'::regclass AND indisvalid`,
  )
  const present = new Set(rows.map(({ name }) => name))
  return [...new Map(indexes.map(index => [index.name, index])).values()].filter(({ name }) => !present.has(name))
}

function indexesOf(declaration: ListingDeclaration): readonly Index[] {
  return listIndexes(declaration)
    .filter(({ ofSchema }) => !ofSchema)
    .flatMap(index =>
      [true, ...(hasAbsent(index) ? [false] : [])].map(ascending => definition(declaration, index, ascending)),
    )
}

/** Whether the index has to be there twice: records without a value come last in both directions. */
function hasAbsent({ columns }: ListIndex): boolean {
  return columns.at(-1) === COLUMNS.notAfter.column
}

function definition({ product }: ListingDeclaration, index: ListIndex, ascending: boolean): Index {
  const order = ascending ? '' : ' DESC NULLS LAST'
  const columns = index.columns.map((column, at) => (at === index.columns.length - 1 ? column + order : column))
  const keys = ['scope', ...columns, ascending ? 'number' : 'number DESC']
  return {
    name: nameOf(ascending ? index.name : `${index.name}__descending`),
    definition: `ON records (${keys.join(', ')}) WHERE ${tag(product, index, ascending)}`,
  }
}

/** Parts of texts: one index for the product, in which the scope leads as in all others. */
function searchIndexOf(declaration: ListingDeclaration): readonly Index[] {
  const { product, filters } = declaration
  if (!Object.values(filters).some(({ kind }) => kind === 'contains')) return []
  const keys = `scope, ${FULL_TEXT} gin_trgm_ops`
  const index = searchIndex(product)
  return [{ name: nameOf(index.name), definition: `ON records USING gin (${keys}) WHERE ${tag(product, index, true)}` }]
}

/** Shortened where PostgreSQL would do so itself. */
function nameOf(name: string): string {
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME - 9)}_${hash('sha256', name).slice(0, 8)}`
}

/** What the product's writes are to count from now on, and do not count yet. */
export async function supplyTallies(client: Client, declarations: readonly ListingDeclaration[]): Promise<void> {
  for (const declaration of declarations) {
    const { rows } = await client.query<{ columns: string }>('SELECT columns FROM tally_columns WHERE product = $1', [
      declaration.product,
    ])
    const present = new Set(rows.map(({ columns }) => columns))
    for (const tally of declaredTallies(declaration))
      if (!present.has(tally.join(','))) await begin(client, declaration.product, tally)
  }
}

/** Counts what there is while nobody writes, and has every later write keep it. */
async function begin(client: Client, product: string, tally: Tally): Promise<void> {
  await client.query(`BEGIN; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(${writing(product)})`)
  try {
    const added = await client.query('INSERT INTO tally_columns VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      product,
      tally.join(','),
    ])
    if (added.rowCount === 1) await countTally(client, product, tally)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/** Call it in a transaction, while nobody writes. */
export async function countTally(client: Client, product: string, tally: Tally): Promise<void> {
  const columns = tally.map(column => COLUMNS[column].column).join(', ')
  const { rows } = await client.query<(number | string | null)[]>({
    text: `SELECT scope, count(*), ${columns} FROM records WHERE product = $1 GROUP BY scope, ${columns}`,
    values: [product],
    rowMode: 'array',
  })
  await client.query('INSERT INTO tallies SELECT * FROM unnest($1::integer[], $2::text[], $3::bigint[])', [
    rows.map(([scope]) => scope),
    rows.map(([, , ...values]) => key(tallyKey(tally, values))),
    rows.map(([, records]) => records),
  ])
}
