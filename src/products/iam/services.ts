/** What IAM's operations need beside a `Call`, and how a project is found by the name that a client uses. */

import type { Account, Directory, Project } from '../../identity/directory.ts'
import type { Passwords } from '../../identity/passwords.ts'
import type { Clock } from '../../registry/record-number.ts'
import { refusal } from './errors.ts'

export interface IdentityServices {
  readonly directory: Directory
  readonly passwords: Passwords
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
