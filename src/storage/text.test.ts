import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { afterPrefix } from './text.ts'

/** Texts as they are stored: well-formed. The edges of UTF-8 and of the surrogates are among them. */
const text = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    '\u007f',
    '\u0080',
    '\u07ff',
    '\u0800',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '😀',
    '\u{10ffff}',
  ),
  maxLength: 5,
})
const compared = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

describe('the range of a prefix', () => {
  test('holds, in the order of bytes, the texts that begin with it and no others', () => {
    fc.assert(
      fc.property(text, text, (prefix, other) => {
        const end = afterPrefix(prefix)
        const within = compared(other, prefix) >= 0 && (end === undefined || compared(other, end) < 0)
        expect(within).toBe(other.startsWith(prefix))
      }),
      { numRuns: 2000 },
    )
  })

  test('has no end where the prefix is empty or the last text of all', () => {
    expect(afterPrefix('')).toBeUndefined()
    expect(afterPrefix('\u{10ffff}\u{10ffff}')).toBeUndefined()
    expect(afterPrefix('\ud7ff')).toBe('\ue000')
  })
})
