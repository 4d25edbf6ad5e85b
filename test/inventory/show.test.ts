import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CertificateEntry } from '../../src/inventory/wire.ts'
import { extension, makeCertificate, makeChain, makeKeyPair } from '../support/certificates.ts'
import { sm2CaPem, sm2Pem } from '../support/fixtures.ts'
import { allow, type Person, policy, startTenants, type Tenants } from '../support/tenants.ts'

let tenants: Tenants
const { root, intermediate, leaf } = makeChain()
const lonely = makeCertificate({
  subject: 'CN=lonely.test',
  sans: ['lonely.test'],
  issuer: makeCertificate({ subject: 'CN=Nobody Knows', ca: true }),
  extensions: [extension('1.3.6.1.4.1.99999.1', Buffer.from('0403010203', 'hex'), true)],
  serialNumber: 0xabcdefn,
})
const shared = makeKeyPair()
const first = makeCertificate({ subject: 'CN=first.test', sans: ['first.test'], keys: shared })
const second = makeCertificate({ subject: 'CN=second.test', sans: ['second.test'], keys: shared })

beforeAll(async () => {
  tenants = await startTenants()
  const { registry } = tenants
  await registry.bringIn('iotda-cas', {
    'root.pem': root.pem,
    'intermediate.pem': intermediate.pem,
    'sm2.pem': sm2CaPem,
  })
  await registry.bringIn('scm', { 'leaf.pem': leaf.pem, 'lonely.pem': lonely.pem, 'first.pem': first.pem })
  await registry.bringIn('apic', { 'leaf.pem': leaf.pem, 'second.pem': second.pem })
  await registry.bringIn('dataworks', {
    'sealed.pem': `${leaf.pem}${leaf.keyPem}`,
    'leaf.pem': leaf.pem,
    'notes.txt': 'x',
  })
  await registry.bringIn('iotda-devices', { 'sm2.pem': sm2Pem })
})
afterAll(() => tenants?.close())

async function entry(filter: string, person: Person = tenants.home.root): Promise<CertificateEntry> {
  const path = `/api/v1/certificates?filter=${encodeURIComponent(filter)}`
  const [found] = (await tenants.as(person, 'GET', path)).json.certificates
  if (!found) throw new Error(`nothing is ${filter}`)
  return found
}

async function show(filter: string, query = '', person = tenants.home.root) {
  const { id } = await entry(filter)
  return tenants.as(person, 'GET', `/api/v1/certificates/${id}${query}`)
}

