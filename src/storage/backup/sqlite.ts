/** A SQLite registry as plain rows. */

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ExaminedStore } from '../examination/moment.ts'
import { examineSqlite } from '../examination/sqlite.ts'
import { identifier } from '../sql-names.ts'
import { connect, opening } from '../sqlite/connection.ts'
import { supply } from '../sqlite/declare.ts'
import { migrate, versionOf } from '../sqlite/migrate.ts'
import { MIGRATIONS } from '../sqlite/migrations.ts'
import { openForReading } from '../sqlite/reading.ts'
import { TextIndex } from '../sqlite/text-search.ts'
import type { Tally } from '../tally.ts'
import { batches, type RawMoment, type RawRow, type RawStore, type RawTable, type RawTarget } from './raw-store.ts'
import { type SqliteTable, sqliteTables } from './sqlite-tables.ts'

export function openSqliteRaw(path: string): RawStore & ExaminedStore {
  return {
    engine: 'sqlite',
    read: work => readMoment(path, work),
    fill: (lastNumber, work) => fillEmpty(path, lastNumber, work),
    examine: work => examineSqlite(path, work),
    // Each of the above has connections of its own.
    close: async () => undefined,
  }
}

async function readMoment<T>(path: string, work: (moment: RawMoment) => Promise<T>): Promise<T> {
  const database = openForReading(path)
  try {
    // The first read after it fixes the moment.
    database.exec('BEGIN')
    return await work(new SqliteMoment(database))
  } catch (error) {
    throw opening(path, error)
  } finally {
    database.close()
  }
}

export class SqliteMoment implements RawMoment {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  async tables() {
    return sqliteTables(this.#database).map(table => {
      const counted = this.#database.prepare(`SELECT count(*) AS rows FROM "${table.name}"`).get()
      return { ...table, rows: Number(counted?.rows) }
    })
  }

  async lastNumber(): Promise<number> {
    return Number(this.#database.prepare('SELECT number FROM last_number').get()?.number)
  }

  async schema(): Promise<readonly string[]> {
    return MIGRATIONS.slice(0, versionOf(this.#database)).map(({ name }) => name)
  }

  rows(table: RawTable): AsyncIterable<readonly RawRow[]> {
    const known = sqliteTables(this.#database).find(({ name }) => name === table.name)
    if (known === undefined) throw new Error(`there is no table ${table.name}`)
    return batches(table.name === 'records' ? this.#records(known) : this.#selected(known))
  }

  *#selected({ select }: SqliteTable): Generator<RawRow> {
    const statement = this.#database.prepare(select)
    statement.setReturnArrays(true)
    for (const row of statement.iterate()) yield row as unknown as RawRow
  }

  /** By scope, then by number. SQLite sorts the keys alone: the wide rows of millions of records would fill a disk. */
  *#records({ columns }: SqliteTable): Generator<RawRow> {
    const keys = this.#database.prepare('SELECT number FROM records ORDER BY scope, number')
    const one = this.#database.prepare(`SELECT ${columns.map(identifier).join(', ')} FROM records WHERE number = ?`)
    one.setReturnArrays(true)
    for (const { number } of keys.iterate()) yield one.get(number ?? null) as unknown as RawRow
  }
}

async function fillEmpty<T>(path: string, lastNumber: number, work: (target: RawTarget) => Promise<T>): Promise<T> {
  const database = connect(path)
  try {
    migrate(database, path, MIGRATIONS)
    // From here on nobody else writes: what is found empty stays empty.
    database.exec('BEGIN IMMEDIATE')
    refuseFilled(database, path)
    const result = await work(new SqliteTarget(database))
    derive(database, lastNumber)
    database.exec('COMMIT')
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return result
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw opening(path, error)
  } finally {
    database.close()
  }
}

function refuseFilled(database: DatabaseSync, path: string): void {
  for (const { name } of sqliteTables(database)) {
    if (database.prepare(`SELECT 1 FROM "${name}" LIMIT 1`).get() === undefined) continue
    const count = (table: string) => Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n)
    throw new Error(
      `${path} is not empty: it has ${count('accounts')} accounts and ${count('records')} records; restore into a data directory of its own`,
    )
  }
}

class SqliteTarget implements RawTarget {
  readonly tables: readonly SqliteTable[]
  readonly #database: DatabaseSync
  readonly #texts: TextIndex
  readonly #inserts = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#texts = new TextIndex(database)
    this.tables = sqliteTables(database)
  }

  async insert(table: RawTable, rows: readonly RawRow[]): Promise<void> {
    const insert = this.#insertOf(table)
    for (const row of rows) insert.run(...row)
    if (table.name !== 'records') return
    const [number, scope, text] = ['number', 'scope', 'search_text'].map(column => table.columns.indexOf(column))
    for (const row of rows) this.#texts.add(Number(row[scope ?? 0]), Number(row[number ?? 0]), String(row[text ?? 0]))
  }

  #insertOf(table: RawTable): StatementSync {
    const present = this.#inserts.get(table.name)
    if (present) return present
    const known = this.tables.find(({ name }) => name === table.name)
    if (known === undefined) throw new Error(`there is no table ${table.name}`)
    const insert = this.#database.prepare(known.insert(table.columns))
    this.#inserts.set(table.name, insert)
    return insert
  }
}

/** What follows from the rows: totals, the numbers that are used up, and that other processes forget what they knew. */
function derive(database: DatabaseSync, lastNumber: number): void {
  const declared = database.prepare('SELECT product, columns FROM tally_columns').all()
  const tallies = declared.map(row => ({
    product: String(row.product),
    tally: String(row.columns).split(',') as unknown as Tally,
  }))
  database.exec(`
    DELETE FROM tallies;
    DELETE FROM tally_columns;
    INSERT INTO tallies SELECT scope, '', count(*) FROM records GROUP BY scope;
    UPDATE scopes SET changes = changes + 1;
    UPDATE directory_changes SET counter = counter + 1;
  `)
  supply(database, { indexes: [], tallies })
  database.prepare('UPDATE last_number SET number = max(number, ?)').run(lastNumber)
}
