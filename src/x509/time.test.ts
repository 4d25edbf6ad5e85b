import { describe, expect, it } from 'vitest'
import { makeCertificate } from '../../test/support/certificates.ts'
import { sequence, time, tlv, utf8 } from '../../test/support/der.ts'
import { readCertificate } from './certificate.ts'
import { Unreadable } from './unreadable.ts'

const utc = (text: string) => tlv(0x17, Buffer.from(text))
const generalized = (text: string) => tlv(0x18, Buffer.from(text))
const notAfter = (encoded: Uint8Array) =>
  readCertificate(makeCertificate({ validityDer: sequence(time(0), encoded) }).der).notAfter
const iso = (encoded: Uint8Array) => new Date(notAfter(encoded)).toISOString()

describe('a date', () => {
  it.each([
    [utc('491231235959Z'), '2049-12-31T23:59:59.000Z'],
    [utc('500101000000Z'), '1950-01-01T00:00:00.000Z'],
    [utc('240229120000Z'), '2024-02-29T12:00:00.000Z'],
    [generalized('20500101000000Z'), '2050-01-01T00:00:00.000Z'],
    [generalized('99991231235959Z'), '9999-12-31T23:59:59.000Z'],
    [generalized('00010101000000Z'), '0001-01-01T00:00:00.000Z'],
    [generalized('00991231235959Z'), '0099-12-31T23:59:59.000Z'],
  ])('is read as RFC 5280 writes it (%#)', (encoded, expected) => {
    expect(iso(encoded)).toBe(expected)
  })

  it.each([
    ['no seconds', utc('2401020304Z'), '2024-01-02T03:04:00.000Z'],
    ['an offset east', utc('240102030405+0800'), '2024-01-01T19:04:05.000Z'],
    ['an offset west', utc('2401020304-0530'), '2024-01-02T08:34:00.000Z'],
    ['a fraction', generalized('20240102030405.25Z'), '2024-01-02T03:04:05.250Z'],
    ['a fraction below the millisecond', generalized('20240102030405,9999Z'), '2024-01-02T03:04:05.999Z'],
  ])('is read in its older spellings: %s', (_, encoded, expected) => {
    expect(iso(encoded)).toBe(expected)
  })

  it.each([
    ['the 30th of February', utc('240230000000Z')],
    ['the 29th in a common year', utc('230229000000Z')],
    ['month 0', utc('240001000000Z')],
    ['month 13', utc('241301000000Z')],
    ['day 0', utc('240100000000Z')],
    ['hour 24', utc('240101240000Z')],
    ['minute 60', utc('240101006000Z')],
    ['second 60', utc('240101000060Z')],
    ['no zone', generalized('20240101000000')],
    ['an impossible zone', utc('240101000000+2460')],
    ['an unfinished zone', utc('240101000000+08')],
    ['signs among digits', utc('24-101000000Z')],
    ['blanks', utc('240101 00000Z')],
    ['digits that are not ASCII', generalized('２０２４0101000000Z')],
    ['nothing', utc('')],
    ['a megabyte', generalized(`20240101000000.${'0'.repeat(60_000)}Z`)],
    ['another type', utf8('240101000000Z')],
  ])('is refused: %s', (_, encoded) => {
    expect(() => notAfter(encoded)).toThrow(Unreadable)
  })

  it('may end before it begins; that is for others to judge', () => {
    const certificate = readCertificate(makeCertificate({ notBefore: 2e12, notAfter: 1e12 }).der)
    expect([certificate.notBefore, certificate.notAfter]).toEqual([2e12, 1e12])
  })

  it('needs a validity of exactly two', () => {
    const validity =
      (...parts: Uint8Array[]) =>
      () =>
        readCertificate(makeCertificate({ validityDer: sequence(...parts) }).der)
    expect(validity(time(0))).toThrow(Unreadable)
    expect(validity(time(0), time(0), time(0))).toThrow(Unreadable)
  })
})
