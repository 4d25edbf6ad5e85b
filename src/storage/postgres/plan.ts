/**
 * How a question is answered, on PostgreSQL. Ways that read in the order of the list, and stop when the page is full:
 * - along one index, whose leading columns are the scope and at most one equality;
 * - along several ranges of an index at once, merged: a filter with several values, or a time that may be absent.
 * And ways that find all that a text filter matches, and sort it: a prefix by its index, a part of a text by trigrams.
 * Which is the cheaper one depends on how many match; along the order, the text is compared on the way.
 */

import { COLUMNS, RECORD_COLUMNS } from '../columns.ts'
import { condition } from '../conditions.ts'
import { prefixIndex } from '../declared.ts'
import type { Question } from '../question.ts'
import { around, joined, type Sql, sql } from '../sql.ts'
import { beyond, countingOrder, leadingText, orderBy, ranges } from '../walk.ts'
import { partMatch, prefixRange, searchIndex, WORDING } from './wording.ts'

/** The columns of a record, whole; `rows.ts` reads them. */
export const ROW_COLUMNS = `${RECORD_COLUMNS}, records.long_texts`

/** The statements that answer one shape of question. Each of the pages is the right one; they differ in what they cost. */
export interface Plan {
  /** Reads the records in their order. */
  readonly walk: Sql
  /** Reads no record that is left out: cheaper than `walk` when many are. */
  readonly deep: Sql
  /** Finds what a text filter matches, and sorts it; `undefined` where none leads. */
  readonly found: Sql | undefined
  readonly total: Sql
}

export function plan(question: Question): Plan {
  const text = leadingText(question)
  const branches = ranges(question, question.order, beyond(question, 'records.number'), WORDING)
  return {
    walk: branches.length === 1 ? walked(question, branches) : numbersFirst(question, branches),
    deep: numbersFirst(question, branches),
    found: text === undefined ? undefined : found(question, text),
    total: text === undefined ? walkTotal(question) : around('SELECT count(*) ', searched(question, text), ''),
  }
}

const WINDOW = sql(
  'LIMIT ? OFFSET ?',
  ({ window }) => window.take,
  ({ window }) => window.skip,
)

function walked(question: Question, branches: readonly Sql[]): Sql {
  return joined(
    [sql(`SELECT ${ROW_COLUMNS}`), ...branches, sql(orderBy(term(question), 'records.number', question)), WINDOW],
    ' ',
  )
}

/** The numbers come from the index alone; the records only of those that are wanted. */
function numbersFirst(question: Question, branches: readonly Sql[]): Sql {
  const order = orderBy('term', 'number', question)
  const [first, ...others] = branches.map(branch =>
    around(`SELECT records.number, ${term(question)} AS term `, branch, ''),
  )
  if (first === undefined) throw new Error('a question is answered from at least one range')
  // Each range has to come in order, so that they can be merged.
  const all =
    others.length === 0
      ? first
      : joined(
          [first, ...others].map(arm => around('(', arm, ` ${order})`)),
          ' UNION ALL ',
        )
  return recordsOf(joined([all, sql(order), WINDOW], ' '))
}

/** `OFFSET 0` has PostgreSQL find first and sort then; else it would read along the order, and find little. */
function found(question: Question, text: number): Sql {
  const inner = around(`SELECT records.number, ${term(question)} AS term `, searched(question, text, true), ' OFFSET 0')
  const order = sql(orderBy('term', 'number', question))
  return recordsOf(joined([around('SELECT number, term FROM (', inner, ') AS matching'), order, WINDOW], ' '))
}

/** The whole records of some numbers. */
function recordsOf(numbers: Sql): Sql {
  const join = sql('JOIN records ON records.scope = ? AND records.number = wanted.number', (_, scope) => scope)
  return joined([around(`SELECT ${ROW_COLUMNS} FROM (`, numbers, ') AS wanted'), join], ' ')
}

function term({ order }: Question): string {
  return `records.${COLUMNS[order].column}`
}

/** `FROM … WHERE …` of what a text filter and all others match. */
function searched(question: Question, text: number, windowed = false): Sql {
  const { product } = question.declaration
  const filter = question.filters[text]
  const isPrefix = filter?.is === 'text' && filter.kind === 'prefix'
  const conditions = question.filters.map((_, place) =>
    isPrefix && place === text ? prefixRange(question, place) : condition(question, place, COMPARED_NUMBER, WORDING),
  )
  const from = isPrefix
    ? [WORDING.along(question, prefixIndex(product))]
    : [WORDING.along(question, searchIndex(product)), partMatch(question, text)]
  return joined([...from, ...conditions, ...(windowed ? beyond(question, COMPARED_NUMBER) : [])], ' AND ')
}

/** The record number where it is only compared: an expression, so that the primary key is not taken to find it by. */
const COMPARED_NUMBER = '(records.number + 0)'

function walkTotal(question: Question): Sql {
  const counts = ranges(question, countingOrder(question), [], WORDING).map(range =>
    around('(SELECT count(*) ', range, ')'),
  )
  return around('SELECT ', joined(counts, ' + '), '')
}

/** `$1`, `$2`, … for the `?` of pieces; no name or text in SQL of ours has a question mark. */
export function numbered({ text }: Sql): string {
  let last = 0
  return text.replaceAll('?', () => `$${++last}`)
}
