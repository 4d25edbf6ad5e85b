/** Brings a database to the schema that this version knows: forwards only, each step whole or not at all. */

import type { DatabaseSync } from 'node:sqlite'
import type { Migration } from './migrations.ts'

/** "Cfol": marks a file as ours, so that another program's database is not taken for one. */
const APPLICATION_ID = 0x43666f6c

/**
 * Runs the migrations that the database has not seen.
 * @throws Error with one line that names the path, when the schema is newer or the file is another program's
 */
export function migrate(database: DatabaseSync, path: string, migrations: readonly Migration[]): void {
  refuseForeign(database, path, migrations.length)
  while (versionOf(database) < migrations.length) {
    database.exec('BEGIN IMMEDIATE')
    try {
      // Another process may have been faster while this one waited.
      const version = versionOf(database)
      const migration = migrations[version]
      if (migration !== undefined) {
        database.exec(migration.sql)
        database.exec(`PRAGMA user_version = ${version + 1}; PRAGMA application_id = ${APPLICATION_ID}`)
      }
      database.exec('COMMIT')
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }
}

function refuseForeign(database: DatabaseSync, path: string, known: number): void {
  const application = pragma(database, 'application_id')
  const tables = Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n)
  if (application !== APPLICATION_ID && (application !== 0 || tables > 0))
    throw new Error(`${path} is a database of another program; name a data directory of its own`)
  const version = versionOf(database)
  if (version > known)
    throw new Error(
      `${path} has schema version ${version}, and this version of Certfolio knows up to ${known}; use the newer version, or restore a backup`,
    )
}

/** How many migrations the database has seen. */
export function versionOf(database: DatabaseSync): number {
  return pragma(database, 'user_version')
}

function pragma(database: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name])
}
