/** Access keys over IAM's API, permanent and temporary: reference identity-huawei §1.5 and §1.6. */

import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core'
import { ClientBuilder } from '@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js'
import type { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createUser } from '../../src/identity/administration/users.ts'
import { administration, newPerson, type Person } from '../support/people.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { signAcs3, signHuawei, signRpcV1 } from '../support/sign.ts'

let registry: TestRegistry
let alice: Person
const NOON = Date.UTC(2026, 2, 30, 8)
let now = NOON
const clock = () => now
beforeAll(async () => {
  registry = await startRegistry({ clock })
  alice = await newPerson(registry, 'alice', () => NOON - 1)
})
afterAll(() => registry.close())

const CREDENTIALS = '/v3.0/OS-CREDENTIAL/credentials'
const SECURITY_TOKENS = '/v3.0/OS-CREDENTIAL/securitytokens'

/** Asks with the key of a person, or with a temporary one. */
function by(key: { ak: string; sk: string; token?: string }, method: string, path: string, json?: unknown) {
  const body = json === undefined ? '' : JSON.stringify(json)
  const headers = {
    ...(json !== undefined && { 'Content-Type': 'application/json' }),
    ...(key.token !== undefined && { 'X-Security-Token': key.token }),
  }
  const signed = signHuawei({ ...key, method, url: registry.endpoint + path, headers, body, date: new Date(now) })
  return registry.request(method, path, { auth: 'none', headers: signed, body })
}
const newKey = (userId: string, description?: string) => ({ credential: { user_id: userId, description } })

async function tokenOf({ user, password }: Person): Promise<string> {
  const identity = {
    methods: ['password'],
    password: { user: { name: user.name, password, domain: { name: 'admin' } } },
  }
  const answer = await registry.post('/v3/auth/tokens', { auth: { identity } }, { auth: 'none' })
  return answer.headers['x-subject-token'] ?? ''
}

describe('permanent access keys', () => {
  it('are made with 201, and the secret is in that answer alone', async () => {
    const made = await by(alice.key, 'POST', CREDENTIALS, newKey(alice.user.id, 'for the pipeline'))
    expect(made.status).toBe(201)
    const { access, secret } = made.json.credential
    expect(made.json).toEqual({
      credential: {
        access: expect.stringMatching(/^[A-Z0-9]{20}$/),
        secret: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
        status: 'active',
        create_time: '2026-03-30T08:00:00.000000Z',
        user_id: alice.user.id,
        description: 'for the pipeline',
      },
    })
    const shown = await by(alice.key, 'GET', `${CREDENTIALS}/${access}`)
    const { secret: _, ...rest } = made.json.credential
    expect(shown.json).toEqual({ credential: rest })
    const listed = await by(alice.key, 'GET', CREDENTIALS)
    expect(listed.json.credentials.map((each: { access: string }) => each.access)).toEqual([alice.key.ak, access])
    expect(shown.text + listed.text).not.toContain(secret)
    expect((await by({ ak: access, sk: secret }, 'GET', '/v3/auth/domains')).status).toBe(200)

    const third = await by(alice.key, 'POST', CREDENTIALS, newKey(alice.user.id))
    expect(third.status).toBe(400)
    expect(third.json).toEqual({ error: { code: 400, message: 'akSkNumExceed', title: 'Bad Request' } })

    const off = await by(alice.key, 'PUT', `${CREDENTIALS}/${access}`, { credential: { status: 'inactive' } })
    expect(off.json.credential).toMatchObject({ status: 'inactive', description: 'for the pipeline' })
    expect((await by({ ak: access, sk: secret }, 'GET', '/v3/auth/domains')).status).toBe(401)
    const on = { credential: { status: 'active', description: '' } }
    expect((await by(alice.key, 'PUT', `${CREDENTIALS}/${access}`, on)).json.credential.description).toBe('')
    expect((await by({ ak: access, sk: secret }, 'GET', '/v3/auth/domains')).status).toBe(200)

    const gone = await by(alice.key, 'DELETE', `${CREDENTIALS}/${access}`)
    expect([gone.status, gone.text]).toEqual([204, ''])
    expect((await by({ ak: access, sk: secret }, 'GET', '/v3/auth/domains')).status).toBe(401)
    expect((await by(alice.key, 'GET', `${CREDENTIALS}/${access}`)).status).toBe(403)
  })

  it('of others are for those who may manage keys: another user learns not even which exist', async () => {
    const { id } = registry.firstRun.accessKey
    for (const path of [`${CREDENTIALS}/${id}`, `${CREDENTIALS}/NOBODYSKEY0000000000`])
      for (const [method, json] of [
        ['GET', undefined],
        ['PUT', { credential: { status: 'inactive' } }],
        ['DELETE', undefined],
      ] as const) {
        const answer = await by(alice.key, method, path, json)
        expect([method, answer.status, answer.json.error.message]).toEqual([
          method,
          403,
          'Policy does not allow the requested action to be performed.',
        ])
      }
    const { user } = registry.firstRun
    expect((await by(alice.key, 'POST', CREDENTIALS, newKey(user.id))).status).toBe(403)
    expect((await by(alice.key, 'GET', `${CREDENTIALS}?user_id=${user.id}`)).status).toBe(403)
    expect((await by(alice.key, 'GET', `${CREDENTIALS}?user_id=${'f'.repeat(32)}`)).status).toBe(403)
    // The account's own user may.
    expect((await registry.get(`${CREDENTIALS}?user_id=${alice.user.id}`)).json.credentials).toHaveLength(1)
    expect((await registry.get(`${CREDENTIALS}?user_id=${'f'.repeat(32)}`)).status).toBe(404)
    expect((await registry.get(`${CREDENTIALS}/NOBODYSKEY0000000000`)).status).toBe(404)
  })

  it.each([
    [{}, 'credential'],
    [{ credential: {} }, 'user_id'],
    [{ credential: { user_id: 17 } }, 'user_id'],
    [{ credential: { user_id: 'x', description: 'x'.repeat(256) } }, 'description'],
  ])('names what is wrong with %j', async (json, named) => {
    const answer = await by(alice.key, 'POST', CREDENTIALS, json)
    expect([answer.status, answer.json.error.title]).toEqual([400, 'Bad Request'])
    expect(answer.json.error.message).toContain(named)
  })

  it('a change names its status when it is none', async () => {
    const answer = await by(alice.key, 'PUT', `${CREDENTIALS}/${alice.key.ak}`, { credential: { status: 'off' } })
    expect(answer.status).toBe(400)
    expect(answer.json.error.message).toContain('status')
  })
})

