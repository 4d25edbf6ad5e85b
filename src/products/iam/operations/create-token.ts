/** `POST /v3/auth/tokens` (reference identity-huawei §1.1): a token for a password or for another token. */

import type { Static } from 'typebox'
import type { Account, Project, TokenReach } from '../../../identity/directory.ts'
import { issueToken } from '../../../identity/tokens.ts'
import { queryOf } from '../../../identity/wire-request.ts'
import { readJsonBody } from '../../shared/json-body.ts'
import { parseParameters, readParameters } from '../../shared/parameters.ts'
import type { Writes } from '../../shared/product.ts'
import { noSuchScope, refusal } from '../errors.ts'
import { type IdentityServices, projectsNamed } from '../services.ts'
import { noCatalogQuery, rolesOf, tokenBody, tokenOf } from '../wire.ts'
import { isNamed, logIn } from './log-in.ts'

/** The vendor's limit: IAM.1101. */
export const MAX_BODY_BYTES = 32 * 1024

export function createToken(services: IdentityServices): Writes {
  return async ({ request }) => {
    services.guard.admit(request.remoteAddress)
    const { nocatalog } = readParameters(noCatalogQuery, parseParameters(queryOf(request.target)))
    if (request.body.length === 0 || request.body.length > MAX_BODY_BYTES)
      throw refusal(400, 'The request body is empty or larger than 32 KB.')
    const { auth } = readJsonBody(tokenBody, request)
    const { user, account, methods, expiresAt } = await logIn(services, auth, request)
    const project = await projectIn(services, auth.scope, account)
    services.guard.issue(user.id)
    const reach: TokenReach = project ? { projectId: project.id } : { accountId: account.id }
    const { text, token } = await issueToken(services.directory, services.clock, user, reach, methods, expiresAt)
    const roles = await rolesOf(services.directory, user)
    return {
      status: 201,
      headers: { 'X-Subject-Token': text },
      body: tokenOf({ token, user, account, project, roles }, request, nocatalog === undefined),
    }
  }
}

/** The project that the token is for; `undefined` for the account. A project wins over an account (§1.1). */
async function projectIn(
  { directory }: IdentityServices,
  scope: Static<typeof tokenBody>['auth']['scope'],
  account: Account,
): Promise<Project | undefined> {
  const { project: wanted, domain } = scope ?? {}
  const owner = wanted ? wanted.domain : domain
  if (owner && !isNamed(owner, account)) throw noSuchScope()
  if (!wanted) return undefined
  if (wanted.id === undefined && wanted.name === undefined)
    throw refusal(400, "The parameter 'auth.scope.project.id' is mandatory.")
  const own = await directory.projects(account.id)
  const found =
    wanted.id !== undefined ? own.filter(({ id }) => id === wanted.id) : projectsNamed(own, wanted.name ?? '')
  const [project] = found
  if (!project?.enabled) throw noSuchScope()
  return project
}
