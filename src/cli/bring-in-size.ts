/** How many records go into one transaction: as many as the storage adds in the time that one may take. */

const FIRST = 250
const LEAST = 50
const MOST = 10_000
/** From one transaction to the next, so that one slow or quick commit does not decide alone. */
const MAX_GROWTH = 2

export class BatchSize {
  records: number
  readonly #milliseconds: number

  /** @param milliseconds that a transaction may take */
  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds
    this.records = Math.min(FIRST, milliseconds * 2)
  }

  /** @param milliseconds that adding so many records took */
  learn(records: number, milliseconds: number): void {
    const fitting = (records * this.#milliseconds) / Math.max(milliseconds, 0.1)
    const bounded = Math.min(fitting, this.records * MAX_GROWTH)
    this.records = Math.round(Math.min(Math.max(bounded, this.records / MAX_GROWTH, LEAST), MOST))
  }
}
