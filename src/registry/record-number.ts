/** Record numbers: 53-bit, time-ordered, assigned by the application, safe as a JavaScript number. */

/** Milliseconds since the Unix epoch. Comes in as a parameter, so that a test owns the time. */
export type Clock = () => number

/** 2024-01-01T00:00:00Z: numbers count from here, so that 41 bits of milliseconds last until 2093. */
export const NUMBER_EPOCH = Date.UTC(2024, 0, 1)
/** Values that one worker can give out in one millisecond: 7 bits. */
const PER_MILLISECOND = 128
/** Workers that may assign numbers at the same time: 5 bits. */
export const MAX_WORKERS = 32
const UNITS_PER_MILLISECOND = PER_MILLISECOND * MAX_WORKERS

/** The time (Unix ms) at which a record number was assigned: the record's creation time. */
export function timeOfNumber(number: number): number {
  return NUMBER_EPOCH + Math.floor(number / UNITS_PER_MILLISECOND)
}

/** The smallest number that can be assigned at `time` (Unix ms) or later; 0 for times before the numbers begin. */
export function firstNumberAt(time: number): number {
  const milliseconds = Math.min(Math.max(Math.ceil(time) - NUMBER_EPOCH, 0), 2 ** 41)
  return Math.min(milliseconds * UNITS_PER_MILLISECOND, Number.MAX_SAFE_INTEGER)
}

/** Gives out record numbers: each larger than the last one, also when the clock steps back. */
export class RecordNumbers {
  readonly #clock: Clock
  readonly #worker: number
  #millisecond: number
  #counter = 0

  /**
   * @param worker 0 to 31; two processes that assign numbers at the same time have different ones
   * @param last the largest number that was ever assigned, 0 if none: numbers go on after it
   */
  constructor(clock: Clock, worker: number, last: number) {
    if (!Number.isInteger(worker) || worker < 0 || worker >= MAX_WORKERS)
      throw new RangeError(`worker ${worker} is not in 0 to ${MAX_WORKERS - 1}`)
    this.#clock = clock
    this.#worker = worker
    this.#millisecond = -1
    this.#counter = PER_MILLISECOND
    this.goOnAfter(last)
  }

  /** Has every further number be larger than `last`, whatever worker assigned that; 0 for none. */
  goOnAfter(last: number): void {
    const millisecond = last === 0 ? -1 : Math.floor(last / UNITS_PER_MILLISECOND)
    if (millisecond < this.#millisecond) return
    // A later millisecond, unless all that was assigned in this one is this worker's own and smaller.
    if (millisecond === this.#millisecond && last < this.#number()) return
    this.#millisecond = millisecond
    this.#counter = PER_MILLISECOND
  }

  next(): number {
    const now = Math.floor(this.#clock()) - NUMBER_EPOCH
    if (now > this.#millisecond) {
      this.#millisecond = now
      this.#counter = 0
    } else if (this.#counter >= PER_MILLISECOND) {
      // The millisecond is used up, or the clock stands still or went back: borrow from the future.
      this.#millisecond++
      this.#counter = 0
    }
    const number = this.#number()
    this.#counter++
    return number
  }

  #number(): number {
    return this.#millisecond * UNITS_PER_MILLISECOND + this.#worker * PER_MILLISECOND + this.#counter
  }
}
