/**
 * Small or plain inputs made to cost much. Each must be refused soon; the bound is generous, since what it keeps away
 * takes seconds, and the fastest of three runs counts, since a busy machine may interrupt one.
 */
import { describe, expect, it } from 'vitest'
import { readCertificate } from '../../src/x509/certificate.ts'
import { pemOf, readCertificates } from '../../src/x509/container.ts'
import { readPrivateKey } from '../../src/x509/private-key.ts'
import { Unreadable } from '../../src/x509/unreadable.ts'
import { makeCertificate } from '../support/certificates.ts'
import { context, integer, nothing, octets, oid, sequence, set, tlv, utf8 } from '../support/der.ts'

const UNBOUNDED = Number.MAX_SAFE_INTEGER
const open = { certificateBytes: 1e9, certificates: 1e6 }

/** Milliseconds of the fastest of three refusals. */
function refusal(run: () => unknown): number {
  const times = [1, 2, 3].map(() => {
    const start = performance.now()
    expect(run).toThrow(Unreadable)
    return performance.now() - start
  })
  return Math.min(...times)
}

/** SEQUENCE in SEQUENCE in SEQUENCE, built from the inside in linear time. */
function nested(depth: number, tag = 0x30): Uint8Array {
  const heads: Uint8Array[] = []
  let length = 0
  for (let level = 0; level < depth; level++) {
    const head = tlv(tag, new Uint8Array(0)).subarray(0, 1)
    const size =
      length < 0x80
        ? Buffer.of(length)
        : Buffer.from([0x84, ...Buffer.from(length.toString(16).padStart(8, '0'), 'hex')])
    heads.push(Buffer.concat([head, size]))
    length += 1 + size.length
  }
  return Buffer.concat(heads.reverse())
}

const indefinite = (depth: number) =>
  Buffer.concat([Buffer.alloc(depth * 2, Buffer.of(0x30, 0x80)), Buffer.alloc(depth * 2)])
const signedData = (content: Uint8Array) => sequence(oid('1.2.840.113549.1.7.2'), context(0, content))
const inPkcs7 = (members: Uint8Array) =>
  signedData(sequence(integer(1n), set(), sequence(oid('1.2.840.113549.1.7.1')), context(0, members), set()))

describe('a bomb', () => {
  it.each([1_000, 10_000, 200_000])('of %i levels is refused at once', depth => {
    for (const bomb of [nested(depth), indefinite(depth)]) {
      expect(refusal(() => readCertificate(bomb, UNBOUNDED))).toBeLessThan(50)
      expect(refusal(() => readCertificates(bomb, open))).toBeLessThan(50)
      expect(refusal(() => readPrivateKey(pemOf('PRIVATE KEY', bomb)))).toBeLessThan(50)
    }
  })

  it.each([1_000, 200_000])('of %i levels inside PKCS#7 is refused soon', depth => {
    for (const bomb of [signedData(nested(depth)), inPkcs7(nested(depth)), signedData(indefinite(depth))]) {
      expect(refusal(() => readCertificates(bomb, open))).toBeLessThan(500)
    }
  })

  it('of flat NULLs is refused soon', () => {
    const nulls = Buffer.alloc(800_000, Buffer.from(nothing()))
    expect(refusal(() => readCertificate(sequence(nulls), UNBOUNDED))).toBeLessThan(50)
    expect(refusal(() => readCertificates(sequence(nulls), open))).toBeLessThan(50)
  })

  it('of a megabyte in one object identifier or integer is refused or read at once', () => {
    const arc = tlv(0x06, Buffer.concat([Buffer.alloc(1_000_000, 0xff), Buffer.of(1)]))
    const subjectDer = sequence(set(sequence(arc, utf8('x'))))
    const certificate = makeCertificate({ subjectDer }).der
    expect(refusal(() => readCertificate(certificate, UNBOUNDED))).toBeLessThan(50)
    const serial = makeCertificate({ serialNumberDer: tlv(2, Buffer.of(0x80), Buffer.alloc(1_000_000)) }).der
    const start = performance.now()
    expect(readCertificate(serial, UNBOUNDED).serialNumber).toMatch(/^-80{100}/)
    expect(performance.now() - start).toBeLessThan(500)
  })

  it('of PKCS#12 or PBES2 with any number of iterations is refused before any is made', () => {
    for (const iterations of [10_000_000n, 2n ** 31n - 1n, -1n, 2n ** 4096n]) {
      const mac = sequence(
        sequence(sequence(oid('2.16.840.1.101.3.4.2.1')), octets(Buffer.alloc(32))),
        octets(Buffer.alloc(8)),
        integer(iterations),
      )
      const pfx = sequence(integer(3n), sequence(oid('1.2.840.113549.1.7.1'), context(0, octets(sequence()))), mac)
      expect(refusal(() => readCertificates(pfx))).toBeLessThan(10)
      const kdf = sequence(oid('1.2.840.113549.1.5.12'), sequence(octets(Buffer.alloc(8)), integer(iterations)))
      const pbes2 = sequence(
        sequence(oid('1.2.840.113549.1.5.13'), sequence(kdf, sequence())),
        octets(Buffer.alloc(64)),
      )
      for (const label of ['PRIVATE KEY', 'ENCRYPTED PRIVATE KEY']) {
        expect(refusal(() => readPrivateKey(pemOf(label, pbes2)))).toBeLessThan(10)
      }
    }
  })

  it('of RSA numbers beyond use costs nothing to read', () => {
    const spki = sequence(
      sequence(oid('1.2.840.113549.1.1.1'), nothing()),
      tlv(3, Buffer.of(0), sequence(integer((1n << 65_535n) | 1n), integer((1n << 65_535n) | 1n))),
    )
    const { keys } = makeCertificate()
    const certificate = makeCertificate({ keys: { ...keys, spki } }).der
    const start = performance.now()
    expect(readCertificate(certificate).key.bits).toBe(65_536)
    expect(performance.now() - start).toBeLessThan(50)
  })

  it('of one PEM line of 50 MB is refused soon', () => {
    const line = `-----BEGIN CERTIFICATE-----\n${'A'.repeat(50_000_000)}`
    expect(refusal(() => readCertificates(`${line}\n-----END CERTIFICATE-----\n`))).toBeLessThan(500)
    expect(refusal(() => readCertificates(line))).toBeLessThan(500)
  })
})
