/** What IAM's operations need beside a `Call`, and how a project is found by the name that a client uses. */

import type { Actor, Administration } from '../../identity/administration/means.ts'
import type { Account, Directory, Project } from '../../identity/directory.ts'
import type { Identity } from '../../identity/identity.ts'
import type { LoginGuard } from '../../identity/login-guard.ts'
import type { Passwords } from '../../identity/passwords.ts'
import type { Principal } from '../../identity/principal.ts'
import type { WireRequest } from '../../identity/wire-request.ts'
import type { Clock } from '../../registry/record-number.ts'
import type { Call } from '../shared/product.ts'
import { refusal } from './errors.ts'

export interface IdentityServices {
  readonly directory: Directory
  readonly identity: Pick<Identity, 'authenticate' | 'vault'>
  readonly passwords: Passwords
  readonly guard: LoginGuard
  readonly clock: Clock
}

/** As `cn-north-4`, `ap-southeast-1`, `local-1`. */
const REGION_FORM = /^[a-z]+(?:-[a-z]+)*-\d{1,4}$/

/** The region that `GET /v3/regions` lists. */
export const REGION = 'local-1'

/**
 * The projects of a name: the one that has it; else, where the name has the form of a region, the default project under
 * that name. Huawei keeps a project named after the region in each region, and the SDKs look it up to find "their"
 * project. This server stands in for whichever region a client was written for, so each finds the same one project.
 */
export function projectsNamed(projects: readonly Project[], name: string): readonly Project[] {
  const named = projects.filter(project => project.name === name)
  if (named.length > 0 || !REGION_FORM.test(name)) return named
  return projects.filter(project => project.isDefault).map(project => ({ ...project, name }))
}

/** The account of a principal. It exists: the principal was authenticated by it. */
export async function accountOf(services: IdentityServices, domainId: string): Promise<Account> {
  const account = await services.directory.account(domainId)
  if (!account) throw refusal(401, 'The request you have made requires authentication.')
  return account
}

/** Refuses a caller who lacks the route's permission in the account. @throws NotAllowed */
export async function demand(call: Call): Promise<void> {
  await call.enter('iam', { kind: 'account' })
}

/** The caller as one who changes identity. */
export async function administrationOf(services: IdentityServices, call: Call): Promise<Administration> {
  const { directory, identity, passwords, clock } = services
  const account = await accountOf(services, call.principal.domainId)
  const actor = actorOf(call.request, call.principal)
  return { directory, vault: identity.vault, passwords, clock, account, actor }
}

/** As the audit names who asks. */
export function actorOf(request: WireRequest, principal: Partial<Principal> = {}): Actor {
  return {
    requestId: request.id,
    userId: principal.userId ?? '',
    userName: principal.userName ?? '',
    accessKeyId: principal.accessKeyId ?? '',
    address: request.remoteAddress,
  }
}
