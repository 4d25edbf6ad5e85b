/**
 * Writes authentication failures and refusals down without anybody waiting for it. Bounded in every direction: a flood
 * of failures costs a little memory, a batch now and then, and the events that found no room, which are counted.
 */

import type { Clock } from '../registry/record-number.ts'
import type { AuditEvent, AuditLog } from './audit.ts'
import type { DirectoryReader } from './directory.ts'
import { AuthenticationFailure, NotAllowed, type Principal } from './principal.ts'
import { hashOfToken } from './tokens.ts'
import type { WireRequest } from './wire-request.ts'

/** Events that wait at most, over all and of one address, so that one attacker does not crowd out the others. */
const MAX_WAITING = 10_000
const MAX_WAITING_OF_ADDRESS = 1_000
/** Events of one transaction, and how long to wait for more of them, in ms. */
const BATCH = 500
const WRITE_EVERY_MS = 200

/** What is kept of a resource's name, in characters. */
const MAX_RESOURCE = 300

type Kept = Pick<AuditLog, 'appendAuditEvents'> & Pick<DirectoryReader, 'accessKey' | 'token' | 'user'>

interface Waiting {
  readonly event: AuditEvent
  /** Whose credentials were presented, where that is still to be found out. */
  readonly tokenHash: string | undefined
}

export class AuditTrail {
  readonly #log: Kept
  readonly #clock: Clock
  #waiting: Waiting[] = []
  readonly #ofAddress = new Map<string, number>()
  #dropped = 0
  #told = 0
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined

  constructor(log: Kept, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  /** Events that found no room since the start. */
  get dropped(): number {
    return this.#dropped
  }

  /**
   * Notes an authentication failure or a refusal; other errors are nothing to it.
   * @param action of the route; empty for one that authenticates nobody (asking for a token)
   */
  note(error: unknown, request: WireRequest, action: string, principal?: Principal): void {
    if (error instanceof AuthenticationFailure) {
      // Of what a request claims, only a key that exists is kept: anything else may be a secret in the wrong place.
      const event = { reason: error.problem.is, accessKeyId: error.accessKeyId ?? '' }
      const token = error.problem.is === 'expired-token' ? request.headers.first('x-auth-token') : undefined
      this.#add({ ...this.#blank(request, action), ...event, verdict: 'failed' }, token && hashOfToken(token))
    } else if (error instanceof NotAllowed && principal) {
      const ground = error.ground ?? { reason: error.refusal.is, resource: '', policy: '', statement: null }
      this.#add({
        ...this.#blank(request, action),
        accountId: principal.domainId,
        userId: principal.userId,
        userName: principal.userName,
        accessKeyId: principal.accessKeyId ?? '',
        ...ground,
        // The end of it may be a path parameter of the caller's.
        resource: ground.resource.slice(0, MAX_RESOURCE),
        verdict: 'refused',
      })
    }
  }

  /** @returns once everything that was noted before is written, or could not be */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    while (this.#writing || this.#waiting.length > 0) await this.#write()
  }

  #blank(request: WireRequest, action: string): AuditEvent {
    const { id, remoteAddress } = request
    return { ...EMPTY, at: this.#clock(), requestId: id, action: action || 'authenticate', address: remoteAddress }
  }

  #add(event: AuditEvent, tokenHash?: string): void {
    const ofAddress = this.#ofAddress.get(event.address) ?? 0
    if (this.#waiting.length >= MAX_WAITING || ofAddress >= MAX_WAITING_OF_ADDRESS) {
      this.#dropped++
      return
    }
    this.#waiting.push({ event, tokenHash })
    this.#ofAddress.set(event.address, ofAddress + 1)
    this.#writeSoon()
  }

  /** One batch each time: in a flood, what comes meanwhile waits, and then is dropped. */
  #writeSoon(): void {
    if (this.#timer || this.#writing) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#write()
    }, WRITE_EVERY_MS).unref()
  }

  #write(): Promise<void> {
    this.#writing ??= this.#writeBatch().finally(() => {
      this.#writing = undefined
      if (this.#waiting.length > 0) this.#writeSoon()
    })
    return this.#writing
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#waiting.splice(0, BATCH)
    for (const { event } of batch) {
      const left = (this.#ofAddress.get(event.address) ?? 1) - 1
      if (left > 0) this.#ofAddress.set(event.address, left)
      else this.#ofAddress.delete(event.address)
    }
    const untold = this.#dropped - this.#told
    try {
      const events = await Promise.all(batch.map(waiting => this.#complete(waiting)))
      await this.#log.appendAuditEvents(untold > 0 ? [...events, this.#gap(untold)] : events)
      this.#told += untold
    } catch {
      // The storage refuses writes: the requests that it serves meanwhile are worth more than their audit.
      this.#dropped += batch.length
    }
  }

  /** Finds out whose key or token it was, now that nobody can measure how long that takes. */
  async #complete({ event, tokenHash }: Waiting): Promise<AuditEvent> {
    if (event.userId !== '') return event
    const key = event.accessKeyId === '' ? undefined : await this.#log.accessKey(event.accessKeyId)
    const token = tokenHash === undefined ? undefined : await this.#log.token(tokenHash)
    const userId = key?.userId ?? token?.userId
    const user = userId === undefined ? undefined : await this.#log.user(userId)
    return user ? { ...event, accountId: user.accountId, userId: user.id, userName: user.name } : event
  }

  #gap(events: number): AuditEvent {
    return { ...EMPTY, at: this.#clock(), action: 'audit', reason: `${events} events found no room` }
  }
}

const EMPTY: AuditEvent = {
  at: 0,
  requestId: '',
  accountId: '',
  userId: '',
  userName: '',
  accessKeyId: '',
  action: '',
  resource: '',
  verdict: 'failed',
  reason: '',
  policy: '',
  statement: null,
  address: '',
}
