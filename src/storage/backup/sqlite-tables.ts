/** What a SQLite registry gives into a backup, table by table: read from the schema, so that no table is forgotten. */

import type { DatabaseSync } from 'node:sqlite'
import { identifier } from '../sql-names.ts'
import { inOrder, type RawTable } from './raw-store.ts'

export interface SqliteTable extends RawTable {
  /** Gives the columns in their order, the rows by their key. */
  readonly select: string
  /** Takes a value for each of the columns that are given. */
  insert(columns: readonly string[]): string
}

/** Derived from other tables, or said in the header. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'tallies',
  'tally_columns',
  'last_number',
  'directory_changes',
  'master_key_check',
  'edits',
])

/** Columns that mean something within one database only. */
const OWN_COLUMNS: ReadonlyMap<string, readonly string[]> = new Map([
  ['scopes', ['changes']],
  ['contents', ['id']],
])

/** Where rows refer to each other by what is within one database only. */
const SPECIAL: ReadonlyMap<string, Pick<SqliteTable, 'select' | 'insert' | 'columns'>> = new Map([
  [
    'contents',
    {
      columns: ['bytes', 'scope', 'sha256'],
      select: 'SELECT bytes, scope, sha256 FROM contents ORDER BY scope, sha256',
      insert: (columns: readonly string[]) => plainInsert('contents', columns),
    },
  ],
  [
    'record_contents',
    {
      columns: ['number', 'position', 'role', 'scope', 'sha256'],
      select: `SELECT number, position, role, record_contents.scope, sha256 FROM record_contents
        LEFT JOIN contents ON contents.id = record_contents.content
        ORDER BY record_contents.scope, number, role, position`,
      insert: () => `INSERT INTO record_contents (number, position, role, scope, content)
        VALUES (?1, ?2, ?3, ?4, (SELECT id FROM contents WHERE scope = ?4 AND sha256 = ?5))`,
    },
  ],
])

/** Each after those that it refers to, otherwise by name. */
export function sqliteTables(database: DatabaseSync): readonly SqliteTable[] {
  const names = database
    .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name")
    .all()
    .map(({ name }) => String(name))
    .filter(name => !name.startsWith('sqlite_') && !LEFT_OUT.has(name))
  const referredTo = database.prepare('SELECT "table" AS name FROM pragma_foreign_key_list(?)')
  return inOrder(
    names.map(name => tableOf(database, name)),
    name => referredTo.all(name).map(row => String(row.name)),
  )
}

function tableOf(database: DatabaseSync, name: string): SqliteTable {
  const special = SPECIAL.get(name)
  if (special) return { name, ...special }
  const all = database.prepare('SELECT name, pk FROM pragma_table_info(?) ORDER BY name').all(name)
  const key = all.filter(({ pk }) => Number(pk) > 0).toSorted((a, b) => Number(a.pk) - Number(b.pk))
  const columns = all.map(column => String(column.name)).filter(column => !OWN_COLUMNS.get(name)?.includes(column))
  const order = key.map(column => identifier(String(column.name))).join(', ')
  return {
    name,
    columns,
    select: `SELECT ${columns.map(identifier).join(', ')} FROM ${identifier(name)} ORDER BY ${order}`,
    insert: given => plainInsert(name, given),
  }
}

function plainInsert(table: string, columns: readonly string[]): string {
  const names = columns.map(identifier).join(', ')
  return `INSERT INTO ${identifier(table)} (${names}) VALUES (${columns.map(() => '?').join(', ')})`
}
