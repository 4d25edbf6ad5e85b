/** IAM's operations, as far as the other products' clients need them (reference identity-huawei §1 and §2). */

import { type Route, reads, unsupported, writes } from '../shared/product.ts'
import { changedCredentialBody, credentialsQuery, newCredentialBody, securityTokenBody } from './credentials-wire.ts'
import { createToken } from './operations/create-token.ts'
import {
  createCredential,
  deleteCredential,
  listCredentials,
  showCredential,
  updateCredential,
} from './operations/credentials.ts'
import {
  listOwnDomains,
  listOwnProjects,
  listProjects,
  listRegions,
  showCaller,
  showCatalog,
  showRegion,
  showVersion,
} from './operations/look-ups.ts'
import { createProject, showProject } from './operations/projects.ts'
import { createSecurityToken } from './operations/security-tokens.ts'
import { probeToken, revokeToken, showToken } from './operations/tokens.ts'
import { listUsers, showUser } from './operations/users.ts'
import type { IdentityServices } from './services.ts'
import { noCatalogQuery, projectBody, projectsQuery, tokenBody, usersQuery } from './wire.ts'

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

const NO_CHANGES = 'projects are changed with the command line'
const NO_LAST_USE = { deviations: ['There is no last_use_time: when a key was used last is not kept.'] }
const NEW_PROJECT = {
  body: projectBody,
  deviations: [
    'A name that is taken answers 201 with the project that has it, so that what a client does on its own goes on.',
  ],
}
const USERS = {
  query: usersQuery,
  deviations: ['A caller who may not list users finds himself alone, where the vendor answers 403.'],
}
const NEW_CREDENTIAL = {
  body: newCredentialBody,
  deviations: ['A temporary access key cannot manage access keys, also those of its own user.'],
}
const SECURITY_TOKEN = {
  body: securityTokenBody,
  deviations: [
    'The method is token; agencies (assume_role) answer 400.',
    "The token may be left out where the request is signed: the SDKs' clients have a key and no token.",
  ],
}
const CREDENTIALS = '/v3.0/OS-CREDENTIAL/credentials'
const CREDENTIAL = `${CREDENTIALS}/:access_key`

/** The names of operations are the vendor's; the permissions too, where it has one. */
export function routesOf(services: IdentityServices): readonly Route[] {
  return [
    // Whoever asks for a token has none, and whoever looks for the version is nobody yet: no permission.
    reads('GET', '/v3', 'KeystoneShowVersion', '', showVersion),
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
    reads('GET', '/v3/auth/catalog', 'KeystoneShowCatalog', 'iam:catalog:get', showCatalog(services)),

    reads('GET', '/v3/projects', 'KeystoneListProjects', 'iam:projects:listProjects', listProjects(services), PROJECTS),
    writes(
      'POST',
      '/v3/projects',
      'KeystoneCreateProject',
      'iam:projects:createProject',
      createProject(services),
      NEW_PROJECT,
    ),
    reads('GET', '/v3/projects/:project_id', 'KeystoneShowProject', 'iam:projects:getProject', showProject(services)),
    unsupported('PATCH', '/v3/projects/:project_id', 'KeystoneUpdateProject', 'iam:projects:updateProject', NO_CHANGES),
    reads('GET', '/v3/regions', 'KeystoneListRegions', 'iam:regions:list', listRegions),
    reads('GET', '/v3/regions/:region_id', 'KeystoneShowRegion', 'iam:regions:get', showRegion),
    reads('GET', '/v3/users', 'KeystoneListUsers', 'iam:users:listUsers', listUsers(services), USERS),
    reads('GET', '/v3/users/:user_id', 'KeystoneShowUser', 'iam:users:getUser', showUser(services)),

    writes(
      'POST',
      CREDENTIALS,
      'CreatePermanentAccessKey',
      'iam:credentials:createCredential',
      createCredential(services),
      NEW_CREDENTIAL,
    ),
    reads('GET', CREDENTIALS, 'ListPermanentAccessKeys', 'iam:credentials:listCredentials', listCredentials(services), {
      query: credentialsQuery,
    }),
    reads(
      'GET',
      CREDENTIAL,
      'ShowPermanentAccessKey',
      'iam:credentials:getCredential',
      showCredential(services),
      NO_LAST_USE,
    ),
    writes(
      'PUT',
      CREDENTIAL,
      'UpdatePermanentAccessKey',
      'iam:credentials:updateCredential',
      updateCredential(services),
      { body: changedCredentialBody },
    ),
    writes(
      'DELETE',
      CREDENTIAL,
      'DeletePermanentAccessKey',
      'iam:credentials:deleteCredential',
      deleteCredential(services),
    ),
    // Whoever has a token in the body alone is nobody before the body is read.
    writes(
      'POST',
      '/v3.0/OS-CREDENTIAL/securitytokens',
      'CreateTemporaryAccessKeyByToken',
      '',
      createSecurityToken(services),
      SECURITY_TOKEN,
    ),
    reads('GET', '/v5/caller-identity', 'GetCallerIdentity', 'sts::getCallerIdentity', showCaller),
  ]
}
