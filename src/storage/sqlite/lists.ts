/**
 * Answers lists. What a page needs to know is either kept with every write (tallies), or little enough to be looked up, or
 * was found out once and follows the writes since (`Remembered`). What is none of these takes long: it is done where
 * nobody waits for it (`readers.ts`), and what is learned there is handed on.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Listing, ListingDeclaration } from '../../registry/listing.ts'
import type { RegistryRecord } from '../../registry/record.ts'
import type { Page } from '../../registry/store.ts'
import { RECORD_COLUMNS, recordOf } from '../columns.ts'
import { declaredTallies } from '../declared.ts'
import { asked, type Question } from '../question.ts'
import type { Ranking } from '../ranking.ts'
import { tallyKeys, tallyOf } from '../tally.ts'
import { areAllCovered, countingOrder, leadingText } from '../walk.ts'
import type { Edits } from './edits.ts'
import type { ListLimits } from './list-limits.ts'
import { readRanked } from './parts.ts'
import { searchableText } from './plan.ts'
import { type Learned, Remembered } from './remembered.ts'
import { Shapes } from './shapes.ts'
import { countUpTo, measure, type Stretch, stretchOf } from './stretches.ts'
import { canBeFenced, rankedFor, survey } from './survey.ts'
import type { Tallies } from './tallies.ts'
import { TEXTS } from './text-search.ts'

/** Questions that are known to be slow. */
const MAX_TEDIOUS = 256

const NOTHING: Page = { records: [], total: 0 }

/** What stands between a question and its page: the ranking of a list is not known, or the page itself takes long. */
type Obstacle = { readonly needs: Question } | { readonly needs: 'time' }

/** How many records a question finds, and where they are. */
interface Known {
  readonly total: number
  /** The question whose ranked list holds them, as one piece. */
  readonly list: Question
  /** Records of that list before them. */
  readonly before: number
  readonly ranking: Ranking | undefined
}

export interface ListParts {
  readonly tallies: Tallies
  readonly edits: Edits
  readonly limits: ListLimits
}

export class Lists {
  readonly #limits: ListLimits
  readonly #shapes: Shapes
  readonly #tallies: Tallies
  readonly #edits: Edits
  readonly #remembered: Remembered
  readonly #byNumber: StatementSync
  /** The names of the tallies that each declaration has. */
  readonly #declared = new WeakMap<ListingDeclaration, ReadonlySet<string>>()
  readonly #tedious = new Set<string>()

  constructor(database: DatabaseSync, { tallies, edits, limits }: ListParts) {
    this.#shapes = new Shapes(database)
    this.#tallies = tallies
    this.#limits = limits
    this.#edits = edits
    this.#remembered = new Remembered(edits, limits)
    this.#byNumber = database.prepare(`SELECT ${RECORD_COLUMNS} FROM records WHERE number = ? AND scope = ?`)
    this.#byNumber.setReturnArrays(true)
  }

  /** From now on the declaration's listings may be asked: their indexes are there. */
  declare(declaration: ListingDeclaration): void {
    const tallies = new Set(['', ...declaredTallies(declaration).map(columns => columns.join(','))])
    this.#declared.set(declaration, tallies)
  }

