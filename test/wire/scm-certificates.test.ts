/** SCM's operations on one certificate over HTTP: import with all its checks, show, export, delete; and what is not built. */
import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { scm as product } from '../../src/products/scm/scm.ts'
import { makeCertificate, makeChain, makeKeyPair, pem } from '../support/certificates.ts'
import { encryptedKeyPem, legacyEncryptedKeyPem, sm2CaPem, sm2KeyPem, sm2Pem } from '../support/fixtures.ts'
import type { Answer } from '../support/registry.ts'
import { CERTIFICATES, errorOf, importOf, quickCertificate, type ScmFixture, startScm } from './scm-fixture.ts'

const DAY = 86_400_000
const chain = makeChain()
const { root, intermediate, leaf } = chain
const sm2Encryption = makeCertificate({ subject: 'CN=sm2.example.test', keys: makeKeyPair('sm2') })

let scm: ScmFixture
beforeAll(async () => {
  // The fixed SM2 certificates begin in November 2026.
  scm = await startScm(Date.UTC(2026, 11, 1))
})
afterAll(() => scm.close())

async function imported(body: object): Promise<string> {
  const answer = await scm.import(body)
  if (answer.status !== 200) throw new Error(`not imported: ${answer.text}`)
  return answer.json.certificate_id
}

const show = (id: string) => scm.get(`/${id}`)
const exported = (id: string) => scm.registry.request('POST', `${CERTIFICATES}/${id}/export`, { auth: 'key' })
const total = async () => (await scm.get()).json.total_count as number

