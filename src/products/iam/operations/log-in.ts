/** Who asks for a token (reference identity-huawei §1.1): by a password, or by another token. */

import type { Static } from 'typebox'
import type { Account, DirectoryReader, User } from '../../../identity/directory.ts'
import { bearerOf } from '../../../identity/tokens.ts'
import type { WireRequest } from '../../../identity/wire-request.ts'
import { accountIsLocked, refusal, wrongPassword } from '../errors.ts'
import { actorOf, type IdentityServices } from '../services.ts'
import type { tokenBody } from '../wire.ts'

type Auth = Static<typeof tokenBody>['auth']
type PasswordUser = NonNullable<Auth['identity']['password']>['user']

export interface LoggedIn {
  readonly user: User
  readonly account: Account
  readonly methods: readonly string[]
  /** A token that was had for a token ends when that one ends. */
  readonly expiresAt?: number
}

export async function logIn(services: IdentityServices, { identity }: Auth, request: WireRequest): Promise<LoggedIn> {
  const [method] = identity.methods
  if (identity.methods.length !== 1 || (method !== 'password' && method !== 'token'))
    throw refusal(400, 'The parameter \'auth.identity.methods\' must be ["password"] or ["token"].')
  if (method === 'token') {
    if (!identity.token) throw refusal(400, "The parameter 'auth.identity.token' is mandatory.")
    const { token, user, account } = await bearerOf(services.directory, services.clock, identity.token.id)
    return { user, account, methods: [method], expiresAt: token.expiresAt }
  }
  if (!identity.password) throw refusal(400, "The parameter 'auth.identity.password' is mandatory.")
  return { ...(await checkPassword(services, identity.password.user, request)), methods: [method] }
}

/**
 * Every failure is the same answer after the same work, so that nobody finds out which names exist; names that nobody
 * has are locked as those of users are.
 */
async function checkPassword(services: IdentityServices, given: PasswordUser, request: WireRequest) {
  const { directory, passwords, guard } = services
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
  const who = user ? [user.id] : [id ?? '', name ?? '', domain?.id ?? '', domain?.name ?? '']
  if (await guard.isLocked(who, request.remoteAddress)) {
    await failed(services, request, user, 'locked')
    throw accountIsLocked()
  }
  const right = await passwords.matches(password, user?.passwordHash)
  // A domain that was named has to be the user's, also beside a user's id.
  const account = domain ? named : user && (await directory.account(user.accountId))
  if (!right || !user || !account || user.accountId !== account.id || !user.enabled || !account.enabled) {
    await guard.failed(who, request.remoteAddress)
    await failed(services, request, user, right ? 'disabled' : 'wrong-password')
    throw wrongPassword()
  }
  await guard.succeeded(who, request.remoteAddress)
  return { user, account }
}

async function failed(
  { directory, clock }: IdentityServices,
  request: WireRequest,
  user: User | undefined,
  reason: string,
): Promise<void> {
  const event = {
    ...actorOf(request, { userId: user?.id ?? '', userName: user?.name ?? '' }),
    at: clock(),
    accountId: user?.accountId ?? '',
    action: 'authenticate',
    resource: '',
    verdict: 'failed',
    reason,
    policy: '',
    statement: null,
  } as const
  await directory.appendAuditEvents([event])
}

export interface Reference {
  readonly id?: string
  readonly name?: string
}

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

/** Whether a reference means the account: each part that is given has to be its. */
export function isNamed(reference: Reference, account: Account): boolean {
  return (
    (reference.id === undefined || reference.id === account.id) &&
    (reference.name === undefined || reference.name === account.name)
  )
}
