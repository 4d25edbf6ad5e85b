/**
 * The vendors' own clients sign random requests, which go over a real connection; the verifier has to let each in.
 * What the clients cannot get right themselves (reference identity-huawei §3.2, §9 trap 11) is left out here.
 */

import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import RPCClient from '@alicloud/pop-core'
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core'
import { ClientBuilder } from '@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js'
import type { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CredentialFamily } from '../../src/identity/identity.ts'
import { WireHeaders, type WireRequest } from '../../src/identity/wire-request.ts'
import { addKey, type IdentityFixture, openFixture, testClock } from '../identity/fixture.ts'

/** Its default export is another thing for the compiler than for the runtime. */
const { default: OpenApi, $OpenApiUtil } = createRequire(import.meta.url)('@alicloud/openapi-core')

/** Requests for each scheme: about a millisecond each. Two clients share RPC Signature V1. */
const RUNS = 2_000
/** Milliseconds for all of a client's, on a machine that does much else. */
const PATIENCE = 120_000
const SEED = 20_260_330

let f: IdentityFixture
let server: Server
let port: number
const arrived: WireRequest[] = []

beforeAll(async () => {
  f = await openFixture(testClock(Date.now()))
  await addKey(f, STS.ak, STS.sk, STS.token)
  server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', chunk => chunks.push(chunk))
    incoming.on('end', () => {
      arrived.push({
        id: '',
        method: incoming.method ?? '',
        target: incoming.url ?? '',
        headers: new WireHeaders(incoming.rawHeaders),
        body: Buffer.concat(chunks),
        remoteAddress: '',
      })
      outgoing.setHeader('content-type', 'application/json')
      outgoing.end('{"RequestId":"0"}')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
  await f.close()
})

const STS = { ak: 'STSKEYOFTHECLIENTS01', sk: 'secret/of+the=clients', token: 'CAIS+token/with=chars==' }
const permanent = () => ({ ak: f.first.accessKey.id, sk: f.first.accessKey.secret, token: undefined })

/** Sends, takes what arrived, and lets the verifier judge it. */
async function letIn(
  family: CredentialFamily,
  scheme: string,
  ak: string,
  send: () => Promise<unknown>,
): Promise<void> {
  await send()
  const request = arrived.pop()
  if (!request) throw new Error('nothing arrived')
  const { headers, target, body } = request
  expect(headers.first('authorization') ?? `${target} ${body}`).toContain(scheme)
  f.clock.now = Date.now()
  const principal = await f.identity.authenticate(request, family)
  expect(principal).toMatchObject({ userId: f.first.user.id, accessKeyId: ak })
}

function holds<T>(questions: fc.Arbitrary<T>, check: (question: T) => Promise<void>, numRuns = RUNS): Promise<void> {
  return fc.assert(fc.asyncProperty(questions, check), { numRuns, seed: SEED })
}

/** Any well-formed text, often of the characters that the encodings of the clients treat differently. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(...` !"#$%&'()*+,-./:;<=>?@[]^_{|}~\\`, 'a', 'Z', '0', 'é', '证', '\u{e000}', '\u{1f512}'),
  }),
)
const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.]{0,11}$/)

describe("Huawei's SDK core", () => {
  const segment = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,15}$/),
    fc.constantFrom('{project_id}', '证书', 'é'),
  )
  const question = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
    path: fc.array(segment, { minLength: 1, maxLength: 5 }),
    query: fc.dictionary(
      fc.oneof(
        name,
        text.filter(word => word !== '' && word !== '__proto__'),
      ),
      fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text, { minLength: 1, maxLength: 3 })),
      { maxKeys: 5 },
    ),
    instance: fc.option(fc.stringMatching(/^[a-z0-9-]{1,20}$/), { nil: undefined }),
    body: fc.option(fc.dictionary(name, fc.oneof(text, fc.integer(), fc.array(text)), { minKeys: 1 }), {
      nil: undefined,
    }),
    withProject: fc.boolean(),
    temporary: fc.boolean(),
  })

  for (const derived of [false, true])
    it(`is let in with ${derived ? 'derived' : 'plain'} signatures`, { timeout: PATIENCE }, async () => {
      await holds(question, async ({ method, path, query, instance, body, withProject, temporary }) => {
        const { ak, sk, token } = temporary ? STS : permanent()
        const credentials = new BasicCredentials().withAk(ak).withSk(sk)
        if (withProject) credentials.withProjectId(f.first.project.id)
        if (token !== undefined) credentials.withSecurityToken(token)
        if (derived) credentials.withRegionId('local-1').withDerivedPredicate(() => true)
        const client = new ClientBuilder<HcClient>(hc => hc)
          .withCredential(credentials)
          .withEndpoint(`http://127.0.0.1:${port}`)
          .withDerivedAuthServiceName('iotdm')
          .build()
        await letIn('huawei', derived ? 'V11-HMAC-SHA256' : 'SDK-HMAC-SHA256', ak, () =>
          client.sendRequest({
            method,
            url: `/${path.join('/')}`,
            contentType: 'application/json',
            queryParams: query,
            pathParams: {},
            headers: instance === undefined ? {} : { 'Instance-Id': instance },
            ...(body && { data: body }),
          }),
        )
      })
    })
})

describe("Alibaba's clients", () => {
  const question = fc.record({
    method: fc.constantFrom('GET', 'POST'),
    query: fc.dictionary(name, text, { maxKeys: 6 }),
    form: fc.dictionary(name, text, { maxKeys: 4 }),
    temporary: fc.boolean(),
  })

  type Question = typeof question extends fc.Arbitrary<infer T> ? T : never

  for (const signatureAlgorithm of [undefined, 'v2'])
    it(`is let in: openapi-core with ${signatureAlgorithm ? 'signature V1' : 'ACS3'}`, {
      timeout: PATIENCE,
    }, async () => {
      const check = async ({ method, query, form, temporary }: Question) => {
        const { ak, sk, token } = temporary ? STS : permanent()
        const client = new OpenApi(
          new $OpenApiUtil.Config({
            accessKeyId: ak,
            accessKeySecret: sk,
            ...(token !== undefined && { securityToken: token }),
            endpoint: `127.0.0.1:${port}`,
            protocol: 'http',
            ...(signatureAlgorithm && { signatureAlgorithm }),
          }),
        )
        const params = new $OpenApiUtil.Params({
          action: 'ListCertificates',
          version: '2024-05-18',
          protocol: 'HTTP',
          pathname: '/',
          method,
          authType: 'AK',
          style: 'RPC',
          reqBodyType: 'formData',
          bodyType: 'json',
        })
        // A name in both places could not be verified: the client signs one value and sends two.
        const body = Object.fromEntries(Object.entries(form).filter(([key]) => !(key in query)))
        const hasForm = method === 'POST' && Object.keys(body).length > 0
        const request = new $OpenApiUtil.OpenApiRequest({ query, ...(hasForm && { body }) })
        await letIn('alibaba', signatureAlgorithm ? 'SignatureMethod=HMAC-SHA1' : 'ACS3-HMAC-SHA256', ak, () =>
          client.callApi(params, request, {}),
        )
      }
      await holds(question, check, signatureAlgorithm ? RUNS / 2 : RUNS)
    })

  it('is let in: pop-core with signature V1', { timeout: PATIENCE }, async () => {
    const check = async ({ method, query, temporary }: Question) => {
      const { ak, sk, token } = temporary ? STS : permanent()
      const client = new RPCClient({
        accessKeyId: ak,
        accessKeySecret: sk,
        ...(token !== undefined && { securityToken: token }),
        endpoint: `http://127.0.0.1:${port}`,
        apiVersion: '2024-05-18',
      })
      await letIn('alibaba', 'SignatureMethod=HMAC-SHA1', ak, () =>
        client.request('ListCertificates', query, { method }),
      )
    }
    await holds(question, check, RUNS / 2)
  })
})
