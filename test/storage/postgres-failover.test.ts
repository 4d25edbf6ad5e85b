import { expect, test } from 'vitest'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { embedded, startPostgres } from '../support/postgres.ts'
import { ORDERS } from './declarations.ts'
import { draft, START, scopeOf } from './drafts.ts'

const scope = scopeOf(ORDERS.product, 'failover')

test('of several hosts the one that takes writes is found, also after another one was promoted', async () => {
  const server = await startPostgres(await embedded())
  const name = new URL(await server.createDatabase())
  const standby = await server.standby()
  const both = `postgres://${name.username}:${name.password}@127.0.0.1:${standby.port},127.0.0.1:${server.port}${name.pathname}?target_session_attrs=read-write`
  const mobile = await openPostgres(both, { clock: () => START })
  await mobile.declare([ORDERS])
  await mobile.records.add(scope, [draft({ uniqueKey: 'before' })])
  const primary = await server.admin()
  const { rows } = await primary.query('SELECT pg_current_wal_lsn() AS lsn')
  await primary.end()
  const follower = await standby.admin()
  // What a standby has not heard of yet is lost with the primary: a matter of its replication, not of the registry.
  await expect
    .poll(async () => (await follower.query(`SELECT pg_last_wal_replay_lsn() >= '${rows[0].lsn}' AS caught_up`)).rows)
    .toEqual([{ caught_up: true }])
  await server.kill()
  expect(await mobile.ready()).toBe(false)
  await follower.query('SELECT pg_promote(true)')
  await follower.end()
  expect(await mobile.records.add(scope, [draft({ uniqueKey: 'after' })])).toMatchObject([{ is: 'added' }])
  expect(await mobile.records.find(scope, { uniqueKey: 'before' })).toBeDefined()
  expect(await mobile.ready()).toBe(true)
  await mobile.close()
  await standby.dispose()
  await server.dispose()
})
