import { describe, expect, it } from 'vitest'
import { extension, makeCertificate } from '../../test/support/certificates.ts'
import {
  bits,
  boolean,
  context,
  implicit,
  integer,
  octets,
  oid,
  sequence,
  set,
  tlv,
  utf8,
} from '../../test/support/der.ts'
import { readCertificate } from './certificate.ts'
import { Unreadable } from './unreadable.ts'

const withExtensions = (...extensions: Uint8Array[]) => readCertificate(makeCertificate({ extensions }).der)
const withNames = (...names: Uint8Array[]) => withExtensions(extension('2.5.29.17', sequence(...names))).subjectAltNames

describe('subjectAltName', () => {
  it('tells kinds and values in certificate order', () => {
    const sans = [
      'b.test',
      '*.a.test',
      'mail@a.test',
      'spiffe://a.test/x',
      '192.0.2.255',
      '::1',
      '2001:db8::ff00:42:8329',
    ]
    expect(readCertificate(makeCertificate({ sans }).der).subjectAltNames).toEqual([
      { kind: 'dns', value: 'b.test' },
      { kind: 'dns', value: '*.a.test' },
      { kind: 'email', value: 'mail@a.test' },
      { kind: 'uri', value: 'spiffe://a.test/x' },
      { kind: 'ip', value: '192.0.2.255' },
      { kind: 'ip', value: '::1' },
      { kind: 'ip', value: '2001:db8::ff00:42:8329' },
    ])
  })

  it('holds directory names as RFC 4514 text', () => {
    const name = sequence(set(sequence(oid('2.5.4.10'), utf8('Ex'))), set(sequence(oid('2.5.4.3'), utf8('a,b'))))
    expect(withNames(context(4, name))).toEqual([{ kind: 'directory', value: 'CN=a\\,b,O=Ex' }])
  })

  it.each([
    ['registeredID:1.2.3', implicit(8, oid('1.2.3').subarray(2))],
    ['1.3.6.1.4.1.311.20.2.3:user@a.test', context(0, oid('1.3.6.1.4.1.311.20.2.3'), context(0, utf8('user@a.test')))],
    ['1.2.3:#ff', context(0, oid('1.2.3'), context(0, octets(Uint8Array.of(0xff))))],
    ['iPAddress:#0102030405', implicit(7, Uint8Array.of(1, 2, 3, 4, 5))],
    ['x400Address:#0500', context(3, tlv(0x05))],
    ['ediPartyName:#810161', context(5, implicit(1, Buffer.from('a')))],
  ])('calls %s other', (value, name) => {
    expect(withNames(name)).toEqual([{ kind: 'other', value }])
  })

  it('leaves hostile names as they are but for NUL and what is no text', () => {
    const names = ['<b>', '=1+1', 'a\nb', 'a\0b'].map(text => implicit(2, Buffer.from(text)))
    expect(withNames(...names).map(({ value }) => value)).toEqual(['<b>', '=1+1', 'a\nb', 'a\ufffdb'])
  })

  it('may be empty, or have two thousand names', () => {
    expect(withNames()).toEqual([])
    const many = Array.from({ length: 2000 }, (_, index) => `n${index}.test`)
    const made = makeCertificate({ sans: many })
    expect(readCertificate(made.der).subjectAltNames.map(({ value }) => value)).toEqual(many)
  })

  it.each([
    ['a kind that there is not', implicit(9, Buffer.from('a'))],
    ['a universal type', utf8('a.test')],
    ['an otherName without value', context(0, oid('1.2.3'))],
    ['a directory name with something behind it', context(4, sequence(), sequence())],
  ])('is refused with %s', (_, name) => {
    expect(() => withNames(name)).toThrow(Unreadable)
  })
})

