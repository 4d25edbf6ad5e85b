/** Opens a database file only to read it: for backups and examinations beside a server, and on a disk that failed. */

import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { opening } from './connection.ts'
import { versionOf } from './migrate.ts'
import { MIGRATIONS } from './migrations.ts'

/**
 * A writer is neither waited for nor held up, and nothing is migrated.
 * @throws Error with one line that names the path and the remedy
 */
export function openForReading(path: string): DatabaseSync {
  if (!existsSync(path)) throw new Error(`There is no registry at ${path}; name its data directory with --data.`)
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 1_000 })
    const version = versionOf(database)
    if (version > MIGRATIONS.length)
      throw new Error(
        `${path} has schema version ${version}, and this version of Certfolio knows up to ${MIGRATIONS.length}; use the newer version`,
      )
    return database
  } catch (error) {
    database?.close()
    throw opening(path, error)
  }
}
