/** Holds PostgreSQL's rows, totals and schema against each other. */

import type { RegistryRecord } from '../../registry/record.ts'
import { COLUMNS } from '../columns.ts'
import type { Client } from '../postgres/connections.ts'
import { MIGRATIONS } from '../postgres/migrations.ts'
import { streamed } from '../postgres/reading.ts'
import { key } from '../postgres/texts.ts'
import type { Bound } from '../sql.ts'
import { identifier } from '../sql-names.ts'
import { type Tally, tallyKey } from '../tally.ts'

const FOREIGN_KEYS = `
  SELECT child.relname AS child, parent.relname AS parent,
    ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS u (n, place)
      JOIN pg_attribute ON attrelid = conrelid AND attnum = n ORDER BY place) AS columns,
    ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY AS u (n, place)
      JOIN pg_attribute ON attrelid = confrelid AND attnum = n ORDER BY place) AS keys
  FROM pg_constraint JOIN pg_class AS child ON child.oid = conrelid JOIN pg_class AS parent ON parent.oid = confrelid
  WHERE contype = 'f' AND child.relnamespace = current_schema()::regnamespace ORDER BY 1, 2`

/** PostgreSQL looks after its own pages; what it does not look after when an administrator intervenes is looked at here. */
export async function* integrityFindings(client: Client): AsyncGenerator<string> {
  const { rows } = await client.query<{ child: string; parent: string; columns: string[]; keys: string[] }>(
    FOREIGN_KEYS,
  )
  for (const { child, parent, columns, keys } of rows) {
    const on = columns.map((column, at) => `child.${identifier(column)} = parent.${identifier(keys[at] ?? '')}`)
    const present = columns.map(column => `child.${identifier(column)} IS NOT NULL`)
    const { rowCount } = await client.query(
      `SELECT FROM ${identifier(child)} AS child WHERE ${present.join(' AND ')} AND NOT EXISTS
        (SELECT FROM ${identifier(parent)} AS parent WHERE ${on.join(' AND ')}) LIMIT 100`,
    )
    for (let found = 0; found < (rowCount ?? 0); found++)
      yield `A row of ${child} refers to a row of ${parent} that does not exist.`
  }
}

/** Each of these made something that has to be there. */
const MADE = /^\s*CREATE (TABLE|UNIQUE INDEX|INDEX) (\w+)/gm

export async function* schemaFindings(client: Client): AsyncGenerator<string> {
  const { rows } = await client.query<{ name: string; valid: boolean }>(
    `SELECT relname::text AS name, coalesce(indisvalid, true) AS valid FROM pg_class
     LEFT JOIN pg_index ON indexrelid = pg_class.oid WHERE relnamespace = current_schema()::regnamespace`,
  )
  const present = new Map(rows.map(({ name, valid }) => [name, valid]))
  for (const [, kind = '', name = ''] of MIGRATIONS.flatMap(({ sql }) => [...sql.matchAll(MADE)]))
    if (!present.has(name)) yield `The ${kind.toLowerCase().replace('unique ', '')} ${name} is missing.`
  for (const [name, valid] of present) if (!valid) yield `The index ${name} was not finished; start the server once.`
}

/** Each query gives rows of sentences. */
const LINKS = [
  `SELECT 'The record ' || number || ' is of the product ' || product || ', its scope of another one.'
   FROM records WHERE product IS DISTINCT FROM (SELECT product FROM scopes WHERE id = records.scope)`,
  `SELECT DISTINCT 'The record ' || number || ' does not exist, and has contents.' FROM record_contents AS links
   WHERE NOT EXISTS (SELECT FROM records WHERE number = links.number AND scope = links.scope)`,
  `SELECT DISTINCT 'The record ' || number || ' does not exist, and has secrets.' FROM secrets
   WHERE NOT EXISTS (SELECT FROM records WHERE number = secrets.number AND scope = secrets.scope)`,
  `SELECT 'The contents of the record ' || number || ' (' || role || ') are not numbered from 0 on.'
   FROM record_contents GROUP BY scope, number, role HAVING min(position) <> 0 OR max(position) <> count(*) - 1`,
  `SELECT 'The content ' || encode(sha256, 'hex') || ' belongs to no record.' FROM contents
   WHERE NOT EXISTS
     (SELECT FROM record_contents WHERE scope = contents.scope AND record_contents.sha256 = contents.sha256)`,
]

