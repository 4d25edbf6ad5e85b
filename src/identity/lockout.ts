/**
 * Locks whoever fails too often, for a while: a user after failed log-ins, a key after wrong signatures. A subject is
 * always somebody together with where the attempts came from, so that a stranger locks nobody out but himself.
 */

import { createHash } from 'node:crypto'
import type { FailureLog, LockRule } from './failures.ts'
import { networkOf } from './throttle.ts'

/** Subjects whose failures a success has to clear; beyond it the oldest keeps its failures until they are too old. */
const MAX_FAILING = 10_000

export class Lockout {
  readonly #log: FailureLog
  readonly #rule: LockRule
  /** Those that failed since their last success, as far as this process saw it. */
  readonly #failing = new Set<string>()

  constructor(log: FailureLog, rule: LockRule) {
    this.#log = log
    this.#rule = rule
  }

  async isLocked(subject: string): Promise<boolean> {
    return (await this.#log.lockedUntil(subject)) !== undefined
  }

  /** @returns whether this failure was one too many */
  async failed(subject: string): Promise<boolean> {
    this.#failing.add(subject)
    if (this.#failing.size > MAX_FAILING) {
      const [oldest] = this.#failing
      if (oldest !== undefined) this.#failing.delete(oldest)
    }
    return (await this.#log.countFailure(subject, this.#rule)) !== undefined
  }

  /** What counts is failures in a row. Costs nothing where there was none. */
  async succeeded(subject: string): Promise<void> {
    if (this.#failing.delete(subject)) await this.#log.clearFailures(subject)
  }
}

/** @param accessKeyId of a key that exists: others are text of any length */
export function keySubject(accessKeyId: string, address: string): string {
  return `key/${accessKeyId}/${networkOf(address)}`
}

/**
 * Names that nobody has are counted as those of users are, so that a lock does not tell which exist.
 * @param named the user's id, or what was given in its place, in parts
 */
export function loginSubject(named: readonly string[], address: string): string {
  const digest = createHash('sha256').update(JSON.stringify(named)).digest('base64url')
  return `login/${digest}/${networkOf(address)}`
}
