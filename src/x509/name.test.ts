import { describe, expect, it } from 'vitest'
import { makeCertificate } from '../../test/support/certificates.ts'
import { context, integer, octets, oid, printable, sequence, set, tlv, utf8 } from '../../test/support/der.ts'
import { attributesOf, readCertificate } from './certificate.ts'
import { Unreadable } from './unreadable.ts'

const CN = '2.5.4.3'
const pair = (type: string, value: Uint8Array) => sequence(oid(type), value)
const named = (...sets: Uint8Array[]) => readCertificate(makeCertificate({ subjectDer: sequence(...sets) }).der).subject
const commonName = (value: Uint8Array) => named(set(pair(CN, value))).attributes[0]?.value

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16()
const ucs4 = (...points: number[]) =>
  Buffer.concat(points.map(point => Buffer.from(point.toString(16).padStart(8, '0'), 'hex')))

describe('a distinguished name', () => {
  it('is written as RFC 4514 has it, the most specific part first', () => {
    const name = named(
      set(pair('2.5.4.6', printable('CN'))),
      set(pair('2.5.4.10', utf8('Ex'))),
      set(pair(CN, utf8('a'))),
    )
    expect(name.text).toBe('CN=a,O=Ex,C=CN')
    expect(name.attributes.map(({ type }) => type)).toEqual(['C', 'O', 'CN'])
  })

  it('joins the parts of one level by a plus', () => {
    expect(named(set(pair(CN, utf8('a')), pair('0.9.2342.19200300.100.1.1', utf8('u')))).text).toBe('CN=a+UID=u')
  })

  it.each([
    ['a,b', 'a\\,b'],
    ['"+;<>\\', '\\"\\+\\;\\<\\>\\\\'],
    [' both ', '\\ both\\ '],
    [' ', '\\ '],
    ['  ', '\\ \\ '],
    ['#1', '\\#1'],
    ['a#1 b', 'a#1 b'],
    ['back\\ ', 'back\\\\\\ '],
    ['Ω=∞', 'Ω=∞'],
  ])('escapes %j', (value, escaped) => {
    expect(named(set(pair(CN, utf8(value)))).text).toBe(`CN=${escaped}`)
  })

  it('writes an attribute without a short name by its OID and encoding', () => {
    const name = named(set(pair('1.2.3.4', utf8('x'))))
    expect(name.text).toBe('1.2.3.4=#0c0178')
    expect(name.attributes).toEqual([{ oid: '1.2.3.4', type: '1.2.3.4', value: 'x' }])
  })

  it('writes a value that is no text by its encoding', () => {
    expect(named(set(pair(CN, integer(5n)))).text).toBe('CN=#020105')
    expect(commonName(octets(Buffer.from('x')))).toBe('#040178')
  })

  it('gives all values of one attribute, by short name or OID', () => {
    const name = named(set(pair('2.5.4.11', utf8('one'))), set(pair(CN, utf8('a'))), set(pair('2.5.4.11', utf8('two'))))
    expect(attributesOf(name, 'OU')).toEqual(['one', 'two'])
    expect(attributesOf(name, '2.5.4.11')).toEqual(['one', 'two'])
    expect(attributesOf(name, 'O')).toEqual([])
    expect(attributesOf(name, 'constructor')).toEqual([])
  })

  it.each([
    ['a set missing', () => named(pair(CN, utf8('a')))],
    ['an attribute without value', () => named(set(sequence(oid(CN))))],
    ['an attribute with two values', () => named(set(sequence(oid(CN), utf8('a'), utf8('b'))))],
    ['no type', () => named(set(sequence(utf8('a'), utf8('b'))))],
  ])('is refused when it is broken: %s', (_, make) => {
    expect(make).toThrow(Unreadable)
  })
})

