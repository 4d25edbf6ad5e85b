/** The decision: may this principal do this action in this place? Everything that lets anybody in is here. */

import type { DirectoryReader } from './directory.ts'
import type { Place, Principal, Refusal } from './principal.ts'
import { rolesAllow } from './workspace-roles.ts'

/** The part of a scope's key that names the place, or why the principal may not enter. */
export type Decision = { readonly is: 'allowed'; readonly key: string } | Refusal

/**
 * A place of another account and a place that does not exist are refused alike, and before permissions are looked at.
 * The root user may do everything in its account; another user what its roles in a DataWorks workspace allow.
 */
export async function decide(
  directory: DirectoryReader,
  principal: Principal,
  action: string,
  place: Place,
): Promise<Decision> {
  switch (place.kind) {
    case 'account':
      return decideOnAccount(directory, principal, action, place)
    case 'project':
      return decideOnProject(directory, principal, action, place)
    case 'workspace':
      return decideOnWorkspace(directory, principal, action, place)
  }
}

/** The project that the request names beside the path has to be one of the caller's (identity-huawei §7.5 step 5). */
async function decideOnAccount(
  directory: DirectoryReader,
  principal: Principal,
  action: string,
  place: Extract<Place, { kind: 'account' }>,
): Promise<Decision> {
  const { projectId, domainId } = principal
  if (projectId !== undefined && !(await isOwnProject(directory, domainId, projectId)))
    return { is: 'no-such-place', place }
  return principal.isRoot ? { is: 'allowed', key: domainId } : { is: 'not-allowed', action, place }
}

async function decideOnProject(
  directory: DirectoryReader,
  principal: Principal,
  action: string,
  place: Extract<Place, { kind: 'project' }>,
): Promise<Decision> {
  const { projectId, part } = place
  const named = principal.projectId
  if (named !== undefined && named !== projectId) return { is: 'no-such-place', place }
  if (!(await isOwnProject(directory, principal.domainId, projectId))) return { is: 'no-such-place', place }
  if (part !== undefined) {
    const facilities = await directory.facilities(projectId)
    if (!facilities.some(({ id }) => id === part)) return { is: 'no-such-place', place }
  }
  if (!principal.isRoot) return { is: 'not-allowed', action, place }
  return { is: 'allowed', key: part === undefined ? projectId : `${projectId}/${part}` }
}

async function decideOnWorkspace(
  directory: DirectoryReader,
  principal: Principal,
  action: string,
  place: Extract<Place, { kind: 'workspace' }>,
): Promise<Decision> {
  const workspace = await directory.workspace(place.workspaceId)
  if (workspace?.accountId !== principal.domainId) return { is: 'no-such-place', place }
  const allowed: Decision = { is: 'allowed', key: String(workspace.id) }
  if (principal.isRoot) return allowed
  const user = await directory.user(principal.userId)
  const roles = [...(user?.tenantRoles ?? []), ...(await directory.workspaceRoles(workspace.id, principal.userId))]
  if (roles.length === 0) return { is: 'not-a-member', place }
  return rolesAllow(roles, action) ? allowed : { is: 'not-allowed', action, place }
}

async function isOwnProject(directory: DirectoryReader, accountId: string, projectId: string): Promise<boolean> {
  const project = await directory.project(projectId)
  return project?.enabled === true && project.accountId === accountId
}
