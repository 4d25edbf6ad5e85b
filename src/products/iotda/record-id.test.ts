import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstNumberAt, NUMBER_EPOCH } from '../../registry/record-number.ts'
import { firstNumberWithIdAtLeast, numberOfRecordId, recordIdOf } from './record-id.ts'

/** Any record number, with the first and last of seconds, and the smallest and largest, often among them. */
const numbers = fc.oneof(
  fc.maxSafeNat(),
  fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1),
  fc
    .tuple(fc.integer({ min: 1, max: 2 ** 31 }), fc.integer({ min: -2, max: 2 }))
    .map(([seconds, off]) => firstNumberAt(NUMBER_EPOCH + seconds * 1000) + off),
)

const hex24 = fc.stringMatching(/^[0-9a-f]{24}$/)

/** Any marker, with those beside the ids of numbers often among them. */
const markers = fc.oneof(
  hex24,
  fc.tuple(numbers, fc.bigInt({ min: -3n, max: 3n })).map(([number, off]) => beside(recordIdOf(number), off)),
  fc.tuple(numbers, fc.stringMatching(/^[0-9a-f]{16}$/)).map(([number, tail]) => recordIdOf(number).slice(0, 8) + tail),
  fc.constantFrom('0'.repeat(24), 'f'.repeat(24)),
)

function beside(id: string, off: bigint): string {
  const value = BigInt.asUintN(96, BigInt(`0x${id}`) + off)
  return value.toString(16).padStart(24, '0')
}

describe('a record id', () => {
  it('has 24 hex digits and begins with the Unix seconds of the record', () => {
    const at = Date.UTC(2026, 5, 30, 12, 34, 56, 789)
    const id = recordIdOf(firstNumberAt(at))
    expect(id).toMatch(/^[0-9a-f]{24}$/)
    expect(Number.parseInt(id.slice(0, 8), 16)).toBe(Math.floor(at / 1000))
  })

  it('stays at 24 digits for the largest number', () => {
    expect(recordIdOf(Number.MAX_SAFE_INTEGER)).toMatch(/^[0-9a-f]{24}$/)
  })

  it('sorts as text exactly as its number sorts', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(Math.sign(a - b)).toBe(compare(recordIdOf(a), recordIdOf(b)))
      }),
    )
  })

  it('leads back to its number', () => {
    fc.assert(fc.property(numbers, number => numberOfRecordId(recordIdOf(number)) === number))
  })

  it('is of no number when it was never one', () => {
    fc.assert(
      fc.property(markers, marker => {
        const number = numberOfRecordId(marker)
        expect(number === undefined || recordIdOf(number) === marker).toBe(true)
      }),
    )
    for (const text of ['', 'F'.repeat(24), '6'.repeat(23), '6'.repeat(25), '75a0c144-7c3c-4dac-9fd6-8c63dd9e969d'])
      expect(numberOfRecordId(text)).toBeUndefined()
  })
})

describe('the first number with an id at least a marker', () => {
  it('parts the numbers exactly as the ids part by text comparison, for markers that were never issued too', () => {
    fc.assert(
      fc.property(numbers, markers, (number, marker) => {
        const bound = firstNumberWithIdAtLeast(marker)
        expect(bound === undefined || number < bound).toBe(recordIdOf(number) < marker)
      }),
      { numRuns: 5000 },
    )
  })

  it('parts the numbers beside the bound exactly', () => {
    fc.assert(
      fc.property(markers, marker => {
        const bound = firstNumberWithIdAtLeast(marker)
        const last = bound === undefined ? Number.MAX_SAFE_INTEGER : bound - 1
        if (last >= 0) expect(recordIdOf(last) < marker).toBe(true)
        if (bound !== undefined) expect(recordIdOf(bound) < marker).toBe(false)
      }),
      { numRuns: 5000 },
    )
  })

  it('is a number’s own for its id', () => {
    fc.assert(fc.property(numbers, number => firstNumberWithIdAtLeast(recordIdOf(number)) === number))
  })

  it('is 0 for a marker before all records, so nothing is smaller', () => {
    expect(firstNumberWithIdAtLeast('0'.repeat(24))).toBe(0)
    expect(firstNumberWithIdAtLeast('5c8f3d2d3df1f10d803adbda')).toBe(0)
  })
})

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
