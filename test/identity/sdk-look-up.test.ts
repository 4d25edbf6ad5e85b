/** Huawei's SDK core with an endpoint and an access key alone: it looks its project and account up by itself. */

import { BasicCredentials, GlobalCredentials, Region } from '@huaweicloud/huaweicloud-sdk-core'
import { ClientBuilder } from '@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js'
import type { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry.close())

const request = (url: string) => ({
  method: 'GET' as const,
  url,
  contentType: 'application/json',
  queryParams: {},
  pathParams: {},
  headers: {},
})
const build = (credentials: BasicCredentials | GlobalCredentials, region: string) =>
  new ClientBuilder<HcClient>(hc => hc)
    .withCredential(credentials)
    .withRegion(new Region(region, registry.endpoint))
    .withDerivedAuthServiceName('iotdm')
    .build()

/** Other regions for each: the core remembers what it found for a key and a region. */
const REGIONS = { plain: ['local-1', 'cn-north-4'], derived: ['ap-southeast-1', 'la-north-2'] }

for (const [signatures, regions] of Object.entries(REGIONS))
  for (const region of regions)
    it(`finds its project in ${region} and lists (${signatures} signatures)`, async () => {
      const { accessKey, project } = registry.firstRun
      const credentials = new BasicCredentials()
        .withAk(accessKey.id)
        .withSk(accessKey.secret)
        .withIamEndpoint(registry.endpoint)
      if (signatures === 'derived') credentials.withDerivedPredicate(() => true)
      const answer = await build(credentials, region).sendRequest(request('/v5/iot/{project_id}/certificates'))
      expect(answer).toMatchObject({ httpStatusCode: 200, certificates: [] })
      expect(credentials.projectId).toBe(project.id)
    })

it('finds its account for a global service, and lists', async () => {
  const { accessKey, account } = registry.firstRun
  const credentials = new GlobalCredentials()
    .withAk(accessKey.id)
    .withSk(accessKey.secret)
    .withIamEndpoint(registry.endpoint)
  const answer = await build(credentials, 'cn-north-4').sendRequest(request('/v3/scm/certificates'))
  expect(answer).toMatchObject({ httpStatusCode: 200, total_count: 0 })
  expect(credentials.domainId).toBe(account.domainId)
})
