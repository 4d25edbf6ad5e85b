/** IAM over HTTP, as clients call it: reference identity-huawei §1 and §2. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

let registry: TestRegistry
let now = Date.UTC(2026, 2, 30, 8)
beforeAll(async () => {
  registry = await startRegistry({ clock: () => now })
})
afterAll(() => registry.close())

const TOKENS = '/v3/auth/tokens'
const password = (user: object = {}, scope?: object) => {
  const { account, user: first } = registry.firstRun
  return {
    auth: {
      identity: {
        methods: ['password'],
        password: { user: { name: first.name, password: first.password, domain: { name: account.name }, ...user } },
      },
      ...(scope && { scope }),
    },
  }
}
const ask = (json: unknown, path = TOKENS, headers: Record<string, string> = {}) =>
  registry.request('POST', path, { json, headers, auth: 'none' })
const keystone = (code: number, title: string, message: string) => ({ error: { code, message, title } })

describe('POST /v3/auth/tokens', () => {
  it('answers 201 with the token in X-Subject-Token and the documented body', async () => {
    const { account, user, project } = registry.firstRun
    const answer = await ask(password({}, { project: { id: project.id } }))
    expect(answer.status).toBe(201)
    expect(answer.headers['x-subject-token']).toMatch(/^[\w-]{43}$/)
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/)
    const domain = { id: account.domainId, name: 'admin' }
    expect(answer.json).toEqual({
      token: {
        methods: ['password'],
        issued_at: '2026-03-30T08:00:00.000000Z',
        expires_at: '2026-03-31T08:00:00.000000Z',
        user: { id: user.id, name: 'admin', domain, password_expires_at: '' },
        project: { id: project.id, name: 'default', domain },
        roles: [
          { id: '0', name: 'te_admin' },
          { id: '0', name: 'secu_admin' },
        ],
        catalog: expect.arrayContaining([
          expect.objectContaining({
            type: 'iotda',
            endpoints: [expect.objectContaining({ url: `${registry.endpoint}/v5/iot/${project.id}` })],
          }),
        ]),
      },
    })
  })

  it('omits the catalog with any nocatalog that is not empty', async () => {
    expect((await ask(password(), `${TOKENS}?nocatalog=true`)).json.token.catalog).toBeUndefined()
    expect((await ask(password(), `${TOKENS}?nocatalog=0`)).json.token.catalog).toBeUndefined()
    expect((await ask(password(), `${TOKENS}?nocatalog=`)).json.token.catalog).toHaveLength(2)
  })

  it('is for the account without a scope, and with a scope of the domain', async () => {
    const { domainId } = registry.firstRun.account
    for (const scope of [undefined, { domain: { name: 'admin' } }, { domain: { id: domainId } }]) {
      const { token } = (await ask(password({}, scope))).json
      expect(token.domain).toEqual({ id: domainId, name: 'admin' })
      expect(token.project).toBeUndefined()
    }
  })

  it('is for the project when project and domain are given', async () => {
    const { project } = registry.firstRun
    const scope = { project: { name: 'default' }, domain: { name: 'admin' } }
    expect((await ask(password({}, scope))).json.token.project.id).toBe(project.id)
  })

  it('finds the project by its name, also with a nested domain, and by the name of a region', async () => {
    for (const project of [
      { name: 'default' },
      { name: 'default', domain: { name: 'admin' } },
      { name: 'default', domain: { id: registry.firstRun.account.domainId } },
      { name: 'cn-north-4' },
    ]) {
      const { token } = (await ask(password({}, { project }))).json
      expect(token.project).toMatchObject({ id: registry.firstRun.project.id, name: project.name })
    }
  })

  it('takes user.id without a domain, and domain.id in the place of its name', async () => {
    const { account, user } = registry.firstRun
    for (const given of [{ id: user.id, name: undefined, domain: undefined }, { domain: { id: account.domainId } }])
      expect((await ask(password(given))).status).toBe(201)
  })

  it('ignores a signature of an unknown key, as an SDK adds one', async () => {
    const Authorization = `SDK-HMAC-SHA256 Access=nobody, SignedHeaders=host, Signature=${'0'.repeat(64)}`
    expect((await ask(password(), TOKENS, { Authorization, 'X-Project-Id': 'whatever' })).status).toBe(201)
  })

  it('answers the same to a wrong password, an unknown user and an unknown account', async () => {
    const wrong = [
      { password: 'wrong' },
      { name: 'nobody' },
      { domain: { name: 'nowhere' } },
      { domain: { id: 'f'.repeat(32) } },
      { domain: { id: registry.firstRun.account.domainId, name: 'nowhere' } },
      { id: 'f'.repeat(32) },
      { id: registry.firstRun.user.id, domain: { name: 'nowhere' } },
    ]
    for (const user of wrong) {
      const answer = await ask(password(user))
      expect(answer.status).toBe(401)
      expect(answer.json).toEqual(keystone(401, 'Unauthorized', 'The username or password is wrong.'))
      expect(answer.headers['x-subject-token']).toBeUndefined()
    }
  })

  it('answers 401 to a scope that does not exist', async () => {
    for (const scope of [
      { project: { id: 'f'.repeat(32) } },
      { project: { name: 'nowhere' } },
      { project: { name: 'default', domain: { name: 'nowhere' } } },
      { domain: { name: 'nowhere' } },
    ]) {
      const answer = await ask(password({}, scope))
      expect(answer.status).toBe(401)
      expect(answer.json.error.message).toBe('The request you have made requires authentication.')
    }
  })

  it('names what is wrong with the body, and repeats nothing of it', async () => {
    const { user } = registry.firstRun
    const cases: [object, string][] = [
      [{}, 'auth'],
      [{ auth: {} }, 'identity'],
      [{ auth: { identity: {} } }, 'methods'],
      [{ auth: { identity: { methods: 'password' } } }, 'methods'],
      [{ auth: { identity: { methods: ['password'] } } }, 'auth.identity.password'],
      [{ auth: { identity: { methods: ['token'] } } }, 'auth.identity.token'],
      [{ auth: { identity: { methods: ['totp'] } } }, 'auth.identity.methods'],
      [{ auth: { identity: { methods: ['password', 'totp'] } } }, 'auth.identity.methods'],
      [password({ password: 17 }), 'password'],
      [password({ name: undefined }), 'auth.identity.password.user.name'],
      [password({ domain: undefined }), 'auth.identity.password.user.domain.name'],
      [password({}, { project: {} }), 'auth.scope.project.id'],
    ]
    for (const [body, named] of cases) {
      const answer = await ask(body)
      expect({ body, status: answer.status }).toEqual({ body, status: 400 })
      expect(answer.json.error).toMatchObject({ code: 400, title: 'Bad Request' })
      expect(answer.json.error.message).toContain(named)
      expect(answer.text).not.toContain(user.password)
    }
  })

  it('refuses what is no JSON, an empty body and one of more than 32 KB', async () => {
    const post = (body: string, type = 'application/json') =>
      registry.request('POST', TOKENS, { body, headers: { 'Content-Type': type }, auth: 'none' })
    expect((await post('{"auth":')).status).toBe(400)
    expect((await post('null')).status).toBe(400)
    expect((await post('')).json.error.message).toBe('The request body is empty or larger than 32 KB.')
    expect((await post(JSON.stringify({ a: 'x'.repeat(32_768) }))).status).toBe(400)
    expect((await post('auth=1', 'application/x-www-form-urlencoded')).status).toBe(415)
    expect((await post(JSON.stringify(password()), 'application/json;charset=utf8')).status).toBe(201)
  })

  it('re-scopes a token, and the new one ends with the old one', async () => {
    const first = await ask(password())
    now += 3_600_000
    const id = first.headers['x-subject-token']
    const identity = { methods: ['token'], token: { id } }
    const second = await ask({ auth: { identity, scope: { project: { name: 'default' } } } })
    expect(second.status).toBe(201)
    expect(second.json.token).toMatchObject({ methods: ['token'], expires_at: first.json.token.expires_at })
    const bad = await ask({ auth: { identity: { methods: ['token'], token: { id: `${id}x` } } } })
    expect(bad.json).toEqual(keystone(401, 'Unauthorized', 'The request you have made requires authentication.'))
  })
})

describe('validate, probe and revoke', () => {
  const fresh = async () => (await ask(password())).headers['x-subject-token'] ?? ''
  const about = (method: string, subject: string) =>
    registry.request(method, TOKENS, { headers: { 'X-Subject-Token': subject } })

  it('GET answers 200, echoes the header, and shows the token', async () => {
    const subject = await fresh()
    const answer = await about('GET', subject)
    expect(answer.status).toBe(200)
    expect(answer.headers['x-subject-token']).toBe(subject)
    expect(answer.json.token.user.name).toBe('admin')
  })

  it('HEAD answers 200 without a body', async () => {
    const answer = await about('HEAD', await fresh())
    expect(answer.status).toBe(200)
    expect(answer.text).toBe('')
  })

  it('DELETE answers 204 without a body, and the token ends', async () => {
    const subject = await fresh()
    const answer = await about('DELETE', subject)
    expect(answer.status).toBe(204)
    expect(answer.text).toBe('')
    expect((await about('GET', subject)).status).toBe(404)
    const headers = { 'X-Auth-Token': subject }
    expect((await registry.get('/v3/projects', { auth: 'none', headers })).status).toBe(401)
  })

  it('DELETE works on an expired token too', async () => {
    const subject = await fresh()
    now += 25 * 3_600_000
    const caller = await fresh()
    const headers = { 'X-Auth-Token': caller, 'X-Subject-Token': subject }
    expect((await registry.request('DELETE', TOKENS, { auth: 'none', headers })).status).toBe(204)
    const other = { 'X-Auth-Token': caller, 'X-Subject-Token': 'A'.repeat(43) }
    expect((await registry.request('DELETE', TOKENS, { auth: 'none', headers: other })).status).toBe(404)
    const none = { 'X-Auth-Token': caller }
    expect((await registry.request('GET', TOKENS, { auth: 'none', headers: none })).status).toBe(400)
    now -= 25 * 3_600_000
  })

  it('needs a caller', async () => {
    const headers = { 'X-Subject-Token': await fresh() }
    const answer = await registry.request('GET', TOKENS, { auth: 'none', headers })
    expect(answer.json).toEqual(keystone(401, 'Unauthorized', 'The request you have made requires authentication.'))
  })
})

describe('what the SDKs look up', () => {
  for (const auth of ['token', 'key'] as const) {
    it(`GET /v3/projects?name=<region> finds exactly one project (${auth})`, async () => {
      const { project, account } = registry.firstRun
      for (const region of ['local-1', 'cn-north-4', 'ap-southeast-1', 'la-north-2', 'my-kualalumpur-1']) {
        const { status, json } = await registry.get(`/v3/projects?name=${region}`, { auth })
        expect(status).toBe(200)
        expect(json).toEqual({
          links: { self: `${registry.endpoint}/v3/projects`, previous: null, next: null },
          projects: [
            {
              id: project.id,
              name: region,
              domain_id: account.domainId,
              parent_id: account.domainId,
              description: '',
              enabled: true,
              is_domain: false,
              links: { self: `${registry.endpoint}/v3/projects/${project.id}` },
            },
          ],
        })
      }
    })

    it(`GET /v3/auth/projects, /v3/auth/domains and /v3/regions (${auth})`, async () => {
      const { project, account } = registry.firstRun
      const projects = await registry.get('/v3/auth/projects', { auth })
      expect(projects.json.projects).toMatchObject([{ id: project.id, name: 'default' }])
      const domains = await registry.get('/v3/auth/domains', { auth })
      expect(domains.json).toEqual({
        domains: [
          {
            id: account.domainId,
            name: 'admin',
            enabled: true,
            description: '',
            links: { self: `${registry.endpoint}/v3/domains/${account.domainId}` },
          },
        ],
        links: { self: `${registry.endpoint}/v3/auth/domains`, previous: null, next: null },
      })
      const regions = await registry.get('/v3/regions', { auth })
      expect(regions.json.regions).toMatchObject([{ id: 'local-1', type: 'public', parent_region_id: null }])
    })
  }

  it('filters projects, and finds none of a name that is neither a project nor a region', async () => {
    const { domainId } = registry.firstRun.account
    const count = async (query: string) => (await registry.get(`/v3/projects${query}`)).json.projects.length
    expect(await count('')).toBe(1)
    expect(await count('?name=default')).toBe(1)
    for (const name of ['Default', 'nowhere', 'defaul', '%25', 'CN-NORTH-4'])
      expect(await count(`?name=${name}`)).toBe(0)
    expect(await count(`?domain_id=${domainId}&parent_id=${domainId}&enabled=true&is_domain=false`)).toBe(1)
    for (const query of ['?domain_id=f', '?parent_id=f', '?enabled=false', '?is_domain=true'])
      expect(await count(query)).toBe(0)
    expect(await count('?page=1&per_page=1')).toBe(1)
    expect(await count('?page=2&per_page=1')).toBe(0)
  })

  it.each([
    ['page=1', 'page'],
    ['per_page=10', 'per_page'],
    ['page=0&per_page=10', 'page'],
    ['page=1&per_page=5001', 'per_page'],
    ['page=1e3&per_page=1', 'page'],
    ['enabled=yes', 'enabled'],
    ['name=a&name=b', 'name'],
    ['name=%ff', 'name'],
  ])('refuses %s, naming %s', async (query, named) => {
    const answer = await registry.get(`/v3/projects?${query}`)
    expect(answer.status).toBe(400)
    expect(answer.json.error).toMatchObject({ code: 400, title: 'Bad Request' })
    expect(answer.json.error.message).toContain(`'${named}'`)
  })
})

describe('errors', () => {
  it('of a signature are the gateway’s', async () => {
    const headers = { 'X-Sdk-Date': '20200101T000000Z' }
    const wrong = await registry.get('/v3/projects', {
      auth: 'none',
      headers: {
        ...headers,
        Authorization: `SDK-HMAC-SHA256 Access=a, SignedHeaders=x-sdk-date, Signature=${'0'.repeat(64)}`,
      },
    })
    expect(wrong.status).toBe(401)
    expect(wrong.json).toEqual({
      error_code: 'APIGW.0301',
      error_msg: expect.stringMatching(/^Incorrect IAM authentication information: x-sdk-date differs/),
      request_id: wrong.headers['x-request-id'],
    })
  })

  it('have the Keystone shape everywhere else', async () => {
    expect((await registry.get('/v3/projects', { auth: 'none' })).json).toEqual(
      keystone(401, 'Unauthorized', 'The request you have made requires authentication.'),
    )
    expect((await registry.get('/v3/auth/nothing')).json).toEqual(
      keystone(404, 'Not Found', 'The resource could not be found.'),
    )
    const wrongMethod = await registry.request('PATCH', TOKENS)
    expect(wrongMethod.status).toBe(405)
    expect(wrongMethod.json.error.title).toBe('Method Not Allowed')
    expect(wrongMethod.headers.allow?.split(', ').sort()).toEqual(['DELETE', 'GET', 'HEAD', 'POST'])
    const unsupported = await registry.request('PATCH', `/v3/projects/${registry.firstRun.project.id}`)
    expect(unsupported.status).toBe(501)
    expect(unsupported.json.error.title).toBe('Not Implemented')
  })

  it('and logs hold no password and no token', async () => {
    const { text } = await ask(password())
    expect(text).not.toContain(registry.firstRun.user.password)
    const log = registry.log()
    expect(log.length).toBeGreaterThan(0)
    expect(log).not.toContain(registry.firstRun.user.password)
    expect(log).not.toContain(registry.firstRun.accessKey.secret)
    expect(log).not.toContain(await registry.token())
  })
})
