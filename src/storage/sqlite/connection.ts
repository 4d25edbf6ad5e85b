/** Opens connections to the database file, and says in one line what is wrong when it cannot. */

import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { primaryCode, SQLITE } from './failure.ts'

/** Milliseconds that opening waits for another process, for example one that migrates. */
const OPENING_PATIENCE = 1_000
/** Page cache of a connection, in KiB. */
const CACHE = 32 * 1024
/** Pages of the write-ahead log before it is folded into the database: 64 MiB, so that a bulk import folds a page once. */
const CHECKPOINT_PAGES = 16_384

/**
 * Opens the database, creating the file if there is none. `PRAGMA synchronous = FULL` is set explicitly: an
 * acknowledged write has reached the disk.
 * @throws Error with one line that names the path and the remedy
 */
export function connect(path: string): DatabaseSync {
  refuseUnusable(path)
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: OPENING_PATIENCE })
    const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode
    if (mode !== 'wal' && path !== ':memory:')
      throw new Error(`${path} cannot keep a write-ahead log; put the data directory on a local disk`)
    database.exec(`
      PRAGMA synchronous = FULL;
      PRAGMA foreign_keys = ON;
      PRAGMA cache_size = -${CACHE};
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
    `)
    refuseReadOnly(database)
    return database
  } catch (error) {
    database?.close()
    throw opening(path, error)
  }
}

/** Lets a statement block the thread as long as opening may: for writes that no `patiently` waits for. */
export function blockLong(database: DatabaseSync): void {
  database.exec(`PRAGMA busy_timeout = ${OPENING_PATIENCE}`)
}

/** An error of SQLite while opening or migrating, in words that name the path and the remedy. */
export function opening(path: string, error: unknown): Error {
  const told = (text: string) => new Error(`${path} ${text}`, { cause: error })
  switch (primaryCode(error)) {
    case SQLITE.BUSY:
    case SQLITE.LOCKED:
      return told('is locked by another process; stop that process, or name another data directory')
    case SQLITE.NOTADB:
      return told('is not a database; move it away, or restore a backup')
    case SQLITE.CORRUPT:
      return told('is damaged; restore a backup')
    case SQLITE.READONLY:
    case SQLITE.PERM:
    case SQLITE.CANTOPEN:
      return told('cannot be written; check the owner and the mode of the file and its directory')
    case SQLITE.FULL:
      return told('cannot grow: the disk is full; free some space')
    case SQLITE.IOERR:
      return told('cannot be read or written: input/output error; check the disk')
    default:
      return error instanceof Error ? error : new Error(String(error))
  }
}

function refuseUnusable(path: string): void {
  if (path === ':memory:') return
  const directory = dirname(path)
  if (!existsSync(directory)) throw new Error(`${directory} does not exist; create it, or name another data directory`)
  if (!statSync(directory).isDirectory())
    throw new Error(`${directory} is not a directory; name another data directory`)
  if (existsSync(path) && !statSync(path).isFile())
    throw new Error(`${path} is not a file; move it away, or name another data directory`)
  for (const needed of existsSync(path) ? [directory, path] : [directory]) {
    try {
      accessSync(needed, constants.W_OK | constants.R_OK)
    } catch (error) {
      throw new Error(`${needed} cannot be written; check its owner and its mode`, { cause: error })
    }
  }
}

/** SQLite opens a file that it may not write without a word, and fails at the first write. */
function refuseReadOnly(database: DatabaseSync): void {
  try {
    database.exec('BEGIN IMMEDIATE; ROLLBACK')
  } catch (error) {
    // Somebody else is writing: then it can be written.
    if (primaryCode(error) !== SQLITE.BUSY) throw error
  }
}
