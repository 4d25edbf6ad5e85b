/** Two directories on one file, as two processes have them, on a clock that the test owns. */

import { readFileSync, statSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createIdentity } from '../../src/identity/create-identity.ts'
import { createFirstAccount } from '../../src/identity/first-account.ts'
import { issueToken } from '../../src/identity/tokens.ts'
import { signAcs3, signHuawei } from '../support/sign.ts'
import {
  cheapPasswords,
  type IdentityFixture,
  NOON,
  type OpenedDirectory,
  openFixture,
  openTestDirectory,
  problemOf,
  testClock,
  wireRequest,
} from './fixture.ts'

let f: IdentityFixture
let other: OpenedDirectory
beforeAll(async () => {
  f = await openFixture()
  other = openTestDirectory(f.path, f.clock)
})
afterAll(async () => {
  await other.close()
  await f.close()
})
beforeEach(() => {
  // A new moment for each test, so that each begins with a look at the counter.
  f.clock.now = Math.ceil(f.clock.now / 60_000 + 1) * 60_000
})

const there = () => createIdentity({ directory: other.directory, vault: f.vault, clock: f.clock })
const signed = () => {
  const { id: ak, secret: sk } = f.first.accessKey
  const url = 'http://127.0.0.1:8080/v3/scm/certificates'
  const headers = signHuawei({ ak, sk, method: 'GET', url, date: new Date(f.clock()) })
  return wireRequest({ target: '/v3/scm/certificates', headers: { Host: '127.0.0.1:8080', ...headers } })
}

describe('a change in another process', () => {
  it('shows within a second: a key that was disabled there is refused here', async () => {
    const identity = there()
    await identity.authenticate(signed(), 'huawei')
    await f.directory.changeAccessKey(f.first.accessKey.id, { enabled: false })
    // Here at once; there it may still be in memory in the same moment, and a second later no more.
    expect((await problemOf(f.identity.authenticate(signed(), 'huawei'))).is).toBe('inactive-access-key')
    await identity.authenticate(signed(), 'huawei')
    f.clock.now += 999
    expect((await problemOf(identity.authenticate(signed(), 'huawei'))).is).toBe('inactive-access-key')
    await f.directory.changeAccessKey(f.first.accessKey.id, { enabled: true })
    f.clock.now += 999
    await identity.authenticate(signed(), 'huawei')
  })

  it('shows within a second: a token that was revoked there', async () => {
    const identity = there()
    const user = await f.directory.user(f.first.user.id)
    if (!user) throw new Error('no user')
    const { text, token } = await issueToken(f.directory, f.clock, user, { accountId: user.accountId }, ['password'])
    const request = wireRequest({ headers: { 'X-Auth-Token': text } })
    await identity.authenticate(request, 'huawei')
    await f.directory.revokeToken(token.hash)
    f.clock.now += 999
    expect((await problemOf(identity.authenticate(request, 'huawei'))).is).toBe('expired-token')
  })

  it('shows also when the clock was set back meanwhile', async () => {
    const identity = there()
    await identity.authenticate(signed(), 'huawei')
    await f.directory.changeAccessKey(f.first.accessKey.id, { enabled: false })
    f.clock.now -= 30_000
    expect((await problemOf(identity.authenticate(signed(), 'huawei'))).is).toBe('inactive-access-key')
    await f.directory.changeAccessKey(f.first.accessKey.id, { enabled: true })
    f.clock.now += 30_000
  })
})

describe('what is kept in memory', () => {
  it('is not an answer that was read before a change', async () => {
    const before = f.directory.accessKey(f.first.accessKey.id)
    await f.directory.changeAccessKey(f.first.accessKey.id, { enabled: false })
    await before
    expect((await f.directory.accessKey(f.first.accessKey.id))?.enabled).toBe(false)
    await f.directory.changeAccessKey(f.first.accessKey.id, { enabled: true })
  })

  it('is the same object as long as nothing changes, and another one afterwards', async () => {
    const read = () => f.directory.accessKey(f.first.accessKey.id)
    const first = await read()
    expect(await read()).toBe(first)
    await f.directory.changeUser(f.first.user.id, { tenantRoles: ['tenant_owner'] })
    expect(await read()).not.toBe(first)
  })
})