describe('ImportCertificate', () => {
  it('answers 200 with the id of 16 characters', async () => {
    const answer = await scm.import(importOf(leaf))
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({ certificate_id: expect.stringMatching(/^scs\d{13}$/) })
  })

  it('always gives a new id: names are not unique, and the same certificate may stand there twice', async () => {
    const [first, second] = [await imported(importOf(leaf)), await imported(importOf(leaf, { duplicate_check: false }))]
    expect(first).not.toBe(second)
    expect((await show(first)).json.fingerprint).toBe((await show(second)).json.fingerprint)
  })

  it('takes the chain from the same member', async () => {
    const id = await imported(
      importOf(leaf, { certificate: leaf.pem + intermediate.pem + root.pem, certificate_chain: '' }),
    )
    expect((await exported(id)).json).toMatchObject({
      certificate: leaf.pem,
      certificate_chain: intermediate.pem + root.pem,
    })
  })

  it('takes only the certificate from the first member where the chain is given beside it', async () => {
    const id = await imported(importOf(leaf, { certificate: leaf.pem + root.pem, certificate_chain: intermediate.pem }))
    expect((await exported(id)).json).toMatchObject({ certificate: leaf.pem, certificate_chain: intermediate.pem })
  })

  it('reads CR LF line ends, and blank lines around', async () => {
    const certificate = `\r\n\r\n${leaf.pem.replaceAll('\n', '\r\n')}\r\n `
    expect((await scm.import(importOf(leaf, { certificate }))).status).toBe(200)
  })

  it.each(['rsa', 'ec', 'p-384', 'ed25519'] as const)('takes a key of the kind %s', async kind => {
    const made = makeCertificate({ subject: `CN=${kind}.test`, keys: makeKeyPair(kind) })
    expect((await scm.import(importOf(made))).status).toBe(200)
  })

  it.each([
    ['PKCS#1', { type: 'pkcs1', format: 'pem' }, 'rsa'],
    ['SEC1', { type: 'sec1', format: 'pem' }, 'ec'],
  ] as const)('reads a private key as %s', async (_name, encoding, kind) => {
    const made = makeCertificate({ keys: makeKeyPair(kind) })
    const private_key = made.keys.privateKey.export(encoding as never).toString()
    const id = await imported(importOf(made, { private_key }))
    expect((await exported(id)).json.private_key).toBe(private_key)
  })

  it.each(['enc_certificate', 'enc_private_key', 'certificate_chain', 'enterprise_project_id'])(
    'an empty %s is as if it were not given',
    async member => {
      expect((await scm.import(importOf(leaf, { [member]: '' }))).status).toBe(200)
    },
  )

  it('puts it into the enterprise project, the default one without; all means the default one', async () => {
    const project = '7a2b4c6d-1111-4f3e-9a8b-0c1d2e3f4a5b'
    const projectOf = async (given: object) =>
      (await show(await imported(importOf(leaf, given)))).json.enterprise_project_id
    expect(await projectOf({ enterprise_project_id: project })).toBe(project)
    expect(await projectOf({})).toBe('0')
    expect(await projectOf({ enterprise_project_id: 'all' })).toBe('0')
  })

  it('ignores members that it does not know, and stores none of them', async () => {
    const surplus = JSON.parse(
      '{"id":"scs0000000000001","status":"ISSUED","type":"EV","shared":true,"__proto__":{"brand":"X"}}',
    )
    const id = await imported(importOf(leaf, surplus))
    expect(id).not.toBe(surplus.id)
    expect((await show(id)).json).toMatchObject({ id, status: 'UPLOAD', type: null, brand: null, shared: false })
  })

  it('duplicate_check=true refuses an identical certificate and names the one that is there', async () => {
    const own = quickCertificate({ subject: 'CN=once.test' })
    const id = await imported(importOf(own, { duplicate_check: true }))
    const before = await total()
    const error = errorOf(await scm.import(importOf(own, { duplicate_check: true, name: 'another' })))
    expect(error).toMatchObject({ status: 400, code: 'SCM.0005', message: expect.stringContaining(id) })
    expect(await total()).toBe(before)
  })

  it('duplicate_check looks at the caller’s account alone', async () => {
    const own = quickCertificate({ subject: 'CN=twice.test' })
    await imported(importOf(own, { duplicate_check: true }))
    const body = importOf(own, { duplicate_check: true })
    expect((await scm.as(scm.foreign, 'POST', `${CERTIFICATES}/import`, body)).status).toBe(200)
  })

  it('of 32 at once with duplicate_check=true one is taken', async () => {
    const body = importOf(quickCertificate({ subject: 'CN=race.test' }), { duplicate_check: true })
    const answers = await Promise.all(Array.from({ length: 32 }, () => scm.import(body)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(31)
  })

  it('of 32 at once in one millisecond each gets an id of its own', async () => {
    const ids = await Promise.all(Array.from({ length: 32 }, () => imported(importOf(leaf))))
    expect(new Set(ids).size).toBe(32)
  })

  it('finds a free id where another process has given out the next thousand', async () => {
    const own = await startScm()
    const next = Number((await own.import(importOf(leaf))).json.certificate_id.slice(3)) + 1
    await own.add(Array.from({ length: 1000 }, (_, at) => ({ vendorId: `scs${next + at}` })))
    const answer = await own.import(importOf(leaf))
    expect(answer.status).toBe(200)
    expect(Number(answer.json.certificate_id.slice(3))).toBeGreaterThanOrEqual(next + 1000)
    await own.close()
  })
})

describe('ImportCertificate refuses, and stores nothing', () => {
  const own = quickCertificate({ subject: 'CN=refused.test' })
  const other = makeCertificate({ subject: 'CN=other.test' })
  const withoutEnd = own.pem.slice(0, own.pem.length - 40)
  const half = own.pem.split('\n')
  const cut = [...half.slice(0, 3), ...half.slice(-2)].join('\n')
  const withoutLines = own.pem.replace(/-----[^-]+-----\n/g, '')
  const keyPem = own.keyPem
  const expired = quickCertificate({ notAfter: Date.UTC(2026, 11, 1) })
  const unrelated = makeChain()
  const tooMany = Array.from({ length: 11 }, (_, at) => quickCertificate({ subject: `CN=${at}` }).pem)

  let before: number
  beforeAll(async () => {
    before = await total()
  })
  afterEach(async () => {
    expect(await total()).toBe(before)
  })

  const cases: readonly [why: string, given: object, code: string, says?: string][] = [
    ['no name', { name: undefined }, 'SCM.0005', "'name'"],
    ['a name that is a number', { name: 5 }, 'SCM.0005', "'name'"],
    ['a name of 2 characters', { name: 'ab' }, 'SCM.0032', "'name'"],
    ['a name of 64 characters', { name: 'x'.repeat(64) }, 'SCM.0032', "'name'"],
    ['an empty name', { name: '' }, 'SCM.0032', "'name'"],
    [
      'a name with a blank',
      { name: 'my cert' },
      'SCM.0032',
      "'name' must have 3 to 63 characters, each an ASCII letter",
    ],
    ['a name with a line feed at its end', { name: 'cert\n' }, 'SCM.0032', "'name'"],
    ['a name in another script', { name: '证书证书' }, 'SCM.0032', "'name'"],
    ['no certificate', { certificate: undefined }, 'SCM.0005', "'certificate'"],
    ['a certificate that is null', { certificate: null }, 'SCM.0005', "'certificate'"],
    ['a certificate that is too long', { certificate: own.pem.repeat(40) }, 'SCM.0005', "'certificate'"],
    ['a chain that is too long', { certificate_chain: own.pem.repeat(30) }, 'SCM.0005', "'certificate_chain'"],
    ['no private key', { private_key: undefined }, 'SCM.0005', "'private_key'"],
    ['a private key that is too long', { private_key: keyPem.repeat(30) }, 'SCM.0005', "'private_key'"],
    ['a duplicate_check that is text', { duplicate_check: 'true' }, 'SCM.0005', "'duplicate_check'"],
    [
      'an enterprise project that is none',
      { enterprise_project_id: 'mine' },
      'SCM.0005',
      "'enterprise_project_id' does not have the required form.",
    ],

    ['an empty certificate', { certificate: '' }, 'SCM.0053'],
    ['a certificate without PEM lines', { certificate: withoutLines }, 'SCM.0053'],
    ['a PEM without its END line', { certificate: withoutEnd }, 'SCM.0053', 'cut off: its BEGIN line has no END line'],
    ['a certificate in DER', { certificate: Buffer.from(own.der).toString('latin1') }, 'SCM.0053'],
    [
      'nothing between the PEM lines',
      { certificate: '-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----\n' },
      'SCM.0054',
    ],
    ['a PEM that is truncated inside', { certificate: cut }, 'SCM.0006', 'PEM block 1'],
    ['a PEM that is no base64', { certificate: own.pem.replace(/\n[A-Za-z0-9+/]{4}/, '\n!!!!') }, 'SCM.0006'],
    ['a PEM of random bytes', { certificate: pem('CERTIFICATE', randomBytes(300)) }, 'SCM.0006'],
    ['a private key where the certificate belongs', { certificate: keyPem }, 'SCM.0006', 'private key'],
    ['a private key behind the certificate', { certificate: own.pem + keyPem }, 'SCM.0006', 'private key'],
    [
      'a private key behind the certificate, also with a chain beside',
      { certificate: leaf.pem + keyPem, certificate_chain: intermediate.pem },
      'SCM.0006',
    ],
    ['a certificate request', { certificate: pem('CERTIFICATE REQUEST', own.der) }, 'SCM.0006', 'request'],
    [
      'trailing bytes behind the certificate',
      { certificate: pem('CERTIFICATE', Buffer.concat([own.der, Buffer.of(0)])) },
      'SCM.0006',
    ],
    ['more certificates than a chain has', { certificate: tooMany.join('') }, 'SCM.0006', 'more than 10'],

    ['a certificate without a domain', importOf(quickCertificate({ subject: 'O=Example' })), 'SCM.0009'],
    ['a CN that is no domain', importOf(quickCertificate({ subject: 'CN=Example Ltd' })), 'SCM.0070'],
    ['a CN that is markup', importOf(quickCertificate({ subject: 'CN=<script>' })), 'SCM.0070'],
    ['a certificate that expires now', importOf(expired), 'SCM.0042'],

    ['a chain that is no PEM', { certificate_chain: 'chain' }, 'SCM.0013'],
    ['a chain that is truncated', { certificate_chain: withoutEnd }, 'SCM.0013'],
    ['a private key in the chain', { certificate_chain: keyPem }, 'SCM.0013', 'private key'],
    ['a chain of somebody else', importOf(leaf, { certificate_chain: unrelated.intermediate.pem }), 'SCM.0079'],
    ['a chain in the wrong order', importOf(leaf, { certificate_chain: root.pem + intermediate.pem }), 'SCM.0079'],
    ['a chain with a gap', importOf(leaf, { certificate_chain: root.pem }), 'SCM.0079'],
    [
      'a chain that repeats the certificate',
      importOf(leaf, { certificate_chain: leaf.pem + intermediate.pem }),
      'SCM.0079',
    ],
    [
      'a chain with a stranger behind it',
      importOf(leaf, { certificate: leaf.pem + intermediate.pem + own.pem }),
      'SCM.0079',
    ],

    ['an empty private key', { private_key: '' }, 'SCM.0059'],
    ['a private key of blanks', { private_key: ' \n' }, 'SCM.0059'],
    ['a private key without PEM lines', { private_key: keyPem.replace(/-----[^-]+-----\n/g, '') }, 'SCM.0114'],
    ['a private key without its END line', { private_key: keyPem.slice(0, 100) }, 'SCM.0114', 'cut off'],
    ['an encrypted private key', { private_key: encryptedKeyPem }, 'SCM.0012', 'encrypted'],
    ['a private key encrypted the old way', { private_key: legacyEncryptedKeyPem }, 'SCM.0012'],
    ['a certificate where the key belongs', { private_key: own.pem }, 'SCM.0012'],
    ['a private key of random bytes', { private_key: pem('PRIVATE KEY', randomBytes(100)) }, 'SCM.0012'],
    ['two private keys', { private_key: keyPem + other.keyPem }, 'SCM.0012'],
    ['a private key that does not match', { private_key: other.keyPem }, 'SCM.0014'],
    ['a private key of another algorithm', { private_key: makeKeyPair('ed25519').keyPem }, 'SCM.0014'],

    [
      'an encryption certificate for what is not SM2',
      { enc_certificate: sm2Encryption.pem },
      'SCM.0005',
      "'enc_certificate'",
    ],
    [
      'an encryption key for what is not SM2',
      { enc_private_key: sm2Encryption.keyPem },
      'SCM.0005',
      "'enc_private_key'",
    ],
  ]

  it.each(cases)('%s', async (_why, given, code, says = '') => {
    const error = errorOf(await scm.import({ ...importOf(own), ...given }))
    expect(error).toMatchObject({ status: 400, code })
    expect(error.message).toContain(says)
    expect(error.message).not.toMatch(/MII|BEGIN (?:PRIVATE|CERTIFICATE)/)
  })

  it('a key of another type, and the next upload is not blamed for it', async () => {
    await scm.import({ ...importOf(own), private_key: makeKeyPair('rsa').keyPem })
    const id = await imported(importOf(own))
    expect((await scm.delete(id)).status).toBe(204)
  })

  it('malformed JSON, without repeating it', async () => {
    for (const body of ['{', '', 'null', '[]', '"text"', `{"private_key": "${keyPem}`, '{"a":1}}']) {
      const answer = await scm.registry.request('POST', `${CERTIFICATES}/import`, {
        body,
        headers: { 'Content-Type': 'application/json' },
      })
      const error = errorOf(answer)
      expect(error).toMatchObject({ status: 400, code: 'SCM.0005' })
      expect(error.message).not.toContain('BEGIN')
    }
  })

  it('a body that is not UTF-8', async () => {
    const answer = await scm.registry.request('POST', `${CERTIFICATES}/import`, {
      body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
      headers: { 'Content-Type': 'application/json' },
    })
    expect(errorOf(answer)).toMatchObject({ status: 400, code: 'SCM.0005' })
  })

  it('a body over the limit', async () => {
    const answer = await scm.import(importOf(own, { padding: 'x'.repeat(1024 * 1024) }))
    expect(errorOf(answer)).toMatchObject({ status: 413, code: 'APIGW.0201' })
  })

  it('a body that is not JSON', async () => {
    const answer = await scm.registry.request('POST', `${CERTIFICATES}/import`, {
      body: 'name=test',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    })
    expect(errorOf(answer)).toMatchObject({ status: 415, code: 'SCM.0005' })
  })

  it('who has no credentials, or not the permission, whatever the body', async () => {
    const path = `${CERTIFICATES}/import`
    expect(errorOf(await scm.import(importOf(own), { auth: 'none' }))).toMatchObject({ status: 401, code: 'SCM.1000' })
    for (const body of [importOf(own), {}])
      expect(errorOf(await scm.as(scm.plainUser, 'POST', path, body))).toMatchObject({ status: 403, code: 'SCM.4002' })
  })
})

describe('ImportCertificate of SM2', () => {
  const pair = { enc_certificate: sm2Encryption.pem, enc_private_key: sm2Encryption.keyPem }
  const body = { name: 'sm2', certificate: sm2Pem + sm2CaPem, private_key: sm2KeyPem, ...pair }

  it('takes both pairs; such a certificate can be deployed nowhere', async () => {
    const id = await imported(body)
    expect((await show(id)).json).toMatchObject({ signature_algorithm: 'SM3WITHSM2', push_support: 'OFF' })
    const { json } = await exported(id)
    expect(json).toMatchObject({ certificate: sm2Pem, certificate_chain: sm2CaPem, private_key: sm2KeyPem, ...pair })
    expect((await scm.get(`?content=sm2.example.test`)).json.certificates[0]).toMatchObject({
      id,
      deploy_support: false,
    })
  })

  it.each([
    [
      'without the encryption pair',
      { enc_certificate: undefined, enc_private_key: undefined },
      'SCM.0005',
      'enc_certificate',
    ],
    ['without the encryption certificate', { enc_certificate: '' }, 'SCM.0005', 'enc_certificate'],
    ['without the encryption key', { enc_private_key: '' }, 'SCM.0005', 'enc_private_key'],
    ['with an encryption key of another pair', { enc_private_key: sm2KeyPem }, 'SCM.0014', ''],
    [
      'with an encryption certificate and a chain',
      { enc_certificate: sm2Encryption.pem + sm2CaPem },
      'SCM.0005',
      'enc_certificate',
    ],
    ['with an encryption certificate that is not SM2', { enc_certificate: leaf.pem }, 'SCM.0005', 'enc_certificate'],
    ['with an encryption certificate that is no PEM', { enc_certificate: 'x' }, 'SCM.0053', ''],
    ['with a signing key that does not match', { private_key: sm2Encryption.keyPem }, 'SCM.0014', ''],
  ])('is refused %s', async (_why, given, code, says) => {
    const before = await total()
    expect(errorOf(await scm.import({ ...body, ...given }))).toMatchObject({
      status: 400,
      code,
      message: expect.stringContaining(says),
    })
    expect(await total()).toBe(before)
  })
})

describe('ShowCertificate', () => {
  it('gives every member of an uploaded certificate', async () => {
    const notBefore = Date.UTC(2026, 8, 15)
    const made = quickCertificate({
      subject: 'CN=shop.example.net',
      sans: ['shop.example.net', 'api.shop.example.net', '*.static.example.net'],
      notBefore,
      notAfter: notBefore + 90 * DAY,
    })
    const id = await imported(importOf(made, { name: 'shop-2026.q3' }))
    const { status, json } = await show(id)
    expect(status).toBe(200)
    expect(json).toEqual({
      id,
      status: 'UPLOAD',
      order_id: null,
      name: 'shop-2026.q3',
      type: null,
      brand: null,
      push_support: 'ON',
      revoke_reason: null,
      signature_algorithm: 'SHA256WITHECDSA',
      signature_algrithm: 'SHA256WITHECDSA',
      issue_time: '2026-09-15 08:00:00.0',
      not_before: '2026-09-15 08:00:00.0',
      not_after: '2026-12-14 08:00:00.0',
      validity_period: 12,
      validation_method: null,
      domain_type: 'MULTI_DOMAIN',
      multi_domain_type: 'primary_single',
      domain: 'shop.example.net',
      sans: 'api.shop.example.net;*.static.example.net',
      domain_count: 3,
      wildcard_count: 1,
      fingerprint: expect.stringMatching(/^[0-9a-f]{40}$/),
      authentification: [],
      shared: false,
      description: null,
      enterprise_project_id: '0',
    })
  })

  it('says OFF once it has expired', async () => {
    const own = await startScm()
    const made = quickCertificate({ notAfter: own.time.now + DAY })
    const id = (await own.import(importOf(made))).json.certificate_id
    expect((await own.get(`/${id}`)).json).toMatchObject({ status: 'UPLOAD', push_support: 'ON' })
    own.time.now += DAY
    expect((await own.get(`/${id}`)).json).toMatchObject({ status: 'EXPIRED', push_support: 'OFF' })
    await own.close()
  })

  it('tells a wildcard among several names as primary_wildcard', async () => {
    const made = quickCertificate({ subject: 'CN=*.many.test', sans: ['*.many.test', 'many.test'] })
    expect((await show(await imported(importOf(made)))).json).toMatchObject({ multi_domain_type: 'primary_wildcard' })
  })
})

describe('ExportCertificate', () => {
  it('gives back what was imported: certificate, chain, both in one, and the private key', async () => {
    const id = await imported(importOf(leaf, { certificate_chain: intermediate.pem + root.pem }))
    const answer = await exported(id)
    expect(answer.status).toBe(200)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.json).toEqual({
      entire_certificate: leaf.pem + intermediate.pem + root.pem,
      certificate: leaf.pem,
      certificate_chain: intermediate.pem + root.pem,
      private_key: leaf.keyPem,
    })
  })

  it('takes an empty object as body, as Terraform sends it', async () => {
    const id = await imported(importOf(leaf))
    expect((await scm.registry.post(`${CERTIFICATES}/${id}/export`, {})).json.certificate_chain).toBe('')
  })

  it('has no private key where none was brought in', async () => {
    await scm.registry.bringIn('scm', { 'keyless.pem': quickCertificate({ subject: 'CN=keyless.test' }).pem })
    const { id } = (await scm.get('?content=keyless.test')).json.certificates[0]
    expect((await exported(id)).json.private_key).toBe('')
  })

  it('is still possible after the expiry, and in no state without a certificate', async () => {
    const [paid, revoked] = await scm.add([{ status: 'PAID' }, { status: 'REVOKED' }])
    for (const record of [paid, revoked])
      expect(errorOf(await exported(record?.vendorId ?? ''))).toMatchObject({ status: 400, code: 'SCM.0010' })
    await scm.registry.bringIn('scm', {
      'old.pem': quickCertificate({ subject: 'CN=old.test', notAfter: Date.UTC(2026, 1) }).pem,
    })
    const { id, status } = (await scm.get('?content=old.test')).json.certificates[0]
    expect(status).toBe('EXPIRED')
    expect((await exported(id)).status).toBe(200)
  })

  it('answers 404 where the certificate was deleted meanwhile', async () => {
    const [emptied] = await scm.add([{ status: 'UPLOAD' }])
    expect(errorOf(await exported(emptied?.vendorId ?? ''))).toMatchObject({ status: 404, code: 'SCM.0020' })
  })

  it('needs a permission of its own', async () => {
    const id = await imported(importOf(leaf))
    const answer = await scm.as(scm.plainUser, 'POST', `${CERTIFICATES}/${id}/export`)
    expect(errorOf(answer)).toMatchObject({ status: 403, code: 'SCM.4002' })
  })
})

describe('DeleteCertificate', () => {
  it('answers 204 without a body; a second time 404, as everything else about it', async () => {
    const id = await imported(importOf(leaf))
    const answer = await scm.delete(id)
    expect([answer.status, answer.text]).toEqual([204, ''])
    for (const again of [await scm.delete(id), await show(id), await exported(id)])
      expect(errorOf(again)).toMatchObject({ status: 404, code: 'SCM.0020' })
  })

  it.each(['UPLOAD', 'ISSUED', 'REVOKED', 'EXPIRED'])('is possible in the state %s', async status => {
    const [record] = await scm.add([{ status }])
    expect((await scm.delete(record?.vendorId ?? '')).status).toBe(204)
  })

  it.each([
    'PAID',
    'CHECKING',
    'CHECKING_DOMAIN',
    'CHECKING_ORG',
    'ISSUING',
    'UNPASSED',
    'CANCELCHECKING',
    'SUPPLEMENTCHECKING',
    'CANCELSUPPLEMENTING',
    'REVOKING',
    'CANCLEREVOKING',
  ])('is refused in the state %s', async status => {
    const [record] = await scm.add([{ status }])
    expect(errorOf(await scm.delete(record?.vendorId ?? ''))).toMatchObject({ status: 400, code: 'SCM.0010' })
    expect((await show(record?.vendorId ?? '')).status).toBe(200)
  })

  it('takes nothing from a twin: the other record of the same certificate stays whole', async () => {
    const body = importOf(leaf, { certificate_chain: intermediate.pem })
    const [first, second] = [await imported(body), await imported(body)]
    await scm.delete(first)
    expect((await exported(second)).json).toMatchObject({
      certificate: leaf.pem,
      certificate_chain: intermediate.pem,
      private_key: leaf.keyPem,
    })
  })
})

describe('a certificate id', () => {
  const of = (id: string): Promise<Answer>[] => [show(id), exported(id), scm.delete(id)]

  it.each([
    'scs123',
    'SCS1554192131150',
    'scs15541921311500',
    'scs155419213115x',
    'abc1554192131150',
    'scs1554192131150%0A',
    '%00',
  ])('that is malformed answers 400 SCM.0008: %s', async id => {
    for (const answer of await Promise.all(of(id)))
      expect(errorOf(answer)).toMatchObject({ status: 400, code: 'SCM.0008' })
  })

  it('that is not there answers 404 SCM.0020', async () => {
    for (const answer of await Promise.all(of('scs0000000000001')))
      expect(errorOf(answer)).toMatchObject({ status: 404, code: 'SCM.0020' })
  })

  it('of another account answers exactly as one that does not exist', async () => {
    const id = await imported(importOf(leaf))
    for (const [method, rest] of [
      ['GET', ''],
      ['POST', '/export'],
      ['DELETE', ''],
    ] as const) {
      const [theirs, nobodys] = await Promise.all(
        [id, 'scs0000000000001'].map(each => scm.as(scm.foreign, method, `${CERTIFICATES}/${each}${rest}`)),
      )
      expect([theirs?.status, theirs?.text]).toEqual([nobodys?.status, nobodys?.text])
      expect(theirs?.status).toBe(404)
    }
    expect((await show(id)).status).toBe(200)
  })
})

describe('what is not built', () => {
  const unbuilt = product.routes.filter(({ support }) => support.is === 'unsupported')

  it('is everything of the vendor’s but five operations', () => {
    expect(new Set(product.routes.map(({ operation }) => operation)).size).toBe(27)
    expect(unbuilt).toHaveLength(22)
  })

  it.each(unbuilt.map(({ operation, method, path }) => [operation, method, path.replace(/:\w+/, 'scs1554192131150')]))(
    '%s answers 501 in SCM’s envelope: %s %s',
    async (operation, method, path) => {
      const answer = await scm.registry.request(method, path, method === 'GET' ? {} : { json: {} })
      const error = errorOf(answer)
      expect(error).toMatchObject({ status: 501, code: 'SCM.0001' })
      expect(error.message).toContain(operation)
    },
  )

  it('is not said to who has no credentials', async () => {
    const answer = await scm.registry.post('/v3/scm/csr', {}, { auth: 'none' })
    expect(errorOf(answer)).toMatchObject({ status: 401, code: 'SCM.1000' })
  })
})

describe('private keys', () => {
  it('are in no list, no log line, no refusal and nowhere in the data directory but sealed', async () => {
    const own = await startScm()
    const made = makeCertificate({ subject: 'CN=canary.test' })
    const canary = made.keyPem.split('\n')[1] ?? ''
    await own.import(importOf(made))
    const refused = await own.import(importOf(leaf, { private_key: made.keyPem }))
    const texts = [refused.text, (await own.get()).text, own.registry.log()]
    for (const name of await readdir(own.registry.dataDir))
      texts.push((await readFile(join(own.registry.dataDir, name))).toString('latin1'))
    for (const form of [canary, Buffer.from(canary, 'base64').toString('latin1'), canary.slice(0, 12)])
      expect(texts.some(text => text.includes(form))).toBe(false)
    // The same search finds what is there: the certificate.
    expect(texts.some(text => text.includes(Buffer.from(made.der).subarray(10, 60).toString('latin1')))).toBe(true)
    await own.close()
  })
})
