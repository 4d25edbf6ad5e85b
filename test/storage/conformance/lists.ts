import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Listing, Window } from '../../../src/registry/listing.ts'
import type { RegistryRecord } from '../../../src/registry/record.ts'
import type { Scope } from '../../../src/registry/scope.ts'
import type { RecordReader } from '../../../src/registry/store.ts'
import { EVERYTHING, FILES } from '../declarations.ts'
import { draft } from '../drafts.ts'
import { drafts, question } from './arbitraries.ts'
import { Bench, DECLARED, type Engine } from './engine.ts'
import { matching, windowed } from './model.ts'

const PAGE_SIZES = [1, 2, 7, 50]

/** All pages of a list by offset, and each page's total. */
async function walk(
  reader: RecordReader,
  scope: Scope,
  listing: Omit<Listing, 'window'>,
  take: number,
): Promise<{ records: RegistryRecord[]; totals: Set<number> }> {
  const records: RegistryRecord[] = []
  const totals = new Set<number>()
  for (;;) {
    const page = await reader.list(scope, { ...listing, window: { skip: records.length, take } })
    totals.add(page.total)
    records.push(...page.records)
    if (page.records.length === 0) return { records, totals }
  }
}

export function listPromises(prepare: () => Promise<Engine>): void {
  describe('lists', () => {
    const bench = new Bench(prepare)

    test.each(DECLARED)(
      '$product: any question gives what a plain evaluation gives, in pages of any size',
      async declaration => {
        await fc.assert(
          fc.asyncProperty(drafts, fc.gen(), async (added, gen) => {
            const scope = bench.scope(declaration.product)
            const records = (await bench.records.add(scope, added)).map(({ record }) => record)
            const numbers = records.map(({ number }) => number)
            for (let asked = 0; asked < 8; asked++) {
              const listing = gen(question, declaration, numbers)
              const expected = matching(records, { ...listing, window: { skip: 0, take: 1 } })
              for (const size of PAGE_SIZES) {
                const { records: seen, totals } = await walk(bench.records, scope, listing, size)
                expect(seen).toEqual(expected)
                expect([...totals]).toEqual([expected.length])
              }
            }
          }),
          { numRuns: 25 },
        )
      },
    )

    test('a window beyond a record number, with an offset from there, is the model’s', async () => {
      await fc.assert(
        fc.asyncProperty(drafts, fc.gen(), async (added, gen) => {
          const scope = bench.scope(EVERYTHING.product)
          const records = (await bench.records.add(scope, added)).map(({ record }) => record)
          const numbers = [0, ...records.map(({ number }) => number), Number.MAX_SAFE_INTEGER]
          for (let asked = 0; asked < 8; asked++) {
            const window: Window = {
              beyond: gen(() => fc.constantFrom(...numbers)),
              skip: gen(() => fc.nat(5)),
              take: gen(() => fc.integer({ min: 1, max: 9 })),
            }
            const listing = { ...gen(question, EVERYTHING, numbers), order: 'number', window }
            const all = matching(records, listing)
            const page = await bench.records.list(scope, listing)
            expect(page).toEqual({ records: windowed(all, listing), total: all.length })
          }
        }),
        { numRuns: 40 },
      )
    })

    test('a text filter that finds very many, or few of many, gives the same in pages of any size', async () => {
      const scope = bench.scope(EVERYTHING.product)
      const texts = Array.from({ length: 1500 }, (_, at) => `${at % 3 === 0 ? 'server' : 'device'}-${at % 7}${at}`)
      const added = await bench.records.add(
        scope,
        texts.map((searchText, at) => draft({ searchText, name: `name ${at % 11}`, status: at % 2 === 0 ? 'a' : 'b' })),
      )
      const records = added.map(({ record }) => record)
      const beyond = records[700]?.number ?? 0
      const questions = [
        { prefix: 'device-' },
        { prefix: 'd' },
        { prefix: 'server-3' },
        { contains: 'e-' },
        { contains: '-99' },
      ]
      for (const filters of questions.flatMap(one => [one, { ...one, status: 'a' }, { ...one, statuses: ['a', 'b'] }]))
        for (const order of ['number', 'name'])
          for (const direction of ['ascending', 'descending'] as const) {
            const listing = { declaration: EVERYTHING, filters, order, direction } as const
            const all = matching(records, { ...listing, window: { skip: 0, take: 1 } })
            const windows = [
              { skip: 0, take: 7 },
              { skip: 0, take: 1000 },
              { skip: Math.max(0, all.length - 3), take: 7 },
            ]
            const marked = order === 'number' ? [{ skip: 2, take: 7, beyond }] : []
            for (const window of [...windows, ...marked]) {
              const page = await bench.records.list(scope, { ...listing, window })
              const expected = windowed(all, { ...listing, window })
              expect(page.records.map(({ number }) => number)).toEqual(expected.map(({ number }) => number))
              expect(page.total).toBe(all.length)
            }
          }
    })

    test('a counted total follows what is written, by this process and by another', async () => {
      const scope = bench.scope(EVERYTHING.product)
      const other = await bench.openAnother()
      const listing = { declaration: EVERYTHING, filters: { contains: 'device' }, order: 'number' } as const
      const total = async (records: RecordReader) =>
        (await records.list(scope, { ...listing, direction: 'ascending', window: { skip: 0, take: 1 } })).total
      const [first] = await bench.records.add(scope, [draft({ searchText: 'device 1' })])
      expect([await total(bench.records), await total(other.records)]).toEqual([1, 1])
      const [second] = await other.records.add(scope, [draft({ searchText: 'device 2' })])
      expect([await total(bench.records), await total(other.records)]).toEqual([2, 2])
      await bench.records.change(scope, first?.record.number ?? 0, { searchText: 'server 1' })
      expect([await total(bench.records), await total(other.records)]).toEqual([1, 1])
      await other.records.remove(scope, first?.record.number ?? 0)
      expect(await total(bench.records)).toBe(1)
      await other.records.remove(scope, second?.record.number ?? 0)
      expect(await total(bench.records)).toBe(0)
      await other.close()
    })

    test('a scope that was never written to is empty, and asking leaves it so', async () => {
      const scope = bench.scope(FILES.product)
      const listing: Listing = {
        declaration: FILES,
        filters: {},
        order: 'id',
        direction: 'ascending',
        window: { skip: 0, take: 10 },
      }
      expect(await bench.records.list(scope, listing)).toEqual({ records: [], total: 0 })
    })

    test('records of another scope are never seen, counted or found', async () => {
      const [mine, other] = [bench.scope(FILES.product), bench.scope(FILES.product)]
      const facts = { name: 'shared name', searchText: 'shared name', uniqueKey: 'u', vendorId: 'v', fingerprint: 'f' }
      const [theirs] = await bench.records.add(other, [
        draft(facts, { contents: [{ role: 'r', bytes: new Uint8Array(1) }] }),
      ])
      const number = theirs?.record.number ?? 0
      for (const filters of [{}, { name: 'shared name' }, { name: 'sh' }, { creator: '' }]) {
        const listing = { declaration: FILES, filters, order: 'id', direction: 'ascending' } as const
        expect(await bench.records.list(mine, { ...listing, window: { skip: 0, take: 9 } })).toEqual({
          records: [],
          total: 0,
        })
      }
      for (const key of [{ number }, { uniqueKey: 'u' }, { vendorId: 'v' }, { fingerprint: 'f' }])
        expect(await bench.records.find(mine, key)).toBeUndefined()
      expect(await bench.records.contents(mine, number, 'r')).toEqual([])
      expect(await bench.records.change(mine, number, { name: 'mine now' })).toBeUndefined()
      expect(await bench.records.remove(mine, number)).toBe(false)
      expect((await bench.records.find(other, { number }))?.name).toBe('shared name')
    })

    test('refuses what the declaration does not allow: a mistake of the caller', async () => {
      const scope = bench.scope(FILES.product)
      await bench.records.add(scope, [draft()])
      const listing: Listing = {
        declaration: FILES,
        filters: {},
        order: 'id',
        direction: 'ascending',
        window: { skip: 0, take: 1 },
      }
      for (const wrong of [
        { ...listing, filters: { constructor: 'x' } },
        { ...listing, order: 'constructor' },
        { ...listing, order: 'name', window: { skip: 0, take: 1, beyond: 1 } },
        { ...listing, filters: { created: 'today' } },
        { ...listing, declaration: { ...FILES } },
        { ...listing, declaration: EVERYTHING, order: 'number' },
      ])
        await expect(bench.records.list(scope, wrong)).rejects.toThrow()
    })
  })
}
