/** The vendor's own core of the Node SDKs against a running server: the calls that its gateway clients make. */
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core'
import type { ICredential } from '@huaweicloud/huaweicloud-sdk-core/auth/ICredential.js'
import { ClientBuilder } from '@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js'
import type { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js'
import { Logger4jInstance } from '@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate } from '../support/certificates.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

// On each refusal the core would print the whole request, credentials included (identity-huawei.md §9, trap 13).
Logger4jInstance.level = 'off'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry.close())

interface Asked {
  readonly method: string
  readonly path: string
  readonly query?: Readonly<Record<string, unknown>>
  readonly pathParams?: Readonly<Record<string, string>>
  readonly data?: object
}

// biome-ignore lint/suspicious/noExplicitAny: an SDK's answer has what the server sent
type Ask = (asked: Asked) => Promise<any>

/** How the generated clients of the SDK call: the core signs, sends, reads, and makes errors of answers. */
function clientWith(credential: unknown): Ask {
  const core = new ClientBuilder<HcClient>(client => client)
    .withCredential(credential as ICredential)
    .withEndpoint(registry.endpoint)
    .build()
  return ({ method, path, query = {}, pathParams = {}, data }) =>
    core.sendRequest({
      method,
      url: path,
      contentType: 'application/json',
      queryParams: query,
      pathParams,
      headers: {},
      ...(data && { data }),
    })
}

function keyCredentials() {
  const { accessKey, project } = registry.firstRun
  return new BasicCredentials().withAk(accessKey.id).withSk(accessKey.secret).withProjectId(project.id)
}

/** The core has no credential of its own for tokens; this is how one is handed in. */
async function tokenCredentials() {
  const token = await registry.token()
  const self = {
    getAk: () => '',
    getSk: () => '',
    processAuthParams: () => Promise.resolve(self),
    processAuthRequest: (_client: unknown, request: { url: string; headers: Record<string, string> }) => {
      request.url = request.url.replace('%7Bproject_id%7D', registry.firstRun.project.id)
      request.url = request.url.replace('{project_id}', registry.firstRun.project.id)
      request.headers['X-Auth-Token'] = token
      return Promise.resolve(request)
    },
  }
  return self
}

const LIST = { method: 'GET', path: '/v2/{project_id}/apigw/certificates' } as const

describe.each([
  ['an access key', () => keyCredentials()],
  [
    'an access key that signs with the derived algorithm',
    () =>
      keyCredentials()
        .withRegionId('local-1')
        .withDerivedPredicate(() => true),
  ],
  ['a token', () => tokenCredentials()],
])('with %s', (_, credentials) => {
  let ask: Ask
  beforeAll(async () => {
    ask = clientWith(await credentials())
  })

  const query = () => ({ instance_id: registry.firstRun.apic.instanceId })

  it('creates, lists, shows and deletes a certificate', async () => {
    const { pem, keyPem } = makeCertificate({ subject: 'CN=sdk.test', sans: ['sdk.test'] })
    const data = { name: 'sdk_cert', cert_content: pem, private_key: keyPem, type: 'instance', ...query() }
    const created = await ask({ ...LIST, method: 'POST', data })
    expect(created).toMatchObject({ httpStatusCode: 200, name: 'sdk_cert', common_name: 'sdk.test' })

    const listed = await ask({ ...LIST, query: { ...query(), limit: 100, name: 'sdk' } })
    expect(listed).toMatchObject({ httpStatusCode: 200, total: 1, size: 1, certs: [{ id: created.id }] })

    const one = { path: `${LIST.path}/{certificate_id}`, pathParams: { certificate_id: created.id } }
    expect(await ask({ method: 'GET', ...one })).toMatchObject({ id: created.id, version: 3 })
    expect(await ask({ method: 'DELETE', ...one })).toMatchObject({ httpStatusCode: 204 })
    await expect(ask({ method: 'GET', ...one })).rejects.toMatchObject({
      httpStatusCode: 404,
      errorCode: 'APIG.3021',
      errorMsg: 'The SSL certificate does not exist',
    })
  })

  it('walks with the pages of Terraform', async () => {
    const pems = Array.from({ length: 7 }, (_, i) => makeCertificate({ subject: `CN=walk-${i}.test` }).pem)
    await registry.bringIn('apic', { 'walk.pem': pems.join('') })
    const names: string[] = []
    for (let offset = 0; ; offset += 3) {
      const { certs } = await ask({ ...LIST, query: { ...query(), limit: 3, offset, name: 'walk' } })
      names.push(...certs.map(({ common_name }: { common_name: string }) => common_name))
      if (certs.length < 3) break
    }
    expect(names.slice(0, 7)).toEqual([6, 5, 4, 3, 2, 1, 0].map(i => `walk-${i}.test`))
  })

  it.each([
    ['a parameter that is wrong', { algorithm_type: 'EC', instance_id: 'common' }, 400, 'APIG.2012'],
    ['an instance that does not exist', { instance_id: 'x' }, 404, 'APIG.3030'],
    ['a parameter that is not there', { limit: 10 }, 400, 'APIG.2001'],
  ])('sees a typed error for %s', async (_, query, httpStatusCode, errorCode) => {
    await expect(ask({ ...LIST, query })).rejects.toMatchObject({
      name: 'ClientRequestException',
      httpStatusCode,
      errorCode,
      errorMsg: expect.stringMatching(/./),
      requestId: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
  })

  it('sees a typed error for what is not supported', async () => {
    const asked = { method: 'PUT', path: `${LIST.path}/x`, data: {} }
    await expect(ask(asked)).rejects.toMatchObject({ httpStatusCode: 501, errorCode: 'APIG.3458' })
  })
})

describe('with a wrong secret', () => {
  it('sees a typed error', async () => {
    const ask = clientWith(keyCredentials().withSk('wrong'))
    const query = { instance_id: registry.firstRun.apic.instanceId }
    await expect(ask({ ...LIST, query })).rejects.toMatchObject({ httpStatusCode: 401, errorCode: 'APIGW.0301' })
  })
})
