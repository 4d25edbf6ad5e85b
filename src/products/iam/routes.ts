/** IAM's operations, as far as the other products' clients need them (reference identity-huawei §1 and §2). */

import { type Route, reads, unsupported, writes } from '../shared/product.ts'
import { createToken } from './operations/create-token.ts'
import { listOwnDomains, listOwnProjects, listProjects, listRegions } from './operations/look-ups.ts'
import { probeToken, revokeToken, showToken } from './operations/tokens.ts'
import type { IdentityServices } from './services.ts'
import { noCatalogQuery, projectsQuery, tokenBody } from './wire.ts'

const TOKENS = '/v3/auth/tokens'

const CREATE = {
  query: noCatalogQuery,
  body: tokenBody,
  deviations: [
    'The methods are password and token; MFA (totp) and agencies (assume_role) answer 400.',
    'A scope without rights and a scope that does not exist both answer 401; the vendor does not say.',
    'The links and the catalog name http: whether a proxy before the server speaks TLS cannot be seen.',
  ],
}
const SHOW = {
  query: noCatalogQuery,
  deviations: ['A token that is expired, revoked or of another account answers 404 as one that does not exist.'],
}
const PROJECTS = {
  query: projectsQuery,
  deviations: ['A name of the form of a region (cn-north-4) finds the default project, under that name.'],
}

const NO_DIRECTORY_API = 'accounts and projects are managed with the command line'

export function routesOf(services: IdentityServices): readonly Route[] {
  return [
    // Whoever asks for a token has none: no permission.
    writes('POST', TOKENS, 'KeystoneCreateToken', '', createToken(services), CREATE),
    reads('GET', TOKENS, 'KeystoneValidateToken', 'iam:tokens:validate', showToken(services), SHOW),
    reads('HEAD', TOKENS, 'KeystoneCheckToken', 'iam:tokens:validate', probeToken(services), SHOW),
    writes('DELETE', TOKENS, 'KeystoneRevokeToken', 'iam:tokens:revoke', revokeToken(services)),
    reads(
      'GET',
      '/v3/auth/projects',
      'KeystoneListAuthProjects',
      'iam:projects:listForUser',
      listOwnProjects(services),
    ),
    reads('GET', '/v3/auth/domains', 'KeystoneListAuthDomains', 'iam:domains:listForUser', listOwnDomains(services)),
    reads('GET', '/v3/projects', 'KeystoneListProjects', 'iam:projects:list', listProjects(services), PROJECTS),
    reads('GET', '/v3/regions', 'KeystoneListRegions', 'iam:regions:list', listRegions),

    unsupported('GET', '/v3/auth/catalog', 'KeystoneShowCatalog', 'iam:catalog:get', 'the token holds the catalog'),
    unsupported('POST', '/v3/projects', 'KeystoneCreateProject', 'iam:projects:create', NO_DIRECTORY_API),
    unsupported('GET', '/v3/projects/:project_id', 'KeystoneShowProject', 'iam:projects:get', NO_DIRECTORY_API),
    unsupported('PATCH', '/v3/projects/:project_id', 'KeystoneUpdateProject', 'iam:projects:update', NO_DIRECTORY_API),
    unsupported('GET', '/v3/regions/:region_id', 'KeystoneShowRegion', 'iam:regions:get', 'there is one region'),
  ]
}
