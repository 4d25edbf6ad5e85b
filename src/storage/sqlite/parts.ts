/** Reads an ordered list from a place in it onwards, part by part: see `Part`. */

import { inPart, type Part, type Question } from '../question.ts'
import type { FencedRanking, Place } from '../ranking.ts'
import type { ListLimits } from './list-limits.ts'
import type { Shapes } from './shapes.ts'

type Rows = readonly (readonly (number | string | null)[])[]

/** The parts of what comes behind a place, in their order. */
function partsBehind({ order }: Question, place: Place): readonly Part[] {
  const { number, value } = place
  if (order === 'number') return [{ is: 'behind', number }]
  if (value === null) return [{ is: 'absent-behind', number }]
  const parts: Part[] = [
    { is: 'same', value, number },
    { is: 'further', value },
  ]
  return order === 'notAfter' ? [...parts, { is: 'absent' }] : parts
}

/** Records in a window behind a place; from the beginning without one. */
export function readBehind(
  shapes: Shapes,
  use: 'page' | 'keys',
  question: Question,
  scope: number,
  place: Place | undefined,
): Rows {
  if (place === undefined) return shapes.all(use, question, scope)
  const rows: Rows[number][] = []
  let { skip, take } = question.window
  for (const part of partsBehind(question, place)) {
    const asked = inPart(question, part, { skip, take })
    const found = shapes.all(use, asked, scope)
    rows.push(...found)
    take -= found.length
    if (take === 0) break
    // What was passed over in vain has to be known before the next part is begun.
    skip = found.length > 0 || skip === 0 ? 0 : Math.max(0, skip - shapes.number('count', asked, scope))
  }
  return rows
}

/** Records behind a place that come no later than a value of the order. */
export function countBehind(shapes: Shapes, question: Question, scope: number, place: Place | undefined): number {
  if (place === undefined) return shapes.number('count', question, scope)
  return partsBehind(question, place)
    .map(part => shapes.number('count', inPart(question, part), scope))
    .reduce((sum, count) => sum + count, 0)
}

/** Where the records of a window stand, behind a place. */
export function keysBehind(shapes: Shapes, question: Question, scope: number, place: Place | undefined): Place[] {
  return readBehind(shapes, 'keys', question, scope, place).map(toPlace)
}

/** The records in a question's window, read from the fence before it. */
export function readRanked(
  shapes: Shapes,
  question: Question,
  scope: number,
  ranking: FencedRanking,
  { block: size }: Pick<ListLimits, 'block'>,
): Rows {
  const { skip, take } = question.window
  for (;;) {
    const block = ranking.at(skip)
    const into = skip - block.before
    if (into < 2 * size) {
      const window = { skip: into, take }
      return readBehind(shapes, 'page', { ...question, window }, scope, block.begins)
    }
    // So many records came into the block that passing over them would show.
    const window = { skip: size - 1, take: 1 }
    const [end] = keysBehind(shapes, { ...question, window }, scope, block.begins)
    if (end === undefined) throw new Error('a ranking counts records that are not there')
    ranking.split(block, size, end)
  }
}

function toPlace([number, value]: Rows[number]): Place {
  return { number: Number(number), value: value ?? null }
}
