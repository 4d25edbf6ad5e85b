import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createVault } from '../../src/identity/vault.ts'
import type { Archive, BackupSummary } from '../../src/registry/archive.ts'
import type { Storage } from '../../src/registry/store.ts'
import { createArchive } from '../../src/storage/backup/archive.ts'
import { openPostgresRaw } from '../../src/storage/backup/postgres.ts'
import { openSqliteRaw } from '../../src/storage/backup/sqlite.ts'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { embedded, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { DECLARATIONS, ORDERS } from './declarations.ts'
import { draft, START, scopeOf } from './drafts.ts'
import { type Temporary, temporary } from './temporary.ts'

const RECORDS = 700
const CONTEXT = 'test/secret'
const vault = createVault(new Uint8Array(32).fill(7))
const scopes = ['one', 'two'].map(part => scopeOf(ORDERS.product, part))
const clock = () => START

let place: Temporary
let server: PostgresServer
let backup: string
let written: BackupSummary
beforeAll(async () => {
  place = temporary()
  mkdirSync(join(place.directory, 'data'))
  server = await startPostgres(await embedded())
  const storage = await openSqlite(place.path, { clock })
  await storage.declare(DECLARATIONS)
  await fill(storage)
  await storage.close()
  backup = join(place.directory, 'backup')
  written = await onSqlite(place.path).backup(backup)
})
afterAll(async () => {
  await server?.dispose()
  place?.[Symbol.dispose]()
})

async function fill(storage: Storage): Promise<void> {
  for (const scope of scopes) {
    const drafts = Array.from({ length: RECORDS / scopes.length }, (_, at) =>
      draft(
        {
          // Some longer than an index of PostgreSQL holds, and in every plane of Unicode.
          name: `name ${at} é😀${at % 50 === 0 ? 'x'.repeat(5_000) : ''}`,
          vendorId: at % 2 === 0 ? `vendor ${at}` : null,
          uniqueKey: at % 100 === 0 ? `long ${at} ${'y'.repeat(3_000)}` : null,
          searchText: `text ${at} "quoted", {braced}, back\\slash`,
          status: at % 3 === 0 ? 'UPLOAD' : 'EXPIRED',
          deployable: at % 2 === 0,
          keyBits: at % 5 === 0 ? null : 2048,
          subjectAltNames: ['a.test', `b-${at}.test`],
          attributes: { at, nested: { list: [1, 'two', null] } },
        },
        {
          contents: [
            { role: 'file', bytes: Buffer.from(`file ${at % 100}`) },
            { role: 'chain', bytes: Buffer.from([0, at % 256, 255]) },
            { role: 'chain', bytes: new Uint8Array(0) },
          ],
          secrets: [{ role: 'private-key', sealed: vault.seal(`key ${at}`, CONTEXT) }],
        },
      ),
    )
    const added = await storage.records.add(scope, drafts)
    await storage.records.remove(scope, added.at(-1)?.record.number ?? 0)
  }
}

const means = { version: '1.2.3', clock, vault: () => vault, sealingContext: () => CONTEXT }

function onSqlite(path: string): Archive {
  return createArchive({ ...means, dataDir: join(place.directory, 'data'), open: async () => openSqliteRaw(path) })
}

function onPostgres(url: string): Archive {
  return createArchive({ ...means, dataDir: join(place.directory, 'data'), open: async () => openPostgresRaw(url) })
}

const sums = ({ tables }: BackupSummary) =>
  Object.fromEntries(tables.map(({ name, rows, sha256 }) => [name, `${rows} ${sha256}`]))

async function findings(archive: Archive): Promise<readonly string[]> {
  const found: string[] = []
  await archive.examine(({ check, says }) => found.push(`${check}: ${says}`))
  return found
}

let others = 0
function elsewhere(kind: 'file' | 'backup'): string {
  return join(place.directory, `other-${++others}${kind === 'file' ? '.db' : ''}`)
}

describe('from SQLite to PostgreSQL and back', () => {
  let url: string
  beforeAll(async () => {
    url = await server.createDatabase()
    await onPostgres(url).restore(backup)
  })

  test('the registry is the same, row for row, on both', async () => {
    const there = elsewhere('backup')
    const onTheOther = await onPostgres(url).backup(there)
    expect(onTheOther.engine).toBe('postgres')
    expect(sums(onTheOther)).toEqual(sums(written))
    const path = elsewhere('file')
    await onSqlite(path).restore(there)
    expect(sums(await onSqlite(path).backup(elsewhere('backup')))).toEqual(sums(written))
    expect(await findings(onSqlite(path))).toEqual([])
  })

  test('nothing is wrong with it, and it lists and counts the same', async () => {
    expect(await findings(onPostgres(url))).toEqual([])
    const [first, second] = [await openSqlite(place.path, { clock }), await openPostgres(url, { clock })]
    for (const storage of [first, second]) await storage.declare(DECLARATIONS)
    for (const scope of scopes)
      for (const filters of [{}, { status: ['UPLOAD'] }]) {
        const listing = {
          declaration: ORDERS,
          filters,
          order: 'updated',
          direction: 'ascending',
          window: { skip: 3, take: 50 },
        } as const
        expect(await second.records.list(scope, listing)).toEqual(await first.records.list(scope, listing))
      }
    await first.close()
    await second.close()
    expect(await findings(onPostgres(url))).toEqual([])
  })

  test('numbers go on after the largest that was ever assigned', async () => {
    const storage = await openPostgres(url, { clock })
    const scope = scopeOf(ORDERS.product, 'three')
    const [added] = await storage.records.add(scope, [draft()])
    const source = await openSqlite(place.path, { clock })
    const last = Number(source.database.prepare('SELECT number FROM last_number').get()?.number)
    await source.close()
    expect(added?.record.number).toBeGreaterThan(last)
    await storage.records.remove(scope, added?.record.number ?? 0)
    await storage.close()
  })

  test('what is not empty is left as it is', async () => {
    await expect(onPostgres(url).restore(backup)).rejects.toThrow(
      /127\.0\.0\.1:\d+\/test_\d+ is not empty: it has 0 accounts and 698 records; restore into a database of its own/,
    )
  })
})

test('a backup shows one moment while writes go on', async () => {
  const url = await server.createDatabase()
  const storage = await openPostgres(url, { clock: Date.now })
  const scope = scopeOf(ORDERS.product, 'busy')
  let writing = true
  const writer = (async () => {
    for (let at = 0; writing; at++)
      await storage.records.add(
        scope,
        [0, 1].map(half => draft({ uniqueKey: `${at}/${half}` })),
      )
  })()
  for (let round = 0; round < 4; round++) {
    const file = elsewhere('backup')
    const { tables } = await onPostgres(url).backup(file)
    expect((tables.find(({ name }) => name === 'records')?.rows ?? 1) % 2).toBe(0)
    await onPostgres(url).verify(file)
  }
  writing = false
  await writer
  await storage.close()
})

test('a backup that is spoilt leaves an empty database', async () => {
  const url = await server.createDatabase()
  const stop = new AbortController()
  const progress = (done: number, total: number) => {
    if (done > total * 0.8) stop.abort()
  }
  await expect(onPostgres(url).restore(backup, { signal: stop.signal, progress })).rejects.toThrow()
  await onPostgres(url).restore(backup)
  expect(await findings(onPostgres(url))).toEqual([])
})

test('where there is no registry, that is said', async () => {
  const url = await server.createDatabase()
  await expect(onPostgres(url).backup(elsewhere('backup'))).rejects.toThrow(
    /^There is no registry in 127\.0\.0\.1:\d+\/test_\d+; name its database/,
  )
  await expect(onPostgres(server.url('nowhere', 1)).backup(elsewhere('backup'))).rejects.toThrow(
    /127\.0\.0\.1:1\/nowhere cannot be reached/,
  )
})

describe('what is wrong is found', () => {
  let sound: string
  beforeAll(async () => {
    const url = await server.createDatabase()
    await onPostgres(url).restore(backup)
    sound = new URL(url).pathname.slice(1)
  })

  test.each([
    [
      'a content that was changed',
      "UPDATE contents SET bytes = 'x' WHERE bytes = ''",
      [/^contents: A content of \S+ is not what was stored/, /^contents: /],
    ],
    [
      'a secret that was changed',
      "UPDATE secrets SET sealed = 'x' WHERE number = (SELECT min(number) FROM secrets)",
      [/^records: The record \d+ of \S+ has a secret \(private-key\) that the master key does not open\.$/],
    ],
    [
      'a total that is wrong',
      "UPDATE tallies SET count = count + 1 WHERE tally = '' AND scope = 1",
      [/^totals: A total of the scope \S+\/one says 350, and there are 349 records\.$/],
    ],
    [
      'a total of nothing',
      "INSERT INTO tallies VALUES (1, 'stray', 1)",
      [/^totals: There are totals of records that do not exist: 1 of them\.$/],
    ],
    [
      'a content of nobody',
      "INSERT INTO contents VALUES (1, sha256('stray'), 'stray')",
      [/^links: The content [0-9a-f]{64} belongs to no record\.$/],
    ],
    [
      'a secret of nobody',
      "INSERT INTO secrets VALUES (1, 17, 'private-key', '')",
      [/^links: The record 17 does not exist, and has secrets\.$/],
    ],
    [
      'a chain with a hole',
      "DELETE FROM record_contents WHERE number = (SELECT min(number) FROM records) AND role = 'chain' AND position = 0",
      [/^links: The contents of the record \d+ \(chain\) are not numbered from 0 on\.$/],
    ],
    [
      'a record of the wrong product',
      "UPDATE records SET product = 'other' WHERE number = (SELECT min(number) FROM records)",
      [/^links: The record \d+ is of the product other/, /^totals: /],
    ],
    [
      'a number that will be given out again',
      'UPDATE scope_states SET last_number = 1 WHERE scope = 1',
      [/^numbers: The record \d+ has a larger number than its scope has assigned \(1\)\.$/],
    ],
    [
      'a long text that is not the one in the index',
      `UPDATE records SET long_texts = '{"name":"other"}' WHERE number = (SELECT min(number) FROM records WHERE long_texts IS NOT NULL)`,
      [/^long texts: The record \d+ has another name in its index than beside it\.$/],
    ],
    ['an index that is gone', 'DROP INDEX records_unique_key', [/^schema: The index records_unique_key is missing\.$/]],
    [
      'a user without an account',
      "SET LOCAL session_replication_role = replica; INSERT INTO projects VALUES ('p', 'gone', 'p', 1, 0)",
      [/^integrity: A row of projects refers to a row of accounts that does not exist\.$/],
    ],
  ])('%s', async (_, damage, says) => {
    const name = `damaged_${++others}`
    const administrator = await server.admin()
    await administrator.query(`CREATE DATABASE ${name} TEMPLATE ${sound}`)
    await administrator.end()
    const hand = await server.admin(name)
    await hand.query(`BEGIN; ${damage}; COMMIT`)
    await hand.end()
    const found = await findings(onPostgres(server.url(name)))
    for (const [at, sentence] of says.entries()) expect(found[at]).toMatch(sentence)
    expect(found).toHaveLength(says.length)
  })
})