const wish = (token: object = {}, policy?: object) => ({
  auth: { identity: { methods: ['token'], token, ...(policy && { policy }) } },
})
type Temporary = { ak: string; sk: string; token: string }
const temporaryOf = (credential: Record<string, string>): Temporary => ({
  ak: credential.access ?? '',
  sk: credential.secret ?? '',
  token: credential.securitytoken ?? '',
})

describe('temporary access keys', () => {
  it('are made with 201 for the token in the header, in the body, or for who signs', async () => {
    const token = await tokenOf(alice)
    const header = { auth: 'none', headers: { 'X-Auth-Token': token } } as const
    for (const answer of [
      await registry.post(SECURITY_TOKENS, wish(), header),
      await registry.post(SECURITY_TOKENS, wish({ id: 'A'.repeat(43) }), header),
      await registry.post(SECURITY_TOKENS, wish({ id: token }), { auth: 'none' }),
      await by(alice.key, 'POST', SECURITY_TOKENS, wish()),
    ]) {
      expect(answer.status).toBe(201)
      expect(answer.json).toEqual({
        credential: {
          access: expect.stringMatching(/^HST[A-Z0-9]{17}$/),
          secret: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
          securitytoken: expect.stringMatching(/^[\w-]{64}$/),
          expires_at: '2026-03-30T08:15:00.000000Z',
        },
      })
    }
  })

  it('last as long as was asked for, within 900 and 86400 seconds', async () => {
    for (const [seconds, until] of [
      [900, '2026-03-30T08:15:00.000000Z'],
      [86_400, '2026-03-31T08:00:00.000000Z'],
    ] as const) {
      const answer = await by(alice.key, 'POST', SECURITY_TOKENS, wish({ duration_seconds: seconds }))
      expect(answer.json.credential.expires_at).toBe(until)
    }
    for (const seconds of [899, 86_401, 900.5, '900', -1, null]) {
      const answer = await by(alice.key, 'POST', SECURITY_TOKENS, wish({ duration_seconds: seconds }))
      expect([seconds, answer.status]).toEqual([seconds, 400])
      expect(answer.json.error.message).toContain('duration_seconds')
    }
  })

  it('serve both families, in every signature, until they end', async () => {
    const made = await by(alice.key, 'POST', SECURITY_TOKENS, wish())
    const key = temporaryOf(made.json.credential)
    const ask = async () => {
      const date = new Date(now)
      const url = `${registry.endpoint}/?ProjectId=10000`
      const { ak, sk, token: securityToken } = key
      const acs3 = signAcs3({ ak, sk, securityToken, method: 'GET', url, action: 'ListCertificates', date })
      const query = { ProjectId: '10000' }
      const v1 = signRpcV1({ ak, sk, securityToken, method: 'GET', action: 'ListCertificates', query, date }).query
      const answers = [
        await by(key, 'GET', '/v3/auth/domains'),
        await registry.get('/?ProjectId=10000', { auth: 'none', headers: acs3 }),
        await registry.get(`/?${v1}`, { auth: 'none' }),
      ]
      return answers.map(({ status, json }) => [status, json.Code ?? json.error_msg])
    }
    const notMember = [403, 'Invalid.Tenant.UserNotInProject']
    expect(await ask()).toEqual([[200, undefined], notMember, notMember])
    now += 900_000 - 1
    expect(await ask()).toEqual([[200, undefined], notMember, notMember])
    now += 1
    const expired = [400, 'InvalidSecurityToken.Expired']
    const said = 'Incorrect IAM authentication information: x-security-token has expired'
    expect(await ask()).toEqual([[401, said], expired, expired])
  })

  it("are used by Huawei's SDK core as they are", async () => {
    const key = temporaryOf((await by(alice.key, 'POST', SECURITY_TOKENS, wish())).json.credential)
    const live = await startRegistry()
    try {
      const bob = await newPerson(live, 'bob')
      const headers = { 'Content-Type': 'application/json' }
      const body = JSON.stringify(wish())
      const url = live.endpoint + SECURITY_TOKENS
      const signed = signHuawei({ ...bob.key, method: 'POST', url, headers, body })
      const made = await live.request('POST', SECURITY_TOKENS, { auth: 'none', headers: signed, body })
      const { ak, sk, token } = temporaryOf(made.json.credential)
      const client = (securityToken: string) =>
        new ClientBuilder<HcClient>(hc => hc)
          .withCredential(
            new BasicCredentials().withAk(ak).withSk(sk).withSecurityToken(securityToken).withProjectId('x'),
          )
          .withEndpoint(live.endpoint)
          .build()
      const request = { method: 'GET', url: '/v3/auth/domains', contentType: 'application/json' } as const
      const rest = { queryParams: {}, pathParams: {}, headers: {} }
      expect(await client(token).sendRequest({ ...request, ...rest })).toMatchObject({ httpStatusCode: 200 })
      await expect(client(key.token).sendRequest({ ...request, ...rest })).rejects.toMatchObject({
        errorCode: 'APIGW.0301',
      })
    } finally {
      await live.close()
    }
  })

  it('are no way to keys that last, and to no other temporary ones', async () => {
    const key = temporaryOf((await by(alice.key, 'POST', SECURITY_TOKENS, wish())).json.credential)
    for (const [method, path, json] of [
      ['POST', CREDENTIALS, newKey(alice.user.id)],
      ['GET', CREDENTIALS, undefined],
      ['DELETE', `${CREDENTIALS}/${alice.key.ak}`, undefined],
      ['POST', SECURITY_TOKENS, wish()],
    ] as const)
      expect((await by(key, method, path, json)).status).toBe(403)
    expect((await by(key, 'GET', '/v3/auth/domains')).status).toBe(200)
  })

  it('are not shown among the keys of their user, and not by their id', async () => {
    const key = temporaryOf((await by(alice.key, 'POST', SECURITY_TOKENS, wish())).json.credential)
    const { credentials } = (await by(alice.key, 'GET', CREDENTIALS)).json
    expect(credentials.map((each: { access: string }) => each.access)).toEqual([alice.key.ak])
    expect((await by(alice.key, 'GET', `${CREDENTIALS}/${key.ak}`)).status).toBe(404)
  })

  it('refuse a session policy that means nothing, naming the place', async () => {
    const policy = { Version: '1.1', Statement: [{ Effect: 'Allow', Action: ['scm:cert:list'], Sometimes: true }] }
    const answer = await by(alice.key, 'POST', SECURITY_TOKENS, wish({}, policy))
    expect(answer.status).toBe(400)
    expect(answer.json.error.message).toContain('$.Statement[0].Sometimes')
    const good = { Version: '1.1', Statement: [{ Effect: 'Allow', Action: ['scm:cert:list'] }] }
    expect((await by(alice.key, 'POST', SECURITY_TOKENS, wish({}, good))).status).toBe(201)
  })

  it('need somebody who asks', async () => {
    expect((await registry.post(SECURITY_TOKENS, wish(), { auth: 'none' })).status).toBe(401)
    const bad = { auth: 'none', headers: { 'X-Auth-Token': 'A'.repeat(43) } } as const
    expect((await registry.post(SECURITY_TOKENS, wish(), bad)).status).toBe(401)
    expect((await by({ ...alice.key, sk: 'wrong' }, 'POST', SECURITY_TOKENS, wish())).status).toBe(401)
    const agency = { auth: { identity: { methods: ['assume_role'] } } }
    const refused = await by(alice.key, 'POST', SECURITY_TOKENS, agency)
    expect([refused.status, refused.json.error.message]).toEqual([
      400,
      'The parameter \'auth.identity.methods\' must be ["token"].',
    ])
  })
})

