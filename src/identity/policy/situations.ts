/** The condition keys of a request (reference identity-huawei §6.4), gathered once and only where a policy asks. */

import type { Clock } from '../../registry/record-number.ts'
import type { Principal } from '../principal.ts'
import type { Context } from './conditions.ts'
import { ENTERPRISE_PROJECT_KEY } from './permissions.ts'

/** What a request says of itself, for conditions, resource names and the audit. */
export interface Circumstances {
  /** 32 lower-case hex digits. */
  readonly requestId: string
  /** Where it came from. */
  readonly address: string
  /** The parameters of its path, decoded. */
  readonly path: Readonly<Record<string, string>>
}

/** Of what no request asked for: the commands. */
export const NO_CIRCUMSTANCES: Circumstances = { requestId: '', address: '', path: {} }

/** @param projectName of the project that is entered, or that a request without one in its path names */
export function contextOf(
  principal: Principal,
  action: string,
  projectName: string | undefined,
  { address }: Circumstances,
  clock: Clock,
): Context {
  const context = new Map([
    ['g:currenttime', new Date(clock()).toISOString()],
    ['g:username', principal.userName],
    ['g:userid', principal.userId],
    ['g:domainid', principal.domainId],
    ['g:domainname', principal.domainName],
    ['g:principalaccount', principal.domainId],
    ['g:principalurn', `iam::${principal.domainId}:user:${principal.userName}`],
    ['g:servicename', action.slice(0, action.indexOf(':'))],
    // Nobody can log in with a second factor here.
    ['g:mfapresent', 'false'],
  ])
  if (projectName !== undefined) context.set('g:projectname', projectName)
  if (address !== '') context.set('g:sourceip', plainAddress(address))
  return context
}

export function withEnterpriseProject(context: Context, id: string | undefined): Context {
  return id === undefined ? context : { get: key => (key === ENTERPRISE_PROJECT_KEY ? id : context.get(key)) }
}

/** An IPv4 address as such, also where the socket speaks both families. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}
