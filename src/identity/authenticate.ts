/** Turns the credentials of a request into a principal. One function a family; each scheme has a file of its own. */

import type { Clock } from '../registry/record-number.ts'
import { ACS3, verifyAcs3Signature } from './acs3-signature.ts'
import { readAuthorization } from './authorization.ts'
import type { Directory } from './directory.ts'
import { HUAWEI_ALGORITHMS, verifyHuaweiSignature } from './huawei-signature.ts'
import type { CredentialFamily } from './identity.ts'
import type { Keyring } from './keyring.ts'
import { AuthenticationFailure, type Principal } from './principal.ts'
import { principalOf } from './principal-of.ts'
import { hasParameter, rpcParameters, verifyRpcSignature } from './rpc-signature.ts'
import { malformed, onlyValue } from './signed-headers.ts'
import { bearerOf } from './tokens.ts'
import { useNonce } from './used-nonce.ts'
import type { WireRequest } from './wire-request.ts'

export interface Authentication {
  readonly directory: Directory
  readonly keyring: Keyring
  readonly clock: Clock
}

type Authenticate = (request: WireRequest, means: Authentication) => Promise<Principal>

/** Throws AuthenticationFailure and nothing else on account of the request. */
export const AUTHENTICATE = {
  huawei: authenticateHuawei,
  alibaba: authenticateAlibaba,
} satisfies Record<CredentialFamily, Authenticate>

/**
 * A project that no path names: who names two projects at once is let into none.
 * (A project id is 32 hex digits, so this is nobody's.)
 */
const CONTRADICTION = ''

/**
 * A signature comes before a token, because it covers the request (identity-huawei §7.5).
 * `X-Project-Id` is a hint which project is meant and never proof of anything; Terraform leaves it unsigned.
 */
async function authenticateHuawei(request: WireRequest, means: Authentication): Promise<Principal> {
  const { headers } = request
  const authorization = readAuthorization(headers)
  const named = onlyValue(headers, 'x-project-id') || undefined
  if (authorization && HUAWEI_ALGORITHMS.has(authorization.algorithm)) {
    const holder = await verifyHuaweiSignature(request, authorization, means.keyring, means.clock())
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

async function authenticateAlibaba(request: WireRequest, means: Authentication): Promise<Principal> {
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
  const { holder, nonce } = authorization
    ? await verifyAcs3Signature(request, authorization, keyring, now)
    : await verifyRpcSignature(request, parameters, keyring, now)
  await useNonce(directory, nonce, now)
  return principalOf(holder.user, holder.account, undefined, holder.key.id)
}
