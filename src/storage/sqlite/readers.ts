/**
 * Answers the lists that take long, in threads with connections of their own, so that nobody else waits for them. A thread
 * is started when it is first needed.
 */

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { RegistryFault } from '../../registry/fault.ts'
import type { Listing, ListingDeclaration } from '../../registry/listing.ts'
import type { Page } from '../../registry/store.ts'
import type { ListLimits } from './list-limits.ts'
import type { Learned } from './remembered.ts'

/** Lists that may wait for an answer at the same time. */
const MAX_WAITING = 256
const RETRY_AFTER_SECONDS = 5
/** Of a machine's cores, one serves. */
const THREADS = Math.min(2, Math.max(1, availableParallelism() - 1))

/** What a thread is started with. */
export interface ThreadData {
  readonly path: string
  readonly limits: ListLimits
}

/** What a thread is told. */
export type Message =
  | { readonly is: 'declare'; readonly declarations: readonly ListingDeclaration[] }
  | { readonly is: 'ask'; readonly ask: number; readonly scope: number; readonly listing: SentListing }

/** A listing with the place of its declaration among those that were declared. */
export type SentListing = Omit<Listing, 'declaration'> & { readonly declaration: number }

/** What a thread says. */
export type Answer =
  | { readonly ask: number; readonly page: Page; readonly learned: readonly Learned[] }
  | { readonly ask: number; readonly error: Error; readonly fault: RegistryFault['fault'] | undefined }

interface Asked {
  readonly answered: (page: Page) => void
  readonly failed: (error: Error) => void
}

interface Thread {
  readonly worker: Worker
  readonly asked: Map<number, Asked>
}

export class Readers {
  readonly #path: string
  readonly #learn: (learned: readonly Learned[]) => void
  readonly #limits: ListLimits
  readonly #declarations: ListingDeclaration[] = []
  readonly #threads: Thread[] = []
  #asks = 0
  #isClosed = false

  /** @param learn takes over what a thread found out */
  constructor(path: string, limits: ListLimits, learn: (learned: readonly Learned[]) => void) {
    this.#path = path
    this.#learn = learn
    this.#limits = limits
  }

  declare(declarations: readonly ListingDeclaration[]): void {
    this.#declarations.push(...declarations)
    for (const { worker } of this.#threads) tell(worker, { is: 'declare', declarations })
  }

  /** @throws RegistryFault `busy` when it takes too long, or too many others wait */
  async page(scope: number, { declaration, ...listing }: Listing): Promise<Page> {
    const thread = this.#thread()
    const ask = ++this.#asks
    const { promise, resolve, reject } = Promise.withResolvers<Page>()
    const { patience } = this.#limits
    // What it was about to find out is still found out, so that coming again is worth while.
    const late = setTimeout(() => reject(busy(`a list took longer than ${patience} ms`)), patience)
    thread.asked.set(ask, { answered: resolve, failed: reject })
    thread.worker.ref()
    const sent = { ...listing, declaration: this.#declarations.indexOf(declaration) }
    tell(thread.worker, { is: 'ask', ask, scope, listing: sent })
    try {
      return await promise
    } finally {
      clearTimeout(late)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#threads.splice(0).map(({ worker }) => worker.terminate()))
  }

  /** The one that has least to do. */
  #thread(): Thread {
    if (this.#isClosed) throw busy('the storage is closed')
    const [least] = this.#threads.toSorted((a, b) => a.asked.size - b.asked.size)
    if (this.#threads.reduce((sum, { asked }) => sum + asked.size, 0) >= MAX_WAITING)
      throw busy('too many lists that take long')
    if (least !== undefined && (least.asked.size === 0 || this.#threads.length >= THREADS)) return least
    return this.#start()
  }

  #start(): Thread {
    // Compiled, it lies beside this file under another ending.
    const file = import.meta.url.endsWith('.ts') ? './reader-thread.ts' : './reader-thread.js'
    const worker = new Worker(new URL(file, import.meta.url), {
      workerData: { path: this.#path, limits: this.#limits } satisfies ThreadData,
    })
    const thread: Thread = { worker, asked: new Map() }
    this.#threads.push(thread)
    tell(worker, { is: 'declare', declarations: this.#declarations })
    worker.on('message', (answer: Answer) => this.#answered(thread, answer))
    worker.on('error', error => this.#ended(thread, error))
    worker.on('exit', () => this.#ended(thread, busy('the thread of a list has ended')))
    worker.unref()
    return thread
  }

  #answered({ worker, asked }: Thread, answer: Answer): void {
    const one = asked.get(answer.ask)
    asked.delete(answer.ask)
    if (asked.size === 0) worker.unref()
    if ('error' in answer)
      one?.failed(answer.fault ? new RegistryFault(answer.fault, { cause: answer.error }) : answer.error)
    else {
      this.#learn(answer.learned)
      one?.answered(answer.page)
    }
  }

  /** The next list starts another one. */
  #ended(thread: Thread, why: Error): void {
    const at = this.#threads.indexOf(thread)
    if (at !== -1) this.#threads.splice(at, 1)
    for (const { failed } of thread.asked.values()) failed(why)
    thread.asked.clear()
  }
}

function tell(worker: Worker, message: Message): void {
  worker.postMessage(message)
}

function busy(why: string): RegistryFault {
  return new RegistryFault({ is: 'busy', retryAfterSeconds: RETRY_AFTER_SECONDS }, { cause: new Error(why) })
}
