/** How long one question has worked, and whose turn it is. */

import { TooCostly } from '../../registry/inventory.ts'
import { MAX_WORK } from './limits.ts'

/** Milliseconds after which others are served. */
const TURN = 4

export class Work {
  readonly #most: number
  #done = 0
  #turn = 0

  /** @param most milliseconds */
  constructor(most: number = MAX_WORK) {
    this.#most = most
  }

  /** Does a piece of the work, without awaiting anything. @throws TooCostly before it, when the time is used up */
  async piece<T>(run: () => T): Promise<T> {
    if (this.#done > this.#most) throw new TooCostly()
    if (this.#turn > TURN) {
      await new Promise(resolve => setImmediate(resolve))
      this.#turn = 0
    }
    const began = performance.now()
    try {
      return run()
    } finally {
      const took = performance.now() - began
      this.#done += took
      this.#turn += took
    }
  }
}
