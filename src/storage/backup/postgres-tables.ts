/** What a PostgreSQL registry gives into a backup, table by table: read from the schema, so that no table is forgotten. */

import { RECORD_COLUMNS, WRITTEN_COLUMNS } from '../columns.ts'
import type { Client } from '../postgres/connections.ts'
import { identifier } from '../sql-names.ts'
import { inOrder, type RawTable } from './raw-store.ts'

export interface PostgresTable extends RawTable {
  /** Each column's type, as an array of its values is cast. */
  readonly types: Readonly<Record<string, string>>
  /** What the order of its rows is made of. */
  readonly key: readonly string[]
  /** The column whose values the database assigns otherwise; its sequence goes on after the largest. */
  readonly identity: string | undefined
}

/** Derived from other tables, or said in the header, or of this database alone. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'tallies',
  'tally_columns',
  'scope_states',
  'workers',
  'directory_changes',
  'master_key_check',
  'schema_versions',
])

/** The columns of `records` as every engine gives them: long texts stand whole in their own columns. */
const OF_RECORDS: readonly string[] = ['product', 'scope', ...WRITTEN_COLUMNS].toSorted()

/** Reads records as `recordOfRow` takes them, then their scope and product. */
export const SELECT_RECORDS = `SELECT ${RECORD_COLUMNS}, records.long_texts, records.scope, records.product FROM records
  ORDER BY records.scope, records.number`

interface ColumnRow {
  readonly table: string
  readonly column: string
  readonly type: string
  readonly place: number | null
  readonly identity: boolean
}

const COLUMNS_OF_TABLES = `
  SELECT pg_class.relname::text AS table, attname::text AS column, format_type(atttypid, NULL) AS type,
    array_position(conkey, attnum) AS place, attidentity <> '' AS identity
  FROM pg_class
  JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
  LEFT JOIN pg_constraint ON conrelid = pg_class.oid AND contype = 'p'
  WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = current_schema()::regnamespace
  ORDER BY pg_class.relname, attname COLLATE "C"`

const REFERENCES = `
  SELECT child.relname::text AS table, parent.relname::text AS parent FROM pg_constraint
  JOIN pg_class AS child ON child.oid = conrelid JOIN pg_class AS parent ON parent.oid = confrelid
  WHERE contype = 'f' AND child.relnamespace = current_schema()::regnamespace
  ORDER BY 1, 2`

/** Each after those that it refers to, otherwise by name. */
export async function postgresTables(client: Client): Promise<readonly PostgresTable[]> {
  const { rows } = await client.query<ColumnRow>(COLUMNS_OF_TABLES)
  const tables = [...Map.groupBy(rows, ({ table }) => table)]
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(([name, columns]) => tableOf(name, columns))
  const references = (await client.query<{ table: string; parent: string }>(REFERENCES)).rows
  return inOrder(tables, name => references.filter(({ table }) => table === name).map(({ parent }) => parent))
}

function tableOf(name: string, columns: readonly ColumnRow[]): PostgresTable {
  const key = columns.filter(({ place }) => place !== null).toSorted((a, b) => Number(a.place) - Number(b.place))
  return {
    name,
    columns: name === 'records' ? OF_RECORDS : columns.map(({ column }) => column),
    types: Object.fromEntries(columns.map(({ column, type }) => [column, type])),
    key: key.map(({ column }) => column),
    identity: columns.find(({ identity }) => identity)?.column,
  }
}

export function selectOf({ name, columns, key }: PostgresTable): string {
  const names = (list: readonly string[]) => list.map(identifier).join(', ')
  return name === 'records'
    ? SELECT_RECORDS
    : `SELECT ${names(columns)} FROM ${identifier(name)} ORDER BY ${names(key)}`
}
