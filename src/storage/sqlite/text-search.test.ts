import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { afterPrefix, isAmbiguous, isSearchable, matchExpression } from './text-search.ts'

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

describe('what the text index can answer', () => {
  test('parts of three characters, and prefixes of two, for the mark before them counts', () => {
    expect(['ab', '😀😀', 'abc', '😀😀😀'].map(text => isSearchable('contains', text))).toEqual([
      false,
      false,
      true,
      true,
    ])
    expect(['a', '😀', 'ab', '😀a'].map(text => isSearchable('prefix', text))).toEqual([false, false, true, true])
  })

  test('exactly, unless a character was replaced', () => {
    expect(['abc', '\u0002abc', 'a\ufffdbc'].map(isAmbiguous)).toEqual([false, true, true])
  })

  test('with the text quoted, and a scope of three characters', () => {
    expect(matchExpression(1, 'contains', 'a" OR "b')).toBe('scope : "\ue000\ue000\ue001" AND text : "a"" OR ""b"')
    expect(matchExpression(6400, 'prefix', 'ab')).toBe('scope : "\ue000\ue001\ue000" AND text : "\u0002ab"')
    expect(matchExpression(6400 ** 3 - 1, 'prefix', '\u0002')).toContain('"\uf8ff\uf8ff\uf8ff"')
  })
})
