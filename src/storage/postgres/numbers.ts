/**
 * Record numbers, assigned by several processes at the same time. Each has a worker's place in the numbers for itself,
 * on lease from the database, and with it a mark up to which it may assign numbers without asking. Whoever takes the
 * place over begins after that mark, so that no number is given twice, whatever the clocks of the machines say and
 * however long a process was not heard of.
 */

import { randomUUID } from 'node:crypto'
import { RegistryFault } from '../../registry/fault.ts'
import { type Clock, firstNumberAt, MAX_WORKERS, RecordNumbers, timeOfNumber } from '../../registry/record-number.ts'
import { ask, type Connections, type Statement } from './connections.ts'

/** Milliseconds that are marked in advance: one round trip in that time, and no more lost when a process is killed. */
const IN_ADVANCE = 2_000
/** Seconds after which a worker that has not been heard of may be replaced. */
const LEASE = 30

const EXTEND: Statement = {
  name: 'worker_extend',
  text: 'UPDATE workers SET mark = greatest(mark, $3), beat_at = now() WHERE worker = $1 AND holder = $2 RETURNING mark',
}
/** The free place whose mark is the furthest back: its numbers are not ahead of the time. */
const TAKE: Statement = {
  name: 'worker_take',
  text: `WITH free AS (
      SELECT worker, mark FROM workers
      WHERE holder IS NULL OR beat_at < now() - interval '${LEASE} seconds'
      ORDER BY mark, worker LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    UPDATE workers SET holder = $1, beat_at = now(), mark = greatest(workers.mark, $2)
    FROM free WHERE workers.worker = free.worker
    RETURNING workers.worker, free.mark, workers.mark`,
}
const RELEASE: Statement = {
  name: 'worker_release',
  text: 'UPDATE workers SET holder = NULL, mark = $3 WHERE worker = $1 AND holder = $2',
}

interface Lease {
  readonly worker: number
  readonly numbers: RecordNumbers
  /** The largest number that may be assigned. */
  mark: number
  /** The largest that was. */
  last: number
}

export class WorkerNumbers {
  readonly #connections: Connections
  readonly #clock: Clock
  readonly #holder = randomUUID()
  #lease: Lease | undefined
  #extending: Promise<void> | undefined

  /** @param connections other ones than those of the transactions that wait for numbers */
  constructor(connections: Connections, clock: Clock) {
    this.#connections = connections
    this.#clock = clock
  }

  /**
   * So many numbers, ascending, all larger than `after`.
   * @throws RegistryFault `busy` when as many processes as there are places write to the database
   */
  async take(count: number, after: number): Promise<number[]> {
    const taken: number[] = []
    while (taken.length < count) {
      const lease = this.#lease
      if (lease === undefined) {
        await this.#extend(after)
        continue
      }
      lease.numbers.goOnAfter(Math.max(after, taken.at(-1) ?? 0))
      const number = lease.numbers.next()
      if (number > lease.mark) await this.#extend(number)
      // Who lost his place meanwhile takes one from another place.
      if (number > lease.mark || this.#lease !== lease) continue
      lease.last = Math.max(lease.last, number)
      taken.push(number)
    }
    return taken
  }

  /** Gives the place back, so that the next process begins where this one ended. */
  async release(): Promise<void> {
    const lease = this.#lease
    this.#lease = undefined
    if (lease === undefined) return
    await this.#connections.rows(RELEASE, [lease.worker, this.#holder, lease.last]).catch(() => undefined)
  }

  /** Marks numbers in advance, from the clock's time or the number, whichever is later. */
  #extend(number: number): Promise<void> {
    this.#extending ??= this.#mark(number).finally(() => {
      this.#extending = undefined
    })
    return this.#extending
  }

  async #mark(number: number): Promise<void> {
    const mark = firstNumberAt(Math.max(this.#clock(), timeOfNumber(number)) + IN_ADVANCE)
    const lease = this.#lease
    if (lease !== undefined) {
      const [extended] = await this.#ask(EXTEND, [lease.worker, this.#holder, mark])
      if (extended !== undefined) {
        lease.mark = Number(extended[0])
        return
      }
      this.#lease = undefined
    }
    const [taken] = await this.#ask(TAKE, [this.#holder, mark])
    if (taken === undefined)
      throw new RegistryFault({ is: 'busy', retryAfterSeconds: LEASE }, { cause: new Error(FULL) })
    const [worker, before, until] = taken.map(Number)
    const last = before ?? 0
    const numbers = new RecordNumbers(this.#clock, worker ?? 0, last)
    this.#lease = { worker: worker ?? 0, numbers, mark: until ?? 0, last }
  }

  #ask(statement: Statement, values: readonly unknown[]): Promise<unknown[][]> {
    // Safe to repeat: a mark that was set without our hearing of it is only further ahead.
    return this.#connections.read(client => ask(client, statement, values))
  }
}

const FULL = `${MAX_WORKERS} processes write to this database already`
