/**
 * Positions in an ordered list, kept in memory: of a short list every place, of a long one a fence every so many records
 * and how many stand between two of them. It is made in one pass over the list and follows every write from then on. It
 * knows nothing of any engine.
 */

import type { Bound } from './sql.ts'

/** Where a record stands in an order: its value there, and its number. */
export interface Place {
  /** `null` where the record has no value, and in an order by number. */
  readonly value: Bound
  readonly number: number
}

/** The order of places in a list: negative where `a` comes first. */
export type Comparison = (a: Place, b: Place) => number

export type Ranking = WholeRanking | FencedRanking

/** What a ranking is made of, as it goes from one thread to another. */
export type RankingParts =
  | { readonly is: 'whole'; readonly places: readonly Place[] }
  /** `ends` are the last places of every block but the last one. */
  | { readonly is: 'fenced'; readonly ends: readonly Place[]; readonly counts: readonly number[] }

export function rankingOf(parts: RankingParts, compare: Comparison): Ranking {
  return parts.is === 'whole'
    ? new WholeRanking(parts.places, compare)
    : new FencedRanking(parts.ends, parts.counts, compare)
}

/** Every place of a short list. */
export class WholeRanking {
  readonly is = 'whole'
  readonly #places: Place[]
  readonly #compare: Comparison

  /** @param places in the order of the list */
  constructor(places: readonly Place[], compare: Comparison) {
    this.#places = [...places]
    this.#compare = compare
  }

  get total(): number {
    return this.#places.length
  }

  /** Places that it keeps: its weight in memory. */
  get size(): number {
    return this.#places.length
  }

  get parts(): RankingParts {
    return { is: 'whole', places: this.#places }
  }

  numbers(skip: number, take: number): readonly number[] {
    return this.#places.slice(skip, skip + take).map(({ number }) => number)
  }

  /** Records that come before a place. */
  before(place: Place): number {
    return firstNotBefore(this.#places, place, this.#compare)
  }

  /** A record came to stand there (`+1`), or left (`-1`). */
  count(place: Place, change: 1 | -1): void {
    const at = firstNotBefore(this.#places, place, this.#compare)
    if (change === 1) this.#places.splice(at, 0, place)
    else this.#places.splice(at, 1)
  }
}

/** One block of a long list. */
export interface Block {
  readonly index: number
  readonly count: number
  /** Records of the blocks before it. */
  readonly before: number
  /** The place behind which its records stand; `undefined` at the beginning of the list. */
  readonly begins: Place | undefined
}

/** Fences of a long list. No record need stand at a fence any more. */
export class FencedRanking {
  readonly is = 'fenced'
  readonly #ends: Place[]
  readonly #counts: number[]
  readonly #compare: Comparison
  /** Records before each block; made anew when a count has changed. */
  #before: Float64Array | undefined

  constructor(ends: readonly Place[], counts: readonly number[], compare: Comparison) {
    this.#ends = [...ends]
    this.#counts = [...counts]
    this.#compare = compare
  }

  get total(): number {
    const last = this.#counts.length - 1
    return (this.#sums()[last] ?? 0) + (this.#counts[last] ?? 0)
  }

  /** As `WholeRanking.size`. */
  get size(): number {
    return this.#ends.length
  }

  get parts(): RankingParts {
    return { is: 'fenced', ends: this.#ends, counts: this.#counts }
  }

  /** The block that holds the record at a position from 0. */
  at(position: number): Block {
    const sums = this.#sums()
    let [low, high] = [0, sums.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((sums[middle] ?? 0) <= position) low = middle
      else high = middle - 1
    }
    return this.#block(low)
  }

  /** The block in which a record of this place would stand. */
  of(place: Place): Block {
    return this.#block(firstNotBefore(this.#ends, place, this.#compare))
  }

  /** As `WholeRanking.count`. */
  count(place: Place, change: 1 | -1): void {
    const block = firstNotBefore(this.#ends, place, this.#compare)
    this.#counts[block] = (this.#counts[block] ?? 0) + change
    this.#before = undefined
  }

  /** Cuts a block in two; the first of them has `first` records and ends at `end`. */
  split({ index, count }: Block, first: number, end: Place): void {
    this.#ends.splice(index, 0, end)
    this.#counts.splice(index, 1, first, count - first)
    this.#before = undefined
  }

  #block(index: number): Block {
    return {
      index,
      count: this.#counts[index] ?? 0,
      before: this.#sums()[index] ?? 0,
      begins: this.#ends[index - 1],
    }
  }

  #sums(): Float64Array {
    if (this.#before !== undefined) return this.#before
    const before = new Float64Array(this.#counts.length)
    let sum = 0
    for (const [block, count] of this.#counts.entries()) {
      before[block] = sum
      sum += count
    }
    this.#before = before
    return before
  }
}

function firstNotBefore(places: readonly Place[], place: Place, compare: Comparison): number {
  let [low, high] = [0, places.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const other = places[middle]
    if (other !== undefined && compare(other, place) < 0) low = middle + 1
    else high = middle
  }
  return low
}
