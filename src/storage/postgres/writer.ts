/**
 * The one place where records are written. Jobs of one scope that wait at the same time share a transaction, and so one
 * sync; scopes are written side by side.
 */

import { RegistryFault } from '../../registry/fault.ts'
import type { Connections } from './connections.ts'
import { faultOf, kindOf } from './failure.ts'
import { commit } from './outcome.ts'
import { type ScopeId, WriteTransaction } from './transaction.ts'

/** Jobs of one transaction at most: whoever waits for the scope waits for all of them. */
const MAX_JOBS = 32

interface Job {
  /** Decides by reading, then writes: what it throws as a `RegistryFault`, it throws before it has written. */
  readonly run: (transaction: WriteTransaction) => Promise<unknown>
  readonly done: (result: unknown) => void
  readonly failed: (error: unknown) => void
}

export class Writer {
  readonly #connections: Connections
  readonly #most: number
  readonly #waiting = new Map<number, Job[]>()
  readonly #draining = new Map<number, Promise<void>>()
  readonly #turns: (() => void)[] = []
  #writing = 0

  /** @param most transactions at the same time, fewer than there are connections: lists need some too */
  constructor(connections: Connections, most: number) {
    this.#connections = connections
    this.#most = most
  }

  /**
   * Runs a job in a write transaction of the scope and answers once that is durable. A job that fails fails alone. A job
   * may be run again, in another transaction, when the first was undone.
   * @throws RegistryFault `busy`; `storage-failed`, also when nobody can tell whether the commit happened
   */
  write<T>(scope: ScopeId, run: (transaction: WriteTransaction) => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const job: Job = { run, done: result => resolve(result as T), failed: error => reject(faultOf(error)) }
    const waiting = this.#waiting.get(scope.id)
    if (waiting === undefined) this.#waiting.set(scope.id, [job])
    else waiting.push(job)
    if (!this.#draining.has(scope.id))
      this.#draining.set(
        scope.id,
        this.#drain(scope).finally(() => this.#draining.delete(scope.id)),
      )
    return promise
  }

  /** Resolves when no write is under way. */
  async idle(): Promise<void> {
    while (this.#draining.size > 0) await Promise.all(this.#draining.values())
  }

  async #drain(scope: ScopeId): Promise<void> {
    await this.#takeTurn()
    try {
      for (;;) {
        const jobs = this.#waiting.get(scope.id)?.splice(0, MAX_JOBS) ?? []
        if (jobs.length === 0) break
        await this.#run(scope, jobs)
      }
      this.#waiting.delete(scope.id)
    } finally {
      this.#endTurn()
    }
  }

  async #run(scope: ScopeId, jobs: readonly Job[]): Promise<void> {
    try {
      const answers = await this.#connections.persist(() => this.#transact(scope, jobs))
      for (const answer of answers) answer()
    } catch (error) {
      const [only] = jobs
      // One of them is at fault, and nobody knows which; whether it was a commit, everybody would ask in vain.
      if (jobs.length > 1 && kindOf(error) === undefined && !(error instanceof RegistryFault))
        for (const job of jobs) await this.#run(scope, [job])
      else if (jobs.length === 1) only?.failed(error)
      else for (const job of jobs) job.failed(error)
    }
  }

  /** @returns what answers each job, once it is durable */
  #transact(scope: ScopeId, jobs: readonly Job[]): Promise<(() => void)[]> {
    return this.#connections.with(async client => {
      const transaction = await WriteTransaction.begin(client, scope)
      const answers: (() => void)[] = []
      for (const job of jobs) answers.push(await answerOf(job, transaction))
      await transaction.finish()
      await commit(client, transaction, this.#connections)
      return answers
    })
  }

  async #takeTurn(): Promise<void> {
    if (this.#writing < this.#most) this.#writing++
    else await new Promise<void>(resolve => this.#turns.push(resolve))
  }

  #endTurn(): void {
    const next = this.#turns.shift()
    if (next === undefined) this.#writing--
    else next()
  }
}

async function answerOf(job: Job, transaction: WriteTransaction): Promise<() => void> {
  try {
    const result = await job.run(transaction)
    return () => job.done(result)
  } catch (error) {
    if (!(error instanceof RegistryFault)) throw error
    return () => job.failed(error)
  }
}
