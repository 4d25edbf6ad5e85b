/** `POST /v3/auth/tokens` (reference identity-huawei §1.1): a token for a password or for another token. */

import type { Static } from 'typebox'
import type { Account, DirectoryReader, Project, TokenReach, User } from '../../../identity/directory.ts'
import { bearerOf, issueToken } from '../../../identity/tokens.ts'
import { queryOf } from '../../../identity/wire-request.ts'
import { readJsonBody } from '../../shared/json-body.ts'
import { parseParameters, readParameters } from '../../shared/parameters.ts'
import type { Writes } from '../../shared/product.ts'
import { noSuchScope, refusal, wrongPassword } from '../errors.ts'
import { type IdentityServices, projectsNamed } from '../services.ts'
import { noCatalogQuery, tokenBody, tokenOf } from '../wire.ts'

/** The vendor's limit: IAM.1101. */
const MAX_BODY_BYTES = 32 * 1024

type Auth = Static<typeof tokenBody>['auth']

interface LoggedIn {
  readonly user: User
  readonly account: Account
  readonly methods: readonly string[]
  /** A token that was had for a token ends when that one ends. */
  readonly expiresAt?: number
}

export function createToken(services: IdentityServices): Writes {
  return async ({ request }) => {
    const { nocatalog } = readParameters(noCatalogQuery, parseParameters(queryOf(request.target)))
    if (request.body.length === 0 || request.body.length > MAX_BODY_BYTES)
      throw refusal(400, 'The request body is empty or larger than 32 KB.')
    const { auth } = readJsonBody(tokenBody, request)
    const { user, account, methods, expiresAt } = await logIn(services, auth)
    const project = await projectIn(services, auth, account)
    const reach: TokenReach = project ? { projectId: project.id } : { accountId: account.id }
    const { text, token } = await issueToken(services.directory, services.clock, user, reach, methods, expiresAt)
    return {
      status: 201,
      headers: { 'X-Subject-Token': text },
      body: tokenOf({ token, user, account, project }, request, nocatalog === undefined),
    }
  }
}

async function logIn(services: IdentityServices, { identity }: Auth): Promise<LoggedIn> {
  const [method] = identity.methods
  if (identity.methods.length !== 1 || (method !== 'password' && method !== 'token'))
    throw refusal(400, 'The parameter \'auth.identity.methods\' must be ["password"] or ["token"].')
  if (method === 'token') {
    if (!identity.token) throw refusal(400, "The parameter 'auth.identity.token' is mandatory.")
    const { token, user, account } = await bearerOf(services.directory, services.clock, identity.token.id)
    return { user, account, methods: [method], expiresAt: token.expiresAt }
  }
  if (!identity.password) throw refusal(400, "The parameter 'auth.identity.password' is mandatory.")
  return { ...(await checkPassword(services, identity.password.user)), methods: [method] }
}

type PasswordUser = NonNullable<Auth['identity']['password']>['user']

/** Every failure is the same answer after the same work, so that nobody finds out which names exist. */
async function checkPassword({ directory, passwords }: IdentityServices, given: PasswordUser) {
  const { id, name, domain, password } = given
  if (id === undefined && name === undefined)
    throw refusal(400, "The parameter 'auth.identity.password.user.name' is mandatory.")
  if (id === undefined && domain?.id === undefined && domain?.name === undefined)
    throw refusal(400, "The parameter 'auth.identity.password.user.domain.name' is mandatory.")
  const named = await accountNamed(directory, domain)
  const user =
    id !== undefined
      ? await directory.user(id)
      : named && name !== undefined
        ? await directory.userByName(named.id, name)
        : undefined
  const right = await passwords.matches(password, user?.passwordHash)
  // A domain that was named has to be the user's, also beside a user's id.
  const account = domain ? named : user && (await directory.account(user.accountId))
  if (!right || !user || !account || user.accountId !== account.id || !user.enabled || !account.enabled)
    throw wrongPassword()
  return { user, account }
}

type Reference = { readonly id?: string; readonly name?: string }

async function accountNamed(directory: DirectoryReader, domain: Reference | undefined): Promise<Account | undefined> {
  const { id, name } = domain ?? {}
  const account =
    id !== undefined
      ? await directory.account(id)
      : name !== undefined
        ? await directory.accountByName(name)
        : undefined
  return account && isNamed({ ...domain }, account) ? account : undefined
}

/** The project that the token is for; `undefined` for the account. A project wins over an account (§1.1). */
async function projectIn(
  { directory }: IdentityServices,
  { scope }: Auth,
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

function isNamed(reference: Reference, account: Account): boolean {
  return (
    (reference.id === undefined || reference.id === account.id) &&
    (reference.name === undefined || reference.name === account.name)
  )
}
