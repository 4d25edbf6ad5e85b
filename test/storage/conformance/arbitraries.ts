/** Random records and random questions. Few different values, so that they meet. */

import fc from 'fast-check'
import type { FilterDeclaration, FilterValue, Listing, ListingDeclaration } from '../../../src/registry/listing.ts'
import type { Draft, RecordFacts } from '../../../src/registry/record.ts'
import { draft, START } from '../drafts.ts'

const LETTERS = ['a', 'b', 'A', '%', '_', '*', '"', "'", '\\', ' ', 'é', '中', '😀', '\u0002', '\ufffd', '\0', '\ud83d']

export const text = fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 7 })
const status = fc.constantFrom('UPLOAD', 'ISSUED', 'EXPIRED')
const compartment = fc.constantFrom('common', 'one', 'two', 'three')
const time = fc.integer({ min: START, max: START + 20 })
const fingerprint = fc.constantFrom('', 'aa'.repeat(32), 'bb'.repeat(32))

export const facts = fc.record({
  name: text,
  searchText: text,
  commonName: fc.constantFrom('', 'x', 'y'),
  creator: fc.constantFrom('ann', 'bob'),
  compartment,
  status,
  updatedAt: time,
  notAfter: fc.option(time, { nil: null }),
  fingerprint,
  fingerprintSha1: fc.constantFrom('', 'cc'.repeat(20)),
  keyAlgorithm: fc.constantFrom('RSA', 'EC'),
  signatureAlgorithm: fc.constantFrom('sha256WithRSAEncryption', 'SM3WITHSM2'),
  deployable: fc.boolean(),
}) satisfies fc.Arbitrary<Partial<RecordFacts>>

export const drafts: fc.Arbitrary<readonly Draft[]> = fc
  .array(facts, { minLength: 0, maxLength: 40 })
  .map(all => all.map(one => draft(one)))

const COLUMN_VALUES: Readonly<Record<string, fc.Arbitrary<string | number | boolean>>> = {
  compartment,
  status,
  fingerprint,
  name: text,
  commonName: fc.constantFrom('x', 'y', 'z'),
  creator: fc.constantFrom('ann', 'bob', 'eve'),
  notAfter: time,
  fingerprintSha1: fc.constant('cc'.repeat(20)),
  keyAlgorithm: fc.constantFrom('RSA', 'EC'),
  signatureAlgorithm: fc.constantFrom('SM3WITHSM2', 'unknown'),
  deployable: fc.boolean(),
}

function asked(filter: FilterDeclaration, numbers: readonly number[]): fc.Arbitrary<FilterValue> {
  const number = fc.constantFrom(0, ...numbers, Number.MAX_SAFE_INTEGER)
  switch (filter.kind) {
    case 'prefix':
    case 'contains':
      return text
    case 'between': {
      const bound = filter.column === 'number' ? number : time
      // A bound that is not given is absent, not undefined.
      return fc.record({ from: bound, to: bound }, { requiredKeys: [] }) as fc.Arbitrary<{ from?: number; to?: number }>
    }
    default: {
      const value = filter.column === 'number' ? number : COLUMN_VALUES[filter.column]
      if (value === undefined) throw new Error(`no values for ${filter.column}`)
      return filter.kind === 'equals' ? value : fc.array(value.map(String), { maxLength: 20 })
    }
  }
}

/** Any question that the declaration allows, without its window, about records with these numbers. */
export function question(
  declaration: ListingDeclaration,
  numbers: readonly number[],
): fc.Arbitrary<Omit<Listing, 'window'>> {
  const filters = Object.fromEntries(
    Object.entries(declaration.filters).map(([name, filter]) => [name, asked(filter, numbers)]),
  )
  return fc.record({
    declaration: fc.constant(declaration),
    // Of many filters, few at once: else nothing matches.
    filters: fc
      .tuple(
        fc.record(filters),
        fc.subarray(Object.keys(filters), { maxLength: Math.min(3, Object.keys(filters).length) }),
      )
      .map(([all, names]) => Object.fromEntries(names.map(name => [name, all[name] as FilterValue]))),
    order: fc.constantFrom(...Object.keys(declaration.orders)),
    direction: fc.constantFrom('ascending' as const, 'descending' as const),
  })
}
