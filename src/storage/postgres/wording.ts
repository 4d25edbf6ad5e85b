/** What PostgreSQL says in its own way: its conditions, and how it is made to read along one index. */

import { at, type Wording } from '../conditions.ts'
import type { ListIndex } from '../declared.ts'
import type { Question } from '../question.ts'
import { type Sql, sql } from '../sql.ts'
import { literal } from '../sql-names.ts'
import { arrayText, partPattern, prefixBounds } from './texts.ts'

/** The search text, whole; as the index for parts of it names it. */
export const FULL_TEXT = `(coalesce(long_texts ->> 'searchText', search_text) COLLATE "C")`

/**
 * The condition that an index is made under, which names it: true of all records of the product, and of the form
 * `product || x = 'product' || x`. PostgreSQL uses such an index only for a statement that says the very same, so a
 * statement that says it can use this index and no other, whatever the planner believes about the values.
 */
export function tag(product: string, { columns }: ListIndex, ascending: boolean): string {
  const suffix = ` by ${columns.length === 0 ? 'number' : columns.join(', ')}${ascending ? '' : ' descending'}`
  return `product || ${literal(suffix)} = ${literal(product + suffix)}`
}

/** The index for parts of texts. */
export function searchIndex(product: string): ListIndex {
  return { name: `search__${product}`, columns: ['parts of search_text'], ofSchema: false }
}

export const WORDING: Wording = {
  // A range of one value: of a column that equals something, PostgreSQL forgets that it is in order, and would not merge.
  equals: (column, value, ordered) =>
    ordered ? sql(`${column} >= ? AND ${column} <= ?`, value, value) : sql(`${column} = ?`, value),
  oneOf: (column, values) => sql(`${column} = ANY (?)`, asked => arrayText(values(asked))),
  beginsWith: text => sql(`starts_with(${FULL_TEXT}, ?)`, text),
  has: text => sql(`strpos(${FULL_TEXT}, ?) > 0`, text),
  along({ declaration: { product }, ascending, order }, index) {
    // Only such an order has an index for each direction.
    const forwards = ascending || order !== 'notAfter' || index.columns.at(-1) !== 'not_after'
    const named = index.ofSchema ? '' : ` AND ${tag(product, index, forwards)}`
    return sql(`FROM records WHERE records.scope = ?${named}`, (_, scope) => scope)
  },
}

/** The condition of a prefix as a range of keys. Longer prefixes than an index holds have to be compared as well. */
export function prefixRange(question: Question, place: number): Sql {
  const { ambiguous } = at(question, place, 'text')
  const bound = (which: 0 | 1) => (asked: Question) => prefixBounds(at(asked, place, 'text').text)[which]
  const range = sql('records.search_text >= ? AND records.search_text < ?', bound(0), bound(1))
  if (!ambiguous) return range
  const whole = WORDING.beginsWith(asked => at(asked, place, 'text').text)
  return { text: `${range.text} AND ${whole.text}`, slots: [...range.slots, ...whole.slots] }
}

/** The condition that the index for parts of texts answers; what it finds has to be compared as well. */
export function partMatch(question: Question, place: number): Sql {
  at(question, place, 'text')
  return sql(`${FULL_TEXT} LIKE ?`, asked => partPattern(at(asked, place, 'text').text))
}
