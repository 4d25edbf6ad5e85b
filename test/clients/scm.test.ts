/** The vendor's own SDK core against a running registry: it signs, sends, reads answers and maps errors. */
import { BasicCredentials, GlobalCredentials } from '@huaweicloud/huaweicloud-sdk-core'
import type { ICredential } from '@huaweicloud/huaweicloud-sdk-core/auth/ICredential.js'
import { ClientBuilder } from '@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js'
import { ClientRequestException } from '@huaweicloud/huaweicloud-sdk-core/exception/ClientRequestException.js'
import { ServerResponseException } from '@huaweicloud/huaweicloud-sdk-core/exception/ServerResponseException.js'
import type { ServiceResponseException } from '@huaweicloud/huaweicloud-sdk-core/exception/ServiceResponseException.js'
import type { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js'
import { Logger4jInstance } from '@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate, makeChain, makeKeyPair } from '../support/certificates.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const CERTIFICATES = '/v3/scm/certificates'

// The SDK prints every failed call with its token and body, private keys too (reference identity-huawei §9, trap 13).
Logger4jInstance.level = 'off'

let registry: TestRegistry
let token: string
beforeAll(async () => {
  registry = await startRegistry()
  token = await registry.token()
})
afterAll(() => registry.close())

function basic(): BasicCredentials {
  const { id, secret } = registry.firstRun.accessKey
  return new BasicCredentials().withAk(id).withSk(secret)
}

/** The SDK has no credential that is a token; this is how its users make one (reference identity-huawei §8). */
function tokenCredential(): ICredential {
  const credential: ICredential = {
    getAk: () => undefined,
    getSk: () => undefined,
    processAuthParams: async () => credential,
    processAuthRequest: async (_client, request) =>
      Object.assign(request, { headers: { ...request.headers, 'X-Auth-Token': token } }),
  }
  return credential
}

const credentials: readonly [string, () => ICredential][] = [
  ['an access key and its project', () => basic().withProjectId(registry.firstRun.project.id)],
  [
    'an access key and its account',
    () => {
      const { accessKey, account } = registry.firstRun
      return new GlobalCredentials().withAk(accessKey.id).withSk(accessKey.secret).withDomainId(account.domainId)
    },
  ],
  [
    'an access key, derived',
    () =>
      basic()
        .withProjectId(registry.firstRun.project.id)
        .withRegionId('local-1')
        .withDerivedPredicate(() => true),
  ],
  ['a token', tokenCredential],
]

function clientWith(credential: ICredential): HcClient {
  return new ClientBuilder<HcClient>(client => client)
    .withCredential(credential)
    .withEndpoint(registry.endpoint)
    .withDerivedAuthServiceName('scm')
    .build()
}

interface Asked {
  readonly method?: string
  readonly query?: Readonly<Record<string, unknown>>
  readonly path?: Readonly<Record<string, string>>
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
    headers: {},
    ...(asked.body && { data: { ...asked.body } }),
  })
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
  const { root, intermediate, leaf } = makeChain()
  let client: HcClient
  beforeAll(() => {
    client = clientWith(credential())
  })

  it('imports, lists, shows, exports and deletes a certificate', async () => {
    const imported = await send(client, `${CERTIFICATES}/import`, {
      method: 'POST',
      body: {
        name: 'sdk',
        certificate: leaf.pem,
        certificate_chain: intermediate.pem + root.pem,
        private_key: leaf.keyPem,
        enterprise_project_id: '0',
      },
    })
    expect(imported).toMatchObject({ httpStatusCode: 200, certificate_id: expect.stringMatching(/^scs\d{13}$/) })
    const path = { certificate_id: imported.certificate_id }
    const listed = await send(client, CERTIFICATES, {
      query: {
        limit: 50,
        offset: 0,
        sort_key: 'certExpiredTime',
        sort_dir: 'DESC',
        status: 'UPLOAD',
        content: 'leaf.test',
      },
    })
    expect(listed).toMatchObject({ httpStatusCode: 200, total_count: 1 })
    expect(listed.certificates[0]).toMatchObject({ id: imported.certificate_id, name: 'sdk', domain: 'leaf.test' })
    const shown = await send(client, `${CERTIFICATES}/{certificate_id}`, { path })
    expect(shown).toMatchObject({ id: imported.certificate_id, status: 'UPLOAD', push_support: 'ON' })
    const exported = await send(client, `${CERTIFICATES}/{certificate_id}/export`, { method: 'POST', path })
    expect(exported).toMatchObject({
      entire_certificate: leaf.pem + intermediate.pem + root.pem,
      private_key: leaf.keyPem,
    })
    const deleted = await send(client, `${CERTIFICATES}/{certificate_id}`, { method: 'DELETE', path })
    expect(deleted).toMatchObject({ httpStatusCode: 204 })
    const gone = await failureOf(send(client, `${CERTIFICATES}/{certificate_id}`, { path }))
    expect(gone).toMatchObject({ httpStatusCode: 404, errorCode: 'SCM.0020', errorMsg: 'Incorrect certificate ID.' })
  })

  it('sees a refusal as ClientRequestException with code, message and request id', async () => {
    const failure = await failureOf(send(client, CERTIFICATES, { query: { limit: 15 } }))
    expect(failure).toBeInstanceOf(ClientRequestException)
    expect(failure).toMatchObject({
      httpStatusCode: 400,
      errorCode: 'SCM.0005',
      errorMsg: expect.stringContaining("'limit'"),
      requestId: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
  })

  it('sees that the private key does not match', async () => {
    const body = { name: 'sdk', certificate: leaf.pem, private_key: root.keyPem }
    const failure = await failureOf(send(client, `${CERTIFICATES}/import`, { method: 'POST', body }))
    expect(failure).toMatchObject({ httpStatusCode: 400, errorCode: 'SCM.0014' })
  })

  it('sees what is not built as ServerResponseException', async () => {
    const failure = await failureOf(send(client, '/v3/scm/csr'))
    expect(failure).toBeInstanceOf(ServerResponseException)
    expect(failure).toMatchObject({ httpStatusCode: 501, errorCode: 'SCM.0001' })
  })
})

