import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { firstNumberAt, MAX_WORKERS, NUMBER_EPOCH, RecordNumbers, timeOfNumber } from './record-number.ts'

/** Any time at which numbers can be assigned: until 2093. */
const time = fc.integer({ min: NUMBER_EPOCH + 1, max: NUMBER_EPOCH + 2 ** 41 - 1000 })
const worker = fc.integer({ min: 0, max: MAX_WORKERS - 1 })

describe('record numbers', () => {
  test('tell the millisecond in which they were assigned', () => {
    fc.assert(
      fc.property(time, worker, (now, worker) => {
        const number = new RecordNumbers(() => now, worker, 0).next()
        expect(Number.isSafeInteger(number)).toBe(true)
        expect(timeOfNumber(number)).toBe(now)
        expect(number).toBeGreaterThanOrEqual(firstNumberAt(now))
        expect(number).toBeLessThan(firstNumberAt(now + 1))
      }),
    )
  })

  test('ascend whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(time, { minLength: 1 }), worker, (times, worker) => {
        let now = 0
        const numbers = new RecordNumbers(() => now, worker, 0)
        let last = -1
        for (now of times) {
          const number = numbers.next()
          expect(number).toBeGreaterThan(last)
          last = number
        }
      }),
    )
  })

  test('borrow from the future when a millisecond is used up, and are all different', () => {
    const now = NUMBER_EPOCH + 1_000_000
    const numbers = new RecordNumbers(() => now, 3, 0)
    const given = Array.from({ length: 1000 }, () => numbers.next())
    expect(new Set(given).size).toBe(1000)
    expect(given).toEqual(given.toSorted((a, b) => a - b))
    expect(timeOfNumber(given[127] ?? 0)).toBe(now)
    expect(timeOfNumber(given[128] ?? 0)).toBe(now + 1)
  })

  test('of two workers are never the same, in the same milliseconds', () => {
    const now = NUMBER_EPOCH + 5
    const [a, b] = [new RecordNumbers(() => now, 0, 0), new RecordNumbers(() => now, MAX_WORKERS - 1, 0)]
    const given = Array.from({ length: 500 }, () => [a.next(), b.next()]).flat()
    expect(new Set(given).size).toBe(1000)
  })

  test('go on after the last number of any worker', () => {
    fc.assert(
      fc.property(time, time, worker, worker, (before, now, first, second) => {
        const last = new RecordNumbers(() => before, first, 0).next()
        expect(new RecordNumbers(() => now, second, last).next()).toBeGreaterThan(last)
      }),
    )
  })

  test('go on after a number that another worker assigned meanwhile, and no further than needed', () => {
    fc.assert(
      fc.property(
        time,
        worker,
        worker,
        fc.integer({ min: -2, max: 2 }),
        fc.nat(200),
        (now, first, second, off, used) => {
          const mine = new RecordNumbers(() => now, first, 0)
          const given = Array.from({ length: used }, () => mine.next())
          const theirs = new RecordNumbers(() => now + off, second, 0).next()
          mine.goOnAfter(theirs)
          const next = mine.next()
          expect(next).toBeGreaterThan(theirs)
          expect(next).toBeGreaterThan(given.at(-1) ?? 0)
          expect(timeOfNumber(next)).toBeLessThanOrEqual(
            Math.max(timeOfNumber(theirs), timeOfNumber(given.at(-1) ?? 0), now) + 1,
          )
        },
      ),
    )
  })

  test('refuse a worker that has no place in them', () => {
    for (const worker of [-1, MAX_WORKERS, 1.5, Number.NaN])
      expect(() => new RecordNumbers(Date.now, worker, 0)).toThrow(RangeError)
  })
})

describe('the first number at a time', () => {
  test('is 0 before the numbers begin, and never beyond the safe integers', () => {
    expect(firstNumberAt(-1e15)).toBe(0)
    expect(firstNumberAt(NUMBER_EPOCH)).toBe(0)
    expect(firstNumberAt(NUMBER_EPOCH + 1)).toBe(4096)
    expect(firstNumberAt(1e18)).toBe(Number.MAX_SAFE_INTEGER)
    expect(firstNumberAt(Number.POSITIVE_INFINITY)).toBe(Number.MAX_SAFE_INTEGER)
  })

  test('of a time between two milliseconds is of the later one', () => {
    expect(firstNumberAt(NUMBER_EPOCH + 0.5)).toBe(firstNumberAt(NUMBER_EPOCH + 1))
  })
})
