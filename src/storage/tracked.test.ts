import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { comparison } from './tracked.ts'

describe('the order of places', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}'),
    maxLength: 4,
  })

  test('of texts is that of their UTF-8 bytes, then that of the numbers', () => {
    fc.assert(
      fc.property(text, text, fc.nat(2), fc.nat(2), (a, b, x, y) => {
        const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b)) || Math.sign(x - y)
        const places = [
          { value: a, number: x },
          { value: b, number: y },
        ] as const
        expect(Math.sign(comparison({ order: 'name', ascending: true })(...places))).toBe(bytes)
        expect(Math.sign(comparison({ order: 'name', ascending: false })(...places)) + bytes).toBe(0)
      }),
    )
  })

  test.each([true, false])('has what has no value last, whatever the direction (ascending: %s)', ascending => {
    const compare = comparison({ order: 'notAfter', ascending })
    expect(compare({ value: null, number: 1 }, { value: 5, number: 2 })).toBeGreaterThan(0)
    expect(compare({ value: 5, number: 2 }, { value: null, number: 1 })).toBeLessThan(0)
    expect(Math.sign(compare({ value: null, number: 1 }, { value: null, number: 2 }))).toBe(ascending ? -1 : 1)
  })
})
