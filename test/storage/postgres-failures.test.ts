import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Listing } from '../../src/registry/listing.ts'
import { openPostgres, type PostgresOptions, type PostgresStorage } from '../../src/storage/postgres/open.ts'
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts'
import { embedded, PASSWORD, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { ORDERS } from './declarations.ts'
import { draft, START, scopeOf } from './drafts.ts'

/** The whole word, as it goes over the wire: a transaction also begins with one that is READ COMMITTED. */
const COMMIT = 'Q\0\0\0\u000bCOMMIT\0'
const scope = scopeOf(ORDERS.product, 'failures')
const listing: Listing = {
  declaration: ORDERS,
  filters: {},
  order: 'updated',
  direction: 'descending',
  window: { skip: 0, take: 10 },
}

let server: PostgresServer
let proxy: CuttingProxy
let storage: PostgresStorage
let database: string

beforeAll(async () => {
  server = await startPostgres(await embedded())
})
afterAll(() => server?.dispose())

beforeEach(async () => {
  proxy = await startCuttingProxy(server.port)
  const url = await server.createDatabase()
  database = new URL(url).pathname.slice(1)
  storage = await open({})
  await storage.records.add(scope, [draft({ uniqueKey: 'first' })])
})
afterEach(async () => {
  await storage.close()
  await proxy.close()
})

async function open(options: Partial<PostgresOptions>): Promise<PostgresStorage> {
  const opened = await openPostgres(server.url(database, proxy.port), { clock: () => START, ...options })
  await opened.declare([ORDERS])
  return opened
}

/** As an administrator, in the storage's database. */
async function admin<T>(sql: string): Promise<T[]> {
  const client = await server.admin(database)
  try {
    return (await client.query(sql)).rows as T[]
  } finally {
    await client.end()
  }
}

/** Fails so many times what is done to records, in the words of the server. */
async function failing(times: number, state: string): Promise<void> {
  await admin(`
    CREATE SEQUENCE planted_failures;
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF nextval('planted_failures') <= ${times} THEN RAISE EXCEPTION 'planted' USING ERRCODE = '${state}'; END IF;
        RETURN NEW;
      END $$;
    CREATE TRIGGER failing BEFORE INSERT ON records FOR EACH ROW EXECUTE FUNCTION fail()`)
}

const total = async () => (await storage.records.list(scope, listing)).total

describe('a connection that is lost', () => {
  test('while nobody uses it is replaced without a word', async () => {
    await total()
    await admin(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}' AND pid <> pg_backend_pid()`,
    )
    expect(await total()).toBe(1)
    expect(await storage.records.add(scope, [draft()])).toMatchObject([{ is: 'added' }])
    expect(await storage.ready()).toBe(true)
  })

  test('under a read is read again', async () => {
    proxy.cut('before', 'list_')
    expect(await total()).toBe(1)
    expect(proxy.cuts).toBe(1)
  })

  test.each(['scope_lock', 'record_insert', 'tallies_count', 'scope_changed'])(
    'under a write, at %s, has the write done again, once',
    async statement => {
      proxy.cut('before', statement)
      expect(await storage.records.add(scope, [draft({ uniqueKey: 'new' })])).toMatchObject([{ is: 'added' }])
      expect(proxy.cuts).toBe(1)
      expect(await total()).toBe(2)
    },
  )

  test('before the commit was heard has the write done again, once', async () => {
    proxy.cut('before', COMMIT)
    expect(await storage.records.add(scope, [draft()])).toMatchObject([{ is: 'added' }])
    expect(proxy.cuts).toBe(1)
    expect(await total()).toBe(2)
  })

  test('after the commit was done answers what was done, and does it once', async () => {
    for (let round = 0; round < 5; round++) {
      proxy.cut('after', COMMIT)
      const [added] = await storage.records.add(scope, [draft()])
      expect(proxy.cuts).toBe(round + 1)
      expect(await storage.records.find(scope, { number: added?.record.number ?? 0 })).toEqual(added?.record)
    }
    expect(await total()).toBe(6)
  })

  test('with the server gone after the commit: nobody knows, and nobody says', async () => {
    proxy.meanwhile = () => server.kill()
    proxy.cut('after', COMMIT)
    const write = storage.records.add(scope, [draft({ uniqueKey: 'doubtful' })])
    await expect(write).rejects.toMatchObject({
      fault: { is: 'storage-failed', why: 'nobody knows whether it was written' },
    })
    expect(await storage.ready()).toBe(false)
    await expect(storage.records.list(scope, listing)).rejects.toMatchObject({ fault: { is: 'storage-failed' } })
    await server.start()
    expect(await storage.ready()).toBe(true)
    // It was; who tries again is told so.
    expect(await storage.records.add(scope, [draft({ uniqueKey: 'doubtful' })])).toMatchObject([{ is: 'present' }])
    expect(await total()).toBe(2)
  })
})

