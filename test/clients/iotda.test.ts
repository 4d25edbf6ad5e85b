/** The vendor's own SDK core against a running registry: it signs, sends, walks the lists and maps errors. */
import { BasicCredentials, Region } from '@huaweicloud/huaweicloud-sdk-core'
import type { ICredential } from '@huaweicloud/huaweicloud-sdk-core/auth/ICredential.js'
import { ClientBuilder } from '@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js'
import { ClientRequestException } from '@huaweicloud/huaweicloud-sdk-core/exception/ClientRequestException.js'
import { ServerResponseException } from '@huaweicloud/huaweicloud-sdk-core/exception/ServerResponseException.js'
import type { ServiceResponseException } from '@huaweicloud/huaweicloud-sdk-core/exception/ServiceResponseException.js'
import type { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js'
import { Logger4jInstance } from '@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate, makeKeyPair } from '../support/certificates.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const DEVICES = '/v5/iot/{project_id}/device-certificates'
const CAS = '/v5/iot/{project_id}/certificates'
const keys = makeKeyPair()

// The SDK prints every failed call with its token and body (reference identity-huawei §9, trap 13).
Logger4jInstance.level = 'off'

let registry: TestRegistry
let token: string
beforeAll(async () => {
  registry = await startRegistry()
  token = await registry.token()
  const devices = Array.from({ length: 23 }, (_, i) => makeCertificate({ subject: `CN=pump(${i})`, keys }).pem)
  const roots = Array.from({ length: 12 }, (_, i) => makeCertificate({ subject: `CN=Root ${i}`, keys, ca: true }).pem)
  await registry.bringIn('iotda-devices', { 'devices.pem': devices.join('') })
  await registry.bringIn('iotda-cas', { 'roots.pem': roots.join('') })
})
afterAll(() => registry.close())

function basic(): BasicCredentials {
  const { accessKey, project } = registry.firstRun
  return new BasicCredentials().withAk(accessKey.id).withSk(accessKey.secret).withProjectId(project.id)
}

/** The SDK has no credential that is a token; this is how its users make one (reference identity-huawei §8). */
function tokenCredential(): ICredential {
  const credential: ICredential = {
    getAk: () => undefined,
    getSk: () => undefined,
    processAuthParams: async () => credential,
    processAuthRequest: async (_client, request) => {
      const { id } = registry.firstRun.project
      const url = request.url?.replace('{project_id}', id).replace('%7Bproject_id%7D', id)
      return Object.assign(request, { url, headers: { ...request.headers, 'X-Auth-Token': token } })
    },
  }
  return credential
}

const credentials: readonly [string, () => ICredential][] = [
  ['an access key, plain', basic],
  [
    'an access key, derived',
    () =>
      basic()
        .withRegionId('local-1')
        .withDerivedPredicate(() => true),
  ],
  ['an access key, derived without a region', () => basic().withDerivedPredicate(() => true)],
  ['a token', tokenCredential],
]

function clientWith(credential: ICredential): HcClient {
  return new ClientBuilder<HcClient>(client => client)
    .withCredential(credential)
    .withEndpoint(registry.endpoint)
    .withDerivedAuthServiceName('iotdm')
    .build()
}

interface Asked {
  readonly method?: string
  readonly query?: Readonly<Record<string, unknown>>
  readonly path?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
}

// biome-ignore lint/suspicious/noExplicitAny: the SDK hands on whatever JSON came; its users read members by name
function send(client: HcClient, url: string, asked: Asked = {}): Promise<any> {
  return client.sendRequest({
    method: asked.method ?? 'GET',
    url,
    contentType: 'application/json',
    queryParams: { ...asked.query },
    pathParams: { ...asked.path },
    headers: { ...asked.headers },
    ...(asked.body && { data: { ...asked.body } }),
  })
}

/** As users write it: until there is no marker. */
async function walk(client: HcClient, url: string, limit: number): Promise<string[]> {
  const names: string[] = []
  let marker: string | null | undefined
  do {
    const page = await send(client, url, { query: { limit, ...(marker && { marker }) } })
    expect(page.httpStatusCode).toBe(200)
    for (const one of page.device_certificates ?? page.certificates) names.push(one.common_name ?? one.cn_name)
    marker = page.page.marker
  } while (marker)
  return names
}

async function failureOf(sent: Promise<unknown>): Promise<ServiceResponseException> {
  try {
    await sent
  } catch (error) {
    return error as ServiceResponseException
  }
  throw new Error('the call succeeded')
}

describe.each(credentials)('with %s', (_, credential) => {
  let client: HcClient
  beforeAll(() => {
    client = clientWith(credential())
  })

  it.each([1, 7, 50])('walks all device certificates by marker, %i a page, newest first', async limit => {
    const expected = Array.from({ length: 23 }, (_, i) => `pump(${22 - i})`)
    expect(await walk(client, DEVICES, limit)).toEqual(expected)
  })

  it('walks all CA certificates by marker', async () => {
    const expected = Array.from({ length: 12 }, (_, i) => `Root ${11 - i}`)
    expect(await walk(client, CAS, 5)).toEqual(expected)
  })

  it.each(['pump(1', "it's", 'a b', 'x!*', 'p%', '#&?'])(
    'filters by a common name that has to be encoded: %s',
    async prefix => {
      const page = await send(client, DEVICES, { query: { common_name: prefix } })
      expect(page.page.count).toBe(prefix === 'pump(1' ? 11 : 0)
    },
  )

  it('names its instance and its resource space', async () => {
    const { instanceId, appId } = registry.firstRun.iotda
    const page = await send(client, CAS, { query: { app_id: appId }, headers: { 'Instance-Id': instanceId } })
    expect(page.page.count).toBe(12)
  })

  it('uploads a CA certificate, sees it first in the list, and deletes it', async () => {
    const { pem } = makeCertificate({ subject: 'O=Harbor,CN=Uploaded', ca: true })
    const made = await send(client, CAS, { method: 'POST', body: { content: pem } })
    expect(made).toMatchObject({ httpStatusCode: 201, cn_name: 'Uploaded', owner: 'Harbor', status: false })
    const { certificates } = await send(client, CAS, { query: { limit: 1 } })
    expect(certificates[0].certificate_id).toBe(made.certificate_id)
    const one = { path: { certificate_id: made.certificate_id } }
    const gone = await send(client, `${CAS}/{certificate_id}`, { method: 'DELETE', ...one })
    expect(gone.httpStatusCode).toBe(204)
    expect(await failureOf(send(client, `${CAS}/{certificate_id}`, one))).toMatchObject({ httpStatusCode: 404 })
  })

  describe('sees typed errors:', () => {
    it.each([
      ['a limit out of range', { limit: 51 }, 'IOTDA.000017', 'limit'],
      ['a limit that is no number', { limit: '1e3' }, 'IOTDA.000006', 'limit'],
      ['a UUID for a marker', { marker: '75a0c144-7c3c-4dac-9fd6-8c63dd9e969d' }, 'IOTDA.000018', 'marker'],
      ['a negative offset', { offset: -1 }, 'IOTDA.000006', 'offset'],
      ['a short fingerprint', { fingerprint: 'a'.repeat(39) }, 'IOTDA.000006', 'fingerprint'],
    ])('%s', async (_case, query, code, parameter) => {
      const error = await failureOf(send(client, DEVICES, { query }))
      expect(error).toBeInstanceOf(ClientRequestException)
      expect(error).toMatchObject({
        httpStatusCode: 400,
        errorCode: code,
        errorMsg: expect.stringContaining(`'${parameter}'`),
        requestId: expect.stringMatching(/^[0-9a-f]{32}$/),
      })
    })

    it('a body that is no certificate, an unknown resource space, an unknown certificate', async () => {
      const upload = (body: Record<string, unknown>) => failureOf(send(client, CAS, { method: 'POST', body }))
      expect(await upload({ content: 'hello' })).toMatchObject({ httpStatusCode: 400, errorCode: 'IOTDA.014301' })
      const space = await failureOf(send(client, CAS, { query: { app_id: 'nowhere' } }))
      expect(space).toMatchObject({ httpStatusCode: 403, errorCode: 'IOTDA.001000' })
      const one = await failureOf(send(client, `${DEVICES}/unknown`))
      expect(one).toBeInstanceOf(ClientRequestException)
      expect(one).toMatchObject({ httpStatusCode: 404, errorCode: 'IOTDA.990404' })
    })

    it('an operation that is not supported is the server’s fault', async () => {
      const error = await failureOf(send(client, '/v5/iot/{project_id}/provisioning-templates'))
      expect(error).toBeInstanceOf(ServerResponseException)
      expect(error).toMatchObject({ httpStatusCode: 501, errorCode: 'IOTDA.990501' })
    })
  })
})

describe('an access key without a project', () => {
  const withoutProject = () => {
    const { accessKey } = registry.firstRun
    return new BasicCredentials().withAk(accessKey.id).withSk(accessKey.secret)
  }

  it('finds its project by the name of the region, GET /v3/projects, plain and derived', async () => {
    for (const derived of [false, true]) {
      const credential = withoutProject().withIamEndpoint(registry.endpoint)
      if (derived) credential.withDerivedPredicate(() => true)
      const client = new ClientBuilder<HcClient>(hc => hc)
        .withCredential(credential)
        .withRegion(new Region('default', registry.endpoint))
        .withDerivedAuthServiceName('iotdm')
        .build()
      expect((await send(client, DEVICES)).page.count).toBe(23)
    }
  })

  it('and without a region sends the literal {project_id}, which is nobody’s project', async () => {
    const error = await failureOf(send(clientWith(withoutProject()), DEVICES))
    expect(error).toMatchObject({ httpStatusCode: 403, errorCode: 'IOTDA.000021' })
  })
})

describe('credentials that do not let in', () => {
  it('a wrong secret, and an unknown key', async () => {
    const { accessKey, project } = registry.firstRun
    for (const [ak, sk] of [
      [accessKey.id, 'wrong'],
      ['NOSUCHKEY00000000000', accessKey.secret],
    ]) {
      const client = clientWith(new BasicCredentials().withAk(ak).withSk(sk).withProjectId(project.id))
      const error = await failureOf(send(client, DEVICES))
      expect(error).toBeInstanceOf(ClientRequestException)
      expect(error).toMatchObject({ httpStatusCode: 401, errorCode: 'APIGW.0301' })
    }
  })

  it('somebody else’s project', async () => {
    const client = clientWith(basic().withProjectId('0'.repeat(32)))
    expect(await failureOf(send(client, DEVICES))).toMatchObject({ httpStatusCode: 403, errorCode: 'IOTDA.000021' })
  })
})
