/** What was found out about lists at some cost, and follows every write to their scopes: rankings, and so totals. */

import { inOrder, type Question } from '../question.ts'
import { type Ranking, type RankingParts, rankingOf } from '../ranking.ts'
import { comparison, passes, placeOf } from '../tracked.ts'
import type { Edits, Moment } from './edits.ts'
import type { ListLimits } from './list-limits.ts'

const MAX_LISTS = 1000

/** What one thread found out and another is told. */
export interface Learned {
  readonly scope: number
  readonly question: Question
  readonly moment: Moment
  readonly parts: RankingParts
}

interface Entry {
  readonly scope: number
  readonly question: Question
  readonly ranking: Ranking
  moment: Moment
}

export class Remembered {
  readonly #edits: Edits
  readonly #limits: ListLimits
  /** What was longest not asked for comes first. */
  readonly #entries = new Map<string, Entry>()
  constructor(edits: Edits, limits: ListLimits) {
    this.#edits = edits
    this.#limits = limits
  }

  /** The ranking of a question's list as of this read transaction, if there is one. */
  find(scope: number, question: Question): Ranking | undefined {
    const key = keyOf(scope, question)
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    if (!this.#follow(entry)) return undefined
    this.#entries.set(key, entry)
    return entry.ranking
  }

  /** How many records a question finds, if that is known from another order than its own. */
  total(scope: number, question: Question): number | undefined {
    const { order, ascending } = question
    const found =
      this.find(scope, inOrder(question, 'number', true)) ?? this.find(scope, inOrder(question, order, !ascending))
    return found?.total
  }

  keep({ scope, question, moment, parts }: Learned): void {
    const key = keyOf(scope, question)
    this.#entries.delete(key)
    this.#entries.set(key, { scope, question, moment, ranking: rankingOf(parts, comparison(question)) })
    let places = [...this.#entries.values()].reduce((sum, { ranking }) => sum + ranking.size, 0)
    for (const [oldest, { ranking }] of this.#entries) {
      // The newest stays, however large: somebody is about to ask for it.
      if ((places <= this.#limits.places && this.#entries.size <= MAX_LISTS) || oldest === key) break
      this.#entries.delete(oldest)
      places -= ranking.size
    }
  }

  /** @returns whether the ranking is as of now; otherwise it is worth nothing any more */
  #follow(entry: Entry): boolean {
    const { scope, question, ranking } = entry
    const now = this.#edits.moment(scope)
    const edits = this.#edits.between(scope, entry.moment, now, this.#limits.followed)
    if (edits === undefined) return false
    for (const { before, after } of edits) {
      if (before && passes(question, before)) ranking.count(placeOf(question.order, before), -1)
      if (after && passes(question, after)) ranking.count(placeOf(question.order, after), 1)
    }
    entry.moment = now
    // A short list that grew long is better remembered by its fences.
    return ranking.is === 'fenced' || ranking.size <= 2 * this.#limits.whole
  }
}

/** The same for questions with the same records in the same order, whatever their pages. */
function keyOf(scope: number, { declaration, shape, filters }: Question): string {
  return `${scope} ${declaration.product} ${shape} ${JSON.stringify(filters)}`
}