describe('what the server refuses', () => {
  test.each([
    ['a serialization failure', '40001'],
    ['a deadlock', '40P01'],
  ])('for the sake of others, %s, is tried again', async (_, state) => {
    await failing(2, state)
    expect(await storage.records.add(scope, [draft()])).toMatchObject([{ is: 'added' }])
    expect(await total()).toBe(2)
  })

  test('again and again makes the registry busy', async () => {
    await failing(1_000, '40001')
    await expect(storage.records.add(scope, [draft()])).rejects.toMatchObject({ fault: { is: 'busy' } })
    expect(await total()).toBe(1)
  })

  test('for a full disk is told as such, and leaves nothing behind', async () => {
    await failing(1, '53100')
    const refused = { fault: { is: 'storage-failed', why: 'disk full' } }
    await expect(storage.records.add(scope, [draft()])).rejects.toMatchObject(refused)
    expect(await total()).toBe(1)
    expect(await storage.records.add(scope, [draft()])).toMatchObject([{ is: 'added' }])
    expect(await total()).toBe(2)
  })

  test('for a reason of its own fails the write that it is of, and no other that shares its transaction', async () => {
    await admin(`ALTER TABLE records ADD CHECK (name <> 'refused')`)
    const names = ['a', 'refused', 'b', 'c', 'refused', 'd']
    const answers = await Promise.allSettled(names.map(name => storage.records.add(scope, [draft({ name })])))
    expect(answers.map(({ status }) => status === 'fulfilled')).toEqual(names.map(name => name !== 'refused'))
    expect(await total()).toBe(5)
  })
})

describe('what takes too long', () => {
  test('makes a list busy, within its time', async () => {
    const impatient = await open({ statementTimeout: 200 })
    const locker = await server.admin(database)
    await locker.query('BEGIN; LOCK TABLE records IN ACCESS EXCLUSIVE MODE')
    await expect(impatient.records.list(scope, listing)).rejects.toMatchObject({ fault: { is: 'busy' } })
    await locker.query('ROLLBACK')
    await locker.end()
    expect((await impatient.records.list(scope, listing)).total).toBe(1)
    await impatient.close()
  })

  test('makes a write busy, while lists go on and other scopes are written', async () => {
    const impatient = await open({ statementTimeout: 200 })
    const locker = await server.admin(database)
    await locker.query('BEGIN; SELECT FROM scope_states FOR UPDATE')
    await expect(impatient.records.add(scope, [draft()])).rejects.toMatchObject({ fault: { is: 'busy' } })
    expect((await impatient.records.list(scope, listing)).total).toBe(1)
    const other = scopeOf(ORDERS.product, 'another')
    expect(await impatient.records.add(other, [draft()])).toMatchObject([{ is: 'added' }])
    await locker.query('ROLLBACK')
    await locker.end()
    await impatient.close()
  })
})

describe('opening', () => {
  /** Fails to open, and says why in one line. */
  async function whyNot(url: string): Promise<string> {
    const failed = await openPostgres(url, { clock: Date.now }).then(
      () => new Error('opened'),
      (error: unknown) => error as Error,
    )
    expect(failed.message).not.toContain('\n')
    for (const shown of [failed.message, inspect(failed, { depth: 9 })])
      for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'w%2Frd', 'canary'])
        expect(shown).not.toContain(secret)
    return failed.message
  }

  test('a server that is not there', async () => {
    const unused = await startCuttingProxy(1)
    await unused.close()
    expect(await whyNot(server.url('x', unused.port))).toContain(`127.0.0.1:${unused.port}/x cannot be reached`)
  })

  test('a database that is not there', async () => {
    expect(await whyNot(server.url('missing'))).toContain('database "missing" does not exist')
  })

  test('a wrong password', async () => {
    const url = server.url(database).replace('p%40ss', 'canary-p%40ss')
    expect(await whyNot(url)).toContain('password authentication failed for user "certfolio"')
  })

  test.each([
    'mysql://user:canary@host/db',
    'postgres://user:canary@host:port/db',
    'postgres://user:canary@host one/db',
    'postgres://user:can%ZZary@host/db',
    'postgres://user:canary@h1,h2/db?target_session_attrs=standby',
    'canary',
  ])('a URL that cannot be read, of which nothing is repeated: %s', async url => {
    expect(await whyNot(url)).toMatch(/^must be a URL|^cannot have this target_session_attrs/)
  })

  test('a newer schema, which stays as it is', async () => {
    await admin("INSERT INTO schema_versions VALUES (99, 'from the future')")
    expect(await whyNot(server.url(database))).toContain(
      'has schema version 99, and this version of Certfolio knows up to',
    )
    expect(await admin('SELECT max(version) AS version FROM schema_versions')).toEqual([{ version: 99 }])
  })

  test('a database that several processes open and declare at once is migrated once', async () => {
    const url = await server.createDatabase()
    const storages = await Promise.all([0, 1, 2].map(() => openPostgres(url, { clock: () => START })))
    await Promise.all(storages.map(each => each.declare([ORDERS])))
    for (const each of storages) expect(await each.ready()).toBe(true)
    const added = await Promise.all(storages.map(each => each.records.add(scope, [draft({ uniqueKey: 'one' })])))
    expect(new Set(added.flat().map(({ record }) => record.number)).size).toBe(1)
    await Promise.all(storages.map(each => each.close()))
  })

  test('closed, it is not ready', async () => {
    await storage.close()
    expect(await storage.ready()).toBe(false)
  })
})
