/** What may be listed and how: a product declares its listings as data, and the declaration drives everything else. */

import type { RecordFacts } from './record.ts'

/** The columns that a listing may filter by. */
export type FilterColumn =
  | keyof Pick<
      RecordFacts,
      | 'compartment'
      | 'name'
      | 'commonName'
      | 'creator'
      | 'status'
      | 'notAfter'
      | 'fingerprint'
      | 'fingerprintSha1'
      | 'keyAlgorithm'
      | 'signatureAlgorithm'
      | 'deployable'
    >
  | 'number'

/** The columns that a listing may be ordered by. Every order ends in the record number, so it is total. */
export type OrderColumn = keyof Pick<RecordFacts, 'name' | 'notAfter' | 'status' | 'updatedAt'> | 'number'

/**
 * How a filter compares. User text is never a pattern.
 * - `equals`: one value.
 * - `one-of`: any of a few values; of none, no record passes.
 * - `at-least`, `between`: bounds of a number, both inclusive; with `orAbsent`, records without a value pass too.
 * - `prefix`, `contains`: the beginning, or any part, of the record's `searchText`, compared exactly; a product that
 *   wants case not to matter folds both the stored text and the question.
 */
export type FilterDeclaration =
  | { readonly kind: 'equals' | 'one-of'; readonly column: FilterColumn }
  | { readonly kind: 'between'; readonly column: 'number' | 'notAfter'; readonly orAbsent?: boolean }
  | { readonly kind: 'prefix' | 'contains' }

/** Everything that one list operation can be asked. Indexes, statements and checks are made from it. */
export interface ListingDeclaration {
  readonly product: string
  readonly filters: Readonly<Record<string, FilterDeclaration>>
  /** By name. Records without a value come last in both directions. */
  readonly orders: Readonly<Record<string, OrderColumn>>
  /**
   * Filters whose totals are kept up to date with each write: sets of `equals` and `one-of` filters. The total of the
   * whole scope (the empty set) is always kept. Any other combination is counted when asked.
   */
  readonly tallies: readonly (readonly string[])[]
}

export type FilterValue =
  | string
  | number
  | boolean
  | readonly string[]
  | { readonly from?: number; readonly to?: number }

/** A question to the registry; the scope comes beside it. */
export interface Listing {
  readonly declaration: ListingDeclaration
  /** By the filter's declared name; an absent filter is not asked. All hold together. */
  readonly filters: Readonly<Record<string, FilterValue>>
  /** The order's declared name. */
  readonly order: string
  readonly direction: 'ascending' | 'descending'
  readonly window: Window
}

/** The part of the ordered, filtered records that is wanted. */
export interface Window {
  /** Only records strictly beyond this record number in the direction of the list; only for orders by `number`. */
  readonly beyond?: number
  /** Records to leave out first, 0 or more. */
  readonly skip: number
  /** Records to give at most, 1 or more. */
  readonly take: number
}
