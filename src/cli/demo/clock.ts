/** A clock that can be put back while the demo's past is made, and then goes on with the machine's. */

import type { Clock } from '../../registry/record-number.ts'

export class DemoClock {
  readonly #present: Clock
  #at: number | undefined
  #step = 0
  #until = 0

  constructor(present: Clock = Date.now) {
    this.#present = present
  }

  /** The time in Unix ms. In the past, each look at the clock finds it a step further on. */
  readonly now: Clock = () => {
    if (this.#at === undefined) return this.#present()
    this.#at = Math.min(this.#at + this.#step, this.#until)
    return this.#at
  }

  /** @param from, until Unix ms: it never passes `until`. @param step ms */
  putBack(from: number, until: number, step: number): void {
    this.#at = from
    this.#until = until
    this.#step = step
  }

  release(): void {
    this.#at = undefined
  }
}
