/** Who calls, where they want to go, and in how many ways that can be refused. */

/** Who calls, once authenticated. */
export interface Principal {
  /** 32 lower-case hex digits. */
  readonly userId: string
  readonly userName: string
  /** The account: 32 lower-case hex digits. */
  readonly domainId: string
  readonly domainName: string
  /** The user's id as Alibaba shows it: decimal digits. */
  readonly aliyunUserId: string
  /** Whether the user is the account itself, which has every permission. */
  readonly isRoot: boolean
  /** The project that a token is scoped to, or that the request names in `X-Project-Id`; not yet checked. */
  readonly projectId: string | undefined
  readonly accessKeyId: string | undefined
}

/** A part of the registry that a request wants to enter; `identity` makes a scope of it, or refuses. */
export type Place =
  /** The caller's own account (SCM). */
  | { readonly kind: 'account' }
  /** A project, or one instance in it. `part` must have been found among the project's facilities. */
  | { readonly kind: 'project'; readonly projectId: string; readonly part?: string }
  /** A DataWorks workspace. */
  | { readonly kind: 'workspace'; readonly workspaceId: number }

/** Something that a project has and requests name: an IoTDA instance or resource space, an APIC instance. */
export interface Facility {
  readonly kind: 'iotda-instance' | 'iotda-app' | 'apic-instance'
  readonly id: string
  readonly projectId: string
  readonly name: string
  /** The one that is meant where a request names none. */
  readonly isDefault: boolean
  /** The enterprise project that it belongs to; the default one without. */
  readonly enterpriseProjectId?: string
}

/** Why a request has no principal. */
export type AuthenticationProblem =
  | { readonly is: 'no-credentials' }
  | { readonly is: 'malformed-credentials'; readonly detail: string }
  | { readonly is: 'unsupported-algorithm'; readonly algorithm: string }
  | { readonly is: 'unknown-access-key'; readonly accessKeyId: string }
  | { readonly is: 'inactive-access-key'; readonly accessKeyId: string }
  | { readonly is: 'invalid-token' }
  | { readonly is: 'expired-token' }
  | { readonly is: 'missing-date' | 'malformed-date' | 'skewed-clock' }
  | { readonly is: 'unsigned-header'; readonly header: string }
  | { readonly is: 'body-hash-mismatch' }
  /** `canonicalRequest` helps the caller; it never holds a security token. */
  | { readonly is: 'signature-mismatch'; readonly canonicalRequest: string; readonly stringToSign: string }
  | { readonly is: 'missing-nonce' | 'nonce-used' }
  | { readonly is: 'missing-security-token' | 'invalid-security-token' | 'expired-security-token' }
  | { readonly is: 'foreign-security-token' }
  | { readonly is: 'locked' }

export class AuthenticationFailure extends Error {
  readonly problem: AuthenticationProblem
  /** The key that was named, where there is such a key. */
  readonly accessKeyId: string | undefined

  constructor(problem: AuthenticationProblem, accessKeyId?: string) {
    super(`authentication failed: ${problem.is}`)
    this.name = 'AuthenticationFailure'
    this.problem = problem
    this.accessKeyId = accessKeyId
  }
}

/** Why a principal may not enter a place. Where nothing is and where nothing may be seen are the same. */
export type Refusal =
  | { readonly is: 'no-such-place'; readonly place: Place }
  | { readonly is: 'not-a-member'; readonly place: Place }
  | { readonly is: 'not-allowed'; readonly action: string; readonly place: Place }

/** What a refusal rests on: for the audit, never for the caller. Empty texts where there is nothing to say. */
export interface Ground {
  /** `explicit-deny`, `no-policy-allows`, `no-role-allows`, `not-a-member`, `no-such-place`. */
  readonly reason: string
  readonly resource: string
  readonly policy: string
  /** The policy's statement, from 0. */
  readonly statement: number | null
}

export class NotAllowed extends Error {
  readonly refusal: Refusal
  readonly ground: Ground | undefined

  constructor(refusal: Refusal, ground?: Ground) {
    super(`refused: ${refusal.is}`)
    this.name = 'NotAllowed'
    this.refusal = refusal
    this.ground = ground
  }
}
