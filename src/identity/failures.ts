/** Failed attempts to prove who one is, and the locks that follow from them; shared by all processes. */

/** When failures lock. */
export interface LockRule {
  /** So many failures … */
  readonly most: number
  /** … within so many ms … */
  readonly withinMs: number
  /** … lock for so many ms. */
  readonly lockMs: number
}

/** A subject is what is counted for, for example `user/<id>`, `key/<id>`, `address/<ip>`: at most 200 characters. */
export interface FailureLog {
  /** Counts one failure. @returns until when (Unix ms) the subject is locked now; `undefined` where it is not */
  countFailure(subject: string, rule: LockRule): Promise<number | undefined>
  /** Until when the subject is locked; `undefined` where it is not. From memory: asking costs next to nothing. */
  lockedUntil(subject: string): Promise<number | undefined>
  /** Forgets the subject's failures and lifts its lock. */
  clearFailures(subject: string): Promise<void>
}
