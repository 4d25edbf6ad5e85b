import { describe, expect, it } from 'vitest'
import { makeCertificate, makeChain } from '../../../test/support/certificates.ts'
import { sm2CaPem, sm2Pem, version1Pem } from '../../../test/support/fixtures.ts'
import { readCertificate } from '../../x509/certificate.ts'
import { readCertificates } from '../../x509/container.ts'
import { caDraft, whyNoCa } from './ca-certificate.ts'

const context = { appId: 'app-1', creator: 'u'.repeat(32), now: Date.UTC(2026, 0, 1) }

function only(pem: string) {
  const [certificate] = readCertificates(pem)
  if (certificate === undefined) throw new Error('the fixture holds no certificate')
  return certificate
}

function made(options: Parameters<typeof makeCertificate>[0]) {
  return readCertificate(makeCertificate(options).der)
}

describe('what is a CA certificate', () => {
  it('is one whose basicConstraints say so: roots, intermediates, SM2', () => {
    const { root, intermediate } = makeChain()
    for (const { der } of [root, intermediate]) expect(whyNoCa(readCertificate(der))).toBeUndefined()
    expect(whyNoCa(only(sm2CaPem))).toBeUndefined()
  })

  it('is a version 1 certificate that is its own issuer, as the vendor’s own recipe makes it', () => {
    expect(only(version1Pem).version).toBe(1)
    expect(whyNoCa(only(version1Pem))).toBeUndefined()
    expect(whyNoCa(made({ subject: 'CN=Old Root', version: 1 }))).toBeUndefined()
  })

  it('is not one whose basicConstraints say CA:FALSE', () => {
    expect(whyNoCa(made({ ca: false }))).toMatch(/basicConstraints/)
    expect(whyNoCa(only(sm2Pem))).toMatch(/basicConstraints/)
  })

  it('is not one without basicConstraints that somebody else issued', () => {
    const { root, leaf } = makeChain()
    expect(whyNoCa(readCertificate(leaf.der))).toMatch(/no basicConstraints/)
    expect(whyNoCa(made({ subject: 'CN=Old Leaf', version: 1, issuer: root }))).toMatch(/no basicConstraints/)
  })
})

describe('a new CA certificate', () => {
  it('is not verified, has a verification code of its own, and every switch off', () => {
    const certificate = made({ subject: 'O=Harbor,CN=Root', ca: true })
    const [one, other] = [caDraft(certificate, context), caDraft(certificate, context)]
    expect(one.facts).toMatchObject({ status: 'UNVERIFIED', compartment: 'app-1', vendorId: null })
    expect(one.facts.attributes).toEqual({
      verifyCode: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      provisionEnable: false,
      templateId: null,
      ocspEnable: false,
      ocspServerCaId: null,
      ocspSslEnable: false,
    })
    expect(other.facts.attributes.verifyCode).not.toBe(one.facts.attributes.verifyCode)
  })

  it('belongs to the subject’s organisation, or to its common name where there is none', () => {
    const ownerOf = (subject: string) => caDraft(made({ subject, ca: true }), context).facts.owner
    expect(ownerOf('O=Harbor,CN=Root')).toBe('Harbor')
    expect(ownerOf('CN=Root')).toBe('Root')
    expect(ownerOf('OU=Nobody')).toBe('')
  })

  it('may stand once in each resource space', () => {
    const certificate = made({ ca: true })
    const keyIn = (appId: string) => caDraft(certificate, { ...context, appId }).facts.uniqueKey
    expect(keyIn('a')).toBe(keyIn('a'))
    expect(keyIn('a')).not.toBe(keyIn('b'))
  })
})
