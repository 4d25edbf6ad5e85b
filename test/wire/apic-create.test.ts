/** CreateCertificateV2 of ROMA Connect APIC and API Gateway: what is taken, what is refused in which order, what is kept. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sealContext } from '../../src/products/apic/certificate.ts'
import { makeCertificate, makeChain, makeKeyPair } from '../support/certificates.ts'
import { ed25519KeyPem, ed25519Pem, encryptedKeyPem } from '../support/fixtures.ts'
import { type ApicFixture, errorOf, formOf, startApic, WORDS } from './apic-fixture.ts'

let apic: ApicFixture
beforeAll(async () => {
  apic = await startApic()
})
afterAll(() => apic.close())

/** Everything in the project's first instance. */
const total = async () => (await apic.list('apic', { limit: 1 })).json.total

async function scope() {
  const { principal } = await apic.registry.operator()
  const place = { kind: 'project', projectId: apic.projectId } as const
  return apic.registry.identity.enter(principal, 'apig:certificate:get', 'apic', place)
}

describe.each(WORDS)('POST /v2/{project_id}/%s/certificates', word => {
  it('answers 200, not 201, with the detail', async () => {
    const { status, json } = await apic.create(word, formOf())
    expect(status).toBe(200)
    expect(json).toMatchObject({ name: 'cert_demo', version: 3, common_name: 'a.test', san: ['a.test'] })
    expect(json.create_time).toBe(json.update_time)
  })

  it('type: global without it, and then instance_id is common whatever was sent', async () => {
    for (const more of [
      {},
      { type: '' },
      { type: 'global', instance_id: apic.instanceId },
      { instance_id: randomUUID() },
    ])
      expect((await apic.create(word, formOf(more))).json).toMatchObject({ type: 'global', instance_id: 'common' })
  })

  it('type: instance, for the instance alone', async () => {
    const { json } = await apic.create(word, formOf({ type: 'instance', instance_id: apic.instanceId }))
    expect(json).toMatchObject({ type: 'instance', instance_id: apic.instanceId })
  })

  it('the same name and the same certificate may come twice', async () => {
    const form = formOf({ name: 'twice' })
    const [first, second] = [await apic.create(word, form), await apic.create(word, form)]
    expect([first.status, second.status]).toEqual([200, 200])
    expect(first.json.id).not.toBe(second.json.id)
    expect((await apic.list(word, { name: 'twice' })).json.total).toBeGreaterThanOrEqual(2)
  })

  it('an import of what was created finds it there', async () => {
    const form = formOf({ name: `imported_${word}`, type: 'instance', instance_id: apic.instanceId })
    await apic.create(word, form)
    const before = await total()
    await apic.registry.bringIn('apic', { 'again.pem': form.cert_content }, { instance: apic.instanceId })
    expect(await total()).toBe(before)
  })

  it('a chain behind the certificate is taken, and the fields are the leaf’s', async () => {
    const { leaf, intermediate, root } = makeChain()
    const cert_content = leaf.pem + intermediate.pem + root.pem
    const { json } = await apic.create(word, formOf({ cert_content, private_key: leaf.keyPem }))
    expect(json).toMatchObject({ common_name: 'leaf.test', issuer: ['Certfolio'] })
  })

  it('the key is sealed, and opens for its own certificate only', async () => {
    const form = formOf()
    const { json } = await apic.create(word, form)
    const { storage, identity } = apic.registry
    const record = await storage.records.find(await scope(), { vendorId: json.id })
    const sealed = await storage.records.secret(await scope(), record?.number ?? 0, 'private-key')
    if (!sealed || !record) throw new Error('nothing was sealed')
    expect(Buffer.from(sealed).toString('latin1')).not.toContain('PRIVATE KEY')
    expect(identity.vault.open(sealed, sealContext('private-key', record.fingerprint)).toString()).toBe(
      form.private_key,
    )
    expect(() => identity.vault.open(sealed, sealContext('private-key', '0'.repeat(64)))).toThrow()
  })

  it('an SM2 double certificate is taken whole', async () => {
    const [encrypting, signing] = [formOf({}, { keys: makeKeyPair('sm2') }), formOf({}, { keys: makeKeyPair('sm2') })]
    const pair = { cert_content_sign: signing.cert_content, private_key_sign: signing.private_key }
    const { status, json } = await apic.create(word, { ...encrypting, ...pair, algorithm_type: 'SM2' })
    expect(status).toBe(200)
    expect(json).toMatchObject({ algorithm_type: 'SM2', signature_algorithm: 'SM2-SM3' })
  })

  it('a signature covers the body', async () => {
    expect((await apic.create(word, formOf(), { auth: 'key' })).status).toBe(200)
  })

  describe('refuses, in the envelope, storing nothing:', () => {
    const good = formOf()
    const own = { type: 'instance' }
    const expired = formOf({}, { notBefore: Date.UTC(2025, 0, 1), notAfter: Date.UTC(2026, 0, 1) })
    const late = formOf({}, { notAfter: Date.UTC(2040, 0, 1) })
    const nameless = formOf({}, { sans: [] })
    const other = makeCertificate()
    const ed25519 = { ...good, cert_content: ed25519Pem, private_key: ed25519KeyPem }

    const REFUSALS: [what: string, form: object, status: number, code: string, names?: string][] = [
      ['no name', { ...good, name: undefined }, 400, 'APIG.2001', 'name'],
      ['an empty name', { ...good, name: '' }, 400, 'APIG.2001', 'name'],
      ['no certificate', { ...good, cert_content: undefined }, 400, 'APIG.2001', 'cert_content'],
      ['no key', { ...good, private_key: '' }, 400, 'APIG.2001', 'private_key'],
      ['a name that is a number', { ...good, name: 5 }, 400, 'APIG.2012', 'name'],
      ['a certificate that is null', { ...good, cert_content: null }, 400, 'APIG.2012', 'cert_content'],
      ['a name of three characters', { ...good, name: 'abc' }, 400, 'APIG.2012', 'name'],
      ['a name with a hyphen', { ...good, name: 'my-cert' }, 400, 'APIG.2012', 'name'],
      ['an unknown type', { ...good, type: 'shared' }, 400, 'APIG.2012', 'type'],
      ['an unknown algorithm type', { ...good, algorithm_type: 'EC' }, 400, 'APIG.2012', 'algorithm_type'],
      [
        '8,093 characters to sign',
        { ...good, cert_content_sign: 'x'.repeat(8093) },
        400,
        'APIG.2012',
        'cert_content_sign',
      ],
      ['a long certificate', { ...good, cert_content: 'x'.repeat(65537) }, 400, 'APIG.2006', 'cert_content'],
      ['an instance type without instance', { ...good, ...own }, 400, 'APIG.2001', 'instance_id'],
      ['an unknown instance', { ...good, ...own, instance_id: randomUUID() }, 404, 'APIG.3030'],
      ['common as an instance', { ...good, ...own, instance_id: 'common' }, 404, 'APIG.3030'],
      ['a truncated certificate', { ...good, cert_content: good.cert_content.slice(0, 200) }, 400, 'APIG.2106'],
      ['a key where a certificate belongs', { ...good, cert_content: good.private_key }, 400, 'APIG.2106'],
      ['a certificate where a key belongs', { ...good, private_key: good.cert_content }, 400, 'APIG.2106'],
      ['a truncated key', { ...good, private_key: good.private_key.slice(0, 120) }, 400, 'APIG.2106'],
      ['an encrypted key', { ...good, private_key: encryptedKeyPem }, 400, 'APIG.2105'],
      ['a key that does not match', { ...good, private_key: other.keyPem }, 400, 'APIG.2101'],
      ['an expired certificate', expired, 400, 'APIG.2102'],
      ['an expiry behind 2038', late, 400, 'APIG.3148'],
      ['no subjectAltName', nameless, 400, 'APIG.2109'],
      ['a chain of a stranger', { ...good, cert_content: good.cert_content + other.pem }, 400, 'APIG.2104'],
      ['an unreadable root', { ...good, trusted_root_ca: 'x' }, 400, 'APIG.2106', 'trusted_root_ca'],
      ['an RSA type for an ECC key', { ...good, algorithm_type: 'RSA' }, 409, 'APIG.3709'],
      [
        'a key that no gateway takes',
        { ...ed25519, cert_content: formOf({}, { keys: makeKeyPair('ed25519') }).cert_content },
        400,
        'APIG.2101',
      ],
      ['an SM2 certificate alone', formOf({}, { keys: makeKeyPair('sm2') }), 400, 'APIG.2001', 'cert_content_sign'],
    ]

    it.each(REFUSALS)('%s', async (_, form, status, code, names = '') => {
      const before = await total()
      const answer = await apic.create(word, form)
      const error = errorOf(answer)
      expect(error).toMatchObject({ status, code })
      expect(error.message).toContain(names)
      expect(await total()).toBe(before)
      expect(answer.text).not.toMatch(/BEGIN|MIG|MII/)
    })

    it.each([
      ['malformed JSON', '{"name": "cert', 400, 'APIG.2000'],
      ['no object', '[]', 400, 'APIG.2000'],
      ['null', 'null', 400, 'APIG.2000'],
      ['nothing', '', 400, 'APIG.2000'],
      ['what is no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 400, 'APIG.2000'],
      ['a body over the limit', `{"name":"${'x'.repeat(13 * 1024 * 1024)}"}`, 413, 'APIGW.0201'],
    ])('%s', async (_, body, status, code) => {
      const before = await total()
      const headers = { 'Content-Type': 'application/json' }
      const answer = await apic.registry.request('POST', apic.path(word), { body, headers })
      expect(errorOf(answer)).toMatchObject({ status, code })
      expect(await total()).toBe(before)
    })

    it('another content type', async () => {
      const body = JSON.stringify(formOf())
      const answer = await apic.registry.request('POST', apic.path(word), {
        body,
        headers: { 'Content-Type': 'text/xml' },
      })
      expect(errorOf(answer)).toMatchObject({ status: 415 })
    })

    it('the first of several mistakes, in the order of the reference', async () => {
      const form = { name: 'x', cert_content: 'x', private_key: 'x', type: 'instance', algorithm_type: 'SM2' }
      const codes: string[] = []
      const steps = [
        {},
        { name: 'cert_demo' },
        { instance_id: randomUUID() },
        { instance_id: apic.instanceId },
        { cert_content: expired.cert_content },
        { private_key: good.private_key },
        { private_key: expired.private_key },
        { cert_content: good.cert_content, private_key: good.private_key },
      ]
      let current: object = form
      for (const step of steps) {
        current = { ...current, ...step }
        codes.push(errorOf(await apic.create(word, current)).code)
      }
      expect(codes).toEqual([
        'APIG.2012',
        'APIG.2001',
        'APIG.3030',
        'APIG.2106',
        'APIG.2106',
        'APIG.2101',
        'APIG.2102',
        'APIG.3709',
      ])
    })

    it('a user without the permission, before the body is read', async () => {
      const path = apic.path(word, apic.foreign.projectId)
      const answer = await apic.registry.request('POST', path, {
        body: '{',
        headers: { 'Content-Type': 'application/json' },
      })
      expect(errorOf(answer)).toMatchObject({ status: 403, code: 'APIG.1005' })
    })
  })
})

describe('a trusted root that did not issue the certificate', () => {
  const trusted_root_ca = makeCertificate({ subject: 'CN=Clients', ca: true }).pem

  it('is taken by ROMA Connect, which verifies clients by it', async () => {
    const { status, json } = await apic.create('apic', formOf({ trusted_root_ca }))
    expect(status).toBe(200)
    expect(json.is_has_trusted_root_ca).toBe(true)
  })

  it('is refused by API Gateway, which verifies the certificate by it', async () => {
    expect(errorOf(await apic.create('apigw', formOf({ trusted_root_ca })))).toMatchObject({
      status: 400,
      code: 'APIG.2104',
    })
  })

  it('is taken by API Gateway when it did', async () => {
    const { leaf, intermediate, root } = makeChain()
    const form = { cert_content: leaf.pem + intermediate.pem, private_key: leaf.keyPem, trusted_root_ca: root.pem }
    expect((await apic.create('apigw', formOf(form))).json.is_has_trusted_root_ca).toBe(true)
  })
})

describe('a private key', () => {
  it('is in no answer and no line of the log, taken or refused', async () => {
    const taken = formOf()
    const refused = formOf({ private_key: makeKeyPair().keyPem })
    const broken = { ...formOf(), private_key: `${taken.private_key.slice(0, 100)}\n-----END PRIVATE KEY-----\n` }
    const answers = []
    for (const form of [taken, refused, broken]) answers.push((await apic.create('apigw', form)).text)
    answers.push((await apic.list('apigw', { limit: 500 })).text, apic.registry.log())
    for (const { private_key } of [taken, refused, broken]) {
      const canary = private_key.split('\n')[1]?.slice(30, 60) ?? ''
      expect(canary).toHaveLength(30)
      for (const text of answers) expect(text).not.toContain(canary)
    }
  })
})
