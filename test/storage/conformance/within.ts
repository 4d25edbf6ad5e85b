import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Listing } from '../../../src/registry/listing.ts'
import type { RegistryRecord } from '../../../src/registry/record.ts'
import type { Scope } from '../../../src/registry/scope.ts'
import { AUTHORITIES, EVERYTHING, GATEWAYS, ORDERS } from '../declarations.ts'
import { draft } from '../drafts.ts'
import { drafts, question } from './arbitraries.ts'
import { Bench, type Engine } from './engine.ts'
import { matching } from './model.ts'

class Refused extends Error {}

/** The scope as somebody sees it who may enter some of its compartments. */
function narrow(scope: Scope, compartments: readonly string[]): Scope {
  return { ...scope, within: { compartments, refusal: () => new Refused() } }
}

const compartments = fc.subarray(['common', 'one', 'two', 'three', 'nowhere'])

export function withinPromises(prepare: () => Promise<Engine>): void {
  describe('a scope of which only some compartments may be entered', () => {
    const bench = new Bench(prepare)

    async function walked(scope: Scope, listing: Omit<Listing, 'window'>, size: number): Promise<RegistryRecord[]> {
      const seen: RegistryRecord[] = []
      for (;;) {
        const page = await bench.records.list(scope, { ...listing, window: { skip: seen.length, take: size } })
        seen.push(...page.records)
        if (page.records.length === 0) return seen
      }
    }

    test.each([EVERYTHING, ORDERS, GATEWAYS, AUTHORITIES])(
      '$product: rows, order and total are those of the naive filter, for every question and page size',
      async declaration => {
        const questions = fc.array(fc.tuple(question(declaration, []), compartments), { minLength: 5, maxLength: 5 })
        await fc.assert(
          fc.asyncProperty(drafts, questions, async (given, asked) => {
            const scope = bench.scope(declaration.product)
            const records = (await bench.records.add(scope, given)).map(({ record }) => record)
            for (const [listing, mayEnter] of asked) {
              const narrowed = narrow(scope, mayEnter)
              const visible = records.filter(({ compartment }) => mayEnter.includes(compartment))
              const expected = matching(visible, { ...listing, window: { skip: 0, take: 1 } })
              for (const size of [1, 7, 50]) expect(await walked(narrowed, listing, size)).toEqual(expected)
              const page = await bench.records.list(narrowed, { ...listing, window: { skip: 0, take: 1 } })
              expect(page.total).toBe(expected.length)
            }
          }),
          { numRuns: 30 },
        )
      },
    )

    test('a record of another compartment is not there: by no key, no content, no secret, no change, no removal', async () => {
      const scope = bench.scope(ORDERS.product)
      const bytes = new Uint8Array([1, 2, 3])
      const [added] = await bench.records.add(scope, [
        draft(
          { compartment: 'two', vendorId: 'v', uniqueKey: 'u', fingerprint: 'aa'.repeat(32), name: 'before' },
          { contents: [{ role: 'file', bytes }], secrets: [{ role: 'key', sealed: bytes }] },
        ),
      ])
      if (added === undefined) throw new Error('nothing was added')
      const { number } = added.record
      const keys = [{ number }, { vendorId: 'v' }, { uniqueKey: 'u' }, { fingerprint: 'aa'.repeat(32) }]
      const blind = narrow(scope, ['one', 'common'])
      for (const key of keys) expect(await bench.records.find(blind, key)).toBeUndefined()
      expect(await bench.records.contents(blind, number, 'file')).toEqual([])
      expect(await bench.records.secret(blind, number, 'key')).toBeUndefined()
      expect(await bench.records.change(blind, number, { name: 'after' })).toBeUndefined()
      expect(await bench.records.remove(blind, number)).toBe(false)
      const seeing = narrow(scope, ['two'])
      for (const key of keys) expect((await bench.records.find(seeing, key))?.name).toBe('before')
      expect(await bench.records.contents(seeing, number, 'file')).toEqual([{ role: 'file', bytes }])
      expect(await bench.records.secret(seeing, number, 'key')).toEqual(bytes)
      expect((await bench.records.change(seeing, number, { name: 'after' }))?.name).toBe('after')
      expect(await bench.records.remove(seeing, number)).toBe(true)
      expect(await bench.records.find(scope, { number })).toBeUndefined()
    })

    test('nothing is written into another compartment, neither anew nor by a change', async () => {
      const scope = bench.scope(ORDERS.product)
      const narrowed = narrow(scope, ['one'])
      const both = [draft({ compartment: 'one', uniqueKey: 'u' }), draft({ compartment: 'two' })]
      await expect(bench.records.add(narrowed, both)).rejects.toThrow(Refused)
      expect(await bench.records.find(scope, { uniqueKey: 'u' })).toBeUndefined()
      const [added] = await bench.records.add(narrowed, both.slice(0, 1))
      const number = added?.record.number ?? 0
      await expect(bench.records.change(narrowed, number, { compartment: 'two' })).rejects.toThrow(Refused)
      expect(await bench.records.find(scope, { number })).toEqual(added?.record)
      expect((await bench.records.change(narrowed, number, { compartment: 'one' }))?.compartment).toBe('one')
    })

    test('what stands in the way of a record is not shown where it may not be seen', async () => {
      const scope = bench.scope(ORDERS.product)
      await bench.records.add(scope, [draft({ compartment: 'two', uniqueKey: 'u', name: 'hidden' })])
      const clashing = bench.records.add(narrow(scope, ['one']), [draft({ compartment: 'one', uniqueKey: 'u' })])
      await expect(clashing).rejects.toMatchObject({ fault: { is: 'taken', by: 'uniqueKey' } })
    })

    test('of no compartment, everything is empty', async () => {
      const scope = bench.scope(ORDERS.product)
      await bench.records.add(scope, [draft({ compartment: 'one' })])
      const listing = { declaration: ORDERS, filters: {}, order: 'updated', direction: 'ascending' } as const
      const page = await bench.records.list(narrow(scope, []), { ...listing, window: { skip: 0, take: 9 } })
      expect(page).toEqual({ records: [], total: 0 })
    })
  })
}
