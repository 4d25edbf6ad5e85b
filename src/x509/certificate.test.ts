import { createHash, X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { AsnConvert } from '@peculiar/asn1-schema'
import * as schema from '@peculiar/asn1-x509'
import { describe, expect, it } from 'vitest'
import { makeCertificate, makeKeyPair } from '../../test/support/certificates.ts'
import * as der from '../../test/support/der.ts'
import { ed25519Pem, version1Pem } from '../../test/support/fixtures.ts'
import { type Certificate, readCertificate } from './certificate.ts'
import { readPemBlocks } from './pem.ts'
import { Unreadable } from './unreadable.ts'

const read = (options?: Parameters<typeof makeCertificate>[0]) => readCertificate(makeCertificate(options).der)
const fromPem = (pem: string) => readCertificate(readPemBlocks(pem)[0]?.der ?? new Uint8Array())
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('a certificate', () => {
  it('says everything that is asked of it', () => {
    const keys = makeKeyPair('ec')
    const made = makeCertificate({
      subject: 'C=CN,O=Example,OU=One,OU=Two,CN=a.test',
      sans: ['a.test', '*.a.test', '192.0.2.1'],
      keys,
      notBefore: Date.UTC(2024, 0, 2, 3, 4, 5),
      notAfter: Date.UTC(2034, 0, 2, 3, 4, 5),
      serialNumber: 0xabcn,
      ca: true,
      pathLength: 2,
    })
    const sha = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest('hex')
    expect(readCertificate(made.der)).toMatchObject({
      fingerprint: sha('sha256', made.der),
      fingerprintSha1: sha('sha1', made.der),
      spkiFingerprint: sha('sha256', keys.spki),
      version: 3,
      serialNumber: 'abc',
      commonName: 'a.test',
      subject: { text: 'CN=a.test,OU=Two,OU=One,O=Example,C=CN' },
      issuer: { text: 'CN=a.test,OU=Two,OU=One,O=Example,C=CN' },
      subjectAltNames: [
        { kind: 'dns', value: 'a.test' },
        { kind: 'dns', value: '*.a.test' },
        { kind: 'ip', value: '192.0.2.1' },
      ],
      notBefore: Date.UTC(2024, 0, 2, 3, 4, 5),
      notAfter: Date.UTC(2034, 0, 2, 3, 4, 5),
      key: { algorithm: 'EC', oid: '1.2.840.10045.2.1', bits: 256, curve: 'P-256' },
      signatureAlgorithm: { oid: '1.2.840.10045.4.3.2', name: 'ecdsa-with-SHA256' },
      basicConstraints: { ca: true, pathLength: 2 },
      keyUsage: undefined,
      extendedKeyUsage: undefined,
    })
  })

  it('keeps bytes of its own, which later changes of the input do not reach', () => {
    const input = Buffer.from(makeCertificate().der)
    const before = hex(input)
    const certificate = readCertificate(input)
    input.fill(0)
    expect(hex(certificate.der)).toBe(before)
    expect(certificate.der.buffer.byteLength).toBe(certificate.der.length)
  })

  it('holds nothing that could throw later: only plain values', () => {
    const certificate = read({ sans: ['a.test'] })
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(certificate))) {
      expect([name, property.get]).toEqual([name, undefined])
    }
    expect(() => structuredClone(certificate)).not.toThrow()
  })

  it('of version 1 has no extensions', () => {
    expect(fromPem(version1Pem)).toMatchObject({
      version: 1,
      serialNumber: '1',
      commonName: 'Version One',
      subjectAltNames: [],
      basicConstraints: undefined,
      key: { algorithm: 'RSA', bits: 2048 },
    })
  })

  it('may carry the unique identifiers of version 2', () => {
    const tbs = (...tail: Uint8Array[]) => withTbsTail(1n, tail)
    expect(tbs(der.implicit(1, Uint8Array.of(0, 1)), der.implicit(2, Uint8Array.of(0, 2))).version).toBe(2)
    expect(() => tbs(der.implicit(2, Uint8Array.of(0)), der.implicit(1, Uint8Array.of(0)))).toThrow(Unreadable)
  })

  it.each([
    ['0', 0n],
    ['1', 1n],
    ['7f', 0x7fn],
    ['80', 0x80n],
    ['ff', 0xffn],
    ['123456789abcdef0123456789abcdef012345678', 0x123456789abcdef0123456789abcdef012345678n],
    ['-1', -1n],
    ['-80', -128n],
    ['-81', -129n],
    ['-100', -256n],
  ])('has the serial number %s', (expected, serialNumber) => {
    expect(read({ serialNumber }).serialNumber).toBe(expected)
  })

  it('has the value of its serial number, however padded, and must have one', () => {
    expect(read({ serialNumberDer: der.tlv(2, Uint8Array.of(0, 0, 0x0a)) }).serialNumber).toBe('a')
    expect(read({ serialNumberDer: der.tlv(2, Uint8Array.of(0xff, 0xff)) }).serialNumber).toBe('-1')
    expect(() => read({ serialNumberDer: der.tlv(2) })).toThrow(/serial number is empty/)
    expect(() => read({ serialNumberDer: der.utf8('1') })).toThrow(/serial number has the wrong type/)
  })

  it('may have no subject and no common name', () => {
    expect(read({ subject: '' })).toMatchObject({ commonName: undefined, subject: { text: '', attributes: [] } })
    expect(read({ subject: 'O=Example' }).commonName).toBeUndefined()
  })

  it('has the last common name, which is the most specific', () => {
    expect(read({ subject: 'CN=general,O=Example,CN=specific' }).commonName).toBe('specific')
  })
})

