/** Counts by value. */

export class Tally {
  readonly #counts: Map<string, number>
  total = 0

  /** @param values that are there also where nothing has them */
  constructor(values: readonly string[] = []) {
    this.#counts = new Map(values.map(value => [value, 0]))
  }

  add(value: string, count: number): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + count)
    this.total += count
  }

  all(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts)
  }

  /** The most frequent values, equal ones by their text, and how much the others come to. */
  most(limit: number): { readonly values: readonly { value: string; count: number }[]; readonly others: number } {
    const sorted = [...this.#counts]
      .map(([value, count]) => ({ value, count }))
      .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    const values = sorted.slice(0, limit)
    return { values, others: this.total - values.reduce((sum, { count }) => sum + count, 0) }
  }
}
