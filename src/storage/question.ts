/** A listing as it was asked, checked against its declaration and ready to become a statement. */

import type {
  FilterColumn,
  FilterDeclaration,
  FilterValue,
  Listing,
  ListingDeclaration,
  OrderColumn,
  Window,
} from '../registry/listing.ts'
import type { IndexedTexts } from './indexed-texts.ts'
import type { Bound } from './sql.ts'
import { storedText } from './text.ts'

export type TextFilterKind = 'prefix' | 'contains'

export type AskedFilter =
  | { readonly is: 'equals'; readonly column: FilterColumn; readonly value: Bound }
  /** Two or more different values. */
  | { readonly is: 'one-of'; readonly column: FilterColumn; readonly values: readonly Bound[] }
  | {
      readonly is: 'range'
      readonly column: 'number' | 'notAfter'
      readonly from: number | undefined
      readonly to: number | undefined
      readonly orAbsent: boolean
    }
  /** `searchable` and `ambiguous` as `IndexedTexts` has them. */
  | {
      readonly is: 'text'
      readonly kind: TextFilterKind
      readonly text: string
      readonly searchable: boolean
      readonly ambiguous: boolean
    }

/**
 * A part of an order that a page is read from when its place is known: behind a record number, in an order by number; in
 * any other order the records that have the same value and stand behind the number, then those whose value is further on,
 * then those that have none.
 */
export type Part =
  | { readonly is: 'behind'; readonly number: number }
  | { readonly is: 'same'; readonly value: Bound; readonly number: number }
  | { readonly is: 'further'; readonly value: Bound }
  | { readonly is: 'absent' }
  | { readonly is: 'absent-behind'; readonly number: number }

export interface Question {
  readonly declaration: ListingDeclaration
  /** In the order of the declaration. */
  readonly filters: readonly AskedFilter[]
  readonly order: OrderColumn
  readonly ascending: boolean
  readonly window: Window
  /** The whole order without it. */
  readonly part?: Part
  /** The same for questions that the same statements answer, whatever the values. */
  readonly shape: string
}

const INTEGER_COLUMNS: ReadonlySet<FilterColumn> = new Set(['number', 'notAfter', 'deployable'])

/**
 * @returns `undefined` when no record can match
 * @throws Error for a listing that its declaration does not allow: a mistake of the caller, not of the user
 */
export function asked(listing: Listing, texts: IndexedTexts): Question | undefined {
  const { declaration, window } = listing
  const order = Object.hasOwn(declaration.orders, listing.order) ? declaration.orders[listing.order] : undefined
  if (order === undefined) throw new Error(`${declaration.product} declares no order ${listing.order}`)
  if (window.beyond !== undefined && order !== 'number')
    throw new Error(`${declaration.product}: a window beyond a record number needs an order by number`)
  for (const name of Object.keys(listing.filters))
    if (!Object.hasOwn(declaration.filters, name)) throw new Error(`${declaration.product} declares no filter ${name}`)

  const filters: AskedFilter[] = []
  for (const [name, filter] of Object.entries(declaration.filters)) {
    const value = listing.filters[name]
    if (value === undefined) continue
    const question = askedFilter(filter, value, `${declaration.product}: ${name}`, texts)
    if (question === 'none') return undefined
    if (question === 'all') continue
    filters.push(question)
  }
  const ascending = listing.direction === 'ascending'
  const shape = shapeIn(order, ascending, window.beyond !== undefined, filters)
  return { declaration, filters, order, ascending, window, shape }
}

/** The same question about one part of its order. */
export function inPart(question: Question, part: Part, window = question.window): Question {
  return { ...question, part, window, shape: `${question.shape} ${part.is}` }
}

/** The same question in another order, whatever its page was. */
export function inOrder(question: Question, order: OrderColumn, ascending: boolean): Question {
  const { declaration, filters } = question
  return { declaration, filters, order, ascending, window: WHOLE, shape: shapeIn(order, ascending, false, filters) }
}

const WHOLE: Window = { skip: 0, take: 1 }

function shapeIn(order: OrderColumn, ascending: boolean, isBeyond: boolean, filters: readonly AskedFilter[]): string {
  const window = isBeyond ? ' beyond' : ''
  return `${order} ${ascending ? 'up' : 'down'}${window} ${filters.map(namedShapeOf).join(' ')}`
}

function namedShapeOf(filter: AskedFilter): string {
  return `${filter.is === 'text' ? filter.kind : `${filter.is} ${filter.column}`}:${shapeOf(filter)}`
}

function askedFilter(
  filter: FilterDeclaration,
  value: FilterValue,
  what: string,
  texts: IndexedTexts,
): AskedFilter | 'all' | 'none' {
  switch (filter.kind) {
    case 'equals':
      if (typeof value === 'object') throw new Error(`${what} takes one value`)
      return askedSet(filter.column, [value], texts)
    case 'one-of':
      return askedSet(filter.column, Array.isArray(value) ? value : [value], texts)
    case 'between': {
      if (typeof value !== 'object' || Array.isArray(value)) throw new Error(`${what} takes a range`)
      const { from, to } = value as { from?: number; to?: number }
      const orAbsent = filter.orAbsent === true
      if (from === undefined && to === undefined && (orAbsent || filter.column === 'number')) return 'all'
      return {
        is: 'range',
        column: filter.column,
        from: from === undefined ? undefined : safe(Math.ceil(from)),
        to: to === undefined ? undefined : safe(Math.floor(to)),
        orAbsent,
      }
    }
    default: {
      if (typeof value !== 'string') throw new Error(`${what} takes a text`)
      if (value === '') return 'all'
      const text = storedText(value)
      return {
        is: 'text',
        kind: filter.kind,
        text,
        searchable: texts.isSearchable(filter.kind, text),
        ambiguous: texts.isAmbiguous(text),
      }
    }
  }
}

/** No column holds an integer that is not safe. */
function safe(integer: number): number {
  return Math.min(Math.max(integer, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)
}

function askedSet(
  column: FilterColumn,
  given: readonly (string | number | boolean)[],
  texts: IndexedTexts,
): AskedFilter | 'none' {
  const bound = given.flatMap((value): Bound[] => {
    if (!INTEGER_COLUMNS.has(column)) return [texts.key(storedText(String(value)))]
    // What is no integer is in no column of integers.
    return value !== '' && Number.isSafeInteger(Number(value)) ? [Number(value)] : []
  })
  const values = [...new Set<Bound>(bound)]
  const [first] = values
  if (first === undefined) return 'none'
  return values.length === 1 ? { is: 'equals', column, value: first } : { is: 'one-of', column, values }
}

function shapeOf(filter: AskedFilter): string {
  switch (filter.is) {
    case 'equals':
      return '1'
    case 'one-of':
      return String(filter.values.length)
    case 'range':
      return `${filter.from !== undefined}-${filter.to !== undefined}-${filter.orAbsent}`
    case 'text':
      return `${filter.searchable}-${filter.ambiguous}`
  }
}
