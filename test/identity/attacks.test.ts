/** What must not get in: each refusal beside the request that it was made from, which does get in. */

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CredentialFamily } from '../../src/identity/identity.ts'
import { AuthenticationFailure } from '../../src/identity/principal.ts'
import type { WireRequest } from '../../src/identity/wire-request.ts'
import { signAcs3, signHuawei, signRpcV1 } from '../support/sign.ts'
import { addKey, type IdentityFixture, NOON, openFixture, problemOf, type WireParts, wireRequest } from './fixture.ts'

const BASE = 'http://127.0.0.1:8080'
const OTHER = { ak: 'OTHERKEYOFTHEACCOUNT', sk: 'the secret of another access key, 40 chars' }
let f: IdentityFixture
beforeAll(async () => {
  f = await openFixture()
  await addKey(f, OTHER.ak, OTHER.sk)
})
afterAll(() => f.close())

interface Signed extends WireParts {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface Scheme {
  readonly family: CredentialFamily
  /** A signed request, dated so many ms from now. */
  sign(skew?: number, secret?: string): Signed
  /** Header names that the signature has to cover. */
  readonly required: readonly string[]
}

const JSON_BODY = '{"name":"a"}'
const host = { Host: '127.0.0.1:8080' }
const key = () => ({ ak: f.first.accessKey.id, sk: f.first.accessKey.secret })

function huawei(derived?: { region: string; service: string }): Scheme {
  return {
    family: 'huawei',
    required: ['x-sdk-date'],
    sign(skew = 0, sk = key().sk) {
      const target = '/v3/scm/certificates/import?limit=10&name=a%20b'
      const headers = signHuawei({
        ...key(),
        sk,
        method: 'POST',
        url: BASE + target,
        headers: { 'Content-Type': 'application/json', 'X-Project-Id': f.first.project.id },
        body: JSON_BODY,
        date: new Date(f.clock() + skew),
        ...(derived && { derived }),
      })
      return { method: 'POST', target, headers: { ...host, ...headers }, body: JSON_BODY }
    },
  }
}

const acs3: Scheme = {
  family: 'alibaba',
  required: [
    'host',
    'content-type',
    'x-acs-action',
    'x-acs-content-sha256',
    'x-acs-date',
    'x-acs-signature-nonce',
    'x-acs-version',
    'x-acs-credentials-provider',
  ],
  sign(skew = 0, sk = key().sk) {
    const target = '/?ProjectId=10000&Name=a%20b'
    const headers = signAcs3({
      ...key(),
      sk,
      method: 'POST',
      url: BASE + target,
      action: 'ListProjects',
      headers: { 'Content-Type': 'application/json', 'x-acs-credentials-provider': 'static_ak' },
      body: JSON_BODY,
      date: new Date(f.clock() + skew),
    })
    return { method: 'POST', target, headers: { ...host, ...headers }, body: JSON_BODY }
  },
}

const rpc: Scheme = {
  family: 'alibaba',
  required: [],
  sign(skew = 0, sk = key().sk) {
    const { query, form } = signRpcV1({
      ...key(),
      sk,
      method: 'POST',
      action: 'ListProjects',
      query: { PageSize: '10' },
      form: { Name: 'a b' },
      date: new Date(f.clock() + skew),
    })
    const headers = { ...host, 'Content-Type': 'application/x-www-form-urlencoded' }
    return { method: 'POST', target: `/?${query}`, headers, body: form }
  },
}

const SCHEMES: Readonly<Record<string, Scheme>> = {
  'SDK-HMAC-SHA256': huawei(),
  'V11-HMAC-SHA256': huawei({ region: 'local-1', service: 'iotdm' }),
  'ACS3-HMAC-SHA256': acs3,
  'RPC signature V1': rpc,
}

/** The problem of a request; fails where it is let in. */
const refused = (scheme: Scheme, parts: WireParts) =>
  problemOf(f.identity.authenticate(wireRequest(parts), scheme.family))
const letIn = (scheme: Scheme, parts: WireParts) => f.identity.authenticate(wireRequest(parts), scheme.family)

/** Replaces the signature, wherever the scheme has it. */
function withSignature(parts: Signed, change: (signature: string) => string): Signed {
  const { Authorization = '' } = parts.headers
  if (Authorization !== '') {
    const changed = Authorization.replace(/(?<=Signature=)[0-9a-f]+/, change)
    return { ...parts, headers: { ...parts.headers, Authorization: changed } }
  }
  const target = parts.target.replace(/(?<=[?&]Signature=)[^&]+/, signature =>
    encodeURIComponent(change(decodeURIComponent(signature))),
  )
  return { ...parts, target }
}

describe.each(Object.entries(SCHEMES))('%s', (name, scheme) => {
  it('lets the request in from which the others are made', async () => {
    expect(await letIn(scheme, scheme.sign())).toMatchObject({ userName: 'admin' })
  })

  const mutations: Record<string, (parts: Signed) => WireParts> = {
    'another method': parts => ({ ...parts, method: 'PUT' }),
    'another value in the query': parts => ({ ...parts, target: parts.target.replace('=10', '=11') }),
    'one more parameter': parts => ({ ...parts, target: `${parts.target}&limit=50` }),
    'one parameter less': parts => ({ ...parts, target: parts.target.replace(/(limit|ProjectId|PageSize)=\d+&?/, '') }),
    'another body': parts => ({ ...parts, body: parts.body.replace('a', 'b') }),
    'no body': parts => ({ ...parts, body: '' }),
    'a signature whose last digit differs': parts =>
      withSignature(parts, text => text.replace(/.(=?)$/, (last, pad) => (last[0] === '0' ? '1' : '0') + pad)),
    'a signature whose first digit differs': parts =>
      withSignature(parts, text => text.replace(/^./, first => (first === '0' ? '1' : '0'))),
    'a signature in upper case': parts => withSignature(parts, text => `${text.toUpperCase()}`),
    'an empty signature': parts => withSignature(parts, () => ''),
    'a second signature behind the first': parts => withSignature(parts, text => text + text),
  }
  for (const [what, mutate] of Object.entries(mutations))
    it(`refuses ${what}`, async () => {
      const mutated = mutate(scheme.sign())
      expect(mutated).not.toEqual(scheme.sign())
      await refused(scheme, mutated)
    })

  if (scheme.family === 'huawei')
    it('refuses another path, also one that decodes to the same', async () => {
      const parts = scheme.sign()
      for (const path of ['/v3/scm/certificates/export', '/v3/SCM/certificates/import', '//v3/scm/certificates/import'])
        await refused(scheme, { ...parts, target: path + parts.target.slice(parts.target.indexOf('?')) })
    })

  if (name !== 'RPC signature V1')
    it('refuses a signed header whose value differs, or that was not sent', async () => {
      const { Authorization = '' } = scheme.sign().headers
      const names = /SignedHeaders=([^,]+)/.exec(Authorization)?.[1]?.split(';') ?? []
      expect(names.length).toBeGreaterThan(3)
      for (const signed of names) {
        const parts = scheme.sign()
        const actual = Object.keys(parts.headers).find(header => header.toLowerCase() === signed) ?? ''
        await refused(scheme, { ...parts, headers: { ...parts.headers, [actual]: `${parts.headers[actual]}0` } })
        await refused(scheme, { ...parts, headers: { ...parts.headers, [actual]: '' } })
        const others = Object.entries(parts.headers).filter(([header]) => header !== actual)
        await refused(scheme, { ...parts, headers: Object.fromEntries(others) })
        const twice = [...Object.entries(parts.headers).flat(), actual, 'another']
        await refused(scheme, { ...parts, headers: twice })
      }
    })

  for (const header of scheme.required)
    it(`refuses a signature that does not cover ${header}`, async () => {
      const parts = scheme.sign()
      const strip = (list: string) =>
        list
          .split(';')
          .filter(signed => signed !== header)
          .join(';')
      const Authorization = parts.headers.Authorization?.replace(/(?<=SignedHeaders=)[^,]+/, strip) ?? ''
      expect(await refused(scheme, { ...parts, headers: { ...parts.headers, Authorization } })).toEqual({
        is: 'unsigned-header',
        header,
      })
    })

  it('refuses the secret of another key, and the name of another key', async () => {
    expect(await refused(scheme, scheme.sign(0, OTHER.sk))).toMatchObject({ is: 'signature-mismatch' })
    const swap = (text: string) => text.replace(f.first.accessKey.id, OTHER.ak)
    const parts = scheme.sign()
    const headers = Object.fromEntries(Object.entries(parts.headers).map(([header, value]) => [header, swap(value)]))
    expect(await refused(scheme, { ...parts, target: swap(parts.target), headers })).toMatchObject({
      is: 'signature-mismatch',
    })
  })

  it('refuses an unknown key by name, whatever its signature', async () => {
    const swap = (text: string) => text.replace(f.first.accessKey.id, 'NOSUCHKEYATALL000000')
    const parts = scheme.sign()
    const headers = Object.fromEntries(Object.entries(parts.headers).map(([header, value]) => [header, swap(value)]))
    expect(await refused(scheme, { ...parts, target: swap(parts.target), headers })).toEqual({
      is: 'unknown-access-key',
      accessKeyId: 'NOSUCHKEYATALL000000',
    })
  })

  it('takes a clock that is off by 15 minutes exactly, and not by a second more', async () => {
    for (const sign of [-1, 1]) {
      await letIn(scheme, scheme.sign(sign * 900_000))
      expect(await refused(scheme, scheme.sign(sign * 901_000))).toEqual({ is: 'skewed-clock' })
    }
  })

  it('refuses the signature of a disabled key, and takes it again once the key is enabled', async () => {
    await f.directory.changeAccessKey(f.first.accessKey.id, { enabled: false })
    expect(await refused(scheme, scheme.sign())).toMatchObject({ is: 'inactive-access-key' })
    await f.directory.changeAccessKey(f.first.accessKey.id, { enabled: true })
    await letIn(scheme, scheme.sign())
  })

  it('refuses the signature where the other cloud is spoken', async () => {
    const other = scheme.family === 'huawei' ? 'alibaba' : 'huawei'
    const problem = await problemOf(f.identity.authenticate(wireRequest(scheme.sign()), other))
    expect(problem.is).toBe(name === 'RPC signature V1' ? 'no-credentials' : 'unsupported-algorithm')
  })

  it('never repeats the secret in what it says', async () => {
    const problem = await refused(scheme, { ...scheme.sign(), method: 'PUT' })
    expect(JSON.stringify(problem)).not.toContain(f.first.accessKey.secret)
  })
})

describe('Huawei', () => {
  const scheme = huawei()

  it.each(['20260330T080000', '2026-03-30T08:00:00Z', '20260230T080000Z', '20260330T250000Z', '', 'now'])(
    'refuses the date %j',
    async date => {
      const parts = scheme.sign()
      const problem = await refused(scheme, { ...parts, headers: { ...parts.headers, 'X-Sdk-Date': date } })
      expect(problem.is).toBe(date === '' ? 'missing-date' : 'malformed-date')
    },
  )

  it('refuses a derived signature whose day is not that of its date', async () => {
    const parts = huawei({ region: 'local-1', service: 'iotdm' }).sign()
    const Authorization = parts.headers.Authorization?.replace('/20260330/', '/20260329/') ?? ''
    const problem = await refused(scheme, { ...parts, headers: { ...parts.headers, Authorization } })
    expect(problem.is).toBe('malformed-credentials')
  })

  it('takes an unsigned body only where it cannot be JSON', async () => {
    const sign = (type: Record<string, string>, body: string) => {
      const target = '/v3/scm/certificates'
      const signed = { ...type, 'X-Sdk-Content-Sha256': 'UNSIGNED-PAYLOAD' }
      const date = new Date(f.clock())
      const headers = signHuawei({ ...key(), method: 'POST', url: BASE + target, headers: signed, date })
      return { method: 'POST', target, headers: { ...host, ...headers }, body }
    }
    await letIn(scheme, sign({ 'Content-Type': 'application/octet-stream' }, 'anything'))
    await letIn(scheme, sign({ 'Content-Type': 'application/json' }, ''))
    expect(await refused(scheme, sign({ 'Content-Type': 'application/json' }, '{}'))).toEqual({
      is: 'body-hash-mismatch',
    })
    expect(await refused(scheme, sign({ 'Content-Type': 'APPLICATION/JSON' }, '{}'))).toEqual({
      is: 'body-hash-mismatch',
    })
    expect(await refused(scheme, sign({}, '{}'))).toEqual({ is: 'body-hash-mismatch' })
  })

  it('refuses a content hash that is not that of the body, also where it is signed', async () => {
    const target = '/v3/scm/certificates'
    const signed = { 'X-Sdk-Content-Sha256': '0'.repeat(64) }
    const headers = signHuawei({ ...key(), method: 'POST', url: BASE + target, headers: signed, date: new Date(NOON) })
    const problem = await refused(scheme, { method: 'POST', target, headers: { ...host, ...headers }, body: '{}' })
    expect(problem).toEqual({ is: 'body-hash-mismatch' })
  })

  it('reads the fields of Authorization in any order, with or without blanks', async () => {
    const parts = scheme.sign()
    const [, access, names, signature] =
      /Access=(.*), SignedHeaders=(.*), Signature=(.*)$/.exec(parts.headers.Authorization ?? '') ?? []
    const Authorization = `SDK-HMAC-SHA256 Signature=${signature},SignedHeaders=${names},   Access=${access}`
    await letIn(scheme, { ...parts, headers: { ...parts.headers, Authorization } })
  })

  it.each(['SDK-HMAC-SM3', 'SDK-ECDSA-P256-SHA256', 'Bearer', 'sdk-hmac-sha256'])(
    'does not know the algorithm %s',
    async algorithm => {
      const parts = scheme.sign()
      const Authorization = parts.headers.Authorization?.replace('SDK-HMAC-SHA256', algorithm) ?? ''
      const problem = await refused(scheme, { ...parts, headers: { ...parts.headers, Authorization } })
      expect(problem).toEqual({ is: 'unsupported-algorithm', algorithm })
    },
  )
})

describe('Alibaba', () => {
  it('refuses a parameter that stands in the query and in the form', async () => {
    const parts = rpc.sign()
    expect(await refused(rpc, { ...parts, body: `${parts.body}&PageSize=10` })).toMatchObject({
      is: 'malformed-credentials',
    })
  })

  it('refuses a body that V1 does not cover', async () => {
    const { query } = signRpcV1({ ...key(), method: 'POST', action: 'ListProjects', date: new Date(f.clock()) })
    const json = { ...host, 'Content-Type': 'application/json' }
    const request = { method: 'POST', target: `/?${query}`, headers: json, body: '{}' }
    expect(await refused(rpc, request)).toMatchObject({ is: 'malformed-credentials' })
    await letIn(rpc, { ...request, body: '' })
  })

  it('refuses a request that is signed in the header and in the parameters', async () => {
    const parts = acs3.sign()
    const problem = await refused(acs3, { ...parts, target: `${parts.target}&Signature=x` })
    expect(problem.is).toBe('malformed-credentials')
  })

  it.each(['ACS3-HMAC-SM3', 'ACS3-RSA-SHA256'])('does not know the algorithm %s', async algorithm => {
    const parts = acs3.sign()
    const Authorization = parts.headers.Authorization?.replace('ACS3-HMAC-SHA256', algorithm) ?? ''
    const problem = await refused(acs3, { ...parts, headers: { ...parts.headers, Authorization } })
    expect(problem).toEqual({ is: 'unsupported-algorithm', algorithm })
  })

  it('does not use up a nonce for a request whose signature is wrong', async () => {
    const parts = acs3.sign()
    await refused(
      acs3,
      withSignature(parts, () => '0'.repeat(64)),
    )
    await letIn(acs3, parts)
    expect(await refused(acs3, parts)).toEqual({ is: 'nonce-used' })
  })

  it('lets one of many requests with one nonce in', async () => {
    const parts = rpc.sign()
    const verdicts = await Promise.allSettled(Array.from({ length: 20 }, () => letIn(rpc, parts)))
    expect(verdicts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('lets another key use the same nonce', async () => {
    const date = new Date(f.clock())
    const sign = (by: { ak: string; sk: string }) =>
      signRpcV1({ ...by, method: 'GET', action: 'ListProjects', date, nonce: 'shared' }).query
    await letIn(rpc, { target: `/?${sign(key())}` })
    await letIn(rpc, { target: `/?${sign(OTHER)}` })
  })
})

describe('temporary keys', () => {
  const STS = { ak: 'TEMPORARYKEY00000001', sk: 'temporary secret', token: 'session+token/=' }
  const sign = (securityToken?: string) => {
    const date = new Date(f.clock())
    const by = { ak: STS.ak, sk: STS.sk, date, ...(securityToken !== undefined && { securityToken }) }
    const sdk = securityToken === undefined ? {} : { 'X-Security-Token': securityToken }
    const url = `${BASE}/`
    return {
      huawei: { headers: { ...host, ...signHuawei({ ...by, method: 'GET', url }), ...sdk } },
      acs3: { headers: { ...host, ...signAcs3({ ...by, method: 'GET', url, action: 'ListProjects' }) } },
      rpc: { target: `/?${signRpcV1({ ...by, method: 'GET', action: 'ListProjects' }).query}` },
    }
  }
  const schemes = { huawei: huawei(), acs3, rpc }

  for (const name of ['huawei', 'acs3', 'rpc'] as const)
    it(`need their security token, until they end (${name})`, async () => {
      if (!(await f.directory.accessKey(STS.ak))) await addKey(f, STS.ak, STS.sk, STS.token)
      const scheme = schemes[name]
      expect(await letIn(scheme, sign(STS.token)[name])).toMatchObject({ accessKeyId: STS.ak })
      expect(await refused(scheme, sign()[name])).toEqual({ is: 'missing-security-token' })
      expect(await refused(scheme, sign('another')[name])).toEqual({ is: 'foreign-security-token' })
      f.clock.now += 3_600_000
      expect(await refused(scheme, sign(STS.token)[name])).toEqual({ is: 'expired-security-token' })
      f.clock.now -= 3_600_000
    })
})

describe('anything at all', () => {
  const characters = fc.constantFrom(...'=,;/ \tAcesSignatureHdrCl0f9-é\u00ff"%')
  const value = fc.oneof(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: characters, maxLength: 60 }))
  const scheme = fc.constantFrom('SDK-HMAC-SHA256', 'V11-HMAC-SHA256', 'ACS3-HMAC-SHA256', 'Bearer', '')
  const fields = fc.record({
    Access: value,
    Credential: fc.oneof(value, fc.constant('k/20260330/r/s')),
    SignedHeaders: fc.oneof(value, fc.constantFrom('x-sdk-date', 'host;x-sdk-date', 'x-sdk-date;x-sdk-date')),
    Signature: fc.oneof(value, fc.constant('0'.repeat(64))),
  })
  const authorization = fc.oneof(
    value,
    fc.tuple(scheme, value).map(([name, rest]) => `${name} ${rest}`),
    fc.tuple(scheme, fields).map(
      ([name, all]) =>
        `${name} ${Object.entries(all)
          .map(([field, text]) => `${field}=${text}`)
          .join(', ')}`,
    ),
  )
  const question = fc.record({
    family: fc.constantFrom('huawei' as const, 'alibaba' as const),
    headers: fc.record(
      {
        Authorization: authorization,
        'X-Sdk-Date': fc.oneof(value, fc.constant('20260330T080000Z')),
        'X-Auth-Token': value,
        'x-acs-date': value,
        'x-acs-signature-nonce': value,
      },
      { requiredKeys: [] },
    ),
    target: fc.oneof(
      fc.constant('/'),
      value.map(text => `/?${text}`),
      value.map(text => `/?Signature=${text}&AccessKeyId=a`),
    ),
    body: value,
  })

  it('is refused with a problem of the closed list, and nothing else is ever thrown', async () => {
    await fc.assert(
      fc.asyncProperty(question, async ({ family, headers, target, body }) => {
        const request: WireRequest = wireRequest({
          method: 'POST',
          target,
          headers: headers as Record<string, string>,
          body,
        })
        const error = await f.identity.authenticate(request, family).catch((reason: unknown) => reason)
        expect(error).toBeInstanceOf(AuthenticationFailure)
      }),
      { numRuns: 2_000, seed: 7 },
    )
  })
})