  /**
   * Call it in a read transaction: total and records are of one moment.
   * @param scope the scope's id
   * @returns `slow` where it would take longer than others can wait
   */
  page(scope: number, listing: Listing): Page | 'slow' {
    const question = this.#asked(listing)
    if (question === undefined) return NOTHING
    if (this.#tedious.size > 0 && this.#tedious.has(nameOf(question))) return 'slow'
    const started = performance.now()
    const page = this.#attempt(question, scope, this.#limits.light)
    if (performance.now() - started > this.#limits.tedious) this.#avoid(question)
    return 'needs' in page ? 'slow' : page
  }

  /** As `page`, however long it takes. Yields between two pieces of its work. @returns also what was found out */
  *patiently(scope: number, listing: Listing): Generator<void, { page: Page; learned: readonly Learned[] }> {
    const learned: Learned[] = []
    const question = this.#asked(listing)
    for (;;) {
      const page = question === undefined ? NOTHING : this.#attempt(question, scope, Number.POSITIVE_INFINITY)
      if (!('needs' in page)) return { page, learned }
      if (page.needs === 'time') throw new Error('a list wants time that it has')
      const moment = this.#edits.moment(scope)
      const found = {
        scope,
        moment,
        ...(yield* survey({ shapes: this.#shapes, edits: this.#edits, limits: this.#limits }, page.needs, scope)),
      }
      learned.push(found)
      this.#remembered.keep(found)
    }
  }

  /** Takes over what another thread found out. */
  learn(learned: readonly Learned[]): void {
    for (const found of learned) this.#remembered.keep(found)
  }

  #asked(listing: Listing): Question | undefined {
    if (!this.#declared.has(listing.declaration))
      throw new Error(`the listing of ${listing.declaration.product} was never declared`)
    return asked(listing, TEXTS)
  }

  #attempt(question: Question, scope: number, most: number): Page | Obstacle {
    const known = this.#known(question, scope)
    if ('needs' in known) return known
    const { total, list } = known
    const { skip, beyond } = question.window
    if (total === 0 || (beyond === undefined && skip >= total)) return { records: [], total }
    const isSought = searchableText(question) !== undefined && !this.#isFew(question, total)
    const isRanked =
      canBeFenced(this.#shapes, question) && (isSought || (beyond === undefined && skip > this.#limits.shallow))
    const ranking = known.ranking ?? (isRanked ? this.#remembered.find(scope, list) : undefined)
    if (isRanked && ranking === undefined) return { needs: list }
    const { use, cost } = this.#cheapest(question, scope, total, ranking)
    if (cost > most) return { needs: 'time' }
    if (ranking !== undefined) return { records: this.#ranked(question, scope, known, ranking), total }
    return { records: this.#shapes.all(use, question, scope).map(recordOf), total }
  }

  #known(question: Question, scope: number): Known | Obstacle {
    const tallied = this.#tallied(question, scope)
    const stretch = tallied === undefined ? stretchOf(question) : undefined
    if (stretch !== undefined) return this.#measured(question, stretch, scope)
    const list = rankedFor(question)
    if (tallied !== undefined) return { total: tallied, list, before: 0, ranking: undefined }
    const ranking = this.#remembered.find(scope, list)
    const total = ranking?.total ?? this.#remembered.total(scope, question) ?? this.#counted(question, scope)
    return total === undefined ? { needs: list } : { total, list, before: 0, ranking }
  }

  #measured(question: Question, stretch: Stretch, scope: number): Known | Obstacle {
    const { base, isOnePiece } = stretch
    const ranking = this.#remembered.find(scope, base)
    if (ranking === undefined) {
      const total = this.#counted(question, scope)
      const list = isOnePiece ? base : rankedFor(question)
      return total === undefined ? { needs: base } : { total, list, before: 0, ranking: undefined }
    }
    const { total, before } = measure(this.#shapes, scope, stretch, ranking)
    return isOnePiece
      ? { total, list: base, before, ranking }
      : { total, list: rankedFor(question), before: 0, ranking: undefined }
  }

  /** The records of a window, from the list that they stand in. */
  #ranked(question: Question, scope: number, { total, list, before }: Known, ranking: Ranking): RegistryRecord[] {
    const { skip, take, beyond } = question.window
    const isForwards = list.ascending === question.ascending
    let [begin, end] = [before, before + total]
    if (beyond !== undefined) {
      const last = Math.min(Math.max(Math.trunc(beyond), 0), Number.MAX_SAFE_INTEGER)
      const passed = countUpTo(this.#shapes, scope, list, ranking, isForwards ? last : last - 1)
      if (isForwards) begin = Math.max(begin, passed)
      else end = Math.min(end, passed)
    }
    if (isForwards) [begin, end] = [begin + skip, Math.min(end, begin + skip + take)]
    else [begin, end] = [Math.max(begin, end - skip - take), end - skip]
    if (begin >= end) return []
    const window = { skip: begin, take: end - begin }
    const records =
      ranking.is === 'whole'
        ? this.#numbered(scope, ranking.numbers(window.skip, window.take))
        : readRanked(this.#shapes, { ...list, window }, scope, ranking, this.#limits).map(recordOf)
    return isForwards ? records : records.reverse()
  }

  #tallied({ declaration, filters }: Question, scope: number): number | undefined {
    const tally = tallyOf(filters)
    if (tally === undefined || !this.#declared.get(declaration)?.has(tally.join(','))) return undefined
    let total = 0
    for (const key of tallyKeys(tally, filters)) total += this.#tallies.count(scope, key)
    return total
  }

  /** Counts where few records have to be looked at. */
  #counted(question: Question, scope: number): number | undefined {
    if (searchableText(question) !== undefined && !hasPrefix(question)) return undefined
    const effort = this.#effort(question, scope)
    if (effort >= this.#limits.light) return undefined
    return areAllCovered(question, countingOrder(question)) ? effort : this.#shapes.number('total', question, scope)
  }

  /** Records that an index is asked for; `limits.light` for more. */
  #effort(question: Question, scope: number): number {
    return this.#shapes.number('effort', { ...question, window: { skip: 0, take: this.#limits.light } }, scope)
  }

  /** Records with a prefix that are sorted sooner than searched for in order. */
  #isFew(question: Question, total: number): boolean {
    return total < this.#limits.light && hasPrefix(question)
  }

  /** @returns what the page is read from, and how many records are looked at, about */
  #cheapest(question: Question, scope: number, total: number, ranking: Ranking | undefined) {
    const { skip, take } = question.window
    if (ranking?.is === 'whole') return { use: 'page', cost: take } as const
    if (ranking === undefined && this.#isFew(question, total)) return { use: 'few', cost: total } as const
    const passed = (ranking ? Math.min(skip, 2 * this.#limits.block) : skip) + take
    const walked = (passed * this.#tallies.count(scope, '')) / total
    const text = searchableText(question)
    if (text !== undefined && question.order !== 'number')
      return walked < total ? ({ use: 'many', cost: walked } as const) : ({ use: 'page', cost: total } as const)
    const isDense = text === undefined ? areAllCovered(question, question.order) : question.filters.length === 1
    if (isDense || walked <= this.#limits.light) return { use: 'page', cost: isDense ? passed : walked } as const
    // What an index has in all is what a walk along it meets at most.
    const most = text === undefined ? this.#effort(question, scope) : walked
    return { use: 'page', cost: most < this.#limits.light ? most : walked } as const
  }

  #numbered(scope: number, numbers: readonly number[]): RegistryRecord[] {
    return numbers.flatMap(number => {
      const row = this.#byNumber.get(number, scope) as unknown as readonly unknown[] | undefined
      return row === undefined ? [] : [recordOf(row)]
    })
  }

  #avoid(question: Question): void {
    if (this.#tedious.size >= MAX_TEDIOUS) this.#tedious.clear()
    this.#tedious.add(nameOf(question))
  }
}

function hasPrefix(question: Question): boolean {
  const text = leadingText(question)
  const filter = text === undefined ? undefined : question.filters[text]
  return filter?.is === 'text' && filter.kind === 'prefix'
}

/** The same for all pages of a question, in any scope. */
function nameOf({ declaration, shape, filters }: Question): string {
  return `${declaration.product} ${shape} ${JSON.stringify(filters)}`
}
