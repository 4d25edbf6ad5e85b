/** What the directory keeps in memory, and when it has to forget it. */

import type { Clock } from '../registry/record-number.ts'

/** How long another process's change may go unseen, in ms: half of the second that is promised. */
const CHECK_EVERY_MS = 500
/** Entries of one kind; the one that was kept first goes first. */
const MAX_ENTRIES = 10_000

/**
 * Answers look-ups from memory as long as nothing in the directory changed. Any change forgets everything: changes are
 * rare, and what is forgotten is read again in no time.
 */
export class DirectoryMemory {
  readonly #clock: Clock
  readonly #readCounter: () => Promise<number>
  readonly #kept = new Map<string, Map<string | number, unknown>>()
  /** Counts the forgettings, so that an answer read before one is not kept after it. */
  #generation = 0
  #counter: number | undefined
  #checkedAt = Number.NEGATIVE_INFINITY
  #checking: Promise<void> | undefined

  /** @param readCounter gives a number that goes up with every change, whichever process made it */
  constructor(clock: Clock, readCounter: () => Promise<number>) {
    this.#clock = clock
    this.#readCounter = readCounter
  }

  /** Only what exists is kept: look-ups of made-up names cannot fill the memory. */
  async find<T>(kind: string, key: string | number, read: () => Promise<T | undefined>): Promise<T | undefined> {
    const age = this.#clock() - this.#checkedAt
    // A clock that was set back says nothing about how much time has passed.
    if (age >= CHECK_EVERY_MS || age < 0) await this.#check()
    const present = this.#kept.get(kind)?.get(key)
    if (present !== undefined) return present as T
    const generation = this.#generation
    const found = await read()
    if (found !== undefined && generation === this.#generation) this.#keep(kind, key, found)
    return found
  }

  /** Call it once a change is durable, before anybody is told so. */
  forget(): void {
    this.#generation++
    this.#kept.clear()
  }

  #keep(kind: string, key: string | number, value: unknown): void {
    let entries = this.#kept.get(kind)
    if (entries === undefined) {
      entries = new Map()
      this.#kept.set(kind, entries)
    }
    if (entries.size >= MAX_ENTRIES) {
      const oldest = entries.keys().next()
      if (!oldest.done) entries.delete(oldest.value)
    }
    entries.set(key, value)
  }

  #check(): Promise<void> {
    this.#checking ??= this.#readOnce().finally(() => {
      this.#checking = undefined
    })
    return this.#checking
  }

  async #readOnce(): Promise<void> {
    const now = this.#clock()
    const counter = await this.#readCounter()
    if (counter !== this.#counter) this.forget()
    this.#counter = counter
    this.#checkedAt = now
  }
}
