/** A PostgreSQL registry as plain rows. */

import type { RegistryRecord } from '../../registry/record.ts'
import { boundRecord, recordOf, WRITTEN_COLUMNS } from '../columns.ts'
import type { ExaminedStore } from '../examination/moment.ts'
import { examinePostgres } from '../examination/postgres.ts'
import { type Client, Connections } from '../postgres/connections.ts'
import { countTally } from '../postgres/declare.ts'
import { migrate } from '../postgres/migrate.ts'
import { MIGRATIONS } from '../postgres/migrations.ts'
import { readOneMoment, streamed, unreachable } from '../postgres/reading.ts'
import { ROW, recordOfRow, written } from '../postgres/rows.ts'
import { parseServerUrl, type ServerUrl } from '../postgres/server-url.ts'
import { identifier } from '../sql-names.ts'
import type { Tally } from '../tally.ts'
import { type PostgresTable, postgresTables, selectOf } from './postgres-tables.ts'
import {
  batches,
  type RawMoment,
  type RawRow,
  type RawStore,
  type RawTable,
  type RawTarget,
  type RawValue,
} from './raw-store.ts'

/** @param url as `parseServerUrl` reads it */
export function openPostgresRaw(url: string): RawStore & ExaminedStore {
  const server = parseServerUrl(url)
  const connections = new Connections(server, { size: 1, statementTimeout: 0 })
  const within = <T>(work: (client: Client) => Promise<T>): Promise<T> =>
    connections.with(work).catch(error => {
      throw unreachable(server, error)
    })
  return {
    engine: 'postgres',
    read: work => within(client => readOneMoment(client, server, () => work(new PostgresMoment(client)))),
    fill: (lastNumber, work) => within(client => fillEmpty(client, server, lastNumber, work)),
    examine: work => within(client => examinePostgres(client, server, work)),
    close: () => connections.close(),
  }
}

class PostgresMoment implements RawMoment {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  async tables() {
    const counted: (PostgresTable & { rows: number })[] = []
    for (const table of await postgresTables(this.#client)) {
      const { rows } = await this.#client.query<{ count: number }>(`SELECT count(*) FROM ${identifier(table.name)}`)
      counted.push({ ...table, rows: Number(rows[0]?.count) })
    }
    return counted
  }

  async lastNumber(): Promise<number> {
    const { rows } = await this.#client.query<{ last: number }>(
      'SELECT coalesce(max(last_number), 1) AS last FROM scope_states',
    )
    return Number(rows[0]?.last)
  }

  async schema(): Promise<readonly string[]> {
    const { rows } = await this.#client.query<{ name: string }>('SELECT name FROM schema_versions ORDER BY version')
    return rows.map(({ name }) => name)
  }

