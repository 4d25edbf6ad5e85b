/** What of a record decides in which lists it stands, and where: the columns that are filtered and ordered by. */

import type { FilterColumn, OrderColumn } from '../registry/listing.ts'
import type { RegistryRecord } from '../registry/record.ts'
import { COLUMNS } from './columns.ts'
import type { AskedFilter, Question } from './question.ts'
import type { Comparison, Place } from './ranking.ts'
import type { Bound } from './sql.ts'

type TrackedField = Exclude<FilterColumn | OrderColumn, 'number'> | 'searchText'

const FIELDS = Object.keys({
  compartment: true,
  name: true,
  commonName: true,
  creator: true,
  status: true,
  notAfter: true,
  updatedAt: true,
  fingerprint: true,
  fingerprintSha1: true,
  keyAlgorithm: true,
  signatureAlgorithm: true,
  deployable: true,
  searchText: true,
} satisfies Record<TrackedField, true>) as TrackedField[]

/** For a SELECT whose rows `trackedOf` reads, the record's number first. */
export const TRACKED_COLUMNS = ['number', ...FIELDS.map(field => COLUMNS[field].column)]
  .map(column => `records.${column}`)
  .join(', ')

/** One record's values, as they stand in the columns. */
export type Tracked = Readonly<Record<TrackedField, Bound>> & { readonly number: number }

export function trackedOf([number, ...values]: readonly unknown[]): Tracked {
  const fields = FIELDS.map((field, at) => [field, values[at] as Bound])
  return { ...Object.fromEntries(fields), number } as Tracked
}

/** The values in the order of `TRACKED_COLUMNS`, without the number. */
export function trackedValues(record: RegistryRecord): readonly Bound[] {
  return FIELDS.map(field => {
    const value = record[field]
    return typeof value === 'boolean' ? Number(value) : value
  })
}

/** Whether a record is one of those that a question asks for, wherever its page begins. */
export function passes({ filters }: Question, record: Tracked): boolean {
  return filters.every(filter => holds(filter, record))
}

function holds(filter: AskedFilter, record: Tracked): boolean {
  switch (filter.is) {
    case 'equals':
      return record[filter.column] === filter.value
    case 'one-of':
      return filter.values.includes(record[filter.column])
    case 'range': {
      const value = record[filter.column]
      if (typeof value !== 'number') return filter.orAbsent
      return value >= (filter.from ?? value) && value <= (filter.to ?? value)
    }
    case 'text':
      // Both sides are well-formed: two texts are parts of each other as UTF-16 exactly where they are as UTF-8.
      return typeof record.searchText !== 'string'
        ? false
        : filter.kind === 'prefix'
          ? record.searchText.startsWith(filter.text)
          : record.searchText.includes(filter.text)
  }
}

export function placeOf(order: OrderColumn, record: Tracked): Place {
  return { value: order === 'number' ? null : record[order], number: record.number }
}

/** The order of a question's records. What has no value comes last, in both directions. */
export function comparison({ order, ascending }: Pick<Question, 'order' | 'ascending'>): Comparison {
  const sign = ascending ? 1 : -1
  return (a, b) => {
    const byNumber = sign * (a.number - b.number)
    if (order === 'number') return byNumber
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null) || byNumber
    return sign * compared(a.value, b.value) || byNumber
  }
}

function compared(a: Bound, b: Bound): number {
  if (typeof a === 'string' && typeof b === 'string') return comparedTexts(a, b)
  return Number(a) - Number(b)
}

const FIRST_SURROGATE = 0xd800
const AFTER_SURROGATES = 0xe000

/** By code points, which is by UTF-8 bytes: a surrogate pair stands for a code point above all others. */
function comparedTexts(a: string, b: string): number {
  const shared = Math.min(a.length, b.length)
  for (let at = 0; at < shared; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (x === y) continue
    if (x < FIRST_SURROGATE || y < FIRST_SURROGATE) return x - y
    return weight(x) - weight(y)
  }
  return a.length - b.length
}

function weight(unit: number): number {
  return unit < AFTER_SURROGATES ? unit + AFTER_SURROGATES : unit
}
