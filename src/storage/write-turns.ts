/** Turns at writing: within one process, one transaction at a time, whoever holds which connection. */

import type { RegistryFault } from '../registry/fault.ts'

/**
 * A fair queue for the right to write. SQLite lets one connection write at a time and makes the others wait inside the
 * call, which in one thread would wait for itself. So whoever opens a write transaction takes a turn first, and keeps
 * it over every `await` until the transaction has ended.
 */
export class WriteTurns {
  #last: Promise<void> = Promise.resolve()
  #fault: RegistryFault | undefined
  readonly #ended = Promise.withResolvers<RegistryFault>()

  /** Why nobody may write any more; `undefined` as long as there are turns. */
  get fault(): RegistryFault | undefined {
    return this.#fault
  }

  /** Resolves when the last turn was given. */
  get ended(): Promise<RegistryFault> {
    return this.#ended.promise
  }

  /**
   * Resolves when it is the caller's turn. @returns what ends the turn; call it exactly once, whatever happened
   * @throws RegistryFault as given to `end`
   */
  async take(): Promise<() => void> {
    const before = this.#last
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#last = promise
    await before
    if (this.#fault === undefined) return resolve
    resolve()
    throw this.#fault
  }

  /** There are no turns from now on. */
  end(fault: RegistryFault): void {
    this.#fault ??= fault
    this.#ended.resolve(fault)
  }
}
