import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type KeyKind, makeCertificate, makeKeyPair } from '../../test/support/certificates.ts'
import { bits, integer, nothing, oid, sequence, utf8 } from '../../test/support/der.ts'
import { dsaPem, mlDsaPem, pssPem, sm2Pem } from '../../test/support/fixtures.ts'
import { readCertificate } from './certificate.ts'
import { readCertificates } from './container.ts'

const one = (pem: string) => readCertificates(pem)[0]
const keyOf = (spki: Uint8Array) => readCertificate(makeCertificate({ keys: { ...makeKeyPair(), spki } }).der).key

describe('a key', () => {
  it.each<[KeyKind, string, number | undefined, string | undefined, string]>([
    ['rsa', 'RSA', 2048, undefined, 'sha256WithRSAEncryption'],
    ['rsa-1024', 'RSA', 1024, undefined, 'sha256WithRSAEncryption'],
    ['ec', 'EC', 256, 'P-256', 'ecdsa-with-SHA256'],
    ['p-384', 'EC', 384, 'P-384', 'ecdsa-with-SHA384'],
    ['p-521', 'EC', 521, 'P-521', 'ecdsa-with-SHA512'],
    ['ed25519', 'Ed25519', 256, undefined, 'Ed25519'],
    ['ed448', 'Ed448', 456, undefined, 'Ed448'],
    ['ml-dsa-65', 'ML-DSA', undefined, 'ML-DSA-65', 'ML-DSA-65'],
  ])('of %s is told, and so is its signature', (kind, algorithm, size, curve, signature) => {
    const certificate = readCertificate(makeCertificate({ keys: makeKeyPair(kind) }).der)
    expect(certificate.key).toMatchObject({ algorithm, bits: size, curve })
    expect(certificate.signatureAlgorithm.name).toBe(signature)
  })

  it.each([
    ['SM2', sm2Pem, { algorithm: 'SM2', oid: '1.2.840.10045.2.1', bits: 256, curve: 'sm2p256v1' }, 'SM3withSM2'],
    ['DSA', dsaPem, { algorithm: 'DSA', oid: '1.2.840.10040.4.1', bits: 2048, curve: undefined }, 'dsa-with-SHA256'],
    [
      'RSASSA-PSS',
      pssPem,
      { algorithm: 'RSA', oid: '1.2.840.113549.1.1.10', bits: 2048, curve: undefined },
      'rsassaPss-SHA256',
    ],
    [
      'ML-DSA',
      mlDsaPem,
      { algorithm: 'ML-DSA', oid: '2.16.840.1.101.3.4.3.18', bits: undefined, curve: 'ML-DSA-65' },
      'ML-DSA-65',
    ],
  ])('of OpenSSL is told: %s', (_, pem, key, signature) => {
    expect(one(pem)?.key).toEqual(key)
    expect(one(pem)?.signatureAlgorithm.name).toBe(signature)
  })

  it.each([
    ['secp256k1', 'secp256k1', 256],
    ['brainpoolP384r1', 'brainpoolP384r1', 384],
    ['sect163k1', '1.3.132.0.1', undefined],
  ])('on the curve %s is told by name where it has one', (namedCurve, curve, size) => {
    const spki = generateKeyPairSync('ec', { namedCurve }).publicKey.export({ type: 'spki', format: 'der' })
    expect(keyOf(spki)).toMatchObject({ algorithm: 'EC', curve, bits: size })
  })

  it.each([
    ['x25519', 'X25519', 256],
    ['x448', 'X448', 448],
  ] as const)('for agreement is told: %s', (type, algorithm, size) => {
    const { publicKey } = type === 'x25519' ? generateKeyPairSync('x25519') : generateKeyPairSync('x448')
    expect(keyOf(publicKey.export({ type: 'spki', format: 'der' }))).toMatchObject({ algorithm, bits: size })
  })

  it.each([
    ['ML-KEM', '2.16.840.1.101.3.4.4.2', 'ML-KEM-768'],
    ['SLH-DSA', '2.16.840.1.101.3.4.3.20', 'SLH-DSA-SHA2-128s'],
    ['SLH-DSA', '2.16.840.1.101.3.4.3.31', 'SLH-DSA-SHAKE-256f'],
  ])('of %s is told by its parameter set', (algorithm, id, curve) => {
    expect(keyOf(sequence(sequence(oid(id)), bits(new Uint8Array(32))))).toMatchObject({ algorithm, curve })
  })

  it('of an algorithm that is not known does not hinder the certificate', () => {
    expect(keyOf(sequence(sequence(oid('1.2.3')), bits(new Uint8Array())))).toEqual({
      algorithm: 'unknown',
      oid: '1.2.3',
      bits: undefined,
      curve: undefined,
    })
  })

  it.each([
    ['RSA without numbers', '1.2.840.113549.1.1.1', nothing(), utf8('x'), { algorithm: 'RSA', bits: undefined }],
    [
      'RSA with the modulus 0',
      '1.2.840.113549.1.1.1',
      nothing(),
      sequence(integer(0n)),
      { algorithm: 'RSA', bits: undefined },
    ],
    ['EC with explicit parameters', '1.2.840.10045.2.1', sequence(), utf8('x'), { algorithm: 'EC', curve: undefined }],
    ['DSA without parameters', '1.2.840.10040.4.1', nothing(), integer(5n), { algorithm: 'DSA', bits: undefined }],
  ])('that is broken inside does not hinder the certificate: %s', (_, id, parameters, content, expected) => {
    expect(keyOf(sequence(sequence(oid(id), parameters), bits(content)))).toMatchObject(expected)
  })

  it('has as many bits as its modulus, also of odd sizes and 65,536', () => {
    for (const size of [1, 7, 8, 9, 511, 512, 1023, 65_536]) {
      const numbers = sequence(integer(1n << BigInt(size - 1)), integer(65_537n))
      const spki = sequence(sequence(oid('1.2.840.113549.1.1.1'), nothing()), bits(numbers))
      expect(keyOf(spki).bits).toBe(size)
    }
  })
})
