import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FilterValue, ListingDeclaration } from '../../../src/registry/listing.ts'
import type { RegistryRecord } from '../../../src/registry/record.ts'
import type { Scope } from '../../../src/registry/scope.ts'
import { EVERYTHING, ORDERS } from '../declarations.ts'
import { draft } from '../drafts.ts'
import { facts } from './arbitraries.ts'
import { Bench, type Engine } from './engine.ts'
import { matching } from './model.ts'

type Step =
  | { readonly is: 'add' | 'change'; readonly facts: Parameters<typeof draft>[0]; readonly which: number }
  | { readonly is: 'remove'; readonly which: number }
  | { readonly is: 'wait'; readonly milliseconds: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ is: fc.constantFrom('add' as const, 'change' as const), facts, which: fc.nat() }),
  fc.record({ is: fc.constant('remove' as const), which: fc.nat() }),
  fc.record({ is: fc.constant('wait' as const), milliseconds: fc.nat(50) }),
)

const STATUSES = ['UPLOAD', 'ISSUED', 'EXPIRED', 'NONE']
const COMPARTMENTS = ['common', 'one', 'two', 'three', 'none']

export function tallyPromises(prepare: () => Promise<Engine>): void {
  describe('totals', () => {
    const bench = new Bench(prepare)

    async function take(scope: Scope, all: Map<number, RegistryRecord>, taken: Step): Promise<void> {
      if (taken.is === 'wait') {
        bench.now += taken.milliseconds
        return
      }
      const numbers = [...all.keys()]
      const number = numbers[taken.which % Math.max(numbers.length, 1)]
      if (taken.is === 'add') {
        const due = { statusDueAt: bench.now + (taken.which % 60), statusWhenDue: 'EXPIRED' }
        const [added] = await bench.records.add(scope, [draft({ ...taken.facts, ...due })])
        if (added !== undefined) all.set(added.record.number, added.record)
      } else if (number !== undefined && taken.is === 'change') {
        const changed = await bench.records.change(scope, number, taken.facts ?? {})
        if (changed !== undefined) all.set(number, changed)
      } else if (number !== undefined) {
        await bench.records.remove(scope, number)
        all.delete(number)
      }
    }

    function settle(all: Map<number, RegistryRecord>): RegistryRecord[] {
      return [...all.values()].map(record =>
        record.statusDueAt !== null && record.statusDueAt <= bench.now
          ? { ...record, status: record.statusWhenDue, statusDueAt: null }
          : record,
      )
    }

    async function compareAll(scope: Scope, records: RegistryRecord[], declaration: ListingDeclaration) {
      const questions: Record<string, FilterValue>[] = [{}]
      for (const status of STATUSES) {
        questions.push({ status }, { status, deployable: true }, { statuses: [status, 'ISSUED'] })
        for (const compartment of COMPARTMENTS)
          questions.push({ statuses: [status], compartments: [compartment, 'one', compartment] })
      }
      for (const filters of questions) {
        const listing = {
          declaration,
          filters,
          order: 'number',
          direction: 'ascending',
          window: { skip: 0, take: 1 },
        } as const
        const page = await bench.records.list(scope, listing)
        expect(page.total, JSON.stringify(filters)).toBe(matching(records, listing).length)
      }
    }

    test('equal a recount after any history', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
          const scope = bench.scope(EVERYTHING.product)
          const all = new Map<number, RegistryRecord>()
          for (const taken of steps) await take(scope, all, taken)
          await compareAll(scope, settle(all), EVERYTHING)
        }),
        { numRuns: 30 },
      )
    })

    test('are right at once for a declaration that came after the records', async () => {
      const product = 'test-later'
      const scope = bench.scope(product)
      const drafts = STATUSES.flatMap(status => COMPARTMENTS.map(compartment => draft({ status, compartment })))
      await bench.records.add(scope, drafts)
      const first = { ...ORDERS, product, tallies: [] }
      await bench.storage.declare([first])
      const total = async (declaration: ListingDeclaration, filters: Record<string, FilterValue>) => {
        const listing = { declaration, filters, order: 'updated', direction: 'ascending' } as const
        return (await bench.records.list(scope, { ...listing, window: { skip: 0, take: 1 } })).total
      }
      expect(await total(first, { status: ['UPLOAD'] })).toBe(COMPARTMENTS.length)
      const second = { ...ORDERS, product }
      await bench.storage.declare([second])
      await bench.storage.declare([second])
      expect(await total(second, {})).toBe(drafts.length)
      expect(await total(second, { status: ['UPLOAD', 'ISSUED'] })).toBe(2 * COMPARTMENTS.length)
      expect(await total(second, { status: ['UPLOAD'], project: ['one'] })).toBe(1)
      await bench.records.add(scope, [draft({ status: 'UPLOAD', compartment: 'one' })])
      expect(await total(second, { status: ['UPLOAD'], project: ['one'] })).toBe(2)
    })

    test('are kept by a process that opened before another one declared them', async () => {
      const product = 'test-other-process'
      const scope = bench.scope(product)
      const other = await bench.openAnother()
      await other.records.add(scope, [draft({ status: 'UPLOAD' })])
      const declaration = { ...ORDERS, product }
      await bench.storage.declare([declaration])
      await other.records.add(scope, [draft({ status: 'UPLOAD' })])
      const listing = {
        declaration,
        filters: { status: ['UPLOAD'] },
        order: 'updated',
        direction: 'ascending',
      } as const
      expect((await bench.records.list(scope, { ...listing, window: { skip: 0, take: 1 } })).total).toBe(2)
      await other.close()
    })
  })
}
