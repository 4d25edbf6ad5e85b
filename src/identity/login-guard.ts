/** What bounds log-ins: guesses of a password, and the tokens and temporary keys of one user. */

import { RegistryFault } from '../registry/fault.ts'
import type { Clock } from '../registry/record-number.ts'
import type { FailureLog } from './failures.ts'
import { LOGIN_LOCK, LOGINS_OF_ADDRESS, TOKENS_OF_USER } from './limits.ts'
import { Lockout, loginSubject } from './lockout.ts'
import { networkOf, Throttle } from './throttle.ts'

export class LoginGuard {
  readonly #logins: Lockout
  readonly #addresses: Throttle
  readonly #users: Throttle

  constructor(log: FailureLog, clock: Clock) {
    this.#logins = new Lockout(log, LOGIN_LOCK)
    this.#addresses = new Throttle(LOGINS_OF_ADDRESS, clock)
    this.#users = new Throttle(TOKENS_OF_USER, clock)
  }

  /** Ask before anything that is expensive. @throws RegistryFault `busy` */
  admit(address: string): void {
    refuse(this.#addresses.take(networkOf(address)))
  }

  /** Ask before a token or a temporary key is made for the user. @throws RegistryFault `busy` */
  issue(userId: string): void {
    refuse(this.#users.take(userId))
  }

  /** @param named as `loginSubject` has it */
  isLocked(named: readonly string[], address: string): Promise<boolean> {
    return this.#logins.isLocked(loginSubject(named, address))
  }

  async failed(named: readonly string[], address: string): Promise<void> {
    await this.#logins.failed(loginSubject(named, address))
  }

  async succeeded(named: readonly string[], address: string): Promise<void> {
    await this.#logins.succeeded(loginSubject(named, address))
  }
}

function refuse(wait: number): void {
  if (wait > 0) throw new RegistryFault({ is: 'busy', retryAfterSeconds: Math.ceil(wait / 1000) })
}
