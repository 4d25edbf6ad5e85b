/**
 * Several processes on one port: the primary takes the connections and hands each to a worker, in turn. It replaces a
 * worker that ended, and ends with all of them.
 */

import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import type { Log } from './log.ts'

/** Milliseconds before a worker that ended is replaced; doubled each time, as long as its successors do not last. */
const FIRST_PAUSE = 100
const LONGEST_PAUSE = 5_000
/** A worker that served for so many milliseconds has lasted. */
const LASTED = 10_000
/** Milliseconds for the workers to finish what is in flight; they cut it themselves a second before. */
const PATIENCE = 9_000

/** What a worker says once it accepts requests. */
interface Ready {
  readonly endpoint: string
}

/** The first worker could not start. It has said why itself. */
export class WorkerFailed extends Error {
  readonly exitCode: number

  constructor(exitCode: number) {
    super('The first worker could not start.')
    this.name = 'WorkerFailed'
    this.exitCode = exitCode
  }
}

/** Whether this process is a worker of another one. */
export function isWorker(): boolean {
  return cluster.isWorker
}

/** In a worker: tells the primary that requests are accepted. */
export function tellReady(endpoint: string): void {
  process.send?.({ endpoint } satisfies Ready)
}

/** In a worker, at its end: lets go of the primary, so that the process may end. */
export function leavePrimary(): void {
  cluster.worker?.disconnect()
}

export class Workers {
  readonly #count: number
  readonly #log: Log
  readonly #startedAt = new Map<Worker, number>()
  readonly #pauses = new Set<NodeJS.Timeout>()
  #pause = FIRST_PAUSE
  #isStopping = false

  constructor(count: number, log: Log) {
    this.#count = count
    this.#log = log
  }

  /**
   * Starts them: the first one alone, so that whatever keeps it from starting is said once.
   * @returns the endpoint, once all accept requests
   * @throws WorkerFailed
   */
  async start(): Promise<string> {
    const endpoint = await this.#started(this.#fork())
    const others = Array.from({ length: this.#count - 1 }, () => this.#started(this.#fork()))
    await Promise.all(others)
    cluster.on('exit', (worker, code, signal) => this.#replace(worker, code, signal))
    // One may have ended before anybody listened.
    while (this.#running().length < this.#count) this.#fork()
    return endpoint
  }

  /** Asks all to end, and resolves when they have. What is not finished in time is cut. */
  async stop(): Promise<void> {
    this.#isStopping = true
    for (const pause of this.#pauses) clearTimeout(pause)
    const running = this.#running()
    const signalAll = (signal: NodeJS.Signals) => {
      for (const { process: child } of running) child.kill(signal)
    }
    const ended = Promise.all(running.map(worker => once(worker, 'exit')))
    signalAll('SIGTERM')
    const cut = setTimeout(() => signalAll('SIGKILL'), PATIENCE)
    await ended
    clearTimeout(cut)
  }

  #running(): readonly Worker[] {
    return Object.values(cluster.workers ?? {}).filter(worker => worker !== undefined && !worker.isDead()) as Worker[]
  }

  #fork(): Worker {
    const worker = cluster.fork()
    this.#startedAt.set(worker, performance.now())
    return worker
  }

  async #started(worker: Worker): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    worker.once('message', (message: Ready) => resolve(message.endpoint))
    worker.once('exit', code => reject(new WorkerFailed(code ?? 1)))
    try {
      return await promise
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  #replace(worker: Worker, code: number, signal: string): void {
    const lived = performance.now() - (this.#startedAt.get(worker) ?? 0)
    this.#startedAt.delete(worker)
    if (this.#isStopping) return
    this.#pause = lived >= LASTED ? FIRST_PAUSE : Math.min(this.#pause * 2, LONGEST_PAUSE)
    this.#log.error(
      { worker: worker.process.pid, code, signal, pauseMs: this.#pause },
      'a worker ended and is replaced',
    )
    const pause = setTimeout(() => {
      this.#pauses.delete(pause)
      this.#fork()
    }, this.#pause)
    this.#pauses.add(pause)
  }
}