describe('one certificate', () => {
  test('is told in full: every extension by name, unknown ones as identifier and hex', async () => {
    const { status, json } = await show('cn = lonely.test')
    expect(status).toBe(200)
    const node = new X509Certificate(lonely.der)
    expect(json.certificate.serialNumber).toEqual({ hex: 'abcdef', decimal: '11259375' })
    expect(json.sha256).toBe(node.fingerprint256.replaceAll(':', '').toLowerCase())
    expect(json.certificate.extensions).toEqual([
      { oid: '1.3.6.1.4.1.99999.1', name: null, critical: true, hex: '0403010203' },
      { oid: '2.5.29.17', name: 'subjectAltName', critical: false, hex: expect.stringMatching(/^30/) },
    ])
    expect(json.certificate.subjectAltNames).toEqual([{ kind: 'dns', value: 'lonely.test' }])
    expect(json.certificate.key).toMatchObject({ algorithm: 'EC', bits: 256, curve: 'P-256' })
  })

  test('is given as it is in PEM and DER, and as text', async () => {
    const pem = await show('cn = lonely.test', '?form=pem')
    expect([pem.headers['content-type'], pem.text]).toEqual(['application/x-pem-file', lonely.pem])
    const der = await tenants.as(
      tenants.home.root,
      'GET',
      `/api/v1/certificates/${(await entry('cn = lonely.test')).id}?form=der`,
    )
    expect([der.headers['content-type'], der.headers['content-length'] ?? 'streamed']).toEqual([
      'application/pkix-cert',
      'streamed',
    ])
    const { text } = await show('cn = lonely.test', '?form=text')
    for (const line of [
      'Serial Number: abcdef',
      'Issuer: CN=Nobody Knows',
      'subjectAltName:',
      'dns:lonely.test',
      '1.3.6.1.4.1.99999.1: critical',
    ])
      expect(text).toContain(line)
  })

  test('has its chain from other products’ records, and it verifies', async () => {
    const { json } = await show('product = scm and cn = leaf.test')
    const ids = [
      await entry('product = scm and cn = leaf.test'),
      await entry('cn = "Test Intermediate"'),
      await entry('cn = "Test Root"'),
    ]
    expect(json.chain.certificates.map(({ id }: { id: string }) => id)).toEqual(ids.map(({ id }) => id))
    expect(json.chain).toMatchObject({ complete: true, verifies: true, problems: [] })
  })

  test('says why its chain does not verify', async () => {
    const unfinished = (await show('cn = lonely.test')).json.chain
    expect([unfinished.complete, unfinished.verifies, unfinished.problems]).toEqual([
      false,
      false,
      ['The chain is incomplete: the issuer of its last certificate is not to be found.'],
    ])
    const chinese = (await show('cn = sm2.example.test')).json.chain
    expect([chinese.complete, chinese.verifies]).toEqual([true, false])
    expect(chinese.problems).toContain('The signature of the certificate cannot be verified.')
  })

  test('knows where else it is, and which others have its key', async () => {
    const { twins } = (await show('product = scm and cn = leaf.test')).json
    const products = twins.sameCertificate.certificates.map(({ product }: CertificateEntry) => product)
    expect([twins.sameCertificate.total, products.toSorted()]).toEqual([3, ['apic', 'dataworks', 'dataworks']])
    expect(twins.sameKey.total).toBe(0)
    const key = (await show('cn = first.test')).json.twins
    expect([
      key.sameCertificate.total,
      key.sameKey.certificates.map(({ commonName }: CertificateEntry) => commonName),
    ]).toEqual([0, ['second.test']])
  })

  test('that lies beside a key in a sealed file is told by its facts alone', async () => {
    const { json } = await show('name = sealed.pem')
    expect([json.commonName, json.certificate, json.chain]).toEqual(['leaf.test', null, null])
    const { status, json: refused } = await show('name = sealed.pem', '?form=pem')
    expect([status, refused.error.code]).toEqual([404, 'no-certificate'])
    expect((await show('name = leaf.pem and product = dataworks')).json.chain.verifies).toBe(true)
    expect((await show('name = notes.txt')).json).toMatchObject({
      sha256: '',
      certificate: null,
      twins: { sameKey: { total: 0 } },
    })
  })

  test.each(['scm', 'apic', 'iotda-cas', 'iotda-devices'])(
    'says how its vendor is asked for it: %s answers',
    async product => {
      const { vendorRequest } = (await show(`product = ${product}`)).json
      const { method, path, headers } = vendorRequest
      const answer = await tenants.as(tenants.home.root, method, path, { headers })
      expect([product, answer.status]).toEqual([product, 200])
    },
  )

  test('says how DataWorks is asked for it', async () => {
    const { path } = (await show('product = dataworks')).json.vendorRequest
    const { Action = '', Version, ...rest } = Object.fromEntries(new URLSearchParams(path.slice(2)))
    expect((await tenants.rpc(tenants.home.root, Action, rest, 'GET', Version)).status).toBe(200)
  })
})

describe('what a caller may not see', () => {
  test('is answered as what does not exist, and is in no chain and no twin', async () => {
    const person = await tenants.addPerson()
    await tenants.grant(person, policy(allow('scm:cert:list')))
    const { json } = await show('product = scm and cn = leaf.test', '', person)
    expect(json.chain.certificates.length).toBe(1)
    expect(json.twins.sameCertificate).toEqual({ total: 0, certificates: [] })
    const hidden = await show('cn = "Test Root"', '', person)
    const nowhere = await tenants.as(person, 'GET', '/api/v1/certificates/12345')
    const same = (answer: typeof hidden) => [answer.status, answer.json.error.code, answer.json.error.message]
    expect(same(hidden)).toEqual(same(nowhere))
    expect(hidden.status).toBe(404)
    for (const id of ['0', '-1', 'x', '99999999999999999999', '1e3', '%00']) {
      const answer = await tenants.as(person, 'GET', `/api/v1/certificates/${id}`)
      expect([id, answer.status]).toEqual([id, 404])
    }
  })
})
