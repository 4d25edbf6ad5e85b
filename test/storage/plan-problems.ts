/** Asks SQLite how it would answer every list that declarations allow, and says where that is not by an index. */

import type { FilterDeclaration, FilterValue, Listing, ListingDeclaration, Window } from '../../src/registry/listing.ts'
import { asked, type Question } from '../../src/storage/question.ts'
import type { SqliteStorage } from '../../src/storage/sqlite/open.ts'
import { plan } from '../../src/storage/sqlite/plan.ts'
import { TEXTS } from '../../src/storage/sqlite/text-search.ts'

/**
 * Walks each order, in both directions, under no filter, each filter and each pair of filters, in each of their shapes.
 * One sort is allowed: of what a text filter found, where a prefix finds few or the order is not by number (see plan.ts).
 * @returns a line for each problem; none is good. `lists` counts what was looked at.
 */
export function planProblems(
  storage: SqliteStorage,
  declarations: readonly ListingDeclaration[],
): { problems: string[]; lists: number } {
  const problems: string[] = []
  let lists = 0
  for (const declaration of declarations)
    for (const listing of listingsOf(declaration)) {
      const question = asked(listing, TEXTS)
      if (question === undefined) continue
      lists++
      const { page, few, many, total } = plan(question)
      const textLeads = page.text.includes('text_search MATCH')
      const maySort = textLeads && question.order !== 'number'
      for (const [part, statement] of Object.entries({ page, few, many, total }))
        if (statement !== undefined)
          for (const problem of problemsOf(storage, statement.text, part === 'few' || (part === 'page' && maySort)))
            problems.push(`${declaration.product} ${describe(listing)} ${part}: ${problem}`)
      problems.push(...mergeProblems(question, page.text).map(problem => `${declaration.product}: ${problem}`))
    }
  return { problems, lists }
}

function problemsOf(storage: SqliteStorage, sql: string, maySort: boolean): string[] {
  const steps = storage.database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
  return steps.map(({ detail }) => String(detail)).filter(detail => !isGood(detail, maySort))
}

const GOOD = [
  /^SEARCH records USING (COVERING )?INDEX (list__\S+|records_fingerprint) \(scope=\?/,
  // By number, one record for each that the text index found.
  /^SEARCH records USING INTEGER PRIMARY KEY \(rowid=\?\)$/,
  /^SCAN text_search VIRTUAL TABLE INDEX \d+:\S*M\d/,
  // The values of a filter with several.
  /^(SCAN json_each VIRTUAL TABLE INDEX|LIST SUBQUERY|CREATE BLOOM FILTER|USING ROWID SEARCH ON TABLE)/,
  /^(MERGE \(UNION ALL\)|LEFT|RIGHT|SCAN CONSTANT ROW|SCALAR SUBQUERY \d+)$/,
]

function isGood(detail: string, maySort: boolean): boolean {
  if (/contents|secrets/.test(detail)) return false
  return (
    GOOD.some(good => good.test(detail)) || (maySort && /^USE TEMP B-TREE FOR (LAST TERM OF )?ORDER BY$/.test(detail))
  )
}

/** A few values are read as as many ranges. */
function mergeProblems(question: Question, page: string): string[] {
  const [only] = question.filters
  const merges = question.filters.length === 1 && only?.is === 'one-of' && only.values.length < 10
  return merges && !page.includes('UNION ALL') ? [`${only.column}: several values are not merged`] : []
}

function* listingsOf(declaration: ListingDeclaration): Generator<Listing> {
  const shapes = Object.entries(declaration.filters).flatMap(([name, filter]) =>
    shapesOf(filter).map(value => ({ name, value })),
  )
  const sets: Record<string, FilterValue>[] = [{}, ...shapes.map(({ name, value }) => ({ [name]: value }))]
  for (const [at, one] of shapes.entries())
    for (const other of shapes.slice(at + 1))
      if (one.name !== other.name) sets.push({ [one.name]: one.value, [other.name]: other.value })
  for (const filters of sets)
    for (const [order, column] of Object.entries(declaration.orders))
      for (const direction of ['ascending', 'descending'] as const) {
        const windows: Window[] = [
          { skip: 0, take: 10 },
          ...(column === 'number' ? [{ skip: 0, take: 10, beyond: 5 }] : []),
        ]
        for (const window of windows) yield { declaration, filters, order, direction, window }
      }
}

const INTEGER_COLUMNS: ReadonlySet<string> = new Set(['number', 'notAfter', 'deployable'])

function shapesOf(filter: FilterDeclaration): readonly FilterValue[] {
  switch (filter.kind) {
    case 'equals':
      return [INTEGER_COLUMNS.has(filter.column) ? 1 : 'x']
    case 'one-of':
      return [['x'], ['x', 'y'], ['x', 'y', 'z'], Array.from({ length: 20 }, (_, at) => `x${at}`)]
    case 'between':
      return [{ from: 1 }, { to: 2 }, { from: 1, to: 2 }, {}]
    default:
      return ['long enough', 'replaced \ufffd', 'x']
  }
}

function describe({ filters, order, direction, window }: Listing): string {
  return `${JSON.stringify(filters).slice(0, 120)} by ${order} ${direction}${window.beyond === undefined ? '' : ' beyond a number'}`
}