describe('the clients that walk the list', () => {
  const keys = makeKeyPair()
  let client: HcClient
  beforeAll(async () => {
    const shops = Array.from({ length: 65 }, (_, i) => makeCertificate({ subject: `CN=shop${i}.walk.test`, keys }).pem)
    await registry.bringIn('scm', { 'shops.pem': shops.join('') })
    client = clientWith(basic().withProjectId(registry.firstRun.project.id))
  })

  it('end at an empty page and send no limit, as Terraform', async () => {
    const domains: string[] = []
    for (;;) {
      const { certificates } = await send(client, CERTIFICATES, {
        query: { offset: domains.length, content: 'walk.test' },
      })
      if (certificates.length === 0) break
      domains.push(...certificates.map(({ domain }: { domain: string }) => domain))
    }
    expect(domains).toHaveLength(65)
    expect(new Set(domains).size).toBe(65)
  })

  it('end at a short page of 50, as certificate deployers do', async () => {
    const sizes: number[] = []
    for (let offset = 0; sizes.at(-1) === undefined || sizes.at(-1) === 50; offset += 50) {
      const query = { limit: 50, offset, sort_key: 'certExpiredTime', sort_dir: 'DESC', content: 'walk.test' }
      sizes.push((await send(client, CERTIFICATES, { query })).certificates.length)
    }
    expect(sizes).toEqual([50, 15])
  })

  it('see a wrong secret as 401', async () => {
    const wrong = basic().withSk('wrong').withProjectId(registry.firstRun.project.id)
    const failure = await failureOf(send(clientWith(wrong), CERTIFICATES))
    expect(failure).toBeInstanceOf(ClientRequestException)
    expect(failure).toMatchObject({ httpStatusCode: 401, errorCode: 'APIGW.0301' })
  })

  it('see somebody else’s project as 403', async () => {
    const failure = await failureOf(send(clientWith(basic().withProjectId('f'.repeat(32))), CERTIFICATES))
    expect(failure).toMatchObject({ httpStatusCode: 403, errorCode: 'SCM.0002' })
  })
})
