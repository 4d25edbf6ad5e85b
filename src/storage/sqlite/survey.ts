/** Finds out at some cost what a list's pages need: its ranking, or at least how many records there are. */

import { inOrder, type Question } from '../question.ts'
import type { Place, RankingParts } from '../ranking.ts'
import { comparison, placeOf } from '../tracked.ts'
import type { Edits } from './edits.ts'
import type { ListLimits } from './list-limits.ts'
import { countBehind, keysBehind } from './parts.ts'
import { searchableText } from './plan.ts'
import type { Shapes } from './shapes.ts'

export interface Survey {
  /** Whose list was looked at: the question's own, or where that says only how many there are, one by number. */
  readonly question: Question
  readonly parts: RankingParts
}

/** Numbers that are taken from a statement before others may go on. */
const AT_ONCE = 10_000

/** Whether a question's own list can have fences: not where a text is found in another order, and then sorted. */
/**
 * The question whose list is ranked. By number it is the ascending one, which is read backwards where that is asked for:
 * the text index is slow to be entered from behind.
 */
export function rankedFor(question: Question): Question {
  const { order, ascending } = question
  return inOrder(question, order, order === 'number' || ascending)
}

export function canBeFenced(shapes: Shapes, question: Question): boolean {
  return question.order === 'number' || (searchableText(question) === undefined && !shapes.has('gathering', question))
}

export interface SurveyParts {
  readonly shapes: Shapes
  readonly edits: Edits
  readonly limits: ListLimits
}

/** Call it in a read transaction that lasts until it is done. It yields between two pieces of its work. */
export function* survey(parts: SurveyParts, asked: Question, scope: number): Generator<void, Survey> {
  const question = rankedFor(asked)
  if (parts.shapes.has('gathering', question)) return yield* gathered(parts, question, scope)
  if (canBeFenced(parts.shapes, question)) return { question, parts: yield* read(parts, question, scope) }
  const byNumber = inOrder(question, 'number', true)
  const found = yield* read(parts, byNumber, scope)
  if (found.is === 'fenced') return { question: byNumber, parts: found }
  return whole(parts.edits, question, scope, found.places)
}

/** Reads the list in its order. */
function* read({ shapes, limits }: SurveyParts, question: Question, scope: number): Generator<void, RankingParts> {
  const { block, whole: most } = limits
  const reach = (skip: number, take: number, place?: Place) =>
    keysBehind(shapes, { ...question, window: { skip, take } }, scope, place)
  const places = reach(0, most + 1)
  if (places.length <= most) return { is: 'whole', places }
  const ends = places.filter((_, at) => at % block === block - 1)
  for (;;) {
    yield
    const last = ends.at(-1)
    const [end] = reach(block - 1, 1, last)
    if (end === undefined) return fenced(ends, block, countBehind(shapes, question, scope, last))
    ends.push(end)
  }
}

/** Takes all numbers from an index that has them in another order. */
function* gathered({ shapes, edits, limits }: SurveyParts, question: Question, scope: number): Generator<void, Survey> {
  const { block, whole: most } = limits
  const numbers: number[] = []
  for (const [number] of shapes.iterate('gathering', question, scope)) {
    numbers.push(Number(number))
    if (numbers.length % AT_ONCE === 0) yield
  }
  const ordered = Float64Array.from(numbers).sort()
  const places = (all: Iterable<number>) => Array.from(all, number => ({ value: null, number }))
  if (numbers.length <= most) return whole(edits, question, scope, places(ordered))
  const byNumber = inOrder(question, 'number', true)
  const ends = places(ordered.filter((_, at) => at % block === block - 1))
  return { question: byNumber, parts: fenced(ends, block, ordered.length - ends.length * block) }
}

/** A short list, put into its order. */
function whole(edits: Edits, question: Question, scope: number, found: readonly Place[]): Survey {
  const places = found.flatMap(({ number }) => {
    const record = edits.tracked(scope, number)
    return record === undefined ? [] : [placeOf(question.order, record)]
  })
  return { question, parts: { is: 'whole', places: places.toSorted(comparison(question)) } }
}

function fenced(ends: readonly Place[], block: number, rest: number): RankingParts {
  return { is: 'fenced', ends, counts: [...ends.map(() => block), rest] }
}
