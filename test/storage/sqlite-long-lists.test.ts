/**
 * The suite once more with limits so small that every list is a long one: totals and pages come from rankings that follow
 * the writes, threads answer what takes long, blocks are cut.
 */

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Listing, ListingDeclaration } from '../../src/registry/listing.ts'
import type { RecordFacts, RegistryRecord } from '../../src/registry/record.ts'
import type { Scope } from '../../src/registry/scope.ts'
import { LIST_LIMITS, type ListLimits } from '../../src/storage/sqlite/list-limits.ts'
import { openSqlite, type SqliteStorage } from '../../src/storage/sqlite/open.ts'
import { matching, windowed } from './conformance/model.ts'
import { storageConformance } from './conformance.ts'
import { EVERYTHING, ORDERS } from './declarations.ts'
import { draft, START, scopeOf } from './drafts.ts'
import { type Temporary, temporary } from './temporary.ts'

const SMALL: ListLimits = { ...LIST_LIMITS, light: 4, shallow: 2, block: 3, whole: 5, followed: 12 }

storageConformance('SQLite with long lists', async () => {
  const place = temporary()
  return {
    open: clock => openSqlite(place.path, { clock, limits: SMALL }),
    dispose: async () => place[Symbol.dispose](),
  }
})

const word = fc.constantFrom('a', 'b', 'ab', 'abc', 'abcd', 'ü', '\uffee', '😀', 'xabcx')
const facts: fc.Arbitrary<Partial<RecordFacts>> = fc.record({
  compartment: fc.constantFrom('one', 'two', 'three'),
  name: word,
  status: fc.constantFrom('NEW', 'OLD', 'DUE'),
  notAfter: fc.option(fc.integer({ min: START, max: START + 6 }), { nil: null }),
  updatedAt: fc.integer({ min: START, max: START + 6 }),
  deployable: fc.boolean(),
  searchText: fc.tuple(word, word).map(words => words.join('')),
})

type Write =
  | { readonly is: 'add'; readonly facts: readonly Partial<RecordFacts>[]; readonly by: number }
  | { readonly is: 'change'; readonly which: number; readonly facts: Partial<RecordFacts>; readonly by: number }
  | { readonly is: 'remove'; readonly which: number; readonly by: number }

const by = fc.nat(1)
const write: fc.Arbitrary<Write> = fc.oneof(
  fc.record({ is: fc.constant('add' as const), facts: fc.array(facts, { minLength: 1, maxLength: 9 }), by }),
  fc.record({ is: fc.constant('change' as const), which: fc.nat(4), facts, by }),
  fc.record({ is: fc.constant('remove' as const), which: fc.nat(4), by }),
)

const time = fc.integer({ min: START - 1, max: START + 7 })
const text = fc.constantFrom('a', 'ab', 'abc', 'bc', 'xab', '😀', 'ü')
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

function listings(declaration: ListingDeclaration, filters: fc.Arbitrary<Listing['filters']>): fc.Arbitrary<Listing> {
  return fc.record({
    declaration: fc.constant(declaration),
    filters,
    order: fc.constantFrom(...Object.keys(declaration.orders)),
    direction: fc.constantFrom('ascending' as const, 'descending' as const),
    window: fc.record({ skip: fc.nat(30), take: fc.integer({ min: 1, max: 8 }) }),
  })
}

/** Without what nobody asked for. */
function given(filters: Record<string, unknown>): Listing['filters'] {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)) as Listing['filters']
}

const range = fc.record({ from: optional(time), to: optional(time) }).map(given)
const everything = listings(
  EVERYTHING,
  fc
    .record({
      prefix: optional(text),
      contains: optional(text),
      expiry: optional(range as fc.Arbitrary<{ from?: number; to?: number }>),
      status: optional(fc.constantFrom('NEW', 'OLD')),
      compartments: optional(fc.subarray(['one', 'two', 'three'])),
      deployable: optional(fc.boolean()),
    })
    .map(given),
)
const orders = listings(
  ORDERS,
  fc
    .record({
      status: optional(fc.subarray(['NEW', 'OLD', 'DUE'])),
      expiry: optional(range as fc.Arbitrary<{ from?: number; to?: number }>),
      content: optional(text),
    })
    .map(given),
)

describe('every page and every total of a long list', () => {
  let place: Temporary
  let processes: readonly SqliteStorage[] = []
  let scopes = 0

  beforeAll(async () => {
    place = temporary()
    const open = async () => {
      const storage = await openSqlite(place.path, { clock: () => START, limits: SMALL })
      await storage.declare([EVERYTHING, ORDERS])
      return storage
    }
    processes = [await open(), await open()]
  })

  afterAll(async () => {
    for (const storage of processes) await storage.close()
    place[Symbol.dispose]()
  })

  const recordsOf = (process: number) => {
    const storage = processes[process]
    if (storage === undefined) throw new Error('no such process')
    return storage.records
  }

  async function apply(scope: Scope, written: Write, records: RegistryRecord[]): Promise<void> {
    const store = recordsOf(written.by)
    if (written.is === 'add') {
      const added = await store.add(
        scope,
        written.facts.map(each => draft(each)),
      )
      records.push(...added.map(({ record }) => record))
      return
    }
    const at = written.which % Math.max(1, records.length)
    const record = records[at]
    if (record === undefined) return
    if (written.is === 'remove') {
      await store.remove(scope, record.number)
      records.splice(at, 1)
    } else records[at] = (await store.change(scope, record.number, written.facts)) ?? record
  }

  test.each([
    ['with every kind of filter', everything, EVERYTHING.product],
    ['with ranges that change', orders, ORDERS.product],
  ] as const)('is the plain one after any writes of two processes, %s', async (_, listing, product) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(facts, { minLength: 10, maxLength: 40 }),
        fc.array(listing, { minLength: 1, maxLength: 4 }),
        fc.array(fc.array(write, { maxLength: 4 }), { minLength: 1, maxLength: 6 }),
        async (first, asked, rounds) => {
          const scope = scopeOf(product, `scope-${++scopes}`)
          const records: RegistryRecord[] = []
          await apply(scope, { is: 'add', facts: first, by: 0 }, records)
          for (const writes of [[], ...rounds]) {
            for (const one of writes) await apply(scope, one, records)
            for (const one of asked)
              for (const process of [0, 1]) {
                const page = await recordsOf(process).list(scope, one)
                const all = matching(records, one)
                expect(page.total).toBe(all.length)
                expect(page.records).toEqual(windowed(all, one))
              }
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
