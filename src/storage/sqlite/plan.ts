/**
 * How a question is answered. Four ways, of which the first three read in the order of the list and stop when the page
 * is full:
 * - along one index, whose leading columns are the scope and at most one equality;
 * - along several ranges of an index at once, merged: a filter with several values, or a time that may be absent;
 * - along the text index, for an order by number;
 * - what a text filter finds, sorted: a prefix that finds few records, and any text for an order other than by number.
 *   This is the only sort. When a text finds a large part of the scope, the order's index is walked instead, and the
 *   text compared on the way.
 * The filters that do not choose the way are compared record by record.
 */

import type { FilterColumn, OrderColumn } from '../../registry/listing.ts'
import { COLUMNS, RECORD_COLUMNS } from './columns.ts'
import { absence, bounds, condition, match, oneValue, prefixRange } from './conditions.ts'
import { identifier, type ListIndex, listIndex, literal, prefixIndex } from './declared.ts'
import type { Question } from './question.ts'
import { around, joined, type Sql, sql } from './sql.ts'

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

/** A statement for a page. */
export interface PageSql extends Sql {
  /** Whether it gives whole records, or only their numbers. */
  readonly gives: 'records' | 'numbers'
}

/** The statements that answer one shape of question. Each of the pages is the right one; they differ in what they cost. */
export interface Plan {
  readonly page: PageSql
  /** Cheaper than `page` when the total is small: reads all that match, and sorts them. */
  readonly few: PageSql | undefined
  /** Cheaper than `page` when the total is a large part of the scope: reads along the order's index. */
  readonly many: PageSql | undefined
  readonly total: Sql
}

export function plan(question: Question): Plan {
  const text = leadingText(question)
  const filter = text === undefined ? undefined : question.filters[text]
  if (text === undefined || filter?.is !== 'text')
    return { page: walkPage(question), few: undefined, many: undefined, total: walkTotal(question) }
  const isPrefix = filter.kind === 'prefix'
  return {
    page: filter.searchable ? searchPage(question, text) : walkPage(question),
    few: isPrefix ? prefixPage(question, text) : undefined,
    many: filter.searchable && question.order !== 'number' ? walkPage(question) : undefined,
    total: isPrefix ? around('SELECT count(*) ', prefixed(question, text), '') : searchTotal(question, text),
  }
}

/** The text filter that chooses the way: a prefix before a part, which has to be searchable. */
function leadingText({ filters }: Question): number | undefined {
  if (filters.some(filter => filter.is === 'equals' && SELECTIVE.has(filter.column))) return undefined
  const prefix = filters.findIndex(filter => filter.is === 'text' && filter.kind === 'prefix')
  const place = prefix === -1 ? filters.findIndex(filter => filter.is === 'text' && filter.searchable) : prefix
  return place === -1 ? undefined : place
}

const DIRECTION = { true: 'ASC', false: 'DESC' } as const
/** Only `notAfter` can be absent; absent values come last in both directions. */
function orderBy(term: string, number: string, { order, ascending }: Question): string {
  const direction = DIRECTION[`${ascending}`]
  if (order === 'number') return `ORDER BY ${number} ${direction}`
  return `ORDER BY ${term} ${direction}${order === 'notAfter' ? ' NULLS LAST' : ''}, ${number} ${direction}`
}

/** `+ 0`, for a bare parameter as the limit has SQLite compile the statement anew each time it is bound. */
const WINDOW = sql(
  'LIMIT ? + 0 OFFSET ?',
  ({ window }) => window.take,
  ({ window }) => window.skip,
)

/** `BigInt`, for a number is bound as a floating-point value, which the text index does not seek by. */
function beyond(question: Question, number: string): Sql[] {
  if (question.window.beyond === undefined) return []
  const last = (asked: Question) => BigInt(Math.trunc(asked.window.beyond ?? 0))
  return [sql(`${number} ${question.ascending ? '>' : '<'} ?`, last)]
}

function walkPage(question: Question): PageSql {
  const term = COLUMNS[question.order].column
  const branches = ranges(question, question.order, beyond(question, 'records.number'))
  const [only] = branches
  if (branches.length === 1 && only !== undefined) {
    const order = orderBy(`records.${term}`, 'records.number', question)
    return { ...joined([sql(`SELECT ${RECORD_COLUMNS}`), only, sql(order), WINDOW], ' '), gives: 'records' }
  }
  const arms = branches.map(branch => around(`SELECT records.number, records.${term} `, branch, ''))
  const order = sql(orderBy('2', '1', question))
  return { ...joined([joined(arms, ' UNION ALL '), order, WINDOW], ' '), gives: 'numbers' }
}

