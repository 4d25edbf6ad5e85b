import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FINDINGS } from '../../src/inventory/findings.ts'
import type { CertificateEntry } from '../../src/inventory/wire.ts'
import type { RecordFacts } from '../../src/registry/record.ts'
import { draft } from '../storage/drafts.ts'
import { startTenants, type Tenants } from '../support/tenants.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 5, 15)

let tenants: Tenants
const get = (path: string) => tenants.as(tenants.home.root, 'GET', path, { date: new Date(NOW) })

/** A certificate without a finding, but that its key could be computed by a quantum computer. */
const sound: Partial<RecordFacts> = {
  fingerprint: 'ab'.repeat(32),
  keyAlgorithm: 'EC',
  keyBits: 256,
  signatureAlgorithm: 'ecdsa-with-SHA256',
  subjectAltNames: ['a.test'],
  notBefore: NOW - DAY,
  notAfter: NOW + 40 * DAY,
}

const CASES: readonly (readonly [string, Partial<RecordFacts>, readonly string[]])[] = [
  ['sound', {}, []],
  ['expired now', { notBefore: NOW - 30 * DAY, notAfter: NOW - 1 }, ['expired']],
  ['expires now', { notBefore: NOW - 30 * DAY, notAfter: NOW }, ['expiring']],
  ['expires in a month', { notAfter: NOW + 30 * DAY - 1 }, ['expiring']],
  ['expires later', { notAfter: NOW + 30 * DAY }, []],
  ['begins tomorrow', { notBefore: NOW + DAY }, ['not-yet-valid']],
  ['small RSA', { keyAlgorithm: 'RSA', keyBits: 1024 }, ['key-too-small']],
  ['enough RSA', { keyAlgorithm: 'RSA', keyBits: 2048 }, []],
  ['small curve', { keyBits: 192 }, ['key-too-small']],
  ['SHA-1', { signatureAlgorithm: 'sha1WithRSAEncryption' }, ['weak-signature']],
  ['PSS with SHA-1', { signatureAlgorithm: 'rsassaPss-SHA1' }, ['weak-signature']],
  ['MD5', { signatureAlgorithm: 'md5WithRSAEncryption' }, ['weak-signature']],
  ['47 days and a second', { notAfter: NOW + 46 * DAY + 1000 }, ['longer-than-47-days']],
  ['150 days', { notAfter: NOW + 149 * DAY }, ['longer-than-100-days', 'longer-than-47-days']],
  [
    '300 days, issued when 398 were allowed',
    { notBefore: Date.UTC(2026, 2, 14), notAfter: Date.UTC(2026, 2, 14) + 300 * DAY },
    ['longer-than-100-days', 'longer-than-200-days', 'longer-than-47-days'],
  ],
  [
    '300 days, issued when 200 were allowed',
    { notBefore: Date.UTC(2026, 2, 15), notAfter: Date.UTC(2026, 2, 15) + 300 * DAY },
    ['longer-than-100-days', 'longer-than-200-days', 'longer-than-47-days', 'longer-than-allowed'],
  ],
  ['no SAN', { subjectAltNames: [] }, ['no-san']],
  ['unknown', { keyAlgorithm: 'unknown', keyBits: null }, ['unknown-algorithm']],
  ['post-quantum', { keyAlgorithm: 'ML-DSA', keyBits: null }, []],
  [
    'an order',
    {
      fingerprint: '',
      keyAlgorithm: '',
      keyBits: null,
      signatureAlgorithm: '',
      subjectAltNames: [],
      notBefore: null,
      notAfter: null,
    },
    [],
  ],
]

const VULNERABLE = ['RSA', 'EC']

beforeAll(async () => {
  tenants = await startTenants({ clock: () => NOW })
  const { identity, storage, operator } = tenants.registry
  const { principal } = await operator()
  const scope = await identity.enter(principal, '', 'scm', { kind: 'account' })
  await storage.records.add(
    scope,
    CASES.map(([name, facts]) => draft({ ...sound, ...facts, name })),
  )
})
afterAll(() => tenants?.close())

describe('findings', () => {
  test('are those of each certificate', async () => {
    const { json } = await get('/api/v1/certificates')
    const found = json.certificates.map(({ name, findings }: CertificateEntry) => [name, findings.toSorted()])
    expect(found).toEqual(
      CASES.map(([name, facts, expected]) => {
        const { keyAlgorithm = '' } = { ...sound, ...facts }
        return [name, [...expected, ...(VULNERABLE.includes(keyAlgorithm) ? ['quantum-vulnerable'] : [])].toSorted()]
      }),
    )
  })

  test.each([...FINDINGS.keys()])('are filtered as they are listed: %s', async id => {
    const all: CertificateEntry[] = (await get('/api/v1/certificates')).json.certificates
    const { json } = await get(`/api/v1/certificates?filter=finding%3D${id}`)
    const expected = all.filter(({ findings }) => findings.includes(id)).map(({ name }) => name)
    expect(json.certificates.map(({ name }: CertificateEntry) => name)).toEqual(expected)
    expect(expected.length > 0 || id === 'longer-than-398-days').toBe(true)
  })

  test('are explained in the certificate, with severity and reference', async () => {
    const [{ id }] = (await get('/api/v1/certificates?filter=name%3DMD5')).json.certificates
    const { explained } = (await get(`/api/v1/certificates/${id}`)).json
    expect(explained[0]).toEqual({
      id: 'weak-signature',
      severity: 'high',
      says: expect.stringContaining('SHA-1 or MD5'),
      reference: expect.stringContaining('NIST'),
    })
  })

  test('that do not exist are named to who asks for them', async () => {
    const { status, json } = await get('/api/v1/certificates?filter=finding%3Dugly')
    expect([status, json.error.at]).toEqual([400, 9])
    expect(json.error.message).toContain('expired, expiring')
  })
})
