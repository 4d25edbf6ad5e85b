import { DatabaseSync } from 'node:sqlite'
import { type Generated, Kysely } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { NodeSqliteDialect } from '../../src/storage/sqlite/kysely.ts'
import { WriteTurns } from '../../src/storage/write-turns.ts'

interface Tables {
  account: { id: Generated<number>; name: string; active: boolean | number; note?: string | null }
}

let database: DatabaseSync
let turns: WriteTurns
let kysely: Kysely<Tables>

beforeEach(() => {
  database = new DatabaseSync(':memory:')
  database.exec(
    'CREATE TABLE account (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, active INTEGER, note TEXT) STRICT',
  )
  turns = new WriteTurns()
  kysely = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database, turns) })
})

afterEach(() => kysely.destroy())

test('binds booleans as 0 and 1 and undefined as null, and returns rows', async () => {
  const added = await kysely
    .insertInto('account')
    .values({ name: 'a', active: true, note: undefined })
    .returningAll()
    .executeTakeFirstOrThrow()
  expect({ ...added }).toEqual({ id: 1, name: 'a', active: 1, note: null })
})

test('says how many rows a statement changed and what it inserted', async () => {
  const inserted = await kysely.insertInto('account').values({ name: 'a', active: false }).executeTakeFirst()
  expect(inserted.insertId).toBe(1n)
  const updated = await kysely.updateTable('account').set({ note: 'x' }).executeTakeFirst()
  expect(updated.numUpdatedRows).toBe(1n)
})

test('rolls a failed transaction back and passes the turn on', async () => {
  const failed = kysely.transaction().execute(async transaction => {
    await transaction.insertInto('account').values({ name: 'a', active: true }).execute()
    await transaction.insertInto('account').values({ name: 'a', active: true }).execute()
  })
  await expect(failed).rejects.toThrow('UNIQUE')
  expect(await kysely.selectFrom('account').selectAll().execute()).toEqual([])
  const endTurn = await turns.take()
  endTurn()
})

test('a transaction waits for the turn of another writer, and keeps its own until it has committed', async () => {
  const events: string[] = []
  const endTurn = await turns.take()
  const transaction = kysely.transaction().execute(async within => {
    events.push('transaction')
    await new Promise(resolve => setImmediate(resolve))
    await within.insertInto('account').values({ name: 'a', active: true }).execute()
    events.push('inserted')
  })
  await new Promise(resolve => setImmediate(resolve))
  const later = turns.take().then(end => {
    events.push('later writer')
    expect(database.isTransaction).toBe(false)
    end()
  })
  await new Promise(resolve => setImmediate(resolve))
  events.push('first writer ends')
  endTurn()
  await Promise.all([transaction, later])
  expect(events).toEqual(['first writer ends', 'transaction', 'inserted', 'later writer'])
})

test('streams rows while the same query is asked again', async () => {
  for (const name of ['a', 'b', 'c']) await kysely.insertInto('account').values({ name, active: true }).execute()
  const names: string[] = []
  for await (const row of kysely.selectFrom('account').select('name').orderBy('name').stream()) names.push(row.name)
  expect(names).toEqual(['a', 'b', 'c'])
})

test('refuses a value that SQLite cannot hold', async () => {
  const asked = kysely
    .selectFrom('account')
    .selectAll()
    .where('name', '=', { a: 1 } as unknown as string)
    .execute()
  await expect(asked).rejects.toThrow('SQLite has no column type for a object')
})
