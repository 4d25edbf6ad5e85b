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

import { COLUMNS, RECORD_COLUMNS } from '../columns.ts'
import { condition } from '../conditions.ts'
import { prefixIndex } from '../declared.ts'
import type { Question } from '../question.ts'
import { around, joined, type Sql, sql } from '../sql.ts'
import { beyond, countingOrder, leadingText, orderBy, ranges } from '../walk.ts'
import { match, prefixRange, WORDING } from './wording.ts'

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

/** `+ 0`, for a bare parameter as the limit has SQLite compile the statement anew each time it is bound. */
const WINDOW = sql(
  'LIMIT ? + 0 OFFSET ?',
  ({ window }) => window.take,
  ({ window }) => window.skip,
)

function walkPage(question: Question): PageSql {
  const term = COLUMNS[question.order].column
  const branches = ranges(question, question.order, beyond(question, 'records.number'), WORDING)
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
  const counts = ranges(question, countingOrder(question), [], WORDING).map(range =>
    around('(SELECT count(*) ', range, ')'),
  )
  return around('SELECT ', joined(counts, ' + '), '')
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
    place === text ? prefixRange(question, place) : condition(question, place, 'records.number', WORDING),
  )
  return joined([WORDING.along(question, prefixIndex(question.declaration.product)), ...conditions], ' AND ')
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
      : [condition(question, place, 'text_search.rowid', WORDING)],
  )
  const from = around(
    'FROM text_search CROSS JOIN records ON records.number = text_search.rowid WHERE ',
    match(question, text),
    '',
  )
  return joined([from, sql('records.scope = ?', (_, scope) => scope), ...conditions], ' AND ')
}
