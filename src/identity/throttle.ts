/** Token buckets: so many at once, so many a second after that, for each key; forgotten by bounded memory. */

import type { Clock } from '../registry/record-number.ts'

export interface ThrottleRule {
  /** How many may come at once. */
  readonly burst: number
  /** How many a second may come from then on. */
  readonly perSecond: number
}

/** Keys that are remembered. One is about 100 bytes, so a flood of keys costs at most 10 MB. */
export const MAX_THROTTLED_KEYS = 100_000

export class Throttle {
  readonly #clock: Clock
  readonly #maxKeys: number
  /** Ms that one costs. */
  readonly #cost: number
  /** Ms that may be owed at most. */
  readonly #credit: number
  /** Until when (Unix ms) what a key took is paid back. Least recently used first; who is not here owes nothing. */
  readonly #debts = new Map<string, number>()

  constructor({ burst, perSecond }: ThrottleRule, clock: Clock, maxKeys = MAX_THROTTLED_KEYS) {
    this.#clock = clock
    this.#maxKeys = maxKeys
    this.#cost = 1000 / perSecond
    this.#credit = burst * this.#cost
  }

  /** Takes one. @param key at most 200 characters @returns ms after which there is one again; 0 where it was taken */
  take(key: string): number {
    const now = this.#clock()
    // A clock that was set back owes nothing more than a full credit.
    const owed = Math.min(this.#credit, Math.max(0, (this.#debts.get(key) ?? now) - now))
    const wait = Math.max(0, Math.ceil(owed + this.#cost - this.#credit))
    this.#debts.delete(key)
    this.#debts.set(key, now + owed + (wait > 0 ? 0 : this.#cost))
    if (this.#debts.size > this.#maxKeys) this.#forgetOne()
    return wait
  }

  /** Keys that are remembered now. */
  get size(): number {
    return this.#debts.size
  }

  #forgetOne(): void {
    const oldest = this.#debts.keys().next()
    if (!oldest.done) this.#debts.delete(oldest.value)
  }
}

/**
 * What an address is counted as: an IPv6 client has a whole /64 to choose from, and an IPv4 client may be seen as either.
 * @param address as `WireRequest.remoteAddress`
 */
export function networkOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? []
  if (mapped !== undefined) return mapped
  const [bare = ''] = address.split('%')
  if (!bare.includes(':')) return bare
  const [head = '', tail] = bare.toLowerCase().split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0')
  return `${[...first, ...zeros, ...last].slice(0, 4).join(':')}::/64`
}