describe('what clients look up', () => {
  it('GET /v5/caller-identity names the caller', async () => {
    const { domainId } = registry.firstRun.account
    expect((await by(alice.key, 'GET', '/v5/caller-identity')).json).toEqual({
      account_id: domainId,
      principal_urn: `iam::${domainId}:user:alice`,
      principal_id: alice.user.id,
    })
  })

  it('GET /v3/users?name= finds a user of the account; who may not list finds himself', async () => {
    const names = async (key: { ak: string; sk: string }, query: string) =>
      (await by(key, 'GET', `/v3/users${query}`)).json.users.map((user: { name: string }) => user.name)
    const root = { ak: registry.firstRun.accessKey.id, sk: registry.firstRun.accessKey.secret }
    expect(await names(root, '')).toEqual(['admin', 'alice'])
    expect(await names(root, '?name=alice')).toEqual(['alice'])
    expect(await names(root, '?name=ali')).toEqual([])
    expect(await names(root, '?enabled=false')).toEqual([])
    expect(await names(alice.key, '')).toEqual(['alice'])
    expect(await names(alice.key, '?name=admin')).toEqual([])
  })

  it('GET /v3/users/{id} shows oneself, and others to those who may', async () => {
    const { id } = registry.firstRun.user
    expect((await by(alice.key, 'GET', `/v3/users/${alice.user.id}`)).json.user.name).toBe('alice')
    expect((await by(alice.key, 'GET', `/v3/users/${id}`)).status).toBe(403)
    expect((await by(alice.key, 'GET', `/v3/users/${'f'.repeat(32)}`)).status).toBe(403)
    expect((await registry.get(`/v3/users/${alice.user.id}`)).json.user.name).toBe('alice')
    expect((await registry.get(`/v3/users/${'f'.repeat(32)}`)).status).toBe(404)
  })

  it('GET /v3/auth/catalog, /v3/projects/{id} and /v3/regions/{id}', async () => {
    const { project } = registry.firstRun
    const { catalog } = (await registry.get('/v3/auth/catalog')).json
    expect(catalog.map(({ type }: { type: string }) => type)).toEqual(['iam', 'scm', 'iotda', 'roma'])
    expect((await by(alice.key, 'GET', '/v3/auth/catalog')).json.catalog).toHaveLength(2)
    expect((await registry.get(`/v3/projects/${project.id}`)).json.project).toMatchObject({ name: 'default' })
    expect((await registry.get(`/v3/projects/${'f'.repeat(32)}`)).status).toBe(404)
    expect((await registry.get('/v3/regions/local-1')).json.region.id).toBe('local-1')
    expect((await registry.get('/v3/regions/nowhere-9')).status).toBe(404)
  })

  it('POST /v3/projects makes one that every product can be asked for, and answers the same again', async () => {
    const ask = (name: string) => registry.post('/v3/projects', { project: { name } })
    const made = await ask('team-a')
    expect([made.status, made.json.project.name]).toEqual([201, 'team-a'])
    expect((await ask('team-a')).json.project.id).toBe(made.json.project.id)
    expect((await ask('cn-north-4')).json.project.id).toBe(registry.firstRun.project.id)
    const { id } = made.json.project
    const headers = { 'X-Auth-Token': await projectToken(id) }
    for (const path of [`/v5/iot/${id}/certificates`, `/v5/iot/${id}/device-certificates`])
      expect((await registry.get(path, { auth: 'none', headers })).status).toBe(200)
    for (const name of ['', 'a b', 'x'.repeat(65), 'é']) expect((await ask(name)).status).toBe(400)
    expect((await by(alice.key, 'POST', '/v3/projects', { project: { name: 'mine' } })).status).toBe(403)
    expect((await by(alice.key, 'POST', '/v3/projects', { project: { name: 'team-a' } })).status).toBe(201)
    const elsewhere = { project: { name: 'team-b', domain_id: 'f'.repeat(32) } }
    expect((await registry.post('/v3/projects', elsewhere)).status).toBe(403)
  })

  async function projectToken(id: string): Promise<string> {
    const { user, account } = registry.firstRun
    const password = { user: { name: user.name, password: user.password, domain: { name: account.name } } }
    const auth = { identity: { methods: ['password'], password }, scope: { project: { id } } }
    const answer = await registry.post('/v3/auth/tokens', { auth }, { auth: 'none' })
    return answer.headers['x-subject-token'] ?? ''
  }

  it('GET / and GET /v3 tell the version to whoever asks', async () => {
    const version = { id: 'v3.6', status: 'stable', links: [{ rel: 'self', href: `${registry.endpoint}/v3/` }] }
    const root = await registry.get('/', { auth: 'none' })
    expect(root.json).toMatchObject({ name: 'certfolio', versions: { values: [version] } })
    for (const path of ['/v3', '/v3/'])
      expect((await registry.get(path, { auth: 'none' })).json).toMatchObject({ version })
  })
})

