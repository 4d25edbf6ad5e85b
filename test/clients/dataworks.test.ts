/** The vendor's own clients, of three generations, against a running server. */
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const require = createRequire(import.meta.url)

const FILES = Array.from({ length: 25 }, (_, i) => `file-${String(i).padStart(2, '0')}.pem`)

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry()
  await registry.bringIn('dataworks', Object.fromEntries(FILES.map(name => [name, `content of ${name}`])))
})
afterAll(() => registry.close())

type Parameters = Readonly<Record<string, string>>

interface Asked {
  readonly action?: string
  readonly version?: string
  readonly method?: string
  readonly query?: Parameters
  readonly body?: Parameters
  readonly secret?: string
}

// biome-ignore lint/suspicious/noExplicitAny: the raw body, as the client hands it on
type Ask = (asked: Asked) => Promise<any>

/** The generic call of `openapi-core` and `openapi-client`, which the generated SDKs make. */
// biome-ignore lint/suspicious/noExplicitAny: CommonJS of two generations, whose types differ
function teaClient({ default: Client, $OpenApiUtil, ...others }: any, signatureAlgorithm?: string): Ask {
  const { Config, Params, OpenApiRequest } = $OpenApiUtil ?? others
  return async ({ action = 'ListCertificates', version = '2024-05-18', method = 'GET', query, body, secret }) => {
    const { id, secret: ours } = registry.firstRun.accessKey
    const client = new Client(
      new Config({
        accessKeyId: id,
        accessKeySecret: secret ?? ours,
        endpoint: `127.0.0.1:${registry.port}`,
        protocol: 'http',
        regionId: 'cn-hangzhou',
        readTimeout: 20_000,
        connectTimeout: 20_000,
        ...(signatureAlgorithm && { signatureAlgorithm }),
      }),
    )
    const answer = await client.callApi(
      new Params({
        action,
        version,
        protocol: 'HTTPS',
        pathname: '/',
        method,
        authType: 'AK',
        style: 'RPC',
        reqBodyType: 'formData',
        bodyType: 'json',
      }),
      new OpenApiRequest({ ...(query && { query }), ...(body && { body }) }),
      {},
    )
    return answer.body
  }
}

function popCore(): Ask {
  const { RPCClient } = require('@alicloud/pop-core')
  return ({ action = 'ListCertificates', version = '2024-05-18', method = 'GET', query, body, secret }) => {
    const { id, secret: ours } = registry.firstRun.accessKey
    const client = new RPCClient({
      accessKeyId: id,
      accessKeySecret: secret ?? ours,
      endpoint: registry.endpoint,
      apiVersion: version,
    })
    return client.request(action, { ...query, ...body }, { method, timeout: 20_000 })
  }
}

const CLIENTS: readonly [string, Ask][] = [
  ['@alicloud/openapi-core, ACS3', teaClient(require('@alicloud/openapi-core'))],
  ["@alicloud/openapi-core, signatureAlgorithm 'v2'", teaClient(require('@alicloud/openapi-core'), 'v2')],
  ['@alicloud/openapi-client, ACS3', teaClient(require('@alicloud/openapi-client'))],
  ["@alicloud/openapi-client, signatureAlgorithm 'v2'", teaClient(require('@alicloud/openapi-client'), 'v2')],
  ['@alicloud/pop-core', popCore()],
]

const UUID = /^[0-9A-F]{8}-([0-9A-F]{4}-){3}[0-9A-F]{12}$/