function walkTotal(question: Question): Sql {
  const counts = ranges(question, countingOrder(question), []).map(range => around('(SELECT count(*) ', range, ')'))
  return around('SELECT ', joined(counts, ' + '), '')
}

/** The order whose index counts best: the one that a range is a range of. */
function countingOrder({ declaration, filters, order }: Question): OrderColumn {
  const orders = Object.values(declaration.orders)
  const range = filters.find(filter => filter.is === 'range')?.column
  return orders.find(candidate => candidate === range) ?? order
}

/** `FROM … WHERE …` of each range of the index for `order` that together hold what the question asks. */
function ranges(question: Question, order: OrderColumn, window: readonly Sql[]): readonly Sql[] {
  const { declaration, filters } = question
  const lead = leadingEquality(question)
  const column = lead === undefined ? undefined : columnAt(question, lead)
  const from = along(question, listIndex(declaration.product, column, order))
  let branches: readonly (readonly Sql[])[] = [[from]]
  for (const [place, filter] of filters.entries()) {
    let choices = [condition(question, place, 'records.number')]
    if (place === lead && filter.is === 'one-of')
      choices = filter.values.map((_, value) => oneValue(question, place, value))
    else if (filter.is === 'range' && filter.orAbsent && filter.column === order)
      choices = [bounds(question, place, 'records.number'), sql(absence(filter))]
    branches = branches.flatMap(branch => choices.map(choice => [...branch, choice]))
  }
  return branches.map(branch => joined([...branch, ...window], ' AND '))
}

/** Has SQLite read along this index and no other, or refuse the statement. */
function along({ declaration: { product } }: Question, { name }: ListIndex): Sql {
  return sql(
    `FROM records INDEXED BY ${identifier(name)}
     WHERE records.product = ${literal(product)} AND records.scope = ?`,
    (_, scope) => scope,
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

function searchPage(question: Question, text: number): PageSql {
  const number = 'text_search.rowid'
  const from = joined([search(question, text), ...beyond(question, number)], ' AND ')
  const order = sql(orderBy(`records.${COLUMNS[question.order].column}`, number, question))
  const gives = question.order === 'number' ? 'records' : 'numbers'
  const select = sql(gives === 'records' ? `SELECT ${RECORD_COLUMNS}` : `SELECT ${number}`)
  return { ...joined([select, from, order, WINDOW], ' '), gives }
}

function prefixPage(question: Question, text: number): PageSql {
  const number = 'records.number'
  const from = joined([prefixed(question, text), ...beyond(question, number)], ' AND ')
  const order = sql(orderBy(`records.${COLUMNS[question.order].column}`, number, question))
  return { ...joined([sql(`SELECT ${number}`), from, order, WINDOW], ' '), gives: 'numbers' }
}

function prefixed(question: Question, text: number): Sql {
  const conditions = question.filters.map((_, place) =>
    place === text ? prefixRange(question, place) : condition(question, place, 'records.number'),
  )
  return joined([along(question, prefixIndex(question.declaration.product)), ...conditions], ' AND ')
}

/** Without other filters the text index counts alone: what it finds is in the scope and, unless ambiguous, exact. */
function searchTotal(question: Question, text: number): Sql {
  const alone = question.filters.every(filter => filter.is === 'text' && filter.searchable && !filter.ambiguous)
  if (alone && question.filters.length === 1)
    return around('SELECT count(*) FROM text_search WHERE ', match(question, text), '')
  return around('SELECT count(*) ', search(question, text), '')
}

/** `CROSS JOIN` has SQLite begin with the text index. */
function search(question: Question, text: number): Sql {
  const conditions = question.filters.flatMap((filter, place) =>
    place === text && filter.is === 'text' && !filter.ambiguous
      ? []
      : [condition(question, place, 'text_search.rowid')],
  )
  const from = around(
    'FROM text_search CROSS JOIN records ON records.number = text_search.rowid WHERE ',
    match(question, text),
    '',
  )
  return joined([from, sql('records.scope = ?', (_, scope) => scope), ...conditions], ' AND ')
}
