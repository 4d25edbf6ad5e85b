import { describe, expect, it } from 'vitest'
import { context, nothing, oid, sequence, utf8 } from '../../test/support/der.ts'
import { DerReader } from './der.ts'
import { takeSignatureAlgorithm } from './signature.ts'

const nameOf = (id: string, ...parameters: Uint8Array[]) =>
  takeSignatureAlgorithm(new DerReader(Buffer.from(sequence(oid(id), ...parameters)))).name

const pss = '1.2.840.113549.1.1.10'
const hash = (id: string) => context(0, sequence(oid(id), nothing()))

describe('a signature algorithm', () => {
  it.each([
    ['1.2.840.113549.1.1.4', 'md5WithRSAEncryption'],
    ['1.2.840.113549.1.1.5', 'sha1WithRSAEncryption'],
    ['1.2.840.113549.1.1.11', 'sha256WithRSAEncryption'],
    ['1.2.840.113549.1.1.12', 'sha384WithRSAEncryption'],
    ['1.2.840.113549.1.1.13', 'sha512WithRSAEncryption'],
    ['1.2.840.10045.4.1', 'ecdsa-with-SHA1'],
    ['1.2.840.10045.4.3.4', 'ecdsa-with-SHA512'],
    ['1.2.840.10040.4.3', 'dsa-with-SHA1'],
    ['2.16.840.1.101.3.4.3.2', 'dsa-with-SHA256'],
    ['1.3.101.112', 'Ed25519'],
    ['1.2.156.10197.1.501', 'SM3withSM2'],
    ['2.16.840.1.101.3.4.3.17', 'ML-DSA-44'],
    ['2.16.840.1.101.3.4.3.19', 'ML-DSA-87'],
    ['2.16.840.1.101.3.4.3.25', 'SLH-DSA-SHA2-256f'],
    ['1.2.3.4', '1.2.3.4'],
  ])('%s is called %s', (id, name) => {
    expect(nameOf(id)).toBe(name)
  })

  it.each([
    ['no parameters', [], 'rsassaPss-SHA1'],
    ['no hash', [sequence()], 'rsassaPss-SHA1'],
    ['SHA-256', [sequence(hash('2.16.840.1.101.3.4.2.1'))], 'rsassaPss-SHA256'],
    ['SHA-512', [sequence(hash('2.16.840.1.101.3.4.2.3'))], 'rsassaPss-SHA512'],
    ['a hash that is not known', [sequence(hash('1.2.3'))], 'rsassaPss-1.2.3'],
    ['broken parameters', [sequence(context(0, utf8('x')))], 'rsassaPss-unknown'],
  ])('of PSS is told by its hash: %s', (_, parameters, name) => {
    expect(nameOf(pss, ...parameters)).toBe(name)
  })
})