  rows(table: RawTable): AsyncIterable<readonly RawRow[]> {
    return batches(this.#all(table))
  }

  async *#all(table: RawTable): AsyncGenerator<RawRow> {
    const known = (await postgresTables(this.#client)).find(({ name }) => name === table.name)
    if (known === undefined) throw new Error(`there is no table ${table.name}`)
    for await (const row of streamed(this.#client, selectOf(known)))
      yield known.name === 'records' ? neutralRecord(known, row) : (row as RawRow)
  }
}

/** As every engine gives it, whatever texts are too long for an index of this one. */
function neutralRecord({ columns }: RawTable, row: readonly unknown[]): RawRow {
  const values = new Map<string, RawValue>([
    ['scope', row.at(-2) as number],
    ['product', row.at(-1) as string],
  ])
  const bound = boundRecord(recordOfRow(row))
  for (const [at, column] of WRITTEN_COLUMNS.entries()) values.set(column, bound[at] as RawValue)
  return columns.map(column => values.get(column) ?? null)
}

async function fillEmpty<T>(
  client: Client,
  server: ServerUrl,
  lastNumber: number,
  work: (target: RawTarget) => Promise<T>,
): Promise<T> {
  await migrate(client, server.shown, MIGRATIONS)
  await client.query('BEGIN')
  const tables = await postgresTables(client)
  // From here on nobody else writes: what is found empty stays empty.
  await client.query(`LOCK TABLE ${tables.map(({ name }) => identifier(name)).join(', ')} IN EXCLUSIVE MODE`)
  await refuseFilled(client, server, tables)
  const result = await work(new PostgresTarget(client, tables))
  await derive(client, tables, lastNumber)
  await client.query('COMMIT')
  await client.query('ANALYZE')
  return result
}

async function refuseFilled(client: Client, { shown }: ServerUrl, tables: readonly PostgresTable[]): Promise<void> {
  for (const { name } of tables) {
    const { rowCount } = await client.query(`SELECT FROM ${identifier(name)} LIMIT 1`)
    if (rowCount === 0) continue
    const { rows } = await client.query<{ accounts: number; records: number }>(
      'SELECT (SELECT count(*) FROM accounts) AS accounts, (SELECT count(*) FROM records) AS records',
    )
    throw new Error(
      `${shown} is not empty: it has ${rows[0]?.accounts} accounts and ${rows[0]?.records} records; restore into a database of its own`,
    )
  }
}

class PostgresTarget implements RawTarget {
  readonly tables: readonly PostgresTable[]
  readonly #client: Client

  constructor(client: Client, tables: readonly PostgresTable[]) {
    this.#client = client
    this.tables = tables
  }

  async insert(table: RawTable, rows: readonly RawRow[]): Promise<void> {
    const known = this.tables.find(({ name }) => name === table.name)
    if (known === undefined) throw new Error(`there is no table ${table.name}`)
    if (table.name !== 'records') return this.#insert(known, table.columns, rows)
    const at = new Map(table.columns.map((column, place) => [column, place]))
    const value = (row: RawRow, column: string) => row[at.get(column) ?? -1] ?? null
    const records = rows.map(row => [
      value(row, 'scope'),
      value(row, 'product'),
      ...written(recordOf(WRITTEN_COLUMNS.map(column => value(row, column))) as RegistryRecord),
    ])
    await this.#insert(known, ['scope', 'product', ...ROW.map(({ column }) => column)], records)
  }

  async #insert(
    table: PostgresTable,
    columns: readonly string[],
    rows: readonly (readonly unknown[])[],
  ): Promise<void> {
    const arrays = columns.map((column, at) => `$${at + 1}::${table.types[column]}[]`)
    await this.#client.query(
      `INSERT INTO ${identifier(table.name)} (${columns.map(identifier).join(', ')}) OVERRIDING SYSTEM VALUE
       SELECT * FROM unnest(${arrays.join(', ')})`,
      columns.map((_, at) => rows.map(row => row[at] ?? null)),
    )
  }
}

/** What follows from the rows: totals, the numbers that are used up, and that other processes forget what they knew. */
async function derive(client: Client, tables: readonly PostgresTable[], lastNumber: number): Promise<void> {
  for (const { name, identity } of tables) {
    if (identity === undefined) continue
    const sequence = `pg_get_serial_sequence('${name}', '${identity}')`
    await client.query(
      `SELECT setval(${sequence}, max(${identifier(identity)})) FROM ${identifier(name)} HAVING count(*) > 0`,
    )
  }
  await client.query(`
    DELETE FROM tallies;
    INSERT INTO tallies SELECT scope, '', count(*) FROM records GROUP BY scope;
    INSERT INTO scope_states (scope, changes, last_number) SELECT scope, 1, max(number) FROM records GROUP BY scope
      ON CONFLICT (scope) DO UPDATE SET changes = scope_states.changes + 1, last_number = excluded.last_number;
    UPDATE directory_changes SET counter = counter + 1;
  `)
  await client.query('UPDATE workers SET mark = greatest(mark, $1)', [lastNumber])
  const { rows } = await client.query<{ product: string; columns: string }>(
    'SELECT product, columns FROM tally_columns',
  )
  for (const { product, columns } of rows) await countTally(client, product, columns.split(',') as unknown as Tally)
}
