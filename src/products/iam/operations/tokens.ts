/** Validate, probe and revoke a token (reference identity-huawei §1.2). */

import type { IssuedToken } from '../../../identity/directory.ts'
import { AuthenticationFailure } from '../../../identity/principal.ts'
import { bearerOf, hashOfToken } from '../../../identity/tokens.ts'
import { queryOf } from '../../../identity/wire-request.ts'
import { parseParameters, readParameters } from '../../shared/parameters.ts'
import type { Call, Reads, Writes } from '../../shared/product.ts'
import { refusal } from '../errors.ts'
import { demand, type IdentityServices } from '../services.ts'
import { noCatalogQuery, rolesOf, tokenOf } from '../wire.ts'

export function showToken(services: IdentityServices): Reads {
  return async call => {
    const { nocatalog } = readParameters(noCatalogQuery, parseParameters(queryOf(call.request.target)))
    const { text } = await subjectToken(services, call)
    const bearer = await bearerOf(services.directory, services.clock, text).catch((error: unknown) => {
      // What is no longer good is no longer there.
      throw error instanceof AuthenticationFailure ? notFound() : error
    })
    const { projectId } = bearer.token
    const roles = await rolesOf(services.directory, bearer.user)
    const project = projectId === null ? undefined : await services.directory.project(projectId)
    return {
      status: 200,
      headers: { 'X-Subject-Token': text },
      body: tokenOf({ ...bearer, project, roles }, call.request, nocatalog === undefined),
    }
  }
}

export function probeToken(services: IdentityServices): Reads {
  const show = showToken(services)
  return async call => {
    const { status, headers } = await show(call)
    return { status, ...(headers && { headers }) }
  }
}

/** Expired tokens can be revoked too. */
export function revokeToken(services: IdentityServices): Writes {
  return async call => {
    const { token } = await subjectToken(services, call)
    await services.directory.revokeToken(token.hash)
    return { status: 204 }
  }
}

/** The token that the request is about: one's own, or, with the permission for it, one of the same account. */
async function subjectToken(
  { directory }: IdentityServices,
  call: Call,
): Promise<{ text: string; token: IssuedToken }> {
  const { request, principal } = call
  const text = request.headers.first('x-subject-token')?.trim()
  if (text === undefined || text === '') throw refusal(400, 'The header X-Subject-Token is mandatory.')
  const token = await directory.token(hashOfToken(text))
  const owner = token && (await directory.user(token.userId))
  if (!token || owner?.accountId !== principal.domainId) throw notFound()
  if (owner.id !== principal.userId) await demand(call)
  return { text, token }
}

function notFound() {
  return refusal(404, 'The token could not be found.')
}
