/** Guessing, replay and downgrade, as `authenticate` meets them. Each refusal beside what is let in. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createIdentity } from '../../src/identity/create-identity.ts'
import type { CredentialFamily, Identity } from '../../src/identity/identity.ts'
import { RegistryFault } from '../../src/registry/fault.ts'
import { signAcs3, signHuawei, signRpcV1 } from '../support/sign.ts'
import {
  addKey,
  type IdentityFixture,
  openFixture,
  openTestDirectory,
  problemOf,
  type WireParts,
  wireRequest,
} from './fixture.ts'

const MINUTE = 60_000
const OTHER = { ak: 'OTHERKEYOFTHEACCOUNT', sk: 'the secret of another access key, 40 chars' }

let f: IdentityFixture
beforeAll(async () => {
  f = await openFixture()
  await addKey(f, OTHER.ak, OTHER.sk)
})
afterAll(() => f.close())

type Key = { readonly ak: string; readonly sk: string }
const key = (): Key => ({ ak: f.first.accessKey.id, sk: f.first.accessKey.secret })
const url = 'http://127.0.0.1:8080/'
const host = { Host: '127.0.0.1:8080' }

const SCHEMES: Readonly<Record<string, [CredentialFamily, (by: Key, method?: string) => WireParts]>> = {
  'SDK-HMAC-SHA256': [
    'huawei',
    (by, method = 'GET') => ({
      method,
      headers: { ...host, ...signHuawei({ ...by, method, url, date: new Date(f.clock()) }) },
    }),
  ],
  'V11-HMAC-SHA256': [
    'huawei',
    (by, method = 'GET') => {
      const derived = { region: 'local-1', service: 'iotdm' }
      const headers = { ...host, ...signHuawei({ ...by, method, url, derived, date: new Date(f.clock()) }) }
      return { method, headers }
    },
  ],
  'ACS3-HMAC-SHA256': [
    'alibaba',
    (by, method = 'GET') => {
      const action = 'ListProjects'
      return { method, headers: { ...host, ...signAcs3({ ...by, method, url, action, date: new Date(f.clock()) }) } }
    },
  ],
  'RPC signature V1': [
    'alibaba',
    (by, method = 'GET') => {
      const { query } = signRpcV1({ ...by, method, action: 'ListProjects', date: new Date(f.clock()) })
      return { method, target: `/?${query}`, headers: host }
    },
  ],
}
const wrong = ({ ak }: Key): Key => ({ ak, sk: 'a secret that nobody has, 40 characters!' })

describe.each(Object.entries(SCHEMES))('guessing with %s', (name, [family, sign]) => {
  let here: string
  let count = 0
  beforeEach(() => {
    here = `192.0.${name.length}.${count++}`
  })
  const ask = (identity: Identity, by: Key, address = here) =>
    identity.authenticate(wireRequest({ ...sign(by), address }), family)
  const guess = (address = here) => problemOf(ask(f.identity, wrong(key()), address))

  it('locks the key after the sixth wrong signature in a row, for five minutes', async () => {
    for (let i = 0; i < 6; i++) expect((await guess()).is).toBe('signature-mismatch')
    expect(await problemOf(ask(f.identity, key()))).toEqual({ is: 'locked' })
    f.clock.now += 5 * MINUTE - 1
    expect(await problemOf(ask(f.identity, key()))).toEqual({ is: 'locked' })
    f.clock.now += 1
    expect(await ask(f.identity, key())).toMatchObject({ accessKeyId: key().ak })
  })

  it('lets the key in from everywhere else, and other keys from here', async () => {
    for (let i = 0; i < 6; i++) await guess()
    expect((await guess()).is).toBe('locked')
    expect(await ask(f.identity, key(), '198.51.100.7')).toMatchObject({ accessKeyId: key().ak })
    expect(await ask(f.identity, OTHER)).toMatchObject({ accessKeyId: OTHER.ak })
    f.clock.now += 5 * MINUTE
  })

  it('counts failures in a row: a right signature begins anew', async () => {
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 5; i++) expect((await guess()).is).toBe('signature-mismatch')
      await ask(f.identity, key())
    }
  })

  it('locks in every process', async () => {
    for (let i = 0; i < 6; i++) await guess()
    const other = openTestDirectory(f.path, f.clock)
    const identity = createIdentity({ ...f, directory: other.directory })
    expect(await problemOf(ask(identity, key()))).toEqual({ is: 'locked' })
    await other.close()
    f.clock.now += 5 * MINUTE
  })

  it('counts no failure that is none of the signature: a wrong clock, a missing header, a disabled key', async () => {
    for (let i = 0; i < 10; i++) {
      const parts = sign(key())
      f.clock.now += 16 * MINUTE
      expect((await problemOf(f.identity.authenticate(wireRequest({ ...parts, address: here }), family))).is).toBe(
        'skewed-clock',
      )
    }
    expect(await ask(f.identity, key())).toMatchObject({ accessKeyId: key().ak })
  })

  it('of unknown keys locks nothing, and from one address is throttled after 300', async () => {
    const unknown = { ak: 'NOBODYSKEY0000000000', sk: 'x' }
    const verdicts: string[] = []
    for (let i = 0; i < 1_000; i++)
      await ask(f.identity, unknown).catch((error: unknown) => {
        verdicts.push(error instanceof RegistryFault ? error.fault.is : 'refused')
      })
    expect(verdicts.filter(verdict => verdict === 'refused')).toHaveLength(300)
    expect(verdicts.filter(verdict => verdict === 'busy')).toHaveLength(700)
    // Who has a right key behind the same address goes on, and so does a stranger elsewhere.
    expect(await ask(f.identity, key())).toMatchObject({ accessKeyId: key().ak })
    expect((await problemOf(ask(f.identity, unknown, '203.0.113.9'))).is).toBe('unknown-access-key')
    f.clock.now += 200
    expect((await problemOf(ask(f.identity, unknown))).is).toBe('unknown-access-key')
  })
})

it('a guessed token is throttled by its address as well, and a good one never', async () => {
  const address = '203.0.113.77'
  const ask = (token: string) =>
    f.identity.authenticate(wireRequest({ headers: { 'X-Auth-Token': token }, address }), 'huawei')
  for (let i = 0; i < 300; i++) expect((await problemOf(ask('A'.repeat(43)))).is).toBe('invalid-token')
  await expect(ask('A'.repeat(43))).rejects.toBeInstanceOf(RegistryFault)
})

describe('replay of a Huawei signature', () => {
  const strict = () => createIdentity({ ...f, rules: { strictReplay: true, requireAcs3: false } })
  for (const scheme of ['SDK-HMAC-SHA256', 'V11-HMAC-SHA256'])
    it(`is let in within the window as on the cloud, and never where the operator is strict (${scheme})`, async () => {
      const [family, sign] = SCHEMES[scheme] ?? []
      if (!family || !sign) throw new Error('no such scheme')
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
        f.clock.now += 1_000
        const parts = sign(key(), method)
        await f.identity.authenticate(wireRequest(parts), family)
        await f.identity.authenticate(wireRequest(parts), family)
        const identity = strict()
        await identity.authenticate(wireRequest(parts), family)
        expect(await problemOf(identity.authenticate(wireRequest(parts), family))).toEqual({ is: 'nonce-used' })
        expect(await problemOf(strict().authenticate(wireRequest(parts), family))).toEqual({ is: 'nonce-used' })
        f.clock.now += 15 * MINUTE + 1_000
        expect((await problemOf(f.identity.authenticate(wireRequest(parts), family))).is).toBe('skewed-clock')
      }
    })

  it('of a request that only reads is let in also where the operator is strict', async () => {
    const [family = 'huawei', sign = () => ({})] = SCHEMES['SDK-HMAC-SHA256'] ?? []
    const parts = sign(key())
    const identity = strict()
    await identity.authenticate(wireRequest(parts), family)
    await identity.authenticate(wireRequest(parts), family)
  })
})

it('RPC Signature V1 is refused where ACS3 is required, and ACS3 is let in', async () => {
  const identity = createIdentity({ ...f, rules: { strictReplay: false, requireAcs3: true } })
  const [, v1 = () => ({})] = SCHEMES['RPC signature V1'] ?? []
  const [, acs3 = () => ({})] = SCHEMES['ACS3-HMAC-SHA256'] ?? []
  const problem = await problemOf(identity.authenticate(wireRequest(v1(key())), 'alibaba'))
  expect(problem).toEqual({ is: 'unsupported-algorithm', algorithm: 'HMAC-SHA1' })
  await identity.authenticate(wireRequest(acs3(key())), 'alibaba')
  await f.identity.authenticate(wireRequest(v1(key())), 'alibaba')
})
