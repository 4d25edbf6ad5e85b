/** Turns the credentials of a request into a principal. One function a family; each scheme has a file of its own. */

import type { Clock } from '../registry/record-number.ts'
import { type AccessRules, VENDOR_RULES } from './access-rules.ts'
import { ACS3, verifyAcs3Signature } from './acs3-signature.ts'
import { readAuthorization } from './authorization.ts'
import type { Directory } from './directory.ts'
import { HUAWEI_ALGORITHMS, verifyHuaweiSignature } from './huawei-signature.ts'
import type { CredentialFamily, Vault } from './identity.ts'
import { Keyring } from './keyring.ts'
import { AuthenticationFailure, type Principal } from './principal.ts'
import { principalOf } from './principal-of.ts'
import { hasParameter, rpcParameters, verifyRpcSignature } from './rpc-signature.ts'
import { SignatureGuard } from './signature-guard.ts'
import { malformed, onlyValue } from './signed-headers.ts'
import { bearerOf } from './tokens.ts'
import { useNonce } from './used-nonce.ts'
import type { WireRequest } from './wire-request.ts'

export interface AuthenticationParts {
  readonly directory: Directory
  readonly vault: Vault
  readonly clock: Clock
  /** As the vendors do without it. */
  readonly rules?: AccessRules | undefined
}

interface Means {
  readonly directory: Directory
  readonly keyring: Keyring
  readonly clock: Clock
  readonly rules: AccessRules
}

/** @throws AuthenticationFailure; RegistryFault `busy` for failures of an address that has had too many */
export type Authenticate = (request: WireRequest, family: CredentialFamily) => Promise<Principal>

const FAMILIES = {
  huawei: authenticateHuawei,
  alibaba: authenticateAlibaba,
} satisfies Record<CredentialFamily, (request: WireRequest, means: Means) => Promise<Principal>>

export function createAuthentication({ directory, vault, clock, rules = VENDOR_RULES }: AuthenticationParts) {
  const guard = new SignatureGuard(directory, clock)
  const means: Means = { directory, clock, rules, keyring: new Keyring(directory, vault, clock, guard) }
  const authenticate: Authenticate = async (request, family) => {
    try {
      const principal = await FAMILIES[family](request, means)
      if (principal.accessKeyId !== undefined) await guard.passed(principal.accessKeyId, request.remoteAddress)
      return principal
    } catch (error) {
      if (error instanceof AuthenticationFailure) await guard.failed(error, request.remoteAddress)
      throw error
    }
  }
  return authenticate
}

/**
 * A project that no path names: who names two projects at once is let into none.
 * (A project id is 32 hex digits, so this is nobody's.)
 */
const CONTRADICTION = ''

/** Methods that change nothing, so that they may be repeated under every rule. */
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A signature comes before a token, because it covers the request (identity-huawei §7.5).
 * `X-Project-Id` is a hint which project is meant and never proof of anything; Terraform leaves it unsigned.
 */
async function authenticateHuawei(request: WireRequest, means: Means): Promise<Principal> {
  const { headers } = request
  const authorization = readAuthorization(headers)
  const named = onlyValue(headers, 'x-project-id') || undefined
  if (authorization && HUAWEI_ALGORITHMS.has(authorization.algorithm)) {
    const now = means.clock()
    const { holder, signature } = await verifyHuaweiSignature(request, authorization, means.keyring, now)
    if (means.rules.strictReplay && !READS.has(request.method))
      await useNonce(means.directory, { accessKeyId: holder.key.id, nonce: signature }, now)
    return principalOf(holder.user, holder.account, named, holder.key.id)
  }
  const text = onlyValue(headers, 'x-auth-token')
  if (text !== undefined && text !== '') {
    const { token, user, account } = await bearerOf(means.directory, means.clock, text)
    const projectId =
      named !== undefined && token.projectId !== null && named !== token.projectId ? CONTRADICTION : named
    return principalOf(user, account, projectId ?? token.projectId ?? undefined, undefined)
  }
  if (authorization)
    throw new AuthenticationFailure({ is: 'unsupported-algorithm', algorithm: authorization.algorithm })
  throw new AuthenticationFailure({ is: 'no-credentials' })
}

async function authenticateAlibaba(request: WireRequest, means: Means): Promise<Principal> {
  const { directory, keyring } = means
  const now = means.clock()
  const authorization = readAuthorization(request.headers)
  const parameters = rpcParameters(request)
  const isRpc = hasParameter(parameters, 'Signature')
  if (authorization && isRpc) throw malformed('The request is signed in the header and in the parameters.')
  if (authorization && authorization.algorithm !== ACS3)
    throw new AuthenticationFailure({ is: 'unsupported-algorithm', algorithm: authorization.algorithm })
  if (!authorization && !isRpc) {
    if (request.headers.first('x-acs-bearer-token') !== undefined)
      throw new AuthenticationFailure({ is: 'unsupported-algorithm', algorithm: 'BEARERTOKEN' })
    if (hasParameter(parameters, 'AccessKeyId')) throw malformed('The parameter Signature is missing.')
    throw new AuthenticationFailure({ is: 'no-credentials' })
  }
  if (isRpc && means.rules.requireAcs3)
    throw new AuthenticationFailure({ is: 'unsupported-algorithm', algorithm: 'HMAC-SHA1' })
  const { holder, nonce } = authorization
    ? await verifyAcs3Signature(request, authorization, keyring, now)
    : await verifyRpcSignature(request, parameters, keyring, now)
  await useNonce(directory, nonce, now)
  return principalOf(holder.user, holder.account, undefined, holder.key.id)
}