describe('log-ins that fail', () => {
  const logIn = (user: object, password: string) =>
    registry.post(
      '/v3/auth/tokens',
      { auth: { identity: { methods: ['password'], password: { user: { ...user, password } } } } },
      { auth: 'none' },
    )
  const locked = { error: { code: 401, message: 'The account is locked.', title: 'Unauthorized' } }

  it('lock after five within 15 minutes, for 15 minutes; a name that nobody has locks as well', async () => {
    const { user, password = '' } = await createUser(await administration(registry, clock), 'bob', 'generated')
    const domain = { name: 'admin' }
    for (const [who, right] of [
      [{ name: 'bob', domain }, password],
      [{ name: 'nobody', domain }, undefined],
      [{ id: 'f'.repeat(32) }, undefined],
    ] as const) {
      for (let i = 0; i < 5; i++)
        expect((await logIn(who, 'wrong password')).json.error.message).toBe('The username or password is wrong.')
      expect((await logIn(who, 'wrong password')).json).toEqual(locked)
      if (right === undefined) continue
      // The same user under its id is the same user.
      expect((await logIn(who, right)).json).toEqual(locked)
      expect((await logIn({ id: user.id }, right)).json).toEqual(locked)
      now += 15 * 60_000 - 1
      expect((await logIn(who, right)).json).toEqual(locked)
      now += 1
      expect((await logIn(who, right)).status).toBe(201)
    }
    expect((await logIn({ id: alice.user.id }, alice.password)).status).toBe(201)
  })

  it('begin anew after one that succeeds', async () => {
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 4; i++) expect((await logIn({ id: alice.user.id }, 'wrong password')).status).toBe(401)
      expect((await logIn({ id: alice.user.id }, alice.password)).status).toBe(201)
    }
  })

  it('are throttled by their address in the words of the gateway, with the time to wait', async () => {
    now += 3_600_000
    const ask = () => registry.post('/v3/auth/tokens', {}, { auth: 'none' })
    for (let i = 0; i < 300; i++) expect((await ask()).status).toBe(400)
    const refused = await ask()
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1'])
    expect(refused.json.error).toMatchObject({ code: 429, message: 'The throttling threshold has been reached.' })
    now += 1_000
    expect((await ask()).status).toBe(400)
  })
})
