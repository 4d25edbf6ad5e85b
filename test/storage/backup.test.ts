import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createVault } from '../../src/identity/vault.ts'
import type { Archive } from '../../src/registry/archive.ts'
import { createArchive } from '../../src/storage/backup/archive.ts'
import { openSqliteRaw } from '../../src/storage/backup/sqlite.ts'
import { openSqlite, type SqliteStorage } from '../../src/storage/sqlite/open.ts'
import { DECLARATIONS, ORDERS } from './declarations.ts'
import { draft, START, scopeOf } from './drafts.ts'
import { type Temporary, temporary } from './temporary.ts'

const RECORDS = 1_200
const CONTEXT = 'test/secret'
const vault = createVault(new Uint8Array(32).fill(7))
const scopes = ['one', 'two'].map(part => scopeOf(ORDERS.product, part))

let place: Temporary
let storage: SqliteStorage
let backup: string
beforeAll(async () => {
  place = temporary()
  mkdirSync(join(place.directory, 'data'))
  storage = await openSqlite(place.path, { clock: () => START })
  await storage.declare(DECLARATIONS)
  for (const scope of scopes)
    await storage.records.add(
      scope,
      Array.from({ length: RECORDS / scopes.length }, (_, at) =>
        draft(
          {
            name: `name ${at} é\u0000😀`,
            searchText: `text ${at}`,
            status: at % 3 === 0 ? 'UPLOAD' : 'EXPIRED',
            attributes: { at },
          },
          {
            contents: [
              { role: 'file', bytes: Buffer.from(`file ${at % 100}`) },
              { role: 'chain', bytes: Buffer.from(`chain ${at}`) },
              { role: 'chain', bytes: Buffer.from('root') },
            ],
            secrets: [{ role: 'private-key', sealed: vault.seal(`key ${at}`, CONTEXT) }],
          },
        ),
      ),
    )
  backup = join(place.directory, 'backup')
  await archiveOf(place.path).backup(backup)
})
afterAll(async () => {
  await storage?.close()
  place?.[Symbol.dispose]()
})

function archiveOf(path: string, key = vault): Archive {
  return createArchive({
    version: '1.2.3',
    clock: () => START,
    dataDir: join(place.directory, 'data'),
    vault: () => key,
    open: async () => openSqliteRaw(path),
    sealingContext: () => CONTEXT,
  })
}

/** A database that nobody has made yet. */
let others = 0
function elsewhere(): string {
  return join(place.directory, `other-${++others}.db`)
}

const sums = ({ tables }: Awaited<ReturnType<Archive['verify']>>) =>
  Object.fromEntries(tables.map(({ name, sha256 }) => [name, sha256]))

