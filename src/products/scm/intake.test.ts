import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { makeCertificate, makeChain } from '../../../test/support/certificates.ts'
import { createVault } from '../../identity/vault.ts'
import { readCertificate } from '../../x509/certificate.ts'
import type { IntakeContext } from '../shared/product.ts'
import { keyContext } from './certificate-record.ts'
import { intake } from './intake.ts'

const vault = createVault(randomBytes(32))
const context: IntakeContext = {
  clock: () => Date.UTC(2026, 8, 15),
  compartment: '',
  vault,
  principal: {
    userId: 'a'.repeat(32),
    userName: 'admin',
    domainId: 'b'.repeat(32),
    domainName: 'admin',
    aliyunUserId: '1000000000000001',
    isRoot: true,
    projectId: undefined,
    accessKeyId: undefined,
  },
}

const { root, intermediate, leaf } = makeChain()
const file = (text: string | Uint8Array, name = 'shop.example.net.crt') => ({ name, bytes: Buffer.from(text) })

describe('bringing in SSL certificates', () => {
  it('makes one record of a certificate with its chain, whatever their order in the file', () => {
    for (const text of [leaf.pem + intermediate.pem + root.pem, root.pem + leaf.pem + intermediate.pem]) {
      const drafts = intake.drafts(file(text), context)
      expect(drafts.map(({ facts }) => facts.commonName)).toEqual(['leaf.test'])
      expect(drafts[0]?.contents.map(({ role, bytes }) => [role, Buffer.from(bytes).toString('hex')])).toEqual([
        ['certificate', Buffer.from(leaf.der).toString('hex')],
        ['chain', Buffer.from(intermediate.der).toString('hex')],
        ['chain', Buffer.from(root.der).toString('hex')],
      ])
    }
  })

  it('makes a record of each certificate that has nothing to do with the others', () => {
    const others = ['a.test', 'b.test', 'c.test'].map(name => makeCertificate({ subject: `CN=${name}` }))
    const drafts = intake.drafts(file(others.map(({ pem }) => pem).join('')), context)
    expect(drafts.map(({ facts }) => facts.name)).toEqual(['a.test', 'b.test', 'c.test'])
    expect(new Set(drafts.map(({ facts }) => facts.vendorId)).size).toBe(3)
  })

  it('loses none of two that issued each other', () => {
    const first = makeCertificate({ subject: 'CN=Twin', ca: true })
    const second = makeCertificate({ subject: 'CN=Twin', ca: true, keys: first.keys, serialNumber: 7n })
    expect(intake.drafts(file(first.pem + second.pem), context)).toHaveLength(2)
  })

  it('takes a certificate that stands twice in a file once', () => {
    expect(intake.drafts(file(leaf.pem + leaf.pem), context)).toHaveLength(1)
  })

  it('seals the private key beside it, and lets only what has one be deployed', () => {
    const [bare] = intake.drafts(file(leaf.pem), context)
    expect(bare).toMatchObject({ facts: { deployable: false, status: 'UPLOAD' }, secrets: [] })
    const [keyed] = intake.drafts({ ...file(leaf.pem + intermediate.pem), privateKeyPem: leaf.keyPem }, context)
    expect(keyed?.facts.deployable).toBe(true)
    const { fingerprint } = readCertificate(leaf.der)
    const sealed = keyed?.secrets[0]?.sealed ?? new Uint8Array()
    expect(Buffer.from(sealed).includes('PRIVATE KEY')).toBe(false)
    expect(vault.open(sealed, keyContext('b'.repeat(32), fingerprint, 'private-key')).toString()).toBe(leaf.keyPem)
  })

  it('refuses a private key that belongs to none of the file', () => {
    const stranger = { ...file(leaf.pem), privateKeyPem: makeCertificate().keyPem }
    expect(() => intake.drafts(stranger, context)).toThrow(/private key belongs to no certificate of the file/)
  })

  it('takes what has expired, as EXPIRED', () => {
    const old = makeCertificate({ notAfter: Date.UTC(2026, 0, 1) })
    expect(intake.drafts(file(old.pem), context)[0]?.facts).toMatchObject({ status: 'EXPIRED', statusDueAt: null })
  })

  it('lets a valid one expire at its notAfter', () => {
    expect(intake.drafts(file(leaf.pem), context)[0]?.facts).toMatchObject({
      statusDueAt: Date.UTC(2035, 0, 1),
      statusWhenDue: 'EXPIRED',
    })
  })

  it('refuses a file whole when one of its certificates names no domain, and says which', () => {
    const nameless = makeCertificate({ subject: 'O=Example' })
    expect(() => intake.drafts(file(leaf.pem + nameless.pem), context)).toThrow(/no domain.*\(certificate 2 of 2\)/)
  })

  it('keeps every name of a certificate with more than the list declares, and counts them all', () => {
    const sans = Array.from({ length: 400 }, (_, i) => `*.${i}.long-enough-a-name.example.net`)
    const many = makeCertificate({ subject: 'CN=example.net', sans })
    expect(intake.drafts(file(many.pem), context)[0]?.facts.attributes).toMatchObject({
      domainCount: 401,
      wildcardCount: 400,
      sans: sans.join(';'),
    })
  })

  it('refuses a domain that the list could not show', () => {
    const long = makeCertificate({ subject: `CN=${'x'.repeat(256)}` })
    expect(() => intake.drafts(file(long.pem), context)).toThrow(/longer than 255 characters/)
  })

  it.each([
    ['shop.example.net.crt', 'shop.example.net'],
    ['größe 2026.pem', 'gr-e-2026'],
    ['..hidden.pem', 'hidden'],
    ['ab.pem', 'leaf.test'],
    ['', 'leaf.test'],
    [`${'x'.repeat(80)}.pem`, 'x'.repeat(63)],
  ])('names a certificate of the file %j %s', (fileName, name) => {
    expect(intake.drafts(file(leaf.pem, fileName), context)[0]?.facts.name).toBe(name)
  })

  it('names by the fingerprint what neither file nor domain can name', () => {
    const odd = makeCertificate({ subject: 'CN=例' })
    expect(intake.drafts(file(odd.pem, '-'), context)[0]?.facts.name).toMatch(/^cert-[0-9a-f]{16}$/)
  })

  it('puts certificates into the enterprise project that is named, 0 without one, and refuses what is none', () => {
    const project = '7a2b4c6d-1111-4f3e-9a8b-0c1d2e3f4a5b'
    const into = (compartment: string) =>
      intake.drafts(file(leaf.pem), { ...context, compartment })[0]?.facts.compartment
    expect([into(''), into('0'), into(project)]).toEqual(['0', '0', project])
    expect(() => into('all')).toThrow(/neither 0 nor a UUID/)
  })

  it('renumbers its drafts and changes nothing else', () => {
    const drafts = intake.drafts(file(leaf.pem + makeCertificate({ subject: 'CN=a.test' }).pem), context)
    const again = intake.renumber?.(drafts, 3, context.clock()) ?? []
    const [before, after] = [drafts, again].map(list => list.map(({ facts }) => facts.vendorId))
    expect(new Set([...(before ?? []), ...(after ?? [])]).size).toBe(4)
    const without = (list: typeof drafts) => list.map(draft => ({ ...draft, facts: { ...draft.facts, vendorId: '' } }))
    expect(without(again)).toEqual(without(drafts))
  })
})
