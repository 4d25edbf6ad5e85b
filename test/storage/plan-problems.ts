/** Asks SQLite how it would answer every list that declarations allow, and says where that is not by an index. */

import type { ListingDeclaration } from '../../src/registry/listing.ts'
import { asked, inPart, type Part, type Question } from '../../src/storage/question.ts'
import type { SqliteStorage } from '../../src/storage/sqlite/open.ts'
import { STATEMENTS, type Use } from '../../src/storage/sqlite/shapes.ts'
import { TEXTS } from '../../src/storage/sqlite/text-search.ts'
import { described, listingsOf } from './every-listing.ts'

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
      const page = STATEMENTS.page(question)?.text ?? ''
      const maySort = page.includes('text_search MATCH') && question.order !== 'number'
      for (const part of partsOf(question))
        for (const [use, statementOf] of Object.entries(STATEMENTS)) {
          if (part.part !== undefined && !IN_PARTS.has(use)) continue
          // Text that is found and then sorted has no parts.
          if (IN_STEPS.has(use) && maySort) continue
          const statement = statementOf(part)?.text
          if (statement === undefined) continue
          for (const problem of problemsOf(storage, statement, use === 'few' || (use === 'page' && maySort)))
            problems.push(`${declaration.product} ${described(listing)} ${part.part?.is ?? ''} ${use}: ${problem}`)
        }
      problems.push(...mergeProblems(question, page).map(problem => `${declaration.product}: ${problem}`))
    }
  return { problems, lists }
}

/** What rankings are made of, and what is read by them. */
const IN_STEPS: ReadonlySet<string> = new Set<Use>(['keys', 'count'])
const IN_PARTS: ReadonlySet<string> = new Set<Use>(['page', 'keys', 'count'])

/** The question, and the question in each part of its order. */
function partsOf(question: Question): readonly Question[] {
  if (question.window.beyond !== undefined) return [question]
  if (question.order === 'number') return [question, inPart(question, { is: 'behind', number: 5 })]
  const value = question.order === 'notAfter' || question.order === 'updatedAt' ? 5 : 'x'
  const parts: Part[] = [
    { is: 'same', value, number: 5 },
    { is: 'further', value },
  ]
  if (question.order === 'notAfter') parts.push({ is: 'absent' }, { is: 'absent-behind', number: 5 })
  return [question, ...parts.map(part => inPart(question, part))]
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
  // A page of numbers that the records are read for.
  /^(CO-ROUTINE|SCAN) chosen$/,
  /^(CO-ROUTINE \(subquery-\d+\)|SCAN \(subquery-\d+\)|COMPOUND QUERY|LEFT-MOST SUBQUERY|UNION ALL)$/,
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
