/** What clients look up on their own before the first real call (reference identity-huawei §2). No permission needed. */

import { queryOf } from '../../../identity/wire-request.ts'
import { parseParameters, readParameters } from '../../shared/parameters.ts'
import type { Reads } from '../../shared/product.ts'
import { refusal } from '../errors.ts'
import { accountOf, type IdentityServices, projectsNamed, REGION } from '../services.ts'
import { domainOf, linksOf, projectOf, projectsQuery, regionOf } from '../wire.ts'

/** `GET /v3/projects`: the caller's own; of another account there are none. */
export function listProjects({ directory }: IdentityServices): Reads {
  return async ({ request, principal }) => {
    const asked = readParameters(projectsQuery, parseParameters(queryOf(request.target)))
    if ((asked.page === undefined) !== (asked.per_page === undefined))
      throw refusal(400, "The parameters 'page' and 'per_page' must be given together.")
    const own = await directory.projects(principal.domainId)
    const named = asked.name === undefined ? own : projectsNamed(own, asked.name)
    const found = named.filter(
      ({ accountId, enabled }) =>
        (asked.domain_id ?? accountId) === accountId &&
        (asked.parent_id ?? accountId) === accountId &&
        (asked.enabled ?? enabled) === enabled &&
        asked.is_domain !== true,
    )
    const size = asked.per_page ?? found.length
    const from = ((asked.page ?? 1) - 1) * size
    const page = found.slice(from, from + size)
    return {
      status: 200,
      body: { links: linksOf(request), projects: page.map(project => projectOf(project, request)) },
    }
  }
}

/** `GET /v3/auth/projects`: those that the caller could have a token for. */
export function listOwnProjects({ directory }: IdentityServices): Reads {
  return async ({ request, principal }) => {
    const own = (await directory.projects(principal.domainId)).filter(({ enabled }) => enabled)
    return { status: 200, body: { links: linksOf(request), projects: own.map(project => projectOf(project, request)) } }
  }
}

/** `GET /v3/auth/domains`: the caller's account. */
export function listOwnDomains(services: IdentityServices): Reads {
  return async ({ request, principal }) => {
    const account = await accountOf(services, principal.domainId)
    return { status: 200, body: { domains: [domainOf(account, request)], links: linksOf(request) } }
  }
}

/** `GET /v3/regions`: this server is one region, whichever its clients believe to be in. */
export const listRegions: Reads = async ({ request }) => ({
  status: 200,
  body: { regions: [regionOf(REGION, request)], links: linksOf(request) },
})
