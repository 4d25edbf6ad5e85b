import { describe, expect, it } from 'vitest'
import { makeCertificate, makeChain, pem } from '../../test/support/certificates.ts'
import { context, integer, oid, sequence, set } from '../../test/support/der.ts'
import * as fixtures from '../../test/support/fixtures.ts'
import { pemOf, readCertificates } from './container.ts'
import { Unreadable } from './unreadable.ts'

const { root, intermediate, leaf } = makeChain()
const names = (input: Uint8Array | string) => readCertificates(input).map(({ commonName }) => commonName)
const base64 = (text: string) => Buffer.from(text, 'base64')
const signedData = (...certificates: Uint8Array[]) =>
  sequence(
    oid('1.2.840.113549.1.7.2'),
    context(0, sequence(integer(1n), set(), sequence(oid('1.2.840.113549.1.7.1')), ...certificates, set())),
  )
const body = (text: string) => base64(text.replace(/-----[^-]+-----/g, ''))

describe('an upload', () => {
  it.each([
    ['PEM text', leaf.pem],
    ['PEM bytes', Buffer.from(leaf.pem)],
    ['DER', leaf.der],
    ['X509 CERTIFICATE', pem('X509 CERTIFICATE', leaf.der)],
    ['PEM bytes with text that is no UTF-8', Buffer.concat([Buffer.from([0xff, 0xfe, 10]), Buffer.from(leaf.pem)])],
  ])('may be %s', (_, input) => {
    expect(names(input)).toEqual(['leaf.test'])
  })

  it('may hold several certificates, which keep their order', () => {
    expect(names(`${leaf.pem}text\n${root.pem}${intermediate.pem}`)).toEqual([
      'leaf.test',
      'Test Root',
      'Test Intermediate',
    ])
  })

  it('may be PKCS#7: PEM, DER, BER', () => {
    const both = ['ed25519.example.test', 'sm2.example.test']
    expect(names(fixtures.pkcs7Pem)).toEqual(both)
    expect(names(fixtures.pkcs7Pem.replaceAll('PKCS7', 'CMS'))).toEqual(both)
    expect(names(body(fixtures.pkcs7Pem))).toEqual(both)
    expect(names(base64(fixtures.cmsBer))).toEqual(['a'])
  })

  it('may be PKCS#7 of a hundred certificates', () => {
    const members = Buffer.concat(Array.from({ length: 100 }, () => leaf.der))
    const bundle = signedData(context(0, members))
    expect(names(bundle)).toHaveLength(100)
    expect(() => readCertificates(signedData(context(0, members, leaf.der)))).toThrow(/more than 100 certificates/)
  })

  it('gives certificates out of PKCS#7 byte for byte', () => {
    expect(readCertificates(fixtures.pkcs7Pem).map(({ fingerprint }) => fingerprint)).toEqual(
      readCertificates(fixtures.ed25519Pem + fixtures.sm2Pem).map(({ fingerprint }) => fingerprint),
    )
  })

  it('comes back byte for byte', () => {
    for (const made of [root, intermediate, leaf]) {
      const [certificate] = readCertificates(pemOf('CERTIFICATE', made.der))
      expect(Buffer.from(certificate?.der ?? [])).toEqual(Buffer.from(made.der))
    }
  })

  it.each([
    ['nothing', '', 'neither PEM nor DER'],
    ['no bytes', new Uint8Array(), 'neither PEM nor DER'],
    ['text', 'hello', 'neither PEM nor DER'],
    ['UTF-16', Buffer.from(leaf.pem, 'utf16le'), 'neither PEM nor DER'],
    ['a key in PEM', leaf.keyPem, 'private key'],
    ['a key beside a certificate', leaf.pem + leaf.keyPem, 'private key'],
    ['an encrypted key', fixtures.encryptedKeyPem, 'private key'],
    ['a key in DER', body(leaf.keyPem), 'private key or a PKCS#12'],
    ['PKCS#12', base64(fixtures.pkcs12), 'private key or a PKCS#12'],
    ['trust settings', fixtures.trustedPem, 'trust settings'],
    ['a request', pem('CERTIFICATE REQUEST', leaf.der), 'request'],
    ['a revocation list', pem('X509 CRL', leaf.der), 'revocation list'],
    ['a public key', pem('PUBLIC KEY', leaf.keys.spki), 'public key'],
    ['another label', pem('SOMETHING', leaf.der), 'unknown kind'],
    ['a label of the prototype', pem('constructor', leaf.der), 'unknown kind'],
    ['DER with something behind it', Buffer.concat([leaf.der, root.der]), 'behind its end'],
    [
      'PEM with something behind the DER',
      pem('CERTIFICATE', Buffer.concat([leaf.der, Buffer.of(0)])),
      'behind its end',
    ],
    ['PEM that is cut off', leaf.pem.slice(0, -40), 'END'],
    ['half a PKCS#7', body(fixtures.pkcs7Pem).subarray(0, 300), 'PKCS#7 file is broken'],
    ['PKCS#7 without certificates', signedData(), 'holds no certificate'],
    ['PKCS#7 with an attribute certificate', signedData(context(0, leaf.der, context(2, integer(1n)))), 'member 2'],
    ['PKCS#7 with a broken certificate', signedData(context(0, leaf.der, sequence())), 'PKCS#7 certificate 2'],
    [
      'PKCS#7 with signed data that is something else',
      sequence(oid('1.2.840.113549.1.7.2'), context(0, integer(1n))),
      'signed data of the PKCS#7 file is broken',
    ],
    ['PKCS#7 of another kind', Buffer.from('300f06092a864886f70d010701a0020400', 'hex'), 'another kind'],
  ])('is refused with %s', (_, input, reason) => {
    expect(() => readCertificates(input)).toThrow(Unreadable)
    expect(() => readCertificates(input)).toThrow(reason)
  })

  it('tells the block and line of what it refuses, and nothing of a key', () => {
    const bad = leaf.keyPem
    const line = leaf.pem.split('\n').length
    expect(() => readCertificates(leaf.pem + bad)).toThrow(
      new Unreadable(
        'the PEM block holds a private key, not a certificate; leave it out of the file',
        `PEM block 2, line ${line}`,
      ),
    )
    expect(() => readCertificates(pem('CERTIFICATE', leaf.der.subarray(0, 50)))).toThrow(/PEM block 1, line 1, byte 0/)
  })

  it('has at most 100 certificates, or as many as the caller says', () => {
    expect(names(leaf.pem.repeat(100))).toHaveLength(100)
    expect(() => readCertificates(leaf.pem.repeat(101))).toThrow(/more than 100 certificates/)
    expect(readCertificates(leaf.pem.repeat(150), { certificates: 150 })).toHaveLength(150)
    expect(() => readCertificates(fixtures.pkcs7Pem, { certificates: 1 })).toThrow(/more than 1 certificates/)
  })

  it('has certificates of at most 64 KiB, or as large as the caller says', () => {
    const large = makeCertificate({ sans: Array.from({ length: 5000 }, (_, index) => `${index}.long.example.test`) })
    expect(large.der.length).toBeGreaterThan(64 * 1024)
    expect(() => readCertificates(large.pem)).toThrow(/larger than 65536 bytes/)
    expect(() => readCertificates(large.der)).toThrow(/larger than 65536 bytes/)
    expect(readCertificates(large.pem, { certificateBytes: 2e6 })[0]?.subjectAltNames).toHaveLength(5000)
  })

  it('of 100,000 blocks is refused at its limit, not at its end', () => {
    const text = leaf.pem.repeat(100_000)
    const start = performance.now()
    expect(() => readCertificates(text)).toThrow(/more than 100/)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
