import { existsSync, readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { makeCertificate, makeChain } from '../../../test/support/certificates.ts'
import { version1Pem } from '../../../test/support/fixtures.ts'
import type { IntakeContext } from '../shared/product.ts'
import { caIntake, deviceIntake } from './intakes.ts'

const context: IntakeContext = {
  clock: () => Date.UTC(2026, 0, 1),
  compartment: 'app-1',
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
  vault: {
    seal: () => {
      throw new Error('certificates have nothing to seal')
    },
    open: () => {
      throw new Error('certificates have nothing to open')
    },
  },
}

const file = (text: string | Uint8Array) => ({ name: 'a.pem', bytes: Buffer.from(text) })

/** The system's root store in one file, where the common distributions keep it. */
const systemStore = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
].find(existsSync)

describe('bringing in CA certificates', () => {
  it('gives a record for each certificate of a bundle, in its order, all in the named resource space', () => {
    const { root, intermediate } = makeChain()
    const drafts = caIntake.drafts(file(root.pem + intermediate.pem + version1Pem), context)
    expect(drafts.map(({ facts }) => facts.commonName)).toEqual(['Test Root', 'Test Intermediate', 'Version One'])
    for (const { facts } of drafts)
      expect(facts).toMatchObject({ compartment: 'app-1', creator: 'a'.repeat(32), status: 'UNVERIFIED' })
  })

  it('reads DER as well', () => {
    expect(caIntake.drafts(file(makeCertificate({ ca: true }).der), context)).toHaveLength(1)
  })

  it('refuses a file with anything that is no CA certificate, and says which', () => {
    const { root, leaf } = makeChain()
    expect(() => caIntake.drafts(file(root.pem + leaf.pem), context)).toThrow(
      /no CA certificate.*\(certificate 2 of 2\)/,
    )
  })

  it('refuses a private key, a truncated certificate and a file without any', () => {
    const { root } = makeChain()
    expect(() => caIntake.drafts(file(root.pem + root.keyPem), context)).toThrow(/private key/)
    expect(() => caIntake.drafts(file(root.pem.slice(0, 200)), context)).toThrow(/END/)
    expect(() => caIntake.drafts(file('hello'), context)).toThrow(/neither PEM nor DER/)
  })

  it('takes every root that Node ships, more than one upload may hold', () => {
    expect(rootCertificates.length).toBeGreaterThan(100)
    expect(caIntake.drafts(file(rootCertificates.join('\n')), context)).toHaveLength(rootCertificates.length)
  })

  it.skipIf(systemStore === undefined)('takes every certificate of the system’s own root store', () => {
    const text = readFileSync(systemStore ?? '', 'latin1')
    const blocks = text.split('-----BEGIN CERTIFICATE-----').length - 1
    expect(caIntake.drafts(file(Buffer.from(text, 'latin1')), context)).toHaveLength(blocks)
  })
})

describe('bringing in device certificates', () => {
  it('gives an active record for each certificate, found by the beginning of its common name', () => {
    const { leaf } = makeChain()
    const selfSigned = makeCertificate({ subject: 'CN=pump-1', ca: true })
    const drafts = deviceIntake.drafts(file(leaf.pem + selfSigned.pem), context)
    expect(drafts.map(({ facts }) => [facts.commonName, facts.searchText, facts.status])).toEqual([
      ['leaf.test', 'leaf.test', 'ACTIVE'],
      ['pump-1', 'pump-1', 'ACTIVE'],
    ])
  })

  it('gives each record a UUID, and lets a certificate stand once', () => {
    const { leaf } = makeChain()
    const [one, other] = [file(leaf.pem), file(leaf.pem)].flatMap(it => deviceIntake.drafts(it, context))
    expect(one?.facts.vendorId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(other?.facts.vendorId).not.toBe(one?.facts.vendorId)
    expect(other?.facts.uniqueKey).toBe(one?.facts.uniqueKey)
  })

  it('takes a certificate without a common name', () => {
    const [draft] = deviceIntake.drafts(file(makeCertificate({ subject: '' }).pem), context)
    expect(draft?.facts).toMatchObject({ commonName: '', searchText: '' })
  })
})
