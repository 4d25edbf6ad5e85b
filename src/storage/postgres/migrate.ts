/** Brings a database to the schema that this version knows: forwards only, each step whole or not at all. */

import type { Client } from './connections.ts'
import { MIGRATING } from './locks.ts'
import type { Migration } from './migrations.ts'

/** What the tables need. */
const OLDEST_SERVER = 150_000

/**
 * Runs the migrations that the database has not seen. Processes that start together take turns.
 * @param shown the database, for messages
 * @throws Error with one line for a server that is too old, a database that is not in UTF-8, or a newer schema
 */
export async function migrate(client: Client, shown: string, migrations: readonly Migration[]): Promise<void> {
  await refuseUnfit(client, shown)
  while ((await step(client, shown, migrations)) === 'done');
}

async function step(client: Client, shown: string, migrations: readonly Migration[]): Promise<'done' | 'complete'> {
  await client.query('BEGIN')
  try {
    await client.query(`SELECT pg_advisory_xact_lock(${MIGRATING})`)
    await client.query('CREATE TABLE IF NOT EXISTS schema_versions (version integer PRIMARY KEY, name text NOT NULL)')
    const version = await versionOf(client)
    if (version > migrations.length)
      throw new Error(
        `${shown} has schema version ${version}, and this version of Certfolio knows up to ${migrations.length}; use the newer version, or restore a backup`,
      )
    const migration = migrations[version]
    if (migration !== undefined) {
      await client.query('SET LOCAL statement_timeout = 0')
      await client.query(migration.sql)
      await client.query('INSERT INTO schema_versions VALUES ($1, $2)', [version + 1, migration.name])
    }
    await client.query('COMMIT')
    return migration === undefined ? 'complete' : 'done'
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/** How many migrations the database has seen. */
export async function versionOf(client: Client): Promise<number> {
  const found = await client.query<{ name: string | null }>("SELECT to_regclass('schema_versions') AS name")
  if (found.rows[0]?.name === null) return 0
  const { rows } = await client.query<{ version: number }>(
    'SELECT coalesce(max(version), 0) AS version FROM schema_versions',
  )
  return rows[0]?.version ?? 0
}

async function refuseUnfit(client: Client, shown: string): Promise<void> {
  const { rows } = await client.query<{ version: string; encoding: string }>(
    "SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding",
  )
  const { version, encoding } = rows[0] ?? {}
  if (Number(version) < OLDEST_SERVER)
    throw new Error(`${shown} is on a PostgreSQL older than 15; use 15 or a newer one`)
  if (encoding !== 'UTF8') throw new Error(`${shown} is in ${encoding}; create a database in UTF8`)
}
