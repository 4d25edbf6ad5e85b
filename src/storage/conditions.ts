/** The conditions of a question, filter by filter. */

import type { FilterColumn } from '../registry/listing.ts'
import { COLUMNS } from './columns.ts'
import type { ListIndex } from './declared.ts'
import type { AskedFilter, Question } from './question.ts'
import { type Bound, joined, type Slot, type Sql, sql } from './sql.ts'

/** What engines say differently. Names of columns come from the closed table alone. */
export interface Wording {
  /** That the column has the value. `ordered` where the list is ordered by the column: within one value, it is not. */
  equals(column: string, value: Slot, ordered: boolean): Sql
  /** That the column has one of the values, however many there are. */
  oneOf(column: string, values: (question: Question) => readonly Bound[]): Sql
  /** That a record's search text begins with the text, or has it somewhere, compared exactly. */
  beginsWith(text: Slot): Sql
  has(text: Slot): Sql
  /** `FROM records … WHERE …` of the scope's records, read along this index and no other. */
  along(question: Question, index: ListIndex): Sql
}

/** The filter at one place of a question of the same shape: its kind is known from the shape. */
export function at<K extends AskedFilter['is']>(
  question: Question,
  place: number,
  kind: K,
): Extract<AskedFilter, { is: K }> {
  const filter = question.filters[place]
  if (filter?.is !== kind) throw new Error(`a statement for ${kind} was asked something else`)
  return filter as Extract<AskedFilter, { is: K }>
}

/** `number` is what the record number is called: the text index's rowid where that leads. */
export function condition(question: Question, place: number, number: string, wording: Wording): Sql {
  const filter = question.filters[place]
  switch (filter?.is) {
    case 'equals':
      return equality(question, place, number, asked => at(asked, place, 'equals').value, wording)
    case 'one-of':
      return wording.oneOf(columnOf(filter, number), asked => at(asked, place, 'one-of').values)
    case 'range':
      return filter.orAbsent
        ? joined([sql(`(${absence(filter)} OR`), bounds(question, place, number), sql(')')], ' ')
        : bounds(question, place, number)
    case 'text': {
      const text: Slot = asked => at(asked, place, 'text').text
      return filter.kind === 'prefix' ? wording.beginsWith(text) : wording.has(text)
    }
    default:
      throw new Error(`a question has no filter ${place}`)
  }
}

/** The condition for one of the values of a `one-of` filter. */
export function oneValue(question: Question, place: number, value: number, wording: Wording): Sql {
  const slot: Slot = asked => at(asked, place, 'one-of').values[value] ?? null
  return equality(question, place, 'records.number', slot, wording)
}

function equality(question: Question, place: number, number: string, value: Slot, wording: Wording): Sql {
  const filter = question.filters[place]
  if (filter?.is !== 'equals' && filter?.is !== 'one-of') throw new Error('no filter that compares values')
  // Every order ends in the number.
  const ordered = filter.column === question.order || filter.column === 'number'
  return wording.equals(columnOf(filter, number), value, ordered)
}

/** The condition of a range without its absent values. */
export function bounds(question: Question, place: number, number: string): Sql {
  const filter = at(question, place, 'range')
  const column = columnOf(filter, number)
  const conditions: Sql[] = []
  if (filter.from !== undefined)
    conditions.push(sql(`${column} >= ?`, asked => bound(filter, at(asked, place, 'range').from)))
  if (filter.to !== undefined)
    conditions.push(sql(`${column} <= ?`, asked => bound(filter, at(asked, place, 'range').to)))
  return conditions.length > 0 ? joined(conditions, ' AND ') : sql(`${column} IS NOT NULL`)
}

/** Record numbers as `BigInt`, as in `beyond`. */
function bound({ column }: { readonly column: FilterColumn }, value: number | undefined): Bound {
  if (value === undefined) return null
  return column === 'number' ? BigInt(value) : value
}

/** The condition of records without a value. */
export function absence(filter: Extract<AskedFilter, { is: 'range' }>): string {
  return `${columnOf(filter, 'records.number')} IS NULL`
}

function columnOf(filter: Exclude<AskedFilter, { is: 'text' }>, number: string): string {
  return filter.column === 'number' ? number : `records.${COLUMNS[filter.column].column}`
}