describe('what is no certificate', () => {
  const { der: good } = makeCertificate({ sans: ['a.test'] })

  it.each([
    ['nothing', new Uint8Array()],
    ['one byte', Uint8Array.of(0x30)],
    ['an empty sequence', Uint8Array.of(0x30, 0)],
    ['text', Buffer.from('hello world')],
    ['a byte behind the end', Buffer.concat([good, Uint8Array.of(0)])],
    ['a second certificate behind the end', Buffer.concat([good, good])],
    ['an indefinite length', Buffer.concat([Uint8Array.of(0x30, 0x80), good.subarray(4), Uint8Array.of(0, 0)])],
    ['an overlong length', Buffer.concat([Uint8Array.of(0x30, 0x83, 0), good.subarray(2)])],
    ['a length beyond the input', Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)],
    ['a length of nine bytes', Uint8Array.of(0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1)],
  ])('is refused: %s', (_, bytes) => {
    expect(() => readCertificate(bytes)).toThrow(Unreadable)
  })

  it('is refused wherever it is cut off', () => {
    for (let length = 0; length < good.length; length++) {
      expect(() => readCertificate(good.subarray(0, length))).toThrow(Unreadable)
    }
  })

  it('is either refused or read whole when any one byte is changed', () => {
    for (let at = 0; at < good.length; at++) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const bytes = Buffer.from(good)
        bytes[at] = (bytes[at] ?? 0) ^ flip
        const outcome = attempt(() => readCertificate(bytes))
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Unreadable)
        else expect(() => JSON.stringify(outcome)).not.toThrow()
      }
    }
  })

  it.each([
    [3n, 'version 4'],
    [-1n, 'a negative version'],
    [256n, 'a version of two bytes'],
  ])('is refused: version field %s (%s)', number => {
    expect(() => withTbsTail(number, [])).toThrow(/version/)
  })

  it('is refused when it is larger than the limit, which the caller may set', () => {
    expect(() => readCertificate(good, good.length - 1)).toThrow(/larger than/)
    expect(readCertificate(good, good.length).commonName).toBe('example.test')
    expect(() => readCertificate(new Uint8Array(64 * 1024 + 1))).toThrow(/larger than 65536 bytes/)
  })

  it('tells what is wrong and at which byte, in one sentence', () => {
    const error = attempt(() => read({ validityDer: der.sequence(der.utf8('secret'), der.time(0)) }))
    expect(error).toMatchObject({ what: 'notBefore is no time', where: expect.stringMatching(/^byte \d+$/) })
    expect(String(error)).toMatch(/^Unreadable: NotBefore is no time \(byte \d+\)\.$/)
  })
})