describe('basicConstraints', () => {
  const read = (...parts: Uint8Array[]) => withExtensions(extension('2.5.29.19', sequence(...parts))).basicConstraints

  it('tells whether it is an authority and how long the path may be', () => {
    expect(read()).toEqual({ ca: false, pathLength: undefined })
    expect(read(boolean(false))).toEqual({ ca: false, pathLength: undefined })
    expect(read(boolean(true))).toEqual({ ca: true, pathLength: undefined })
    expect(read(boolean(true), integer(0n))).toEqual({ ca: true, pathLength: 0 })
    expect(read(boolean(true), integer(300n))).toEqual({ ca: true, pathLength: 300 })
  })

  it.each([-1n, 2n ** 40n])('is refused with the path length %s', length => {
    expect(() => read(boolean(true), integer(length))).toThrow(/path length/)
  })
})

describe('usages', () => {
  const keyUsage = (content: Uint8Array, unused: number) =>
    withExtensions(extension('2.5.29.15', bits(content, unused))).keyUsage

  it('of the key are told by name in bit order', () => {
    expect(keyUsage(Uint8Array.of(0xa0), 5)).toEqual(['digitalSignature', 'keyEncipherment'])
    expect(keyUsage(Uint8Array.of(0x06), 1)).toEqual(['keyCertSign', 'cRLSign'])
    expect(keyUsage(Uint8Array.of(0x00, 0x80), 7)).toEqual(['decipherOnly'])
    expect(keyUsage(new Uint8Array(), 0)).toEqual([])
  })

  it('beyond are told by name, or by OID where there is none', () => {
    const ids = ['1.3.6.1.5.5.7.3.1', '1.2.3.4', '2.5.29.37.0']
    const certificate = withExtensions(extension('2.5.29.37', sequence(...ids.map(oid))))
    expect(certificate.extendedKeyUsage).toEqual(['serverAuth', '1.2.3.4', 'anyExtendedKeyUsage'])
  })
})

describe('key identifiers', () => {
  it('are told in hex', () => {
    const certificate = withExtensions(
      extension('2.5.29.14', octets(Uint8Array.of(0x0a, 0xff))),
      extension('2.5.29.35', sequence(implicit(0, Uint8Array.of(0x0b)), context(1), implicit(2, Uint8Array.of(1)))),
    )
    expect(certificate).toMatchObject({ subjectKeyIdentifier: '0aff', authorityKeyIdentifier: '0b' })
  })

  it('of the authority may be left out', () => {
    expect(withExtensions(extension('2.5.29.35', sequence())).authorityKeyIdentifier).toBeUndefined()
  })
})

describe('extensions', () => {
  it('that are not known are passed over, whatever they hold, ten thousand of them too', () => {
    const unknown = Array.from({ length: 1000 }, (_, index) =>
      extension(`1.2.3.${index}`, Buffer.from('?'), index % 2 === 0),
    )
    expect(withExtensions(...unknown).subjectAltNames).toEqual([])
    const many = makeCertificate({
      extensions: Array.from({ length: 10_000 }, () => extension('1.2.3', Buffer.from('?'))),
    })
    expect(readCertificate(many.der, 1e6).version).toBe(3)
  })

  it('that are understood must stand there once: readers differ in which they believe', () => {
    const names = (name: string) => extension('2.5.29.17', sequence(implicit(2, Buffer.from(name))))
    expect(() => withExtensions(names('a.test'), names('b.test'))).toThrow(/twice/)
  })

  it.each(['2.5.29.14', '2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.35', '2.5.29.37'])(
    'are refused when broken: %s',
    id => {
      for (const content of [new Uint8Array(), Buffer.from('?'), utf8('x'), tlv(0x30, Uint8Array.of(0x04, 9))]) {
        expect(() => withExtensions(extension(id, content))).toThrow(Unreadable)
      }
    },
  )

  it('are refused with something behind them', () => {
    expect(() => withExtensions(extension('2.5.29.19', Buffer.concat([sequence(), sequence()])))).toThrow(Unreadable)
  })
})
