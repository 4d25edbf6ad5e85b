/** The conditions of a question, filter by filter. */

import { COLUMNS } from './columns.ts'
import type { AskedFilter, Question } from './question.ts'
import { joined, type Sql, sql } from './sql.ts'
import { afterPrefix, matchExpression } from './text-search.ts'

/** The filter at one place of a question of the same shape: its kind is known from the shape. */
function at<K extends AskedFilter['is']>(question: Question, place: number, kind: K): Extract<AskedFilter, { is: K }> {
  const filter = question.filters[place]
  if (filter?.is !== kind) throw new Error(`a statement for ${kind} was asked something else`)
  return filter as Extract<AskedFilter, { is: K }>
}

/** `number` is what the record number is called: the text index's rowid where that leads. */
export function condition(question: Question, place: number, number: string): Sql {
  const filter = question.filters[place]
  switch (filter?.is) {
    case 'equals':
      return sql(`${columnOf(filter, number)} = ?`, asked => at(asked, place, 'equals').value)
    case 'one-of':
      return sql(`${columnOf(filter, number)} IN (SELECT value FROM json_each(?))`, asked =>
        JSON.stringify(at(asked, place, 'one-of').values),
      )
    case 'range':
      return filter.orAbsent
        ? joined([sql(`(${absence(filter)} OR`), bounds(question, place, number), sql(')')], ' ')
        : bounds(question, place, number)
    case 'text':
      return filter.kind === 'prefix'
        ? sql(
            'substr(records.search_text, 1, length(?)) = ?',
            asked => at(asked, place, 'text').text,
            asked => at(asked, place, 'text').text,
          )
        : sql('instr(records.search_text, ?) > 0', asked => at(asked, place, 'text').text)
    default:
      throw new Error(`a question has no filter ${place}`)
  }
}

/** The condition for one of the values of a `one-of` filter. */
export function oneValue(question: Question, place: number, value: number): Sql {
  const filter = at(question, place, 'one-of')
  return sql(`${columnOf(filter, 'records.number')} = ?`, asked => at(asked, place, 'one-of').values[value] ?? null)
}

/** The condition of a range without its absent values. */
export function bounds(question: Question, place: number, number: string): Sql {
  const filter = at(question, place, 'range')
  const column = columnOf(filter, number)
  const conditions: Sql[] = []
  if (filter.from !== undefined) conditions.push(sql(`${column} >= ?`, asked => at(asked, place, 'range').from ?? null))
  if (filter.to !== undefined) conditions.push(sql(`${column} <= ?`, asked => at(asked, place, 'range').to ?? null))
  return conditions.length > 0 ? joined(conditions, ' AND ') : sql(`${column} IS NOT NULL`)
}

/** The condition of records without a value. */
export function absence(filter: Extract<AskedFilter, { is: 'range' }>): string {
  return `${columnOf(filter, 'records.number')} IS NULL`
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

function columnOf(filter: Exclude<AskedFilter, { is: 'text' }>, number: string): string {
  return filter.column === 'number' ? number : `records.${COLUMNS[filter.column].column}`
}