describe('against other readers', () => {
  const all = rootCertificates.map(pem => new X509Certificate(pem))

  it('agrees with node:crypto on every root that Node carries', () => {
    expect(all.length).toBeGreaterThan(100)
    for (const node of all) {
      const ours = readCertificate(node.raw)
      expect(summary(ours)).toEqual({
        fingerprint: plain(node.fingerprint256),
        fingerprintSha1: plain(node.fingerprint),
        serialNumber: node.serialNumber.toLowerCase().replace(/^0+(?=.)/, ''),
        notBefore: node.validFromDate.getTime(),
        notAfter: node.validToDate.getTime(),
        ca: node.ca,
        signature: node.signatureAlgorithmOid,
        spki: createHash('sha256')
          .update(node.publicKey.export({ type: 'spki', format: 'der' }))
          .digest('hex'),
        bits: node.publicKey.asymmetricKeyDetails?.modulusLength ?? ours.key.bits,
      })
    }
  })

  it('agrees with @peculiar/asn1-x509 on every root that Node carries', () => {
    for (const node of all) {
      const ours = readCertificate(node.raw)
      const { tbsCertificate: tbs } = AsnConvert.parse(node.raw, schema.Certificate)
      const theirs = [...tbs.subject].flatMap(set => [...set].map(({ type, value }) => [type, value.toString()]))
      expect(ours.subject.attributes.map(({ oid, value }) => [oid, value])).toEqual(theirs)
      expect(hex(ours.subject.der)).toBe(hex(new Uint8Array(AsnConvert.serialize(tbs.subject))))
      expect(hex(ours.issuer.der)).toBe(hex(new Uint8Array(AsnConvert.serialize(tbs.issuer))))
      const identifier = tbs.extensions?.find(({ extnID }) => extnID === schema.id_ce_subjectKeyIdentifier)
      const expected =
        identifier && hex(new Uint8Array(AsnConvert.parse(identifier.extnValue, schema.SubjectKeyIdentifier).buffer))
      expect(ours.subjectKeyIdentifier).toBe(expected)
    }
  })
})

it('reads what OpenSSL wrote', () => {
  expect(fromPem(ed25519Pem)).toMatchObject({ commonName: 'ed25519.example.test', basicConstraints: { ca: true } })
})

function summary(certificate: Certificate) {
  return {
    fingerprint: certificate.fingerprint,
    fingerprintSha1: certificate.fingerprintSha1,
    serialNumber: certificate.serialNumber,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    ca: certificate.basicConstraints?.ca ?? false,
    signature: certificate.signatureAlgorithm.oid,
    spki: certificate.spkiFingerprint,
    bits: certificate.key.bits,
  }
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase()
}

function attempt<T>(run: () => T): T | Error {
  try {
    return run()
  } catch (error) {
    return error as Error
  }
}

/** A certificate with this version number and these fields behind its key; its signature verifies nothing. */
function withTbsTail(version: bigint, tail: readonly Uint8Array[]): Certificate {
  const algorithm = der.sequence(der.oid('1.3.101.112'))
  const validity = der.sequence(der.time(0), der.time(1e12))
  const tbs = [
    der.context(0, der.integer(version)),
    der.integer(1n),
    algorithm,
    der.sequence(),
    validity,
    der.sequence(),
  ]
  const certificate = der.sequence(...tbs, makeKeyPair('ed25519').spki, ...tail)
  return readCertificate(der.sequence(certificate, algorithm, der.bits(new Uint8Array(64))))
}
