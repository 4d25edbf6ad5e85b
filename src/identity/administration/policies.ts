/** Policies that an account writes for itself, and grants of those and of the built-in ones. */

import type { CustomPolicy, Grant, GrantedPolicy, GrantReach } from '../access.ts'
import { newId } from '../new-credentials.ts'
import { BUILT_IN_POLICIES } from '../policy/built-in.ts'
import { PolicyProblem, readPolicy } from '../policy/document.ts'
import {
  type Administration,
  AdministrationProblem,
  changed,
  checkDescription,
  checkName,
  type NameRule,
  quoted,
} from './means.ts'

const POLICY_NAME: NameRule = {
  what: 'a policy',
  form: /^[\p{L}\p{N}_](?:[\p{L}\p{N}_. -]{0,126}[\p{L}\p{N}_.-])?$/u,
  must: 'have 1 to 128 letters, digits, spaces and the characters _ . -',
}

/** A policy that can be granted: a built-in one, or one of the account's own. */
export type FoundPolicy =
  | { readonly kind: 'built-in'; readonly name: string }
  | { readonly kind: 'custom'; readonly name: string; readonly policy: CustomPolicy }

/** @throws AdministrationProblem `taken`, `invalid`, the latter with the place in the document */
export async function createPolicy(
  means: Administration,
  name: string,
  document: string,
  description: string,
): Promise<CustomPolicy> {
  const { directory, account, clock } = means
  checkName(POLICY_NAME, name)
  checkDescription(description)
  checkDocument(document)
  const now = clock()
  const policy = { id: newId(), accountId: account.id, name, description, document, createdAt: now, updatedAt: now }
  if (BUILT_IN_POLICIES.has(name) || !(await directory.addPolicy(policy)))
    throw new AdministrationProblem('taken', `There is a policy ${quoted(name)} already.`)
  await changed(means, 'iam:roles:createRole', `policy:${name}`)
  return policy
}

/** Takes effect for all who have it, at once. @throws AdministrationProblem `refused`, `invalid` */
export async function updatePolicy(means: Administration, found: FoundPolicy, document: string): Promise<void> {
  const policy = customOf(found)
  checkDocument(document)
  await means.directory.changePolicy(policy.id, { document, updatedAt: means.clock() })
  await changed(means, 'iam:roles:updateRole', `policy:${policy.name}`)
}

/** Ends its grants too. @throws AdministrationProblem `refused` */
export async function deletePolicy(means: Administration, found: FoundPolicy): Promise<void> {
  const policy = customOf(found)
  await means.directory.removePolicy(policy.id)
  await changed(means, 'iam:roles:deleteRole', `policy:${policy.name}`)
}

/** @throws AdministrationProblem `not-found` */
export async function policyNamed({ directory, account }: Administration, name: string): Promise<FoundPolicy> {
  if (BUILT_IN_POLICIES.has(name)) return { kind: 'built-in', name }
  const policy = await directory.policyByName(account.id, name)
  if (!policy) throw new AdministrationProblem('not-found', `There is no policy ${quoted(name)}.`)
  return { kind: 'custom', name, policy }
}

/** @throws AdministrationProblem `taken` where the same grant stands already */
export async function grantPolicy(
  means: Administration,
  found: FoundPolicy,
  to: Grant['to'],
  reach: GrantReach,
): Promise<Grant> {
  const grant: Grant = { id: newId(), accountId: means.account.id, to, policy: grantedOf(found), reach }
  if (!(await means.directory.addGrant(grant)))
    throw new AdministrationProblem('taken', `The policy ${quoted(found.name)} is granted there already.`)
  await changed(means, 'iam:permissions:grantRole', whatOf(found, to))
  return grant
}

/** @throws AdministrationProblem `not-found` */
export async function revokePolicy(
  means: Administration,
  found: FoundPolicy,
  to: Grant['to'],
  reach: GrantReach,
): Promise<void> {
  const same = (a: object, b: object) =>
    JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort())
  const policy = grantedOf(found)
  const grants = await means.directory.grants(means.account.id)
  const grant = grants.find(each => same(each.to, to) && same(each.policy, policy) && same(each.reach, reach))
  if (!grant) throw new AdministrationProblem('not-found', `The policy ${quoted(found.name)} is not granted there.`)
  await means.directory.removeGrant(grant.id)
  await changed(means, 'iam:permissions:revokeRole', whatOf(found, to))
}

function whatOf({ name }: FoundPolicy, to: Grant['to']): string {
  return `policy:${name}/${to.kind}/${to.id}`
}

function grantedOf(found: FoundPolicy): GrantedPolicy {
  return found.kind === 'custom' ? { kind: 'custom', id: found.policy.id } : { kind: 'built-in', name: found.name }
}

function customOf(found: FoundPolicy): CustomPolicy {
  if (found.kind === 'custom') return found.policy
  throw new AdministrationProblem('refused', `The policy ${quoted(found.name)} is built in and cannot be changed.`)
}

function checkDocument(document: string): void {
  try {
    readPolicy(document)
  } catch (error) {
    if (!(error instanceof PolicyProblem)) throw error
    throw new AdministrationProblem('invalid', `The policy is refused at ${error.message}.`)
  }
}
