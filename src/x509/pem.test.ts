import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeCertificate, pem as referencePem } from '../../test/support/certificates.ts'
import { pemBlocks, pemOf, readPemBlocks } from './container.ts'
import { Unreadable } from './unreadable.ts'

const made = makeCertificate({ sans: ['a.test'] })
const lines = made.pem.trim().split('\n')
const body = lines.slice(1, -1).join('\n')
const block = (label: string, content: string) => `-----BEGIN ${label}-----\n${content}\n-----END ${label}-----\n`
const single = (text: string) => {
  const blocks = readPemBlocks(text)
  expect(blocks).toHaveLength(1)
  return Buffer.from(blocks[0]?.der ?? new Uint8Array())
}

describe('PEM', () => {
  it('is written as RFC 7468 has it', () => {
    for (const length of [1, 47, 48, 49, 1000]) {
      const der = new Uint8Array(length).fill(7)
      expect(pemOf('CERTIFICATE', der)).toBe(referencePem('CERTIFICATE', der))
    }
  })

  it('comes back byte for byte', () => {
    const label = fc.stringMatching(/^[A-Z0-9]([A-Z0-9 ]{0,20}[A-Z0-9])?$/)
    const blocks = fc.array(fc.record({ label, der: fc.uint8Array({ minLength: 1, maxLength: 300 }) }), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(blocks, fc.constantFrom('', 'text\n', '\r\n\r\n', '# - --- BEGIN\n'), (list, between) => {
        const text = list.map(({ label, der }) => between + pemOf(label, der)).join('')
        const read = readPemBlocks(text).map(({ label, der }) => ({ label, der: new Uint8Array(der) }))
        expect(read).toEqual(list)
      }),
    )
  })

  it.each([
    ['text around it', `subject=CN=a\nissuer=CN=b\n${made.pem}\nand so on -----\n`],
    ['CRLF', made.pem.replaceAll('\n', '\r\n')],
    ['CR alone', made.pem.replaceAll('\n', '\r')],
    ['no line break at the end', made.pem.trimEnd()],
    ['blanks at both ends of lines', made.pem.replaceAll('\n', ' \t\n  ')],
    ['one long line', block('CERTIFICATE', body.replaceAll('\n', ''))],
    ['lines of one character', block('CERTIFICATE', [...body.replaceAll('\n', '')].join('\n'))],
    ['a byte order mark', `\ufeff${made.pem}`],
    ['no line break behind BEGIN', made.pem.replace('-----\n', '-----')],
    ['BEGIN in the middle of a line before it', `see -----BEGIN CERTIFICATE-----\n${made.pem}`],
  ])('is read with %s', (_, text) => {
    expect(single(text)).toEqual(Buffer.from(made.der))
  })

  it('tells the label and the line of every block', () => {
    const text = `first line\n${made.pem}\n\n${block('OTHER THING', 'AAAA')}`
    expect(readPemBlocks(text).map(({ label, line }) => [label, line])).toEqual([
      ['CERTIFICATE', 2],
      ['OTHER THING', 2 + lines.length + 2],
    ])
  })

  it('has no blocks in text without them', () => {
    expect(readPemBlocks('')).toEqual([])
    expect(readPemBlocks('BEGIN CERTIFICATE')).toEqual([])
  })

  it.each([
    ['no END', `-----BEGIN CERTIFICATE-----\n${body}\n`, /no END line/],
    ['END of another label', `-----BEGIN CERTIFICATE-----\n${body}\n-----END X-----\n`, /own label/],
    ['BEGIN inside', `-----BEGIN CERTIFICATE-----\n${made.pem}`, /own label/],
    ['a broken BEGIN', '-----BEGIN CERTIFICATE\nAAAA\n-----END CERTIFICATE-----\n', /BEGIN line/],
    ['nothing inside', block('CERTIFICATE', ''), /empty/],
    ['a character too few', block('CERTIFICATE', body.slice(0, -1)), /base64/],
    ['a foreign character', block('CERTIFICATE', `${body.slice(0, 8)}*${body.slice(9)}`), /base64/],
    ['the URL alphabet', block('CERTIFICATE', 'AA-_'), /base64/],
    ['padding in the middle', block('CERTIFICATE', 'AA==AAAA'), /base64/],
    ['headers', block('RSA PRIVATE KEY', 'Proc-Type: 4,ENCRYPTED\nDEK-Info: X,00\n\nAAAA'), /Proc-Type/],
  ])('is refused with %s, and says where', (_, text, reason) => {
    const failing = () => readPemBlocks(`${made.pem}${text}`)
    expect(failing).toThrow(Unreadable)
    expect(failing).toThrow(reason)
    expect(failing).toThrow(`PEM block 2, line ${lines.length + 1}`)
  })

  it('refuses a block over the limit before it is decoded', () => {
    expect(() => [...pemBlocks(block('X', 'A'.repeat(4000)), 1000)]).toThrow(/more than 1000 bytes/)
  })

  it.each([
    ['blocks', (count: number) => block('CERTIFICATE', body).repeat(count)],
    ['openings without an end', (count: number) => '-----BEGIN X-----\n'.repeat(count * 20)],
    ['openings inside of lines', (count: number) => 'x -----BEGIN X-----'.repeat(count * 20)],
    ['blanks', (count: number) => `${' '.repeat(50)}x -----BEGIN `.repeat(count * 10)],
    ['one line', (count: number) => block('X', 'AAAA'.repeat(count * 100))],
  ])('takes time in proportion: %s', (_, make) => {
    const time = (count: number) => {
      const text = make(count)
      const once = () => {
        const start = performance.now()
        try {
          readPemBlocks(text)
        } catch (error) {
          expect(error).toBeInstanceOf(Unreadable)
        }
        return performance.now() - start
      }
      return Math.min(once(), once(), once())
    }
    time(1000)
    // Eight times the input: quadratic time would be 64 times as much. A millisecond covers the clock.
    expect(time(8000)).toBeLessThan(24 * time(1000) + 20)
  })

  it('reads 100,000 blocks', () => {
    expect(readPemBlocks(block('X', 'AAAA').repeat(100_000))).toHaveLength(100_000)
  })
})
