import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Listing } from '../../../src/registry/listing.ts'
import type { Scope } from '../../../src/registry/scope.ts'
import { DEVICES, FILES } from '../declarations.ts'
import { draft } from '../drafts.ts'
import { Bench, type Engine } from './engine.ts'

/** What happens between two pages of a walk. */
interface Meanwhile {
  readonly adds: number
  readonly removes: readonly number[]
  readonly size: number
}

const meanwhile: fc.Arbitrary<Meanwhile> = fc.record({
  adds: fc.nat(3),
  removes: fc.array(fc.nat(), { maxLength: 3 }),
  size: fc.constantFrom(1, 2, 7, 50),
})

export function walkPromises(prepare: () => Promise<Engine>): void {
  describe('walks while records are written', () => {
    const bench = new Bench(prepare)

    async function addMany(scope: Scope, count: number): Promise<number[]> {
      const drafts = Array.from({ length: count }, (_, at) => draft({ searchText: `device-${at}`, name: `n${at % 5}` }))
      return (await bench.records.add(scope, drafts)).map(({ record }) => record.number)
    }

    test.each(['ascending', 'descending'] as const)(
      'a marker walk, %s, sees each record that stays exactly once, and no other more than once',
      async direction => {
        await fc.assert(
          fc.asyncProperty(
            fc.integer({ min: 0, max: 60 }),
            fc.constantFrom<Listing['filters']>({}, { commonName: 'device-' }, { commonName: 'd' }),
            fc.infiniteStream(meanwhile),
            async (count, filters, script) => {
              const scope = bench.scope(DEVICES.product)
              const before = await addMany(scope, count)
              const removed = new Set<number>()
              const seen: number[] = []
              const steps = script[Symbol.iterator]()
              for (let pages = 0; ; pages++) {
                // After a while the writers are tired, or an ascending walk would never end.
                const { adds, removes, size } = pages < 40 ? steps.next().value : { adds: 0, removes: [], size: 50 }
                const beyond = seen.at(-1)
                const window = { skip: 0, take: size, ...(beyond === undefined ? {} : { beyond }) }
                const page = await bench.records.list(scope, {
                  declaration: DEVICES,
                  filters,
                  order: 'id',
                  direction,
                  window,
                })
                seen.push(...page.records.map(({ number }) => number))
                if (page.records.length === 0) break
                await addMany(scope, adds)
                for (const which of removes) {
                  const number = before[which % Math.max(before.length, 1)]
                  if (number === undefined || removed.has(number)) continue
                  removed.add(number)
                  await bench.records.remove(scope, number)
                }
              }
              expect(seen).toHaveLength(new Set(seen).size)
              expect(seen).toEqual(seen.toSorted((a, b) => (direction === 'ascending' ? a - b : b - a)))
              const staying = before.filter(number => !removed.has(number))
              expect(staying.filter(number => !seen.includes(number))).toEqual([])
            },
          ),
          { numRuns: 25 },
        )
      },
    )

    test('an offset walk by ascending number misses and repeats nothing under inserts alone', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 60 }),
          fc.constantFrom(1, 2, 7),
          fc.infiniteStream(fc.nat(2)),
          async (count, size, script) => {
            const scope = bench.scope(FILES.product)
            const before = await addMany(scope, count)
            const seen: number[] = []
            const adds = script[Symbol.iterator]()
            while (seen.length < count) {
              const window = { skip: seen.length, take: size }
              const listing = { declaration: FILES, filters: {}, order: 'id', direction: 'ascending', window } as const
              seen.push(...(await bench.records.list(scope, listing)).records.map(({ number }) => number))
              await addMany(scope, adds.next().value)
            }
            expect(seen.slice(0, count)).toEqual(before)
          },
        ),
        { numRuns: 25 },
      )
    })

    test('a newest-first offset walk may repeat under inserts, and misses nothing', async () => {
      const scope = bench.scope(FILES.product)
      const before = await addMany(scope, 25)
      const seen: number[] = []
      for (;;) {
        const window = { skip: seen.length, take: 4 }
        const listing = { declaration: FILES, filters: {}, order: 'id', direction: 'descending', window } as const
        const page = await bench.records.list(scope, listing)
        if (page.records.length === 0) break
        seen.push(...page.records.map(({ number }) => number))
        if (seen.length < 20) await addMany(scope, 1)
      }
      expect(new Set(seen).isSupersetOf(new Set(before))).toBe(true)
    })

    test('a walk goes on over a restart', async () => {
      const scope = bench.scope(DEVICES.product)
      const before = await addMany(scope, 20)
      const listing = {
        declaration: DEVICES,
        filters: { commonName: 'device' },
        order: 'id',
        direction: 'descending',
      } as const
      const first = await bench.records.list(scope, { ...listing, window: { skip: 0, take: 8 } })
      await bench.reopen()
      const beyond = first.records.at(-1)?.number ?? 0
      const rest = await bench.records.list(scope, { ...listing, window: { beyond, skip: 0, take: 50 } })
      expect([...first.records, ...rest.records].map(({ number }) => number)).toEqual(before.toReversed())
      expect(rest.total).toBe(20)
    })
  })
}
