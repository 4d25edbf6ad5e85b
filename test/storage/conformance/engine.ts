/** What the suite needs from an engine, and one bench to stand on: an opened storage and the time. */

import { afterAll, beforeAll } from 'vitest'
import type { Clock } from '../../../src/registry/record-number.ts'
import type { Scope } from '../../../src/registry/scope.ts'
import type { Storage } from '../../../src/registry/store.ts'
import { DECLARATIONS } from '../declarations.ts'
import { START, scopeOf } from '../drafts.ts'
import { REAL_DECLARATIONS } from '../real-declarations.ts'

/** What the bench's storage is opened with: the sample listings, and those of the products. */
export const DECLARED = [...DECLARATIONS, ...REAL_DECLARATIONS]

/** An empty database. */
export interface Engine {
  /** Opens it: also again after closing, and also while it is open, as another process would. */
  open(clock: Clock): Promise<Storage>
  /** Removes it. Everything that was opened is closed. */
  dispose(): Promise<void>
}

/** One engine for a whole `describe`. Tests do not meet, for each takes scopes of its own. */
export class Bench {
  /** The suite's time: Unix ms, moved by hand. */
  now = START
  readonly clock: Clock = () => this.now
  #storage: Storage | undefined
  #engine: Engine | undefined
  #scopes = 0

  constructor(prepare: () => Promise<Engine>) {
    beforeAll(async () => {
      this.#engine = await prepare()
      this.#storage = await this.openAnother()
    })
    afterAll(async () => {
      await this.#storage?.close()
      await this.#engine?.dispose()
    })
  }

  get storage(): Storage {
    if (this.#storage === undefined) throw new Error('the bench is not set up yet')
    return this.#storage
  }

  get records(): Storage['records'] {
    return this.storage.records
  }

  /** A scope that nobody has used. */
  scope(product: string): Scope {
    return scopeOf(product, `scope-${++this.#scopes}`)
  }

  async openAnother(): Promise<Storage> {
    if (this.#engine === undefined) throw new Error('the bench is not set up yet')
    const storage = await this.#engine.open(this.clock)
    await storage.declare(DECLARED)
    return storage
  }

  async reopen(): Promise<void> {
    await this.storage.close()
    this.#storage = await this.openAnother()
  }
}