describe('the text of a name', () => {
  it.each([
    ['UTF8String', tlv(0x0c, Buffer.from('Zürich 证书 🔐')), 'Zürich 证书 🔐'],
    ['PrintableString', printable('plain'), 'plain'],
    ['TeletexString as Latin-1', tlv(0x14, Buffer.from('Zürich', 'latin1')), 'Zürich'],
    ['IA5String that is Latin-1', tlv(0x16, Buffer.from('Zürich', 'latin1')), 'Zürich'],
    ['PrintableString that is UTF-8', tlv(0x13, Buffer.from('Zürich', 'utf8')), 'Zürich'],
    ['BMPString', tlv(0x1e, utf16be('证书 Z')), '证书 Z'],
    ['BMPString with a surrogate pair', tlv(0x1e, utf16be('🔐')), '🔐'],
    ['UniversalString', tlv(0x1c, ucs4(0x8bc1, 0x1f510)), '证🔐'],
    ['the empty string', utf8(''), ''],
  ])('is read from %s', (_, value, text) => {
    expect(commonName(value)).toBe(text)
  })

  it.each([
    ['bytes that are no UTF-8', tlv(0x0c, Uint8Array.of(0x61, 0xff, 0x62)), 'a\ufffdb'],
    ['NUL', tlv(0x0c, Buffer.from('good.test\0.evil.test')), 'good.test\ufffd.evil.test'],
    ['NUL in IA5String', tlv(0x16, Buffer.from('a\0b')), 'a\ufffdb'],
    ['a lone surrogate', tlv(0x1e, Uint8Array.of(0xd8, 0x00, 0x00, 0x61)), '\ufffda'],
    ['a surrogate in UniversalString', tlv(0x1c, ucs4(0xd800, 0x61)), '\ufffda'],
    ['a code point beyond Unicode', tlv(0x1c, ucs4(0x110000)), '\ufffd'],
  ])('has U+FFFD for %s', (_, value, text) => {
    expect(commonName(value)).toBe(text)
  })

  it('is the encoding where the length fits no character', () => {
    expect(commonName(tlv(0x1e, Uint8Array.of(0, 0x61, 0)))).toBe('#1e03006100')
    expect(commonName(tlv(0x1c, Uint8Array.of(0, 0, 0x61)))).toBe('#1c03000061')
  })

  it.each(['<script>alert(1)</script>', '=cmd()', '\u001b[31m', 'a\r\nb', '\u202etxt.exe', "'; DROP TABLE"])(
    'is left as it is, for whoever shows it to escape: %j',
    text => expect(commonName(utf8(text))).toBe(text),
  )

  it('survives JSON whatever the bytes', () => {
    for (let octet = 0; octet < 256; octet++) {
      for (const tag of [0x0c, 0x13, 0x14, 0x16, 0x1a, 0x1c, 0x1e]) {
        const text = commonName(tlv(tag, Uint8Array.of(octet, octet, 0x41, octet))) ?? ''
        expect(JSON.parse(JSON.stringify(text))).toBe(text)
        expect(text.isWellFormed() && !text.includes('\0')).toBe(true)
      }
    }
  })
})

describe('an object identifier', () => {
  const typed = (encoded: Uint8Array) => named(set(sequence(encoded, utf8('x')))).attributes[0]?.oid

  it.each(['0.9.2342', '1.39.1', '2.999.3', '2.25.329800735698586629295641978511506172918'])('is read: %s', dotted => {
    expect(typed(oid(dotted))).toBe(dotted)
  })

  it.each([
    ['empty', tlv(0x06)],
    ['open at its end', tlv(0x06, Uint8Array.of(0x55, 0x81))],
    ['padded', tlv(0x06, Uint8Array.of(0x55, 0x80, 0x01))],
    ['too long', tlv(0x06, new Uint8Array(10_000).fill(0xff))],
    ['of another type', context(0)],
  ])('is refused when %s', (_, encoded) => {
    expect(() => typed(encoded)).toThrow(Unreadable)
  })
})