describe('a backup', () => {
  test('says what it holds, and is readable by its owner alone', async () => {
    const summary = await archiveOf(place.path).verify(backup)
    expect(summary).toMatchObject({
      version: '1.2.3',
      at: START,
      engine: 'sqlite',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(Object.fromEntries(summary.tables.map(({ name, rows }) => [name, rows]))).toMatchObject({
      scopes: 2,
      records: RECORDS,
      contents: 2 * (100 + RECORDS / 2 + 1),
      record_contents: 3 * RECORDS,
      secrets: RECORDS,
    })
    expect(statSync(backup).mode & 0o777).toBe(0o600)
  })

  test('has every table but those that follow from the others', async () => {
    const tables = storage.database
      .prepare(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'",
      )
      .all()
      .map(({ name }) => name)
    const { tables: held } = await archiveOf(place.path).verify(backup)
    const derived = ['tallies', 'tally_columns', 'last_number', 'edits', 'directory_changes', 'master_key_check']
    expect([...held.map(({ name }) => name), ...derived].toSorted()).toEqual(tables.toSorted())
  })

  test('of the same registry has the same checksums, table by table', async () => {
    const again = join(place.directory, 'again')
    const summary = await archiveOf(place.path).backup(again)
    expect(sums(summary)).toEqual(sums(await archiveOf(place.path).verify(backup)))
  })

  test('holds no secret in clear, nor the master key', () => {
    const text = gunzipSync(readFileSync(backup)).toString('latin1')
    expect(text).not.toContain(Buffer.from('key 17').toString('base64'))
    for (const form of ['hex', 'base64'] as const)
      expect(text).not.toContain(Buffer.alloc(32, 7).toString(form).slice(0, 40))
  })

  test('shows one moment while writes go on', async () => {
    const other = temporary()
    const busy = await openSqlite(other.path, { clock: Date.now })
    const scope = scopeOf(ORDERS.product, 'busy')
    // Each write adds a pair: a moment between the two never existed.
    let writing = true
    const writer = (async () => {
      for (let at = 0; writing; at++)
        await busy.records.add(
          scope,
          [0, 1].map(half => draft({ uniqueKey: `${at}/${half}`, searchText: `text ${at}` })),
        )
    })()
    for (let round = 0; round < 5; round++) {
      const file = join(other.directory, `backup-${round}`)
      await archiveOf(other.path).backup(file)
      const target = join(other.directory, `restored-${round}.db`)
      await archiveOf(target).restore(file)
      const restored = await openSqlite(target, { clock: Date.now })
      const { count } = restored.database.prepare('SELECT count(*) AS count FROM records').get() ?? {}
      expect(Number(count) % 2).toBe(0)
      expect(restored.database.prepare("SELECT count FROM tallies WHERE tally = ''").get()).toEqual(
        count === 0 ? undefined : { count },
      )
      await restored.close()
    }
    writing = false
    await writer
    await busy.close()
    other[Symbol.dispose]()
  })

  test('that cannot be finished leaves the file that was there', async () => {
    const file = join(place.directory, 'kept')
    copyFileSync(backup, file)
    const stop = new AbortController()
    const stopped = archiveOf(place.path).backup(file, { signal: stop.signal, progress: () => stop.abort() })
    await expect(stopped).rejects.toThrow(`The backup was stopped; ${file} was not written.`)
    expect(readFileSync(file).equals(readFileSync(backup))).toBe(true)
    expect(readdirSync(place.directory).filter(name => name.startsWith('.'))).toEqual([])
  })

  test.each([
    ['a directory that does not exist', '/nowhere/at/all', /its directory does not exist/],
    ['a directory', '/tmp', /it is a directory/],
    ['a place where nothing can be written', '/proc/backup', /cannot be written/],
  ])('into %s is refused in words', async (_, path, says) => {
    await expect(archiveOf(place.path).backup(path)).rejects.toThrow(says)
  })

  test('of nothing is refused', async () => {
    const path = elsewhere()
    await expect(archiveOf(path).backup(join(place.directory, 'x'))).rejects.toThrow(`There is no registry at ${path}`)
    expect(existsSync(path)).toBe(false)
  })
})

describe('a restore', () => {
  test('gives the same registry: rows, numbers, totals, texts', async () => {
    const path = elsewhere()
    const summary = await archiveOf(path).restore(backup)
    const restored = await openSqlite(path, { clock: () => START })
    await restored.declare(DECLARATIONS)
    const rows = (of: SqliteStorage, sql: string) => of.database.prepare(sql).all()
    for (const sql of [
      'SELECT * FROM records ORDER BY number',
      'SELECT * FROM secrets ORDER BY number',
      'SELECT * FROM tallies ORDER BY scope, tally',
      'SELECT * FROM tally_columns ORDER BY product, columns',
      'SELECT rowid FROM text_search ORDER BY rowid',
      'SELECT number, role, position, bytes FROM record_contents JOIN contents ON id = content ORDER BY 1, 2, 3',
      'SELECT number FROM last_number',
    ])
      expect(rows(restored, sql)).toEqual(rows(storage, sql))
    await restored.close()
    const again = await archiveOf(path).backup(join(place.directory, 'moved'))
    expect(sums(again)).toEqual(sums(summary))
    const findings: string[] = []
    expect(await archiveOf(path).examine(({ check, says }) => findings.push(`${check}: ${says}`))).toEqual({
      records: RECORDS,
      contents: 1_402,
      secrets: RECORDS,
    })
    expect(findings).toEqual([])
  })

  test('goes on with the numbers after the last one, also where its record was deleted', async () => {
    const source = elsewhere()
    const first = await openSqlite(source, { clock: () => START })
    const [deleted] = await first.records.add(scopes[0] as never, [draft()])
    await first.records.remove(scopes[0] as never, deleted?.record.number ?? 0)
    await first.close()
    const file = join(place.directory, 'deleted')
    await archiveOf(source).backup(file)
    const path = elsewhere()
    await archiveOf(path).restore(file)
    const restored = await openSqlite(path, { clock: () => START })
    const [added] = await restored.records.add(scopes[0] as never, [draft()])
    expect(added?.record.number).toBeGreaterThan(deleted?.record.number ?? Number.POSITIVE_INFINITY)
    await restored.close()
  })

  test('into a registry that is not empty is refused, and changes nothing', async () => {
    const path = elsewhere()
    const target = await openSqlite(path, { clock: () => START })
    await target.records.add(scopes[0] as never, [draft({ name: 'mine' })])
    await expect(archiveOf(path).restore(backup)).rejects.toThrow(
      `${path} is not empty: it has 0 accounts and 1 records; restore into a data directory of its own`,
    )
    expect(target.database.prepare('SELECT name FROM records').all()).toEqual([{ name: 'mine' }])
    await target.close()
  })

  test('into an empty registry that is open and declared has the totals at once', async () => {
    const path = elsewhere()
    const target = await openSqlite(path, { clock: () => START })
    await target.declare(DECLARATIONS)
    await archiveOf(path).restore(backup)
    const list = (of: SqliteStorage, filters: object) =>
      of.records.list(scopes[0] as never, {
        declaration: ORDERS,
        filters: filters as never,
        order: 'updated',
        direction: 'descending',
        window: { skip: 0, take: 1 },
      })
    for (const filters of [{}, { status: ['UPLOAD'] }])
      expect(await list(target, filters)).toEqual(await list(storage, filters))
    await target.close()
  })

  test('with another master key is refused, unless that is wanted', async () => {
    const other = createVault(new Uint8Array(32).fill(8))
    const path = elsewhere()
    await expect(archiveOf(path, other).restore(backup)).rejects.toThrow(
      /sealed with another master key .* put the master\.key/,
    )
    expect(existsSync(path)).toBe(false)
    await archiveOf(path, other).restore(backup, { keyMayDiffer: true })
    const findings: string[] = []
    await archiveOf(path, other).examine(({ check }) => findings.push(check))
    // A hundred are told, and the last line says how many more there are.
    expect(findings).toEqual(Array.from({ length: 101 }, () => 'records'))
  })

  test('that is stopped midway leaves an empty registry', async () => {
    const path = elsewhere()
    const stop = new AbortController()
    const progress = (done: number, total: number) => {
      if (done > total * 0.7) stop.abort()
    }
    await expect(archiveOf(path).restore(backup, { signal: stop.signal, progress })).rejects.toThrow()
    const restored = await openSqlite(path, { clock: () => START })
    expect(restored.database.prepare('SELECT count(*) AS n FROM records').get()).toEqual({ n: 0 })
    await restored.close()
    await archiveOf(path).restore(backup)
  })
})

describe('a file that is not what was written is refused in words, and nothing is made', () => {
  /** Restores the bytes. @returns what it says, without the path */
  async function whyNot(bytes: Uint8Array): Promise<string> {
    const file = join(place.directory, 'spoilt')
    writeFileSync(file, bytes)
    const path = elsewhere()
    const said = await archiveOf(path)
      .restore(file)
      .then(
        () => 'restored',
        (error: Error) => error.message,
      )
    expect(existsSync(path)).toBe(false)
    expect(said.startsWith(`${file} `) ? '' : said).toBe('')
    return said.slice(file.length + 1)
  }

  /** The content as lines, changed and compressed again: nothing but our own checksums can tell. */
  function rewritten(change: (lines: string[]) => string[]): Buffer {
    return gzipSync(change(gunzipSync(readFileSync(backup)).toString().split('\n')).join('\n'))
  }

  test('cut off at any place', async () => {
    const whole = readFileSync(backup)
    for (let part = 1; part < 40; part++) {
      const said = await whyNot(whole.subarray(0, Math.floor((whole.length * part) / 40)))
      expect(said).toMatch(
        /^is cut off: it ends (?:within the table \w+, after \d+ of \d+ rows|after \d+ of \d+ tables)/,
      )
    }
    expect(await whyNot(whole.subarray(0, whole.length - 1))).toMatch(/^is cut off/)
  })

  test('cut off and compressed again', async () => {
    expect(await whyNot(rewritten(lines => lines.slice(0, -2)))).toMatch(/^is cut off: it ends after \d+ of \d+ tables/)
    expect(await whyNot(rewritten(lines => lines.slice(0, 100)))).toMatch(/^is cut off: it ends within the table/)
  })

  test('with a byte changed at any place', async () => {
    const whole = readFileSync(backup)
    for (let part = 0; part < 60; part++) {
      const altered = Buffer.from(whole)
      // After the ten bytes of gzip's header, half of which mean nothing.
      const at = 10 + Math.floor(((whole.length - 10) * part) / 60)
      altered[at] = (altered[at] ?? 0) ^ (1 << (part % 8))
      expect(await whyNot(altered)).toMatch(/^(?:was altered or damaged|is cut off|is not a backup)/)
    }
  })

  test('with a row changed, and compressed again', async () => {
    const said = await whyNot(rewritten(lines => lines.map(line => line.replace('name 17 ', 'name 18 '))))
    expect(said).toBe('was altered or damaged: the table records is not what was written; use another backup')
  })

  test.each([
    [
      'a row missing',
      (lines: string[]) => lines.filter(line => !line.includes('name 17 ')),
      /the table records has 1198 rows where 1200 were written/,
    ],
    [
      'a table missing',
      (lines: string[]) => withoutTable(lines, 'workspaces'),
      /the table workspaces is not what its header says/,
    ],
    [
      'another header',
      (lines: string[]) => lines.map(line => line.replace('"1.2.3"', '"1.2.4"')),
      /its checksum is not that of its content/,
    ],
    ['something after the end', (lines: string[]) => [...lines, '{}', ''], /it goes on after its end/],
    ['a line that is no JSON', (lines: string[]) => lines.with(3, '{'), /a line that is no JSON/],
  ])('with %s', async (_, change, says) => {
    expect(await whyNot(rewritten(change))).toMatch(says)
  })

  test('with bytes behind the compressed content', async () => {
    expect(await whyNot(Buffer.concat([readFileSync(backup), Buffer.from('x')]))).toMatch(
      /^(?:was altered or damaged|is cut off)/,
    )
  })

  test.each([
    ['empty', Buffer.alloc(0)],
    ['text', Buffer.from('Once upon a time')],
    ['other compressed text', gzipSync('Once upon a time')],
    ['other compressed JSON', gzipSync('{"a":1}\n')],
    ['a database', Buffer.from('SQLite format 3\0')],
  ])('%s', async (_, bytes) => {
    expect(await whyNot(bytes)).toBe('is not a backup of Certfolio')
  })

  test('of a newer format', async () => {
    const said = await whyNot(rewritten(lines => lines.map(line => line.replace('"format":1', '"format":2'))))
    expect(said).toBe('has backup format 2, and this version of Certfolio knows up to 1; use version 1.2.3')
  })

  test('missing', async () => {
    await expect(archiveOf(elsewhere()).restore('/nowhere/at/all')).rejects.toThrow('/nowhere/at/all does not exist')
  })
})

function withoutTable(lines: readonly string[], name: string): string[] {
  const from = lines.findIndex(line => line.startsWith(`{"table":"${name}"`))
  const to = lines.findIndex(line => line.startsWith(`{"end":"${name}"`))
  return lines.filter((_, at) => at < from || at > to)
}