describe.each(CLIENTS)('%s', (_, ask) => {
  test('pages through all certificate files', async () => {
    const seen: string[] = []
    for (let number = 1; ; number++) {
      const query = { ProjectId: '10000', PageSize: '10', PageNumber: String(number) }
      const { PagingInfo, RequestId } = await ask({ query })
      expect(RequestId).toMatch(UUID)
      expect(PagingInfo).toMatchObject({ TotalCount: FILES.length, PageSize: 10, PageNumber: number })
      seen.push(...PagingInfo.Certificates.map(({ Name }: { Name: string }) => Name))
      if (PagingInfo.Certificates.length < 10) break
    }
    expect(seen).toEqual(FILES)
  })

  test('sends every kind of character', async () => {
    const query = { ProjectId: '10000', Name: "xm create*(1)~!'证书+a/b=c&d", Order: 'Desc', SortBy: 'CreateTime' }
    expect((await ask({ query })).PagingInfo.TotalCount).toBe(0)
  })

  test('finds the workspaces that it may see, and who it is in them', async () => {
    const { account, user } = registry.firstRun
    const root = await registry.directory.rootUser(account.domainId)
    const found = await ask({ action: 'ListProjects', method: 'POST', body: { Ids: '[10000,10001]', PageSize: '10' } })
    expect(found.PagingInfo).toMatchObject({ TotalCount: 1, Projects: [{ Id: 10000, Owner: root?.aliyunUserId }] })
    const shown = await ask({ action: 'GetProject', query: { Id: '10000' } })
    expect(shown.Project).toMatchObject({ Id: 10000, Name: 'default', Status: 'Available' })
    const me = await ask({ action: 'GetCallerIdentity', version: '2015-04-01', query: {} })
    expect(me).toMatchObject({ IdentityType: 'Account', UserId: root?.aliyunUserId, AccountId: root?.aliyunUserId })
    expect(user.id).toBe(root?.id)
  })

  test('sends a form', async () => {
    const body = { ProjectId: '10000', PageSize: '1', Name: 'file-0' }
    expect((await ask({ method: 'POST', body })).PagingInfo).toMatchObject({ TotalCount: 10, PageSize: 1 })
  })

  test.each([
    ['a bad parameter', { query: { ProjectId: '10000', PageSize: '101' } }, 400, 'InvalidPageSize'],
    ['a missing parameter', { query: {} }, 400, 'MissingProjectId'],
    ['an unknown workspace', { query: { ProjectId: '4' } }, 404, 'Invalid.Tenant.ProjectNotExists'],
    ['an unknown action', { action: 'ListEverything', query: { ProjectId: '1' } }, 404, 'InvalidAction.NotFound'],
    ['a wrong secret', { query: { ProjectId: '10000' }, secret: 'wrong' }, 400, 'SignatureDoesNotMatch'],
    ['what is not supported', { action: 'ListDataSources', method: 'POST', body: {} }, 501, 'UnsupportedOperation'],
  ] satisfies [string, Asked, number, string][])(
    'sees %s as an error with its code',
    async (_, asked, status, code) => {
      const error = await ask(asked).then(
        () => expect.unreachable('it was answered'),
        (error: unknown) => error as Record<string, unknown>,
      )
      expect(error.code).toBe(code)
      const said = error.data as Record<string, unknown>
      expect(said).toMatchObject({
        Code: code,
        HostId: `127.0.0.1:${registry.port}`,
        RequestId: expect.stringMatching(UUID),
      })
      if (error.name !== `${code}Error`) expect(error.statusCode ?? said.statusCode).toBe(status)
    },
  )
})

describe.each(CLIENTS.slice(0, 2))('%s', (_, ask) => {
  test.each([
    ['ClientError', { query: { ProjectId: 'abc' } }, 400, 'InvalidProjectId'],
    ['ServerError', { action: 'ListDataSources', method: 'POST', body: {} }, 501, 'UnsupportedOperation'],
  ] satisfies [string, Asked, number, string][])('raises %s', async (name, asked, statusCode, code) => {
    const error = await ask(asked).catch(error => error)
    expect(error).toMatchObject({ name, code, statusCode, requestId: expect.stringMatching(UUID) })
    expect(error.message).toContain(code)
    expect(error.requestId).toBe(error.data.RequestId)
  })

  test('gets a file, deletes it as a POST with an empty body, and sees that it is gone', async () => {
    await registry.bringIn('dataworks', { 'gone.pem': 'x' })
    const [{ Id }] = (await ask({ query: { ProjectId: '10000', Name: 'gone' } })).PagingInfo.Certificates
    const query = { ProjectId: '10000', Id: String(Id) }
    expect((await ask({ action: 'GetCertificate', query })).Certificate).toMatchObject({ Id, Name: 'gone.pem' })
    expect((await ask({ action: 'DeleteCertificate', method: 'POST', query })).Success).toBe(true)
    const error = await ask({ action: 'GetCertificate', query }).catch(error => error)
    expect(error).toMatchObject({ statusCode: 404, code: 'InvalidCertificate.NotFound' })
  })
})
