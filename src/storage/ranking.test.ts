import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FencedRanking, type Place, WholeRanking } from './ranking.ts'

const compare = (a: Place, b: Place) => a.number - b.number
const at = (number: number): Place => ({ value: null, number })
const BLOCK = 4

function fenced(numbers: readonly number[]): FencedRanking {
  const ends = numbers.filter((_, i) => i % BLOCK === BLOCK - 1)
  return new FencedRanking(ends.map(at), [...ends.map(() => BLOCK), numbers.length - ends.length * BLOCK], compare)
}

const numbers = fc
  .uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 60 })
  .map(all => all.toSorted((a, b) => a - b))
const toggled = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 60 })

/** Puts in what is not there, and takes out what is. */
function toggle(standing: Set<number>, number: number): 1 | -1 {
  if (standing.delete(number)) return -1
  standing.add(number)
  return 1
}

describe('a ranking that follows writes', () => {
  test('by fences, says behind which record each position is to be looked for, and how far', () => {
    fc.assert(
      fc.property(numbers, toggled, (first, writes) => {
        const ranking = fenced(first)
        const standing = new Set(first)
        for (const number of writes) ranking.count(at(number), toggle(standing, number))
        const all = [...standing].toSorted((a, b) => a - b)
        expect(ranking.total).toBe(all.length)
        for (const [position, number] of all.entries()) {
          const { before, begins, count } = ranking.at(position)
          const block = all.filter(one => begins === undefined || one > begins.number).slice(0, count)
          expect(block[position - before]).toBe(number)
          expect(ranking.of(at(number)).before).toBe(before)
        }
      }),
    )
  })

  test('stays right when blocks are cut where they grew', () => {
    fc.assert(
      fc.property(numbers, toggled, (first, writes) => {
        const ranking = fenced(first)
        const standing = new Set(first)
        for (const number of writes) {
          ranking.count(at(number), toggle(standing, number))
          const all = [...standing].toSorted((a, b) => a - b)
          for (const position of all.keys()) {
            const block = ranking.at(position)
            if (block.count <= 2 * BLOCK) continue
            ranking.split(block, BLOCK, at(all[block.before + BLOCK - 1] ?? 0))
          }
          expect(ranking.total).toBe(all.length)
          for (const [position, one] of all.entries()) {
            const { before, begins, count } = ranking.at(position)
            expect(position - before).toBeLessThan(count)
            expect(begins === undefined || begins.number < one).toBe(true)
            expect(all.filter(other => begins === undefined || other > begins.number)[position - before]).toBe(one)
            expect(count).toBeLessThanOrEqual(2 * BLOCK)
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  test('whole, gives the numbers of each window', () => {
    fc.assert(
      fc.property(numbers, toggled, fc.nat(60), fc.nat(9), (first, writes, skip, take) => {
        const ranking = new WholeRanking(first.map(at), compare)
        const standing = new Set(first)
        for (const number of writes) ranking.count(at(number), toggle(standing, number))
        const all = [...standing].toSorted((a, b) => a - b)
        expect(ranking.total).toBe(all.length)
        expect(ranking.numbers(skip, take)).toEqual(all.slice(skip, skip + take))
        expect(ranking.before(at(skip))).toBe(all.filter(number => number < skip).length)
      }),
    )
  })
})
