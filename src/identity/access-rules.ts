/** What an operator may demand of signatures beyond what the vendors do. */

export interface AccessRules {
  /**
   * Whether a Huawei signature is good for one request that changes something. Off by default: its date has whole
   * seconds, so that two honest calls of one second are equal, and Python and Terraform send a retry as it was signed.
   */
  readonly strictReplay: boolean
  /** Whether RPC Signature V1 (HMAC-SHA1) is refused. Off by default: Terraform and older clients know nothing else. */
  readonly requireAcs3: boolean
}

export const VENDOR_RULES: AccessRules = { strictReplay: false, requireAcs3: false }
