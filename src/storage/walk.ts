/** The ranges of indexes that a question is answered from: decided alike on every engine. */

import type { FilterColumn, OrderColumn } from '../registry/listing.ts'
import { COLUMNS } from './columns.ts'
import { absence, bounds, condition, oneValue, type Wording } from './conditions.ts'
import { listIndex } from './declared.ts'
import type { Part, Question } from './question.ts'
import { joined, type Slot, type Sql, sql } from './sql.ts'

/** Ranges that are merged at most; a filter with more values is compared record by record. */
const MAX_MERGED = 16

/** What is tried first as the leading equality: the earlier, the fewer records it usually leaves. */
const BY_SELECTIVITY: readonly FilterColumn[] = [
  'fingerprint',
  'fingerprintSha1',
  'commonName',
  'name',
  'notAfter',
  'creator',
  'compartment',
  'signatureAlgorithm',
  'keyAlgorithm',
  'status',
  'deployable',
]
/** Equalities that leave so few records that no text index helps. */
const SELECTIVE: ReadonlySet<FilterColumn> = new Set(['fingerprint', 'fingerprintSha1', 'number'])

export function hasSelective({ filters }: Pick<Question, 'filters'>): boolean {
  return filters.some(filter => filter.is === 'equals' && SELECTIVE.has(filter.column))
}

/** The text filter that chooses the way: a prefix before a part, which has to be searchable. */
export function leadingText({ filters }: Question): number | undefined {
  if (hasSelective({ filters })) return undefined
  const prefix = filters.findIndex(filter => filter.is === 'text' && filter.kind === 'prefix')
  const place = prefix === -1 ? filters.findIndex(filter => filter.is === 'text' && filter.searchable) : prefix
  return place === -1 ? undefined : place
}

const DIRECTION = { true: 'ASC', false: 'DESC' } as const
/** Only `notAfter` can be absent; absent values come last in both directions. */
export function orderBy(term: string, number: string, { order, ascending }: Question): string {
  const direction = DIRECTION[`${ascending}`]
  if (order === 'number') return `ORDER BY ${number} ${direction}`
  return `ORDER BY ${term} ${direction}${order === 'notAfter' ? ' NULLS LAST' : ''}, ${number} ${direction}`
}

/** `BigInt`, for a number is bound as a floating-point value, which the text index does not seek by. */
export function beyond(question: Question, number: string): Sql[] {
  const pieces = question.part === undefined ? [] : partOf(question, question.part, number)
  if (question.window.beyond === undefined) return pieces
  const last = (asked: Question) => BigInt(Math.trunc(asked.window.beyond ?? 0))
  return [...pieces, sql(`${number} ${question.ascending ? '>' : '<'} ?`, last)]
}

/** Each part is one range of each index: its values are compared one by one, for a pair of them would not be sought. */
function partOf({ order, ascending }: Question, part: Part, number: string): Sql[] {
  const column = `records.${COLUMNS[order].column}`
  const sign = ascending ? '>' : '<'
  const behind = sql(`${number} ${sign} ?`, asked => BigInt(partAt(asked, part.is).number ?? 0))
  const value: Slot = asked => partAt(asked, part.is).value ?? null
  switch (part.is) {
    case 'behind':
      return [behind]
    case 'same':
      return [sql(`${column} = ?`, value), behind]
    case 'further':
      return [sql(`${column} ${sign} ?`, value)]
    case 'absent':
      return [sql(`${column} IS NULL`)]
    case 'absent-behind':
      return [sql(`${column} IS NULL`), behind]
  }
}

function partAt({ part }: Question, is: Part['is']): Partial<Extract<Part, { is: 'same' }>> {
  if (part?.is !== is) throw new Error(`a statement for the part ${is} was asked something else`)
  return part as Partial<Extract<Part, { is: 'same' }>>
}

/** The order whose index counts best: the one that a range is a range of. */
export function countingOrder({ declaration, filters, order }: Question): OrderColumn {
  const orders = Object.values(declaration.orders)
  const range = filters.find(filter => filter.is === 'range')?.column
  return orders.find(candidate => candidate === range) ?? order
}

/** `FROM … WHERE …` of each range of the index for `order` that together hold what the question asks. */
export function ranges(
  question: Question,
  order: OrderColumn,
  window: readonly Sql[],
  wording: Wording,
  isWanted: (place: number) => boolean = () => true,
): readonly Sql[] {
  const { declaration, filters } = question
  const lead = leadingEquality(question)
  const column = lead === undefined ? undefined : columnAt(question, lead)
  const from = wording.along(question, listIndex(declaration.product, column, order))
  let branches: readonly (readonly Sql[])[] = [[from]]
  for (const [place, filter] of filters.entries()) {
    if (!isWanted(place)) continue
    let choices = [condition(question, place, 'records.number', wording)]
    if (place === lead && filter.is === 'one-of')
      choices = filter.values.map((_, value) => oneValue(question, place, value, wording))
    else if (filter.is === 'range' && filter.orAbsent && filter.column === order)
      choices = [bounds(question, place, 'records.number'), sql(absence(filter))]
    branches = branches.flatMap(branch => choices.map(choice => [...branch, choice]))
  }
  return branches.map(branch => joined([...branch, ...window], ' AND '))
}

/** As `ranges`, with only those filters that the index itself answers. */
export function coveredRanges(question: Question, order: OrderColumn, wording: Wording): readonly Sql[] {
  return ranges(question, order, [], wording, place => isCovered(question, order, place))
}

/** Whether an index answers every filter. */
export function areAllCovered(question: Question, order: OrderColumn): boolean {
  return question.filters.every((_, place) => isCovered(question, order, place))
}

function isCovered(question: Question, order: OrderColumn, place: number): boolean {
  const filter = question.filters[place]
  return (
    place === leadingEquality(question) ||
    (filter?.is === 'range' && filter.column === order) ||
    (filter?.is === 'equals' && filter.column === 'number')
  )
}

function leadingEquality(question: Question): number | undefined {
  const rank = (place: number) => BY_SELECTIVITY.indexOf(columnAt(question, place) ?? 'number')
  const places = [...question.filters.keys()].filter(place => columnAt(question, place) !== undefined)
  return places.toSorted((a, b) => rank(a) - rank(b))[0]
}

/** The column of a filter that can lead an index. The record number needs not lead: every index ends in it. */
function columnAt({ filters }: Question, place: number): FilterColumn | undefined {
  const filter = filters[place]
  if (filter?.is === 'one-of' && filter.values.length > MAX_MERGED) return undefined
  return (filter?.is === 'equals' || filter?.is === 'one-of') && filter.column !== 'number' ? filter.column : undefined
}
