/** Makes drafts of files in threads, over all cores. Little work is done at once, without any thread. */

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type Answer, type DraftMaker, type MakerContext, type Task, work } from './drafts.ts'
import { type Packed, unpack } from './packed.ts'
import type { Workers } from './pipeline.ts'
import type { ThreadData } from './thread.ts'

/** Threads at most: one writer takes what two or three of them read, and each costs some 40 MB. */
const MAX_THREADS = 8
/** Tasks that lie ready for each thread, so that none waits for the next one. */
const TASKS_PER_THREAD = 2
/** What is read without a thread, since starting one takes longer: tasks, and bytes of each. */
const TASKS_WITHOUT_THREADS = 4
const BYTES_WITHOUT_THREADS = 256 * 1024

/** In the repository threads run the source, in the package what was built of it. */
const THREAD = import.meta.url.endsWith('.ts')
  ? new URL('./thread.ts', import.meta.url)
  : new URL('./thread.js', import.meta.url)

export interface ReaderOptions {
  /** Where a thread finds the master key: as `openVault` takes it. */
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** As many as there are cores without it. */
  readonly threads?: number
  /** Whether the first files may be read in the calling thread, which they keep busy for some milliseconds. */
  readonly startHere?: boolean
}

interface Thread {
  readonly worker: Worker
  /** What it is asked, oldest first: it answers in that order. */
  readonly asked: PromiseWithResolvers<Answer>[]
}

export class Reader implements Workers, AsyncDisposable {
  readonly width: number
  readonly #maker: DraftMaker
  readonly #context: MakerContext
  readonly #options: ReaderOptions
  readonly #count: number
  #tasksHere: number
  #threads: readonly Thread[] = []

  constructor(maker: DraftMaker, context: MakerContext, options: ReaderOptions) {
    this.#maker = maker
    this.#context = context
    this.#options = options
    this.#count = options.threads ?? Math.min(availableParallelism(), MAX_THREADS)
    this.#tasksHere = options.startHere === false ? 0 : TASKS_WITHOUT_THREADS
    this.width = this.#count * TASKS_PER_THREAD
  }

  async run(task: Task): Promise<Answer> {
    if (this.#tasksHere > 0 && task.is === 'files') {
      const answer = work(task, this.#maker, this.#context, BYTES_WITHOUT_THREADS)
      const isAll = answer.rest.length === 0 && answer.large === undefined
      this.#tasksHere = isAll ? this.#tasksHere - 1 : 0
      return answer
    }
    if (this.#threads.length === 0) this.#threads = Array.from({ length: this.#count }, () => this.#start())
    const idlest = this.#threads.reduce((best, thread) => (thread.asked.length < best.asked.length ? thread : best))
    const answer = Promise.withResolvers<Answer>()
    idlest.asked.push(answer)
    idlest.worker.postMessage(task)
    return answer.promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
  }

  #start(): Thread {
    const { product, module } = this.#maker
    const { principal, compartment } = this.#context
    const { dataDir, env } = this.#options
    const workerData: ThreadData = { product, module, principal, compartment, dataDir, env }
    const thread: Thread = { worker: new Worker(THREAD, { workerData, execArgv: [] }), asked: [] }
    thread.worker.on('message', (packed: Packed) => thread.asked.shift()?.resolve(unpack(packed)))
    thread.worker.on('error', error => {
      for (const answer of thread.asked.splice(0)) answer.reject(error)
    })
    return thread
  }
}
