/** Certificates of public test suites and the seeds of fuzzers, through everything that this room exports. */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Certificate, readCertificate } from '../../src/x509/certificate.ts'
import { isIssuedBy, isSelfIssued, orderChain } from '../../src/x509/chain.ts'
import { pemOf, readCertificates } from '../../src/x509/container.ts'
import { MAX_CERTIFICATE_BYTES } from '../../src/x509/limits.ts'
import { matches, readPrivateKey } from '../../src/x509/private-key.ts'
import { Unreadable } from '../../src/x509/unreadable.ts'
import { hostileCertificates } from '../support/corpus.ts'
import { ed25519KeyPem } from '../support/fixtures.ts'

const LARGEST = 4_000_000

const corpus = hostileCertificates()

describe.skipIf(corpus === undefined)('hostile certificates', { timeout: 120_000 }, () => {
  const blobs = corpus ?? []
  const outcomes = blobs.map(({ name, bytes }) => ({ name, bytes, outcome: read(bytes) }))
  const whole = outcomes.flatMap(({ name, bytes, outcome }) =>
    outcome instanceof Error ? [] : [{ name, bytes, certificate: outcome }],
  )

  it('are there, and enough of them are certificates for the rest to mean something', () => {
    expect(blobs.length).toBeGreaterThan(8000)
    expect(whole.length).toBeGreaterThan(2500)
  })

  it('are read whole, or refused as unreadable and nothing else', () => {
    const wrong = outcomes.filter(({ outcome }) => outcome instanceof Error && !(outcome instanceof Unreadable))
    expect(wrong).toEqual([])
  })

  it('are refused in one sentence that holds nothing of them', () => {
    for (const { outcome } of outcomes) {
      if (outcome instanceof Error) expect(outcome.message).toMatch(/^[\x20-\x7e]{10,160} \([\w #,]{5,60}\)\.$/)
    }
  })

  it('are fingerprinted over exactly the bytes that were read, with none behind them', () => {
    for (const { bytes, certificate } of whole) {
      expect(Buffer.compare(certificate.der, bytes)).toBe(0)
      expect(certificate.fingerprint).toBe(createHash('sha256').update(bytes).digest('hex'))
      expect(() => readCertificate(Buffer.concat([bytes, Buffer.of(0)]), LARGEST)).toThrow(Unreadable)
    }
  })

  it('come back byte for byte through PEM', () => {
    for (const { bytes, certificate } of whole) {
      const [again] = readCertificates(pemOf('CERTIFICATE', certificate.der), { certificateBytes: LARGEST })
      expect(again && Buffer.compare(again.der, bytes)).toBe(0)
    }
  })

  it('have fields of the promised shape, that JSON and databases can hold', () => {
    for (const { certificate } of whole) {
      const { der: _, ...facts } = certificate
      const text = JSON.stringify(facts)
      expect(text.includes('\\u0000')).toBe(false)
      expect(text.isWellFormed() && !/\\ud[89a-f]/i.test(text.replaceAll('\\\\', ''))).toBe(true)
      expect(certificate.serialNumber).toMatch(/^(0|-?[1-9a-f][0-9a-f]*)$/)
      expect(Number.isSafeInteger(certificate.notBefore) && Number.isSafeInteger(certificate.notAfter)).toBe(true)
      expect(certificate.spkiFingerprint).toMatch(/^[0-9a-f]{64}$/)
    }
  })

  it('agree with node:crypto in serial number and dates wherever both read them', () => {
    const differing = whole.filter(({ bytes, certificate }) => {
      const node = attempt(() => new X509Certificate(bytes))
      return !(node instanceof Error) && JSON.stringify(factsOf(node)) !== JSON.stringify(ourFacts(certificate))
    })
    expect(differing.map(({ name }) => name)).toEqual([])
  })

  it('are compared, put in order and matched with a key without a throw', () => {
    const key = readPrivateKey(ed25519KeyPem)
    let previous: Certificate | undefined
    for (const { certificate } of whole) {
      isSelfIssued(certificate)
      isIssuedBy(certificate, certificate)
      if (previous) isIssuedBy(certificate, previous)
      expect(orderChain(certificate, previous ? [previous, certificate] : [])).toContain(certificate)
      expect(matches(key, certificate)).toBe(false)
      previous = certificate
    }
  })

  it('as uploads of any form are read or refused as unreadable', () => {
    const wrong = blobs.filter(({ bytes }) => {
      const uploads = [bytes, bytes.toString('latin1'), pemOf('CERTIFICATE', bytes), pemOf('PKCS7', bytes)]
      const outcomes: unknown[] = uploads.map(input => attempt(() => readCertificates(input)))
      outcomes.push(attempt(() => readPrivateKey(pemOf('PRIVATE KEY', bytes))))
      return outcomes.some(outcome => outcome instanceof Error && !(outcome instanceof Unreadable))
    })
    expect(wrong.map(({ name }) => name)).toEqual([])
  })

  it('leave no error behind in OpenSSL that the next key would be refused for', () => {
    const key = readPrivateKey(ed25519KeyPem)
    for (const { certificate } of whole) {
      matches(key, certificate)
      isIssuedBy(certificate, certificate)
      expect(() => createPrivateKey(ed25519KeyPem)).not.toThrow()
    }
  })

  it('stall nobody: 50 ms at most below 64 KiB', () => {
    const slow = blobs.filter(({ bytes }) => {
      if (bytes.length > MAX_CERTIFICATE_BYTES || duration(bytes) <= 50) return false
      // A busy machine may interrupt one reading, hardly the middle one of three.
      const [, middle = 0] = [duration(bytes), duration(bytes), duration(bytes)].sort((a, b) => a - b)
      return middle > 50
    })
    expect(slow.map(({ name }) => name)).toEqual([])
  })
})

function read(bytes: Uint8Array): Certificate | Error {
  return attempt(() => readCertificate(bytes, LARGEST))
}

function attempt<T>(run: () => T): T | Error {
  try {
    return run()
  } catch (error) {
    return error as Error
  }
}

function duration(bytes: Uint8Array): number {
  const start = performance.now()
  attempt(() => readCertificates(bytes))
  return performance.now() - start
}

function factsOf(node: X509Certificate) {
  const serialNumber = node.serialNumber.toLowerCase().replace(/^(-?)0+(?=.)/, '$1')
  return [serialNumber, node.validFromDate.getTime(), node.validToDate.getTime(), node.signatureAlgorithmOid]
}

/** Node drops fractions of a second. */
function ourFacts(certificate: Certificate) {
  const whole = (time: number) => Math.floor(time / 1000) * 1000
  const { serialNumber, notBefore, notAfter, signatureAlgorithm } = certificate
  return [serialNumber, whole(notBefore), whole(notAfter), signatureAlgorithm.oid]
}
