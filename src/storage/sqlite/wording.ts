/** What SQLite says in its own way: its conditions, and how it is made to read along one index. */

import { at, type Wording } from '../conditions.ts'
import type { Question } from '../question.ts'
import { type Sql, sql } from '../sql.ts'
import { identifier, literal } from '../sql-names.ts'
import { afterPrefix } from '../text.ts'
import { matchExpression } from './text-search.ts'

export const WORDING: Wording = {
  equals: (column, value) => sql(`${column} = ?`, value),
  oneOf: (column, values) =>
    sql(`${column} IN (SELECT value FROM json_each(?))`, asked => JSON.stringify(values(asked))),
  beginsWith: text => sql('substr(records.search_text, 1, length(?)) = ?', text, text),
  has: text => sql('instr(records.search_text, ?) > 0', text),
  along: ({ declaration: { product } }, { name }) =>
    sql(
      // Has SQLite read along this index and no other, or refuse the statement.
      `FROM records INDEXED BY ${identifier(name)}
     WHERE records.product = ${literal(product)} AND records.scope = ?`,
      (_, scope) => scope,
    ),
}

/** The condition of a prefix as a range of texts. */
export function prefixRange(question: Question, place: number): Sql {
  at(question, place, 'text')
  return sql(
    'records.search_text >= ? AND records.search_text < ?',
    asked => at(asked, place, 'text').text,
    // Any text comes before any blob.
    asked => afterPrefix(at(asked, place, 'text').text) ?? new Uint8Array(0),
  )
}

/** The condition that the text index answers. */
export function match(question: Question, place: number): Sql {
  at(question, place, 'text')
  return sql('text_search MATCH ?', (asked, scope) => {
    const { kind, text } = at(asked, place, 'text')
    return matchExpression(scope, kind, text)
  })
}
