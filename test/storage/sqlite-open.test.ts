import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrate } from '../../src/storage/sqlite/migrate.ts'
import { MIGRATIONS } from '../../src/storage/sqlite/migrations.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { type Temporary, temporary } from './temporary.ts'

let place: Temporary
beforeEach(() => {
  place = temporary()
})
afterEach(() => place[Symbol.dispose]())

const isRoot = process.getuid?.() === 0

/** Fails to open, and says why in one line. */
async function whyNot(path: string): Promise<string> {
  const failed = await openSqlite(path, { clock: Date.now }).then(
    () => 'opened',
    (error: unknown) => (error instanceof Error ? error.message : 'no error'),
  )
  expect(failed).not.toContain('\n')
  return failed
}

describe('a database that cannot be used is refused with a line that names path and remedy', () => {
  test('no directory', async () => {
    const directory = join(place.directory, 'missing')
    expect(await whyNot(join(directory, 'certfolio.db'))).toBe(
      `${directory} does not exist; create it, or name another data directory`,
    )
  })

  test('the directory is a file', async () => {
    writeFileSync(place.path, '')
    expect(await whyNot(join(place.path, 'certfolio.db'))).toBe(
      `${place.path} is not a directory; name another data directory`,
    )
  })

  test('the file is a directory', async () => {
    mkdirSync(place.path)
    expect(await whyNot(place.path)).toContain(`${place.path} is not a file; move it away`)
  })

  test('a directory where nothing can be created', async () => {
    expect(await whyNot('/proc/self/certfolio.db')).toContain('cannot be written; check')
  })

  // Root may write whatever the mode says.
  test.skipIf(isRoot)('a read-only file', async () => {
    const storage = await openSqlite(place.path, { clock: Date.now })
    await storage.close()
    chmodSync(place.path, 0o400)
    expect(await whyNot(place.path)).toBe(`${place.path} cannot be written; check its owner and its mode`)
  })

  test('not a database', async () => {
    writeFileSync(place.path, 'Once upon a time there was a text of more than one hundred bytes. '.repeat(20))
    expect(await whyNot(place.path)).toBe(`${place.path} is not a database; move it away, or restore a backup`)
  })

  test('the database of another program', async () => {
    const other = new DatabaseSync(place.path)
    other.exec('CREATE TABLE notes (text)')
    other.close()
    expect(await whyNot(place.path)).toBe(
      `${place.path} is a database of another program; name a data directory of its own`,
    )
  })

  test('locked by another process, within two seconds', async () => {
    await openSqlite(place.path, { clock: Date.now }).then(storage => storage.close())
    const other = new DatabaseSync(place.path)
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    const started = performance.now()
    expect(await whyNot(place.path)).toBe(
      `${place.path} is locked by another process; stop that process, or name another data directory`,
    )
    expect(performance.now() - started).toBeLessThan(2000)
    other.close()
  })

  test('a newer schema, which stays as it is', async () => {
    await openSqlite(place.path, { clock: Date.now }).then(storage => storage.close())
    const database = new DatabaseSync(place.path)
    database.exec('PRAGMA user_version = 99')
    expect(await whyNot(place.path)).toBe(
      `${place.path} has schema version 99, and this version of Certfolio knows up to ${MIGRATIONS.length}; ` +
        'use the newer version, or restore a backup',
    )
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 })
    database.close()
  })
})

describe('migrations', () => {
  const version = (database: DatabaseSync) => database.prepare('PRAGMA user_version').get()?.user_version

  test('run once each, in order, and again only when there are new ones', () => {
    const database = new DatabaseSync(place.path)
    const steps = [
      { name: 'one', sql: 'CREATE TABLE one (a)' },
      { name: 'two', sql: 'ALTER TABLE one ADD COLUMN b; INSERT INTO one VALUES (1, 2)' },
    ]
    migrate(database, place.path, steps.slice(0, 1))
    expect(version(database)).toBe(1)
    migrate(database, place.path, steps)
    migrate(database, place.path, steps)
    expect(version(database)).toBe(2)
    expect(database.prepare('SELECT a, b FROM one').all()).toEqual([{ a: 1, b: 2 }])
    database.close()
  })

  test('a step that fails is undone whole, and the steps before it stay', () => {
    const database = new DatabaseSync(place.path)
    const steps = [
      { name: 'good', sql: 'CREATE TABLE good (a)' },
      { name: 'bad', sql: 'CREATE TABLE bad (a); INSERT INTO nowhere VALUES (1)' },
    ]
    expect(() => migrate(database, place.path, steps)).toThrow('nowhere')
    expect(version(database)).toBe(1)
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
    expect(tables).toEqual([{ name: 'good' }])
    database.close()
  })

  test('a database that two processes open at once is migrated once', async () => {
    const storages = await Promise.all([0, 1].map(() => openSqlite(place.path, { clock: Date.now })))
    for (const storage of storages) expect(await storage.ready()).toBe(true)
    await Promise.all(storages.map(storage => storage.close()))
  })
})
