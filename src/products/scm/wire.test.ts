import { describe, expect, it } from 'vitest'
import { signatureAlgorithmOf } from './signature-algorithm.ts'
import { timeText } from './wire.ts'

describe('a time as SCM writes it', () => {
  it.each([
    [Date.UTC(2021, 4, 27, 8, 46, 25), '2021-05-27 16:46:25.0'],
    [Date.UTC(2026, 11, 31, 16, 0, 0), '2027-01-01 00:00:00.0'],
    [Date.UTC(2026, 0, 1, 0, 0, 0, 999), '2026-01-01 08:00:00.0'],
    // "No expiry" of RFC 5280 is the last second of 9999 in UTC.
    [253_402_300_799_000, '9999-12-31 23:59:59.0'],
    [Date.parse('0001-01-01T00:00:00Z'), '0001-01-01 08:00:00.0'],
  ])('%i is %s, in GMT+08:00', (at, text) => {
    expect(timeText(at)).toBe(text)
  })
})

describe('a signature algorithm as SCM writes it', () => {
  it.each([
    ['sha256WithRSAEncryption', 'SHA256WITHRSA'],
    ['sha384WithRSAEncryption', 'SHA384WITHRSA'],
    ['sha512WithRSAEncryption', 'SHA512WITHRSA'],
    ['sha1WithRSAEncryption', 'SHA1WITHRSA'],
    ['md5WithRSAEncryption', 'MD5WITHRSA'],
    ['ecdsa-with-SHA256', 'SHA256WITHECDSA'],
    ['ecdsa-with-SHA384', 'SHA384WITHECDSA'],
    ['dsa-with-SHA256', 'SHA256WITHDSA'],
    ['rsassaPss-SHA256', 'SHA256WITHRSAANDMGF1'],
    ['SM3withSM2', 'SM3WITHSM2'],
    ['Ed25519', 'ED25519'],
    ['ML-DSA-65', 'ML-DSA-65'],
    ['1.2.3.4', '1.2.3.4'],
  ])('%s is %s', (name, spelling) => {
    expect(signatureAlgorithmOf(name)).toBe(spelling)
  })

  it('is null before there is a certificate', () => {
    expect(signatureAlgorithmOf('')).toBeNull()
  })
})
