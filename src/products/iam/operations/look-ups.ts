/** What clients look up on their own before the first real call (reference identity-huawei §2), about themselves. */

import { queryOf } from '../../../identity/wire-request.ts'
import { parseParameters, readParameters } from '../../shared/parameters.ts'
import type { Reads } from '../../shared/product.ts'
import { refusal } from '../errors.ts'
import { accountOf, type IdentityServices, projectsNamed, REGION } from '../services.ts'
import { catalogOf, domainOf, linksOf, projectOf, projectsQuery, regionOf, versionOf } from '../wire.ts'

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

/** `GET /v3/regions/{region_id}`: whichever region a client believes to be in, it is this one. */
export const showRegion: Reads = async ({ request, path }) => {
  const { region_id: id = '' } = path
  if (id !== REGION) throw refusal(404, 'The region could not be found.')
  return { status: 200, body: { region: regionOf(id, request) } }
}

/** `GET /v3/auth/catalog`: where the services are, for the project of the caller's token or request. */
export function showCatalog({ directory }: IdentityServices): Reads {
  return async ({ request, principal }) => {
    const own = await directory.projects(principal.domainId)
    const project = own.find(({ id, enabled }) => enabled && id === principal.projectId)
    return { status: 200, body: { catalog: catalogOf(request, project), links: linksOf(request) } }
  }
}

/** `GET /v3`: which version of the API this is. Nobody has to be known for it. */
export const showVersion: Reads = async ({ request }) => ({ status: 200, body: { version: versionOf(request) } })

/** `GET /v5/caller-identity`: who the caller is; Python's client asks where an account has no domain (§2.2). */
export const showCaller: Reads = async ({ principal }) => ({
  status: 200,
  body: {
    account_id: principal.domainId,
    principal_urn: `iam::${principal.domainId}:user:${principal.userName}`,
    principal_id: principal.userId,
  },
})