export async function* linkFindings(client: Client): AsyncGenerator<string> {
  for (const select of LINKS) for await (const [says] of streamed(client, select)) yield String(says)
}

/** A number that is given out again would be two records' own. */
const NUMBERS = `
  SELECT 'The record ' || max(number) || ' has a larger number than its scope has assigned (' ||
    coalesce((SELECT last_number FROM scope_states WHERE scope = records.scope), 0) || ').'
  FROM records GROUP BY scope
  HAVING max(number) > coalesce((SELECT last_number FROM scope_states WHERE scope = records.scope), 0)`
const TWICE = `SELECT 'The number ' || number || ' has ' || count(*) || ' records.' FROM records GROUP BY number HAVING count(*) > 1`

export async function* numberFindings(client: Client): AsyncGenerator<string> {
  for (const select of [NUMBERS, TWICE]) for await (const [says] of streamed(client, select)) yield String(says)
}

export async function* tallyFindings(client: Client): AsyncGenerator<string> {
  const products = await client.query<{ product: string }>('SELECT DISTINCT product FROM scopes ORDER BY 1')
  const declared = await client.query<{ product: string; columns: string }>(
    'SELECT product, columns FROM tally_columns',
  )
  const tallies: { product: string; tally: Tally }[] = [
    ...products.rows.map(({ product }) => ({ product, tally: [] })),
    ...declared.rows.map(({ product, columns }) => ({ product, tally: columns.split(',') as unknown as Tally })),
  ]
  let counted = 0
  for (const { product, tally } of tallies)
    for await (const { scope, records, name } of recounted(client, product, tally)) {
      counted++
      const kept = await client.query<{ count: number; key: string }>(
        'SELECT coalesce((SELECT count FROM tallies WHERE scope = $1 AND tally = $2), 0) AS count, (SELECT key FROM scopes WHERE id = $1)',
        [scope, name],
      )
      const { count = 0, key: scopeKey = String(scope) } = kept.rows[0] ?? {}
      const under = tally.length === 0 ? '' : ` with the same ${tally.join(' and ')}`
      if (count !== records)
        yield `A total of the scope ${scopeKey} says ${count}, and there are ${records} records${under}.`
    }
  const { rows } = await client.query<{ n: number }>('SELECT count(*) AS n FROM tallies WHERE count <> 0')
  const strays = Number(rows[0]?.n) - counted
  if (strays > 0) yield `There are totals of records that do not exist: ${strays} of them.`
}

async function* recounted(client: Client, product: string, tally: Tally) {
  const columns = ['scope', ...tally.map(column => COLUMNS[column].column)].join(', ')
  const select = `SELECT count(*), ${columns} FROM records WHERE product = '${product.replaceAll("'", "''")}' GROUP BY ${columns}`
  for await (const [records, scope, ...values] of streamed(client, select))
    yield { records: Number(records), scope: Number(scope), name: key(tallyKey(tally, values as Bound[])) }
}

/** What stands beside a column because it is too long for an index has to be what the column stands for. */
export async function* longTextFindings(client: Client): AsyncGenerator<string> {
  const fields = Object.entries(COLUMNS).map(([field, { column }]) => `'${field}', ${column}`)
  const select = `SELECT number, long_texts, jsonb_build_object(${fields.join(', ')}) FROM records WHERE long_texts IS NOT NULL`
  for await (const [number, long, short] of streamed(client, select))
    for (const [field, text] of Object.entries(long as Partial<RegistryRecord>))
      if (key(String(text)) !== (short as Record<string, unknown>)[field])
        yield `The record ${number} has another ${field} in its index than beside it.`
}
