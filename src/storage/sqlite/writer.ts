/** The one place where records are written: jobs that arrive together share a transaction, and so one sync. */

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { WriteTurns } from '../write-turns.ts'
import { endIfDoubtful, faultOf } from './failure.ts'
import { patiently } from './patience.ts'

/** Milliseconds after which a transaction takes no further job: nothing else happens in the process meanwhile. */
const MAX_TRANSACTION = 10

interface Job {
  /** Does its writes in one go, without awaiting anything. */
  readonly run: () => unknown
  readonly done: (result: unknown) => void
  readonly failed: (error: unknown) => void
}

export class Writer {
  readonly #database: DatabaseSync
  readonly #turns: WriteTurns
  readonly #statement: Readonly<Record<'begin' | 'commit' | 'rollback' | 'save' | 'release' | 'back', StatementSync>>
  #waiting: Job[] = []
  #draining: Promise<void> | undefined

  constructor(database: DatabaseSync, turns: WriteTurns) {
    this.#database = database
    this.#turns = turns
    this.#statement = {
      begin: database.prepare('BEGIN IMMEDIATE'),
      commit: database.prepare('COMMIT'),
      rollback: database.prepare('ROLLBACK'),
      save: database.prepare('SAVEPOINT job'),
      release: database.prepare('RELEASE job'),
      back: database.prepare('ROLLBACK TO job'),
    }
  }

  /**
   * Runs a job in a write transaction and answers once that is durable. What the job throws undoes the job alone.
   * @throws RegistryFault `busy`; `storage-failed`, from a failed sync on for every write
   */
  write<T>(run: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    this.#waiting.push({ run, done: result => resolve(result as T), failed: reject })
    this.#draining ??= this.#drain()
    return promise
  }

  /** Resolves when no write is under way. */
  async idle(): Promise<void> {
    await this.#draining
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // What arrives in the same turn of the event loop shares the transaction.
      await new Promise(resolve => setImmediate(resolve))
      const taken: Job[] = []
      let endTurn: (() => void) | undefined
      try {
        endTurn = await this.#turns.take()
        await patiently(() => this.#statement.begin.run())
        this.#run(taken)
      } catch (error) {
        // Before the transaction began nothing was taken: then this is the answer to all who wait.
        for (const job of taken.length > 0 ? taken : this.#waiting.splice(0)) job.failed(faultOf(error))
      } finally {
        endTurn?.()
      }
    }
    this.#draining = undefined
  }

  /** Synchronous from the first job to the commit: nothing comes between. Everybody is answered after the commit. */
  #run(taken: Job[]): void {
    const started = performance.now()
    const answers: (() => void)[] = []
    try {
      do {
        const job = this.#waiting.shift()
        if (job === undefined) break
        taken.push(job)
        answers.push(this.#answerOf(job))
      } while (performance.now() - started < MAX_TRANSACTION)
      this.#commit()
    } catch (error) {
      if (this.#database.isTransaction) this.#statement.rollback.run()
      throw error
    }
    for (const answer of answers) answer()
  }

  #commit(): void {
    try {
      this.#statement.commit.run()
    } catch (error) {
      endIfDoubtful(error, this.#turns)
      throw error
    }
  }

  /** Runs a job. @returns what answers it. */
  #answerOf(job: Job): () => void {
    this.#statement.save.run()
    try {
      const result = job.run()
      this.#statement.release.run()
      return () => job.done(result)
    } catch (error) {
      // Some failures end the whole transaction by themselves: then no job of it has happened.
      if (!this.#database.isTransaction) throw error
      this.#statement.back.run()
      this.#statement.release.run()
      return () => job.failed(faultOf(error))
    }
  }
}
