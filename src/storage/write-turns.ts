/** Turns at writing: within one process, one transaction at a time, whoever holds which connection. */

/**
 * A fair queue for the right to write. SQLite lets one connection write at a time and makes the others wait inside the
 * call, which in one thread would wait for itself. So whoever opens a write transaction takes a turn first, and keeps
 * it over every `await` until the transaction has ended.
 */
export class WriteTurns {
  #last: Promise<void> = Promise.resolve()

  /** Resolves when it is the caller's turn. @returns what ends the turn; call it exactly once, whatever happened */
  async take(): Promise<() => void> {
    const before = this.#last
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#last = promise
    await before
    return resolve
  }
}
