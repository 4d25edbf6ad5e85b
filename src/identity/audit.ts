/** What is kept of authentication failures, refusals and changes of identity. Never a secret, whoever sent one. */

/** Whatever of an event is not known is the empty string. */
export interface AuditEvent {
  /** Unix milliseconds. */
  readonly at: number
  /** 32 lower-case hex digits; empty for what no request did (the commands). */
  readonly requestId: string
  /** Who it was, or claimed to be where there is such a user or key. */
  readonly accountId: string
  readonly userId: string
  readonly userName: string
  readonly accessKeyId: string
  /** For example `scm:cert:list`, `iam:users:delete`, `authenticate`. */
  readonly action: string
  /** What it was done to: `service:region:account:type:path`. */
  readonly resource: string
  readonly verdict: AuditVerdict
  /** Why: `signature-mismatch`, `explicit-deny`, `no-policy-allows`, `no-such-place`, … */
  readonly reason: string
  /** The policy that decided, and its statement from 0. */
  readonly policy: string
  readonly statement: number | null
  /** Where the request came from. */
  readonly address: string
}

/** `failed`: nobody was authenticated; `refused`: somebody may not; `changed`: identity itself was changed. */
export type AuditVerdict = 'failed' | 'refused' | 'changed'

export interface KeptAuditEvent extends AuditEvent {
  /** Goes up with time. */
  readonly number: number
}

/** Every bound that is given holds. */
export interface AuditQuery {
  readonly accountId?: string
  readonly userId?: string
  readonly verdict?: AuditVerdict
  /** Unix milliseconds, inclusive. */
  readonly from?: number
  readonly to?: number
  /** Only events older than the one with this number: the way to the next page. */
  readonly before?: number
  /** 1 to 1,000. */
  readonly take: number
}

export interface AuditLog {
  /** Keeps events, all or none; forgets those that are too old or too many. */
  appendAuditEvents(events: readonly AuditEvent[]): Promise<void>
  /** Newest first. */
  auditEvents(query: AuditQuery): Promise<readonly KeptAuditEvent[]>
}
