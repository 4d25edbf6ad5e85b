/**
 * A range of the column that a list is ordered by is a stretch of the list without it: where it begins and how long it is
 * comes from that list's ranking, whatever the bounds are. So a range whose bounds are others each time costs no more.
 */

import { inOrder, type Question } from '../question.ts'
import type { Place, Ranking } from '../ranking.ts'
import { countBehind } from './parts.ts'
import type { Shapes } from './shapes.ts'
import { rankedFor } from './survey.ts'

type Range = Extract<Question['filters'][number], { is: 'range' }>

/** A question as a stretch of another one's list. */
export interface Stretch {
  readonly range: Range
  /** The question without the range, in the order of the range's column. */
  readonly base: Question
  /** Whether the question's list is one piece of the base's. */
  readonly isOnePiece: boolean
}

/** `undefined` for questions that are none. */
export function stretchOf(question: Question): Stretch | undefined {
  const { filters, declaration, order, ascending } = question
  const [range, ...more] = filters.filter(filter => filter.is === 'range')
  if (range?.is !== 'range' || more.length > 0 || filters.some(({ is }) => is === 'text')) return undefined
  if (!Object.values(declaration.orders).includes(range.column)) return undefined
  const isOwn = range.column === order
  const others = filters.filter(filter => filter !== range)
  const base = rankedFor(inOrder({ ...question, filters: others }, range.column, isOwn ? ascending : true))
  return { range, base, isOnePiece: isOwn && (!range.orAbsent || (ascending && range.to === undefined)) }
}

/** How many records the question finds, and how many of the base's list come before the first of them. */
export function measure(
  shapes: Shapes,
  scope: number,
  { range, base }: Stretch,
  ranking: Ranking,
): { readonly total: number; readonly before: number } {
  const { ascending } = base
  const [first, last] = ascending ? [range.from, range.to] : [range.to, range.from]
  const upTo = (value: number) => countUpTo(shapes, scope, base, ranking, value)
  const present =
    (last === undefined || range.orAbsent) && base.order !== 'number' ? upTo(extreme(ascending)) : undefined
  const before = first === undefined ? 0 : upTo(ascending ? first - 1 : first + 1)
  const through = last === undefined ? (present ?? ranking.total) : upTo(last)
  const absent = range.orAbsent ? ranking.total - (present ?? ranking.total) : 0
  return { total: Math.max(0, through - before) + absent, before }
}

function extreme(ascending: boolean): number {
  return ascending ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER
}

/** Records of the base's list that have a value no further on than this one. */
export function countUpTo(shapes: Shapes, scope: number, base: Question, ranking: Ranking, value: number): number {
  const end = behind(base, value)
  if (ranking.is === 'whole') return ranking.before(end)
  const block = ranking.of(end)
  const bounds = base.ascending ? { from: undefined, to: value } : { from: value, to: undefined }
  const bounded = withRange(base, { is: 'range', column: columnOf(base), ...bounds, orAbsent: false })
  return block.before + countBehind(shapes, bounded, scope, block.begins)
}

/** Behind every record with the value. */
function behind({ order, ascending }: Question, value: number): Place {
  if (order === 'number') return { value: null, number: ascending ? value + 0.5 : value - 0.5 }
  return { value, number: ascending ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY }
}

function withRange(question: Question, range: Range): Question {
  return inOrder({ ...question, filters: [...question.filters, range] }, question.order, question.ascending)
}

function columnOf({ order }: Question): Range['column'] {
  if (order === 'number' || order === 'notAfter') return order
  throw new Error(`no range of ${order}`)
}
