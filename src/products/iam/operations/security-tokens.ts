/** `POST /v3.0/OS-CREDENTIAL/securitytokens` (reference identity-huawei §1.5): a temporary key for a token's user. */

import type { User } from '../../../identity/directory.ts'
import { PolicyProblem, readPolicy } from '../../../identity/policy/document.ts'
import { AuthenticationFailure } from '../../../identity/principal.ts'
import { issueTemporaryKey } from '../../../identity/temporary-keys.ts'
import { bearerOf } from '../../../identity/tokens.ts'
import type { WireRequest } from '../../../identity/wire-request.ts'
import { readJsonBody } from '../../shared/json-body.ts'
import type { Writes } from '../../shared/product.ts'
import { securityTokenBody, temporaryCredentialOf } from '../credentials-wire.ts'
import { refusal } from '../errors.ts'
import type { IdentityServices } from '../services.ts'

export function createSecurityToken(services: IdentityServices): Writes {
  return async ({ request }) => {
    services.guard.admit(request.remoteAddress)
    const { methods, token, policy } = readJsonBody(securityTokenBody, request).auth.identity
    if (methods.length !== 1 || methods[0] !== 'token')
      throw refusal(400, 'The parameter \'auth.identity.methods\' must be ["token"].')
    const user = await whoAsks(services, request, token?.id)
    const sessionPolicy = policy && checkedPolicy(policy)
    services.guard.issue(user.id)
    const seconds = token?.duration_seconds
    const wish = { ...(seconds !== undefined && { seconds }), ...(sessionPolicy !== undefined && { sessionPolicy }) }
    const { directory, identity, clock } = services
    const key = await issueTemporaryKey({ directory, vault: identity.vault, clock }, user, wish)
    return { status: 201, body: { credential: temporaryCredentialOf(key) } }
  }
}

/** The header's token wins over the body's; the SDKs sign the request besides, and have only that where no token is. */
async function whoAsks(
  { directory, identity, clock }: IdentityServices,
  request: WireRequest,
  token: string | undefined,
): Promise<User> {
  const inHeader = request.headers.first('x-auth-token')?.trim()
  const text = inHeader || token
  if (text !== undefined) return (await bearerOf(directory, clock, text)).user
  const { userId, accessKeyId = '' } = await identity.authenticate(request, 'huawei')
  const key = await directory.accessKey(accessKeyId)
  if (key && key.securityTokenHash !== null) throw refusal(403, 'A temporary access key cannot get another one.')
  const user = await directory.user(userId)
  if (!user) throw new AuthenticationFailure({ is: 'invalid-token' })
  return user
}

function checkedPolicy(policy: object): string {
  const text = JSON.stringify(policy)
  try {
    readPolicy(text)
    return text
  } catch (error) {
    if (!(error instanceof PolicyProblem)) throw error
    throw refusal(400, `The parameter 'auth.identity.policy' is refused at ${error.message}.`)
  }
}
