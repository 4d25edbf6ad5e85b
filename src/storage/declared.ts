/** What a declaration asks of the storage: the indexes of its lists, and its tallies. */

import type { FilterColumn, ListingDeclaration, OrderColumn } from '../registry/listing.ts'
import { COLUMNS } from './columns.ts'

/** What can be counted by its values. */
export type TallyColumn = Exclude<FilterColumn, 'number'>

/** An index whose keys are the scope, these columns and, without being named, the record number. */
export interface ListIndex {
  readonly name: string
  readonly columns: readonly string[]
  /** Whether it is part of the schema and holds all products' records, and not made for one product. */
  readonly ofSchema: boolean
}

const FINGERPRINT_INDEX: ListIndex = { name: 'records_fingerprint', columns: ['fingerprint'], ofSchema: true }

/**
 * The index that serves one order under one equality. It holds one product's records only, so that a product pays for
 * its own lists alone. A text or a time that leads both as equality and as order is named once.
 */
export function listIndex(product: string, equality: FilterColumn | undefined, order: OrderColumn): ListIndex {
  if (equality === 'fingerprint' && order === 'number') return FINGERPRINT_INDEX
  const columns = [equality, order]
    .filter(column => column !== undefined && column !== 'number')
    .filter((column, at, all) => all.indexOf(column) === at)
    .map(column => COLUMNS[column].column)
  return partialIndex(product, columns)
}

/** The index in which the records with a prefix stand together. */
export function prefixIndex(product: string): ListIndex {
  return partialIndex(product, [COLUMNS.searchText.column])
}

function partialIndex(product: string, columns: readonly string[]): ListIndex {
  return {
    name: ['list', product, ...(columns.length === 0 ? ['number'] : columns)].join('__'),
    columns,
    ofSchema: false,
  }
}

/** Every index that the declaration's lists may be served by. */
export function listIndexes(declaration: ListingDeclaration): readonly ListIndex[] {
  const indexes = new Map<string, ListIndex>()
  if (Object.values(declaration.filters).some(({ kind }) => kind === 'prefix')) {
    const index = prefixIndex(declaration.product)
    indexes.set(index.name, index)
  }
  for (const order of Object.values(declaration.orders))
    for (const equality of [undefined, ...comparedColumns(declaration)]) {
      const index = listIndex(declaration.product, equality, order)
      indexes.set(index.name, index)
    }
  return [...indexes.values()]
}

/** The columns that `equals` and `one-of` filters compare. The record number needs none: every index ends in it. */
function comparedColumns(declaration: ListingDeclaration): readonly TallyColumn[] {
  return Object.values(declaration.filters).flatMap(filter =>
    (filter.kind === 'equals' || filter.kind === 'one-of') && filter.column !== 'number' ? [filter.column] : [],
  )
}

/**
 * The declared tallies, as columns in a fixed order.
 * @throws Error when one names anything but `equals` and `one-of` filters
 */
export function declaredTallies(declaration: ListingDeclaration): readonly (readonly TallyColumn[])[] {
  return declaration.tallies
    .filter(names => names.length > 0)
    .map(names => {
      const columns = names.map(name => {
        const filter = declaration.filters[name]
        if ((filter?.kind === 'equals' || filter?.kind === 'one-of') && filter.column !== 'number') return filter.column
        throw new Error(`${declaration.product}: a tally needs equals and one-of filters, and ${name} is none`)
      })
      return inTallyOrder(columns)
    })
}

/** The order of columns in a tally, whatever order the filters are named in. */
export function inTallyOrder(columns: readonly TallyColumn[]): readonly TallyColumn[] {
  return columns.toSorted()
}
