/** What happens to those who present wrong keys, signatures and tokens again and again. */

import { RegistryFault } from '../registry/fault.ts'
import type { Clock } from '../registry/record-number.ts'
import type { FailureLog } from './failures.ts'
import { FAILURES_OF_ADDRESS, SIGNATURE_LOCK } from './limits.ts'
import { keySubject, Lockout } from './lockout.ts'
import { AuthenticationFailure, type AuthenticationProblem } from './principal.ts'
import { networkOf, Throttle } from './throttle.ts'

/** Problems that a guess has. A wrong clock, or a header that is left out, is none. */
const GUESSES: ReadonlySet<AuthenticationProblem['is']> = new Set([
  'unknown-access-key',
  'signature-mismatch',
  'invalid-token',
  'invalid-security-token',
  'foreign-security-token',
  'locked',
])

export class SignatureGuard {
  readonly #keys: Lockout
  readonly #addresses: Throttle

  constructor(log: FailureLog, clock: Clock) {
    this.#keys = new Lockout(log, SIGNATURE_LOCK)
    this.#addresses = new Throttle(FAILURES_OF_ADDRESS, clock)
  }

  /** Ask before the signature of a known key is looked at. @throws AuthenticationFailure `locked` */
  async admit(accessKeyId: string, address: string): Promise<void> {
    if (await this.#keys.isLocked(keySubject(accessKeyId, address))) throw new AuthenticationFailure({ is: 'locked' })
  }

  async passed(accessKeyId: string, address: string): Promise<void> {
    await this.#keys.succeeded(keySubject(accessKeyId, address))
  }

  /**
   * An address that fails too often gets another answer to its failures, and only to those: others behind the same
   * address go on.
   * @throws RegistryFault `busy`
   */
  async failed({ problem, accessKeyId }: AuthenticationFailure, address: string): Promise<void> {
    if (!GUESSES.has(problem.is)) return
    const wait = this.#addresses.take(networkOf(address))
    // Past the limit of its address a failure is not counted for the key either: each costs a write.
    if (wait > 0) throw new RegistryFault({ is: 'busy', retryAfterSeconds: Math.ceil(wait / 1000) })
    if (problem.is === 'signature-mismatch' && accessKeyId !== undefined)
      await this.#keys.failed(keySubject(accessKeyId, address))
  }
}
