import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Listing } from '../../src/registry/listing.ts'
import { openSqlite, type SqliteStorage } from '../../src/storage/sqlite/open.ts'
import { ORDERS } from './declarations.ts'
import { draft, START, scopeOf } from './drafts.ts'
import { type Temporary, temporary } from './temporary.ts'

let place: Temporary
let storage: SqliteStorage
let now = START
const scope = scopeOf(ORDERS.product, 'failures')
const large = draft({}, { contents: [{ role: 'file', bytes: new Uint8Array(200_000).fill(1) }] })
const listing: Listing = {
  declaration: ORDERS,
  filters: {},
  order: 'updated',
  direction: 'descending',
  window: { skip: 0, take: 10 },
}

beforeEach(async () => {
  now = START
  place = temporary()
  storage = await openSqlite(place.path, { clock: () => now })
  await storage.declare([ORDERS])
  await storage.records.add(scope, [
    draft({ status: 'UPLOAD', statusDueAt: START + 1000, statusWhenDue: 'EXPIRED', updatedAt: START }),
  ])
})

afterEach(async () => {
  await storage.close()
  place[Symbol.dispose]()
})

function allowPages(pages: number): void {
  storage.database.exec(`PRAGMA max_page_count = ${pages}`)
}

function fillDisk(): void {
  allowPages(Number(storage.database.prepare('PRAGMA page_count').get()?.page_count))
}

test('a full disk refuses writes, keeps nothing of them, and goes on when there is space again', async () => {
  fillDisk()
  const refused = { fault: { is: 'storage-failed', why: 'disk full' } }
  await expect(storage.records.add(scope, [large])).rejects.toMatchObject(refused)
  expect((await storage.records.list(scope, listing)).total).toBe(1)
  expect(await storage.ready()).toBe(true)
  allowPages(1_000_000)
  expect(await storage.records.add(scope, [large])).toMatchObject([{ is: 'added' }])
  expect((await storage.records.list(scope, listing)).total).toBe(2)
})

test('a full disk fails every write that shares the transaction, and answers each', async () => {
  fillDisk()
  const answers = await Promise.allSettled(Array.from({ length: 5 }, () => storage.records.add(scope, [large])))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'rejected'))
  expect((await storage.records.list(scope, listing)).total).toBe(1)
})

test('while nothing can be written, lists answer and records tell the status that is due', async () => {
  storage.database.exec('PRAGMA query_only = ON')
  now = START + 1000
  const page = await storage.records.list(scope, listing)
  expect(page).toMatchObject({ total: 1, records: [{ status: 'EXPIRED', updatedAt: START + 1000 }] })
  await expect(storage.records.add(scope, [draft()])).rejects.toMatchObject({
    fault: { is: 'storage-failed', why: 'read-only' },
  })
  storage.database.exec('PRAGMA query_only = OFF')
  expect((await storage.records.list(scope, { ...listing, filters: { status: ['EXPIRED'] } })).total).toBe(1)
})

test('another process that keeps the database locked makes writes busy, and lists not', async () => {
  const other = new DatabaseSync(place.path)
  other.exec('BEGIN IMMEDIATE')
  const started = performance.now()
  const write = storage.records.add(scope, [draft()])
  expect((await storage.records.list(scope, listing)).total).toBe(1)
  await expect(write).rejects.toMatchObject({ fault: { is: 'busy', retryAfterSeconds: 1 } })
  expect(performance.now() - started).toBeLessThan(3000)
  other.exec('ROLLBACK')
  expect(await storage.records.add(scope, [draft()])).toMatchObject([{ is: 'added' }])
  other.close()
})

test('a lock that ends in time is waited for', async () => {
  const other = new DatabaseSync(place.path)
  other.exec('BEGIN IMMEDIATE')
  const write = storage.records.add(scope, [draft()])
  setTimeout(() => other.exec('ROLLBACK'), 150)
  expect(await write).toMatchObject([{ is: 'added' }])
  other.close()
})

test('while records and the directory wait for another process to write, nothing else of this one does', async () => {
  const kysely = new Kysely<{ last_number: { number: number } }>({ dialect: storage.dialect() })
  const other = new DatabaseSync(place.path)
  other.exec('BEGIN IMMEDIATE')
  let longest = 0
  let last = performance.now()
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 5)
  const writes = [
    kysely.transaction().execute(transaction => transaction.selectFrom('last_number').selectAll().execute()),
    storage.records.add(scope, [draft()]),
  ]
  setTimeout(() => other.exec('ROLLBACK'), 400)
  await Promise.all(writes)
  clearInterval(beat)
  expect(longest).toBeLessThan(60)
  other.close()
  await kysely.destroy()
})

test('a record is written between two transactions of Kysely, never into one', async () => {
  const kysely = new Kysely<{ notes: { text: string } }>({ dialect: storage.dialect() })
  await kysely.schema.createTable('notes').addColumn('text', 'text').execute()
  const transaction = kysely.transaction().execute(async within => {
    await within.insertInto('notes').values({ text: 'a' }).execute()
    const added = storage.records.add(scope, [draft()])
    await new Promise(resolve => setTimeout(resolve, 20))
    expect((await storage.records.list(scope, listing)).total).toBe(1)
    return { added }
  })
  const { added } = await transaction
  expect(await added).toMatchObject([{ is: 'added' }])
  expect((await storage.records.list(scope, listing)).total).toBe(2)
  await kysely.destroy()
})

test('a commit that fails refuses all that shared it, and mixes no scope up with another', async () => {
  storage.database.exec(`
    CREATE TABLE trap (scope INTEGER REFERENCES scopes DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER trapped AFTER INSERT ON records WHEN NEW.name = 'trap' BEGIN INSERT INTO trap VALUES (-1); END;
  `)
  const [mine, theirs] = [scopeOf(ORDERS.product, 'mine'), scopeOf(ORDERS.product, 'theirs')]
  const add = (name: string, to: typeof scope) => storage.records.add(to, [draft({ name })])
  const answers = await Promise.allSettled([add('innocent', mine), add('trap', mine), add('innocent', mine)])
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  await add('theirs', theirs)
  expect(await storage.records.list(mine, listing)).toEqual({ records: [], total: 0 })
  await add('mine', mine)
  expect((await storage.records.list(mine, listing)).records).toMatchObject([{ name: 'mine' }])
  expect((await storage.records.list(theirs, listing)).records).toMatchObject([{ name: 'theirs' }])
})

test('bytes that nothing refers to any more are gone from the file', async () => {
  const kept = () => Number(storage.database.prepare('SELECT count(*) AS n FROM contents').get()?.n)
  const verdicts = await storage.records.add(scope, [large, large])
  expect(kept()).toBe(1)
  const other = scopeOf(ORDERS.product, 'failures-other')
  await storage.records.add(other, [large])
  expect(kept()).toBe(2)
  for (const { record } of verdicts) await storage.records.remove(scope, record.number)
  expect(kept()).toBe(1)
})

test('declaring again writes nothing, and new indexes are created beside the old', async () => {
  const changes = () => storage.database.prepare('SELECT total_changes() AS n').get()?.n
  const before = changes()
  await storage.declare([ORDERS])
  expect(changes()).toBe(before)
  await storage.declare([{ ...ORDERS, orders: { ...ORDERS.orders, name: 'name' } }])
  const index = storage.database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'list__test-orders__status__name'")
  expect(index.get()).toBeDefined()
})

test('a closed storage is not ready', async () => {
  await storage.close()
  expect(await storage.ready()).toBe(false)
})
