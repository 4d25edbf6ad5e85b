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
import { prefixIndex as textIndex } from '../declared.ts'
import type { Question } from '../question.ts'
import { around, joined, type Slot, type Sql, sql } from '../sql.ts'
import { beyond, countingOrder, coveredRanges, hasSelective, leadingText, orderBy, ranges } from '../walk.ts'
import { match, prefixRange, WORDING } from './wording.ts'

/** The statements that answer one shape of question. Each of the pages is the right one; they differ in what they cost. */
export interface Plan {
  readonly page: Sql
  /** Cheaper than `page` when the total is small: reads all that match, and sorts them. */
  readonly few: Sql | undefined
  /** Cheaper than `page` when the total is a large part of the scope: reads along the order's index. */
  readonly many: Sql | undefined
  readonly total: Sql
}

export function plan(question: Question): Plan {
  const text = leadingText(question)
  const filter = text === undefined ? undefined : question.filters[text]
  if (text === undefined || filter?.is !== 'text')
    return { page: walkPage(question), few: undefined, many: undefined, total: walkTotal(question, []) }
  const isPrefix = filter.kind === 'prefix'
  return {
    page: filter.searchable ? searchPage(question, text) : walkPage(question),
    few: isPrefix ? prefixPage(question, text) : undefined,
    many: filter.searchable && question.order !== 'number' ? walkPage(question) : undefined,
    total: isPrefix ? around('SELECT count(*) ', prefixed(question, text), '') : searchTotal(question, text),
  }
}

/** What a list's ranking is made and used by: all of it reads along the question's own order, or a part of that. */
export interface Steps {
  /** Number and value in the order, of the records in a window. */
  readonly keys: Sql
  readonly count: Sql
}

/** For questions that are walked, and for searchable text in an order by number. */
export function steps(question: Question): Steps {
  const text = searchableText(question)
  if (text === undefined)
    return {
      keys: walkKeys(question),
      count: walkTotal(question, beyond(question, 'records.number'), question.order),
    }
  const found = joined([search(question, text), ...beyond(question, 'text_search.rowid')], ' AND ')
  return {
    keys: joined([sql('SELECT text_search.rowid, NULL'), searchInOrder(question, text)], ' '),
    count: around('SELECT count(*) ', found, ''),
  }
}

/** The text filter that the text index answers. */
export function searchableText(question: Question): number | undefined {
  const text = leadingText(question)
  const filter = text === undefined ? undefined : question.filters[text]
  return filter?.is === 'text' && filter.searchable ? text : undefined
}

/**
 * The numbers of all that match, in no order, from the index of the texts alone: for texts that are too short for the
 * text index. `undefined` where another filter leaves few records, or none is a text.
 */
export function gathering(question: Question): Sql | undefined {
  const text = question.filters.findIndex(filter => filter.is === 'text')
  if (text === -1 || searchableText(question) !== undefined || hasSelective(question)) return undefined
  const { filters, declaration } = question
  const conditions = filters.map((filter, place) =>
    place === text && filter.is === 'text' && filter.kind === 'prefix'
      ? prefixRange(question, place)
      : condition(question, place, 'records.number', WORDING),
  )
  const from = WORDING.along(question, textIndex(declaration.product))
  return joined([around('SELECT records.number ', from, ''), ...conditions], ' AND ')
}

/** How many records the best index has to be asked for, but no more than the window takes: what a count costs. */
export function effort(question: Question): Sql {
  const prefix = question.filters.findIndex(filter => filter.is === 'text' && filter.kind === 'prefix')
  const found =
    prefix === -1 || hasSelective(question)
      ? coveredRanges(question, countingOrder(question), WORDING)
      : [
          joined(
            [WORDING.along(question, textIndex(question.declaration.product)), prefixRange(question, prefix)],
            ' AND ',
          ),
        ]
  const rows = found.map(range => around('SELECT 1 ', range, ''))
  return joined([sql('SELECT count(*) FROM ('), joined(rows, ' UNION ALL '), sql('LIMIT ? + 0)', TAKE)], ' ')
}

/** `+ 0`, for a bare parameter as the limit has SQLite compile the statement anew each time it is bound. */
const TAKE: Slot = ({ window }) => window.take
const WINDOW = sql('LIMIT ? + 0 OFFSET ?', TAKE, ({ window }) => window.skip)

function walkPage(question: Question): Sql {
  const branches = walk(question)
  const [only] = branches
  if (branches.length === 1 && only !== undefined) {
    const order = orderBy(termOf(question), 'records.number', question)
    return joined([sql(`SELECT ${RECORD_COLUMNS}`), only, sql(order), WINDOW], ' ')
  }
  return recordsOf(walkKeys(question))
}

function walkKeys(question: Question): Sql {
  const branches = walk(question)
  const arms = branches.map(branch => around(`SELECT records.number, ${termOf(question)} `, branch, ''))
  const order =
    branches.length === 1 ? orderBy(termOf(question), 'records.number', question) : orderBy('2', '1', question)
  return joined([joined(arms, ' UNION ALL '), sql(order), WINDOW], ' ')
}

function walk(question: Question): readonly Sql[] {
  return ranges(question, question.order, beyond(question, 'records.number'), WORDING)
}

/** The records with these numbers, in the order that the numbers come in: `CROSS JOIN` keeps it. */
function recordsOf(numbers: Sql): Sql {
  const from = around(`SELECT ${RECORD_COLUMNS} FROM (`, numbers, ') AS chosen CROSS JOIN records')
  return joined([from, sql('ON records.number = chosen.number WHERE records.scope = ?', (_, scope) => scope)], ' ')
}

function walkTotal(question: Question, part: readonly Sql[], order = countingOrder(question)): Sql {
  const counts = ranges(question, order, part, WORDING).map(range => around('(SELECT count(*) ', range, ')'))
  return around('SELECT ', joined(counts, ' + '), '')
}

function searchPage(question: Question, text: number): Sql {
  return question.order === 'number'
    ? joined([sql(`SELECT ${RECORD_COLUMNS}`), searchInOrder(question, text)], ' ')
    : recordsOf(joined([sql('SELECT text_search.rowid AS number'), searchInOrder(question, text)], ' '))
}

function searchInOrder(question: Question, text: number): Sql {
  const number = 'text_search.rowid'
  const from = joined([search(question, text), ...beyond(question, number)], ' AND ')
  return joined([from, sql(orderBy(termOf(question), number, question)), WINDOW], ' ')
}

function prefixPage(question: Question, text: number): Sql {
  const number = 'records.number'
  const from = joined([prefixed(question, text), ...beyond(question, number)], ' AND ')
  const order = sql(orderBy(termOf(question), number, question))
  return recordsOf(joined([sql(`SELECT ${number}`), from, order, WINDOW], ' '))
}

function termOf({ order }: Question): string {
  return `records.${COLUMNS[order].column}`
}

function prefixed(question: Question, text: number): Sql {
  const conditions = question.filters.map((_, place) =>
    place === text ? prefixRange(question, place) : condition(question, place, 'records.number', WORDING),
  )
  return joined([WORDING.along(question, textIndex(question.declaration.product)), ...conditions], ' AND ')
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
