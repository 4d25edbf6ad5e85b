/** One statement for a page, its total and what else has to be of the same moment. */

import { COLUMNS, WRITTEN_COLUMNS } from '../columns.ts'
import type { Question } from '../question.ts'
import { around, joined, type Slot, type Sql, sql } from '../sql.ts'
import { tallyKeys, tallyOf } from '../tally.ts'
import { orderBy } from '../walk.ts'
import type { Statement } from './connections.ts'
import { numbered } from './plan.ts'
import { arrayText, key } from './texts.ts'

/** Where the total comes from: the tallies, a count, or the memory of the process. */
export type TotalKind = 'kept' | 'counted' | 'unsaid'

export interface ListStatement extends Statement {
  values(question: Question, scope: number, now: number): unknown[]
}

/** The column names of a page, as `rows.ts` reads them. */
const PAGE_COLUMNS = [...WRITTEN_COLUMNS, 'long_texts'].map(column => `page.${column}`).join(', ')

const SCOPE: Slot = (_, scope) => scope
/** Stands for the time at which it is asked, which is no part of a question. */
const NOW: Slot = () => null

let made = 0

/**
 * Gives a row even where the page is empty; it begins with the scope's changes, whether a status is due, the total and
 * the records of the whole scope. A scope that was never written to gives none.
 * @param page `undefined` for the total alone
 */
export function listStatement(page: Sql | undefined, total: TotalKind, count: Sql, question: Question): ListStatement {
  const head = joined(
    [
      sql('SELECT state.changes'),
      sql('EXISTS (SELECT FROM records WHERE records.scope = ? AND status_due_at <= ?) AS due', SCOPE, NOW),
      totalOf(total, count),
      // Only who chooses by it needs it.
      page === undefined || total === 'counted' ? WHOLE : sql('NULL::bigint AS whole'),
      ...(page === undefined ? [] : [sql(PAGE_COLUMNS)]),
    ],
    ', ',
  )
  const body = page === undefined ? [] : [around('LEFT JOIN (', page, ') AS page ON true')]
  const order =
    page === undefined ? [] : [sql(orderBy(`page.${COLUMNS[question.order].column}`, 'page.number', question))]
  const whole = joined(
    [head, sql('FROM scope_states AS state'), ...body, sql('WHERE state.scope = ?', SCOPE), ...order],
    ' ',
  )
  return {
    name: `list_${++made}`,
    text: numbered(whole),
    values: (asked, scope, now) => whole.slots.map(slot => (slot === NOW ? now : slot(asked, scope))),
  }
}

const WHOLE = sql("(SELECT count FROM tallies WHERE tallies.scope = ? AND tally = '') AS whole", SCOPE)

function totalOf(kind: TotalKind, count: Sql): Sql {
  switch (kind) {
    case 'kept':
      return sql(
        '(SELECT sum(count) FROM tallies WHERE tallies.scope = ? AND tally = ANY (?)) AS total',
        SCOPE,
        ({ filters }) => arrayText(tallyKeys(tallyOf(filters) ?? [], filters).map(key)),
      )
    case 'counted':
      return around('(', count, ') AS total')
    case 'unsaid':
      return sql('NULL::bigint AS total')
  }
}
