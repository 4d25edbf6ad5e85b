/** Opens a database file only to read it: for backups and examinations beside a server, and on a disk that failed. */

import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
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
    database = new DatabaseSync(isUnchanging(path) ? immutable(path) : path, { readOnly: true, timeout: 1_000 })
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

/** On a read-only file system SQLite cannot keep its index of the log. It needs none where the log is folded in. */
function isUnchanging(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK)
    return false
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EROFS') return false
    const log = statSync(`${path}-wal`, { throwIfNoEntry: false })
    if ((log?.size ?? 0) > 0)
      throw new Error(`${path} has a log that cannot be read on a read-only file system; copy both elsewhere`)
    return true
  }
}

function immutable(path: string): URL {
  const url = pathToFileURL(path)
  url.searchParams.set('immutable', '1')
  return url
}
