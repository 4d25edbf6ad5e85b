/** What every engine promises to the inventory. A test file of an engine calls this with the real engine. */

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  Expression,
  FoundRecord,
  InventoryListing,
  InventoryReader,
  Position,
} from '../../../src/registry/inventory.ts'
import type { Scope } from '../../../src/registry/scope.ts'
import type { Storage } from '../../../src/registry/store.ts'
import { facts, text } from '../conformance/arbitraries.ts'
import { draft, START, scopeOf } from '../drafts.ts'
import { matching, type Standing } from './model.ts'

export interface InventoryEngine {
  open(clock: () => number): Promise<Storage & { readonly inventory: InventoryReader }>
  dispose(): Promise<void>
}

type Question = Omit<InventoryListing, 'visible' | 'after' | 'take' | 'counted'>

const time = fc.integer({ min: START - 5, max: START + 25 })

/** Any question about scopes with these keys. */
function questions(keys: readonly string[]): fc.Arbitrary<Question> {
  const { where } = fc.letrec<{ where: Expression }>(tie => ({
    where: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record({
        is: fc.constant('one-of' as const),
        column: fc.constantFrom('name' as const, 'subjectAltNames' as const),
        values: fc.array(text, { maxLength: 3 }),
      }),
      fc.constantFrom<Expression>(
        { is: 'one-of', column: 'status', values: ['UPLOAD'] },
        { is: 'one-of', column: 'status', values: ['EXPIRED', 'ISSUED'] },
        { is: 'one-of', column: 'fingerprint', values: ['aa'.repeat(32)] },
        { is: 'one-of', column: 'commonName', values: ['x', 'nobody'] },
        { is: 'one-of', column: 'compartment', values: ['one', 'two'] },
        { is: 'contains', column: 'keyAlgorithm', text: 'S' },
        { is: 'lasting', longerThan: 5 },
        { is: 'lasting', longerThan: -100 },
        { is: 'within', what: 'product', names: ['p'] },
        { is: 'within', what: 'scope', names: [keys[0] ?? '', 'nowhere'] },
      ),
      fc.record({
        is: fc.constant('contains' as const),
        column: fc.constantFrom('name' as const, 'subjectAltNames' as const),
        text,
      }),
      fc.record(
        { is: fc.constant('between' as const), column: fc.constant('notAfter' as const), from: time, to: time },
        { requiredKeys: ['is', 'column'] },
      ) as fc.Arbitrary<Expression>,
      fc.record({ is: fc.constant('not' as const), of: tie('where') }),
      fc.record({
        is: fc.constantFrom('all' as const, 'any' as const),
        of: fc.array(tie('where'), { maxLength: 3 }),
      }) as fc.Arbitrary<Expression>,
    ),
  }))
  return fc.record({
    where,
    order: fc.constantFrom('number', 'notAfter', 'name', 'commonName', 'issuer', 'status'),
    direction: fc.constantFrom('ascending', 'descending'),
  })
}

const scopes = fc.array(
  fc.record({
    product: fc.constantFrom('p', 'q'),
    drafts: fc.array(fc.record({ ...columns(), names: fc.array(text, { maxLength: 2 }) }), { maxLength: 25 }),
  }),
  { minLength: 1, maxLength: 4 },
)

function columns() {
  return { facts, notBefore: fc.constantFrom(null, START - 2, START + 8), issuer: fc.constantFrom('', 'CN=a', 'CN=b') }
}

const narrowing = fc.option(fc.subarray(['common', 'one', 'two', 'three']), { nil: undefined })

