import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { indexedTexts, isLong, key, partPattern, prefixBounds } from './texts.ts'

/** Texts about as long as an index holds, of one to four bytes a character. */
const text = fc
  .tuple(fc.constantFrom('a', 'é', '中', '😀', 'ab😀'), fc.integer({ min: 0, max: 1100 }), fc.string({ maxLength: 3 }))
  .map(([unit, times, end]) => unit.repeat(times) + end.toWellFormed())
const bytes = (value: string) => Buffer.byteLength(value)
const compared = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

describe('the key of a text', () => {
  test('is the text, if an index holds it, and fits into one in any case', () => {
    fc.assert(
      fc.property(text, value => {
        expect(bytes(key(value))).toBeLessThanOrEqual(1_064)
        expect(key(value) === value).toBe(bytes(value) <= 1_000)
        expect(key(value).isWellFormed()).toBe(true)
      }),
    )
  })

  test('is the same for the same text only, and ordered as the texts are', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(key(a) === key(b)).toBe(a === b)
        // Beyond the first thousand bytes two long texts have no order but that of their digests.
        if (!isLong(a) || !isLong(b)) expect(Math.sign(compared(key(a), key(b)))).toBe(Math.sign(compared(a, b)))
      }),
      { numRuns: 500 },
    )
  })

  test('is within the bounds of every prefix of the text', () => {
    fc.assert(
      fc.property(text, fc.nat(), (value, length) => {
        const prefix = [...value].slice(0, length % (value.length + 1)).join('')
        const [from, to] = prefixBounds(prefix)
        expect(compared(from, key(value))).toBeLessThanOrEqual(0)
        expect(compared(key(value), to)).toBeLessThan(0)
      }),
    )
  })
})

describe('the index for parts of texts', () => {
  test('is asked where three letters or digits stand together, whatever the locale, and never without it', () => {
    const asked = (text: string) => indexedTexts(true).isSearchable('contains', text)
    expect(['abc', '-a1B-', 'ab', 'a-b-c', '中文証明', 'é', ''].map(asked)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ])
    expect(indexedTexts(false).isSearchable('contains', 'abc')).toBe(false)
  })

  test('is asked for runs of them in their order, in which nothing is special', () => {
    expect(partPattern('%abc_d_ef1\\*xyz%')).toBe('%abc%ef1%xyz%')
  })
})
