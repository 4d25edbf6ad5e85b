/** Groups and their members. */

import type { Group } from '../access.ts'
import type { User } from '../directory.ts'
import { newId } from '../new-credentials.ts'
import {
  type Administration,
  AdministrationProblem,
  changed,
  checkDescription,
  checkName,
  type NameRule,
  quoted,
} from './means.ts'

const GROUP_NAME: NameRule = {
  what: 'a group',
  form: /^[\p{L}\p{N}_](?:[\p{L}\p{N}_. -]{0,126}[\p{L}\p{N}_.-])?$/u,
  must: 'have 1 to 128 letters, digits, spaces and the characters _ . -',
}

/** @throws AdministrationProblem `taken`, `invalid` */
export async function createGroup(means: Administration, name: string, description: string): Promise<Group> {
  checkName(GROUP_NAME, name)
  checkDescription(description)
  const group: Group = { id: newId(), accountId: means.account.id, name, description, createdAt: means.clock() }
  if (!(await means.directory.addGroup(group)))
    throw new AdministrationProblem('taken', `There is a group ${quoted(name)} already.`)
  await changed(means, 'iam:groups:createGroup', `group:${name}`)
  return group
}

/** @throws AdministrationProblem `not-found` */
export async function groupNamed({ directory, account }: Administration, name: string): Promise<Group> {
  const group = await directory.groupByName(account.id, name)
  if (!group) throw new AdministrationProblem('not-found', `There is no group ${quoted(name)}.`)
  return group
}

/** Its members lose what they had through it, at once. */
export async function deleteGroup(means: Administration, group: Group): Promise<void> {
  await means.directory.removeGroup(group.id)
  await changed(means, 'iam:groups:deleteGroup', `group:${group.name}`)
}

/** @throws AdministrationProblem `taken` where the user is a member already */
export async function addMember(means: Administration, group: Group, user: User): Promise<void> {
  if (!(await means.directory.addGroupMember(group.id, user.id)))
    throw new AdministrationProblem('taken', `${quoted(user.name)} is in the group ${quoted(group.name)} already.`)
  await changed(means, 'iam:groups:addUserToGroup', `group:${group.name}/${user.name}`)
}

/** @throws AdministrationProblem `not-found` where the user is no member */
export async function removeMember(means: Administration, group: Group, user: User): Promise<void> {
  if (!(await means.directory.removeGroupMember(group.id, user.id)))
    throw new AdministrationProblem('not-found', `${quoted(user.name)} is not in the group ${quoted(group.name)}.`)
  await changed(means, 'iam:groups:removeUserFromGroup', `group:${group.name}/${user.name}`)
}
