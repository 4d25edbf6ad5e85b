import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCertificate } from '../support/certificates.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry?.close())

const ca = makeCertificate({ subject: 'O=Acme,CN=Acme Root', ca: true })
const leaf = makeCertificate({ subject: 'CN=www.acme.test', sans: ['www.acme.test'], issuer: ca })

test.each([
  ['scm', leaf.pem, '/v3/scm/certificates', 'total_count'],
  ['iotda-cas', ca.pem, '/v5/iot/:project/certificates', 'page.count'],
  ['iotda-devices', leaf.pem, '/v5/iot/:project/device-certificates', 'page.count'],
  ['apic', leaf.pem, '/v2/:project/apic/certificates?instance_id=:instance', 'total'],
])('%s lists what was brought in', async (product, pem, path, total) => {
  await registry.bringIn(product, { 'a.pem': pem })
  const { project, apic } = registry.firstRun
  const answer = await registry.get(path.replace(':project', project.id).replace(':instance', apic.instanceId))
  expect(answer).toMatchObject({ status: 200 })
  expect(answer.json).toHaveProperty(total, 1)
})

test('dataworks lists what was brought in', async () => {
  await registry.bringIn('dataworks', { 'a.pem': leaf.pem })
  const answer = await registry.rpc('ListCertificates', { ProjectId: '10000' })
  expect(answer).toMatchObject({ status: 200 })
  expect(answer.json.PagingInfo.TotalCount).toBe(1)
})

test('a signature with the access key is as good as a token', async () => {
  expect(await registry.get('/v3/scm/certificates', { auth: 'key' })).toMatchObject({ status: 200 })
  expect(await registry.get('/v3/scm/certificates', { auth: 'none' })).toMatchObject({ status: 401 })
})
