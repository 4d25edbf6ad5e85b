/** What `identity` offers to the rooms above it. */

import type { Scope } from '../registry/scope.ts'
import type { AuditTrail } from './audit-trail.ts'
import type { Circumstances } from './policy/situations.ts'
import type { Facility, Place, Principal } from './principal.ts'
import type { Division } from './visible.ts'
import type { WireRequest } from './wire-request.ts'

/** Whose way of authenticating a product speaks: tokens and SDK-HMAC-SHA256/V11, or ACS3 and RPC Signature V1. */
export type CredentialFamily = 'huawei' | 'alibaba'

/** Seals what must be recoverable but never stored in clear: private keys and secret access keys. */
export interface Vault {
  /** AES-256-GCM. @param context bound to the sealed bytes: opening needs the same text */
  seal(plain: Uint8Array | string, context: string): Uint8Array
  /** @throws Error when the bytes were altered, sealed under another key or for another context */
  open(sealed: Uint8Array, context: string): Buffer
}

export interface Identity {
  readonly vault: Vault
  /** Where authentication failures and refusals are written down. */
  readonly audit: AuditTrail
  /** Turns credentials into a principal. @throws AuthenticationFailure */
  authenticate(request: WireRequest, family: CredentialFamily): Promise<Principal>
  /**
   * Asks whether the principal may do the action in the place.
   * @param action as the vendor spells it, for example `scm:cert:list`, `dataworks:ListCertificates`
   * @param product whose records the scope holds, for example `iotda-cas`
   * @param circumstances of the request; without them conditions on its address and on single resources do not hold
   * @throws NotAllowed
   */
  enter(
    principal: Principal,
    action: string,
    product: string,
    place: Place,
    circumstances?: Circumstances,
  ): Promise<Scope>
  /**
   * The scopes of the principal's account that it may list, each narrowed to what it may see. Nothing is refused: what it
   * may not see is not there.
   */
  visible(
    principal: Principal,
    divisions: readonly Division[],
    circumstances?: Circumstances,
  ): Promise<readonly Scope[]>
  /** A facility of a project by its id; without an id the default one. */
  facility(kind: Facility['kind'], projectId: string, id?: string): Promise<Facility | undefined>
}