/** @param prepare makes an empty database of its own */
export function inventoryPromises(name: string, prepare: () => Promise<InventoryEngine>): void {
  describe(`the inventory on ${name}`, () => {
    let engine: InventoryEngine
    let storage: Awaited<ReturnType<InventoryEngine['open']>>
    let now = START
    let used = 0
    beforeAll(async () => {
      engine = await prepare()
      storage = await engine.open(() => now)
    })
    afterAll(async () => {
      await storage?.close()
      await engine?.dispose()
    })

    const newScope = (product: string) => scopeOf(product, `inventory-${++used}`)
    const narrowed = (scope: Scope, compartments: readonly string[] | undefined): Scope =>
      compartments ? { ...scope, within: { compartments, refusal: () => new Error('refused') } } : scope

    async function walked(question: Question, visible: readonly Scope[], take: number) {
      const seen: FoundRecord[] = []
      const totals = new Set<number | undefined>()
      let after: Position | undefined
      do {
        const page = await storage.inventory.page({
          ...question,
          visible,
          take,
          counted: true,
          ...(after && { after }),
        })
        seen.push(...page.records)
        totals.add(page.total)
        expect(page.records.length === take || page.next === undefined).toBe(true)
        after = page.next
      } while (after)
      return { seen, totals: [...totals] }
    }

    test('rows, order and total are those of a naive evaluation, for every question, view and page size', async () => {
      await fc.assert(
        fc.asyncProperty(
          scopes,
          fc.array(fc.tuple(narrowing, fc.boolean()), { minLength: 4, maxLength: 4 }),
          fc.gen(),
          async (given, views, gen) => {
            const all: Standing[] = []
            const everywhere: Scope[] = []
            for (const { product, drafts } of given) {
              const scope = newScope(product)
              everywhere.push(scope)
              const added = await storage.records.add(
                scope,
                drafts.map(({ facts: some, issuer, notBefore, names }) =>
                  draft({ ...some, issuer, notBefore, subjectAltNames: names }),
                ),
              )
              all.push(...added.map(({ record }) => ({ scope, record })))
            }
            const visible = everywhere.flatMap((scope, at) => {
              const [compartments, hidden] = views[at] ?? []
              return hidden ? [] : [narrowed(scope, compartments)]
            })
            const keys = everywhere.map(({ key }) => key)
            for (let asked = 0; asked < 6; asked++) {
              const question = gen(questions, keys)
              const expected = matching(all, visible, question.where, question.order, question.direction)
              for (const take of [1, 7, 1000]) {
                const { seen, totals } = await walked(question, visible, take)
                expect(seen).toEqual(expected)
                expect(totals).toEqual([expected.length])
              }
            }
          },
        ),
        { numRuns: 60 },
      )
    })

    test('counts are those of the rows, by every combination', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(facts, { maxLength: 40 }), narrowing, fc.gen(), async (given, compartments, gen) => {
          const scope = newScope('p')
          const added = await storage.records.add(
            scope,
            given.map(some => draft(some)),
          )
          const view = narrowed(scope, compartments)
          const { where } = gen(questions, [scope.key])
          const bounds = [START + 5, START + 10]
          const counts = await storage.inventory.counts({
            visible: [view],
            where,
            columns: ['status', 'keyAlgorithm'],
            bounds,
          })
          const expected = new Map<string, number>()
          for (const { record } of added) {
            const standing = { scope: view, record }
            if (matching([standing], [view], where, 'number', 'ascending').length === 0) continue
            const { notAfter } = record
            const bucket = notAfter === null ? -1 : [...bounds, Infinity].findIndex(bound => notAfter < bound)
            const key = JSON.stringify([bucket, record.status, record.keyAlgorithm])
            expected.set(key, (expected.get(key) ?? 0) + 1)
          }
          const got = counts.map(({ values, bucket, count }) => [JSON.stringify([bucket, ...values]), count] as const)
          expect(new Map(got)).toEqual(expected)
        }),
        { numRuns: 60 },
      )
    })

    test('what is counted twice is counted anew after a write', async () => {
      const scope = newScope('p')
      const where: Expression = { is: 'contains', column: 'name', text: 'a' }
      const ask = () =>
        storage.inventory.page({
          visible: [scope],
          where,
          order: 'number',
          direction: 'ascending',
          take: 1,
          counted: true,
        })
      await storage.records.add(scope, [draft({ name: 'aa' })])
      expect((await ask()).total).toBe(1)
      await storage.records.add(scope, [draft({ name: 'ba' }), draft({ name: 'b' })])
      expect((await ask()).total).toBe(2)
    })

    test('a status that became due is found, ordered and counted as what it became', async () => {
      const scope = newScope('p')
      await storage.records.add(scope, [
        draft({ status: 'UPLOAD', statusDueAt: START + 100, statusWhenDue: 'EXPIRED' }),
      ])
      const where: Expression = { is: 'one-of', column: 'status', values: ['EXPIRED'] }
      const ask = () =>
        storage.inventory.page({
          visible: [scope],
          where,
          order: 'status',
          direction: 'ascending',
          take: 5,
          counted: true,
        })
      expect((await ask()).total).toBe(0)
      now = START + 100
      const { total, records } = await ask()
      expect([total, records.map(({ record }) => record.status)]).toEqual([1, ['EXPIRED']])
    })

    test('a walk sees every record that stays exactly once, whatever is written meanwhile', async () => {
      const kept = newScope('p')
      const busy = newScope('q')
      const stays = async (scope: Scope, from: number) => {
        const drafts = Array.from({ length: 60 }, (_, at) =>
          draft({ name: `stays-${from + at}`, notAfter: START + at, status: 'S' }),
        )
        return (await storage.records.add(scope, drafts)).map(({ record }) => record.number)
      }
      const numbers = new Set([...(await stays(kept, 0)), ...(await stays(busy, 30))])
      const leaving = (
        await storage.records.add(
          busy,
          Array.from({ length: 40 }, (_, at) => draft({ name: `leaves-${at}`, notAfter: START + at })),
        )
      ).map(({ record }) => record.number)
      for (const order of ['number', 'notAfter', 'name', 'status'] as const)
        for (const direction of ['ascending', 'descending'] as const) {
          const seen: number[] = []
          let after: Position | undefined
          do {
            const page = await storage.inventory.page({
              visible: [kept, busy],
              where: { is: 'all', of: [] },
              order,
              direction,
              take: 7,
              counted: false,
              ...(after && { after }),
            })
            seen.push(...page.records.map(({ record }) => record.number))
            after = page.next
            await storage.records.add(busy, [
              draft({ name: `new-${seen.length}`, notAfter: START + (seen.length % 60) }),
            ])
            const gone = leaving.pop()
            if (gone !== undefined) await storage.records.remove(busy, gone)
          } while (after)
          expect(new Set(seen).size).toBe(seen.length)
          expect(seen.filter(number => numbers.has(number)).length).toBe(numbers.size)
        }
    })

    test('a question that would have to read very much is given up, and others are answered meanwhile', async () => {
      const scope = newScope('p')
      const some = Array.from({ length: 5000 }, (_, at) =>
        draft({ name: `n${at}`, subjectAltNames: ['a.test', 'b.test'] }),
      )
      await storage.records.add(scope, some)
      const never: Expression = { is: 'contains', column: 'subjectAltNames', text: 'nowhere' }
      const slow = storage.inventory.page({
        visible: [scope],
        where: {
          is: 'any',
          of: Array.from({ length: 40 }, () => ({ is: 'any', of: Array.from({ length: 50 }, () => never) })),
        },
        order: 'name',
        direction: 'ascending',
        take: 10,
        counted: true,
      })
      const quick = await storage.inventory.page({
        visible: [scope],
        where: { is: 'one-of', column: 'name', values: ['n17'] },
        order: 'name',
        direction: 'ascending',
        take: 10,
        counted: true,
      })
      expect([quick.total, quick.records[0]?.record.name]).toEqual([1, 'n17'])
      await expect(slow).rejects.toThrow('would read too much')
    })
  })
}