describe('a nonce', () => {
  const acs = () => {
    const { id: ak, secret: sk } = f.first.accessKey
    const url = 'http://127.0.0.1:8080/?ProjectId=10000'
    const headers = signAcs3({ ak, sk, method: 'GET', url, action: 'ListCertificates', date: new Date(f.clock()) })
    return wireRequest({ target: '/?ProjectId=10000', headers: { Host: '127.0.0.1:8080', ...headers } })
  }

  it('that one process has seen is refused by another', async () => {
    const request = acs()
    await f.identity.authenticate(request, 'alibaba')
    expect((await problemOf(there().authenticate(request, 'alibaba'))).is).toBe('nonce-used')
  })

  it('is refused after a restart, for as long as its signature could be presented', async () => {
    const request = acs()
    await f.identity.authenticate(request, 'alibaba')
    f.clock.now += 15 * 60_000
    const restarted = openTestDirectory(f.path, f.clock)
    const identity = createIdentity({ directory: restarted.directory, vault: f.vault, clock: f.clock })
    expect((await problemOf(identity.authenticate(request, 'alibaba'))).is).toBe('nonce-used')
    f.clock.now += 1
    expect((await problemOf(identity.authenticate(request, 'alibaba'))).is).toBe('skewed-clock')
    await restarted.close()
  })

  it('is remembered for 30 minutes at least, and forgotten after that', async () => {
    const until = f.clock() + 31 * 60_000
    expect(await f.directory.rememberNonce('key', 'nonce', until)).toBe(true)
    f.clock.now += 30 * 60_000
    expect(await f.directory.rememberNonce('key', 'nonce', until)).toBe(false)
    f.clock.now += 2 * 60_000
    expect(await f.directory.rememberNonce('key', 'nonce', f.clock() + 1)).toBe(true)
  })

  it('belongs to its key: no other division of the two texts is the same', async () => {
    const until = f.clock() + 60_000
    expect(await f.directory.rememberNonce('ab', 'c', until)).toBe(true)
    expect(await f.directory.rememberNonce('a', 'bc', until)).toBe(true)
    expect(await f.directory.rememberNonce('ab', 'c', until)).toBe(false)
  })
})

describe('the first start', () => {
  it('makes everything that a client needs, once', async () => {
    const { first, directory, vault, clock } = f
    expect(first).toEqual({
      endpoint: 'http://127.0.0.1:8080',
      account: { name: 'admin', domainId: expect.stringMatching(/^[0-9a-f]{32}$/) },
      user: {
        name: 'admin',
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        password: expect.stringMatching(/^[\w-]{24}$/),
      },
      accessKey: {
        id: expect.stringMatching(/^[A-Z0-9]{20}$/),
        secret: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
      },
      project: { name: 'default', id: expect.stringMatching(/^[0-9a-f]{32}$/) },
      iotda: {
        instanceId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        appId: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
      apic: { instanceId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      dataworks: { projectId: 10000 },
    })
    expect((await directory.user(first.user.id))?.aliyunUserId).toMatch(/^1\d{15}$/)
    const again = { directory, vault, clock, passwords: cheapPasswords(), endpoint: 'http://elsewhere' }
    expect(await createFirstAccount(again)).toBeUndefined()
    expect((await directory.projects(first.account.domainId)).map(({ id }) => id)).toEqual([first.project.id])
  })

  it('of two processes at one moment is the start of one of them', async () => {
    const clock = testClock(NOON)
    const path = `${f.path}.twice`
    const two = [openTestDirectory(path, clock), openTestDirectory(path, clock)] as const
    const made = await Promise.all(
      two.map(({ directory }) =>
        createFirstAccount({ directory, vault: f.vault, clock, passwords: cheapPasswords(), endpoint: '' }),
      ),
    )
    expect(made.filter(first => first !== undefined)).toHaveLength(1)
    for (const { close } of two) await close()
  })

  it('stores no secret in clear', async () => {
    const bytes = ['', '-wal'].map(end => (statSync(f.path + end).size > 0 ? readFileSync(f.path + end) : Buffer.of()))
    const all = Buffer.concat(bytes)
    expect(all.includes(f.first.accessKey.id)).toBe(true)
    for (const secret of [f.first.accessKey.secret, f.first.user.password]) expect(all.includes(secret)).toBe(false)
  })
})
