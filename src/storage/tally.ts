/** Totals that are kept with each write: what a count is called, and which counts a record is part of. */

import type { RecordFacts } from '../registry/record.ts'
import { inTallyOrder, type TallyColumn } from './declared.ts'
import type { AskedFilter } from './question.ts'
import type { Bound } from './sql.ts'

/** The columns of one tally, in a fixed order; none for the total of the scope. */
export type Tally = readonly TallyColumn[]

/** Names one count of a scope. The values stand as a filter binds them. */
export function tallyKey(tally: Tally, values: readonly Bound[]): string {
  return tally.length === 0 ? '' : `${tally.join(',')}=${JSON.stringify(values)}`
}

/** The tally of filters that all compare a column with values; `undefined` if one does otherwise. */
export function tallyOf(filters: readonly AskedFilter[]): Tally | undefined {
  const columns = new Set<TallyColumn>()
  for (const filter of filters) {
    if ((filter.is !== 'equals' && filter.is !== 'one-of') || filter.column === 'number') return undefined
    columns.add(filter.column)
  }
  return columns.size === filters.length ? inTallyOrder([...columns]) : undefined
}

/** The counts that together are the total of such filters: one for every combination of the asked values. */
export function tallyKeys(tally: Tally, filters: readonly AskedFilter[]): readonly string[] {
  const combinations = tally.reduce<readonly (readonly Bound[])[]>(
    (before, column) => before.flatMap(values => valuesOf(filters, column).map(value => [...values, value])),
    [[]],
  )
  return combinations.map(values => tallyKey(tally, values))
}

function valuesOf(filters: readonly AskedFilter[], column: TallyColumn): readonly Bound[] {
  for (const filter of filters) {
    if (filter.is === 'equals' && filter.column === column) return [filter.value]
    if (filter.is === 'one-of' && filter.column === column) return filter.values
  }
  return []
}

/** What one write changes in the tallies of its scope. */
export class TallyChanges {
  readonly #tallies: readonly Tally[]
  readonly #key: (text: string) => string
  readonly #changes = new Map<string, number>()

  /** @param key as `IndexedTexts` has it */
  constructor(tallies: readonly Tally[], key: (text: string) => string) {
    this.#tallies = tallies
    this.#key = key
  }

  count(facts: RecordFacts, change: 1 | -1): void {
    for (const tally of this.#tallies) {
      const values = tally.map(column => this.#valueOf(facts[column]))
      const key = tallyKey(tally, values)
      this.#changes.set(key, (this.#changes.get(key) ?? 0) + change)
    }
  }

  /** By the name of the count, always in the same order. */
  *[Symbol.iterator](): Generator<readonly [key: string, change: number]> {
    for (const key of [...this.#changes.keys()].toSorted()) {
      const change = this.#changes.get(key) ?? 0
      if (change !== 0) yield [key, change]
    }
  }

  #valueOf(value: RecordFacts[TallyColumn]): Bound {
    if (typeof value === 'string') return this.#key(value)
    return typeof value === 'boolean' ? Number(value) : value
  }
}
