/** DataWorks workspaces, and the roles that users have in them. */

import type { User, Workspace } from '../directory.ts'
import { WORKSPACE_ROLES, type WorkspaceRole } from '../workspace-roles.ts'
import { type Administration, AdministrationProblem, changed, checkName, type NameRule, quoted } from './means.ts'

const WORKSPACE_NAME: NameRule = {
  what: 'a workspace',
  form: /^[A-Za-z][A-Za-z0-9_]{2,22}$/,
  must: 'have 3 to 23 letters, digits and underscores, and begin with a letter',
}

/** The first id that is tried; ids are one sequence for all accounts. */
const FIRST_ID = 10000

/** @throws AdministrationProblem `taken`, `invalid` */
export async function createWorkspace(means: Administration, name: string): Promise<Workspace> {
  const { directory, account } = means
  checkName(WORKSPACE_NAME, name)
  const own = await directory.workspaces(account.id)
  if (own.some(workspace => workspace.name === name))
    throw new AdministrationProblem('taken', `There is a workspace ${quoted(name)} already.`)
  let id = Math.max(FIRST_ID, ...own.map(workspace => workspace.id + 1))
  while (await directory.workspace(id)) id++
  const workspace: Workspace = { id, accountId: account.id, name }
  await directory.addWorkspace(workspace)
  await changed(means, 'dataworks:CreateProject', `workspace:${id}`)
  return workspace
}

/** A workspace of the account by its id or name. @throws AdministrationProblem `not-found` */
export async function workspaceNamed({ directory, account }: Administration, name: string): Promise<Workspace> {
  const own = await directory.workspaces(account.id)
  const found = own.find(workspace => String(workspace.id) === name) ?? own.find(workspace => workspace.name === name)
  if (!found) throw new AdministrationProblem('not-found', `There is no workspace ${quoted(name)}.`)
  return found
}

/** @throws AdministrationProblem `invalid` with the roles that there are */
export function roleNamed(code: string): WorkspaceRole {
  const role = Object.keys(WORKSPACE_ROLES).find((known): known is WorkspaceRole => known === code)
  if (role !== undefined) return role
  const known = Object.keys(WORKSPACE_ROLES).join(', ')
  throw new AdministrationProblem('invalid', `There is no role ${quoted(code)}. The roles are ${known}.`)
}

/** Gives roles, each where it reaches: those of the tenant in every workspace, the others in this one. */
export async function grantRoles(
  means: Administration,
  user: User,
  workspace: Workspace,
  roles: readonly WorkspaceRole[],
): Promise<void> {
  await setRoles(means, user, workspace, present => [...new Set([...present, ...roles])], roles)
  await changed(means, 'dataworks:GrantMemberProjectRoles', `workspace:${workspace.id}/${user.name}/${roles.join(',')}`)
}

/** Takes roles away; the last one of a workspace ends the membership. */
export async function revokeRoles(
  means: Administration,
  user: User,
  workspace: Workspace,
  roles: readonly WorkspaceRole[],
): Promise<void> {
  await setRoles(means, user, workspace, present => present.filter(role => !roles.some(each => each === role)), roles)
  await changed(
    means,
    'dataworks:RevokeMemberProjectRoles',
    `workspace:${workspace.id}/${user.name}/${roles.join(',')}`,
  )
}

/** Only the kind of role is written that is meant: the other one is not touched. */
async function setRoles(
  { directory }: Administration,
  user: User,
  workspace: Workspace,
  change: (present: readonly string[]) => readonly string[],
  roles: readonly WorkspaceRole[],
): Promise<void> {
  const isTenants = (role: string) => WORKSPACE_ROLES[role as WorkspaceRole]?.reach === 'tenant'
  if (roles.some(isTenants)) {
    const present = (await directory.user(user.id))?.tenantRoles ?? []
    await directory.changeUser(user.id, { tenantRoles: change(present).filter(isTenants) })
  }
  if (roles.some(role => !isTenants(role))) {
    const present = await directory.workspaceRoles(workspace.id, user.id)
    await directory.setWorkspaceRoles(
      workspace.id,
      user.id,
      change(present).filter(role => !isTenants(role)),
    )
  }
}
