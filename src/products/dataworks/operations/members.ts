/** DataWorks 2024-05-18: the members of a workspace and their roles (reference §1.5, §5). */

import { AdministrationProblem } from '../../../identity/administration/means.ts'
import { grantRoles, revokeRoles } from '../../../identity/administration/workspaces.ts'
import type { Account, Directory, User, Workspace } from '../../../identity/directory.ts'
import type { WorkspaceRole } from '../../../identity/workspace-roles.ts'
import { RequestFailure } from '../../shared/failure.ts'
import { readParameters } from '../../shared/parameters.ts'
import type { Call, Reads, Writes } from '../../shared/product.ts'
import { refuse } from '../errors.ts'
import { jsonList } from '../json-lists.ts'
import { idOf, parametersOf } from '../parameters.ts'
import { answer } from '../wire.ts'
import { enterWorkspace } from '../workspace.ts'
import { MEMBER_ROLE_CODES, MEMBER_ROLES, MEMBERS_QUERY, memberOf, ONE_MEMBER, pageOf } from '../workspaces-wire.ts'

/** What changing a member needs; `administration` is what the change is written down with. */
export interface Members {
  readonly directory: Directory
  administration(call: Call, account: Account): Parameters<typeof grantRoles>[0]
}

const EMPTY = { emptyIsAbsent: true }

export function listProjectMembers({ directory }: Members): Reads {
  return async call => {
    const asked = readParameters(MEMBERS_QUERY, parametersOf(call.request), EMPTY)
    const userIds = jsonList('UserIds', asked.UserIds)
    const codes = jsonList('RoleCodes', asked.RoleCodes)
    const workspace = await enter(directory, call, asked.ProjectId)
    const users = new Map((await directory.users(workspace.accountId)).map(user => [user.id, user]))
    const members = (await directory.workspaceMembers(workspace.id)).flatMap(({ userId, roles }) => {
      const user = users.get(userId)
      const wanted =
        user && (userIds?.includes(user.aliyunUserId) ?? true) && (codes?.some(code => roles.includes(code)) ?? true)
      return wanted ? [memberOf(workspace, user, { roles })] : []
    })
    return answer(call.request.id, pageOf('ProjectMembers', members, asked))
  }
}

export function getProjectMember({ directory }: Members): Reads {
  return async call => {
    const asked = readParameters(ONE_MEMBER, parametersOf(call.request), EMPTY)
    const workspace = await enter(directory, call, asked.ProjectId)
    const { user, roles } = await memberIn(directory, call, workspace, asked.UserId)
    return answer(call.request.id, { ProjectMember: memberOf(workspace, user, { roles }) })
  }
}

/** A member that is there already gets the roles besides. */
export function createProjectMember(members: Members): Writes {
  return async call => {
    const { asked, workspace, roles } = await changeIn(members, call)
    await grantRoles(await meansOf(members, call), await userIn(members, call, asked.UserId), workspace, roles)
    return answer(call.request.id, {})
  }
}

export function grantMemberProjectRoles(members: Members): Writes {
  return async call => {
    const { asked, workspace, roles } = await changeIn(members, call)
    const { user } = await memberIn(members.directory, call, workspace, asked.UserId)
    await grantRoles(await meansOf(members, call), user, workspace, roles)
    return answer(call.request.id, {})
  }
}

export function revokeMemberProjectRoles(members: Members): Writes {
  return async call => {
    const { asked, workspace, roles } = await changeIn(members, call)
    const { user } = await memberIn(members.directory, call, workspace, asked.UserId)
    await revokeRoles(await meansOf(members, call), user, workspace, roles)
    return answer(call.request.id, {})
  }
}

export function deleteProjectMember(members: Members): Writes {
  return async call => {
    const asked = readParameters(ONE_MEMBER, parametersOf(call.request), EMPTY)
    const workspace = await enter(members.directory, call, asked.ProjectId)
    const { user } = await memberIn(members.directory, call, workspace, asked.UserId)
    await revokeRoles(await meansOf(members, call), user, workspace, MEMBER_ROLE_CODES)
    return answer(call.request.id, {})
  }
}

async function changeIn({ directory }: Members, call: Call) {
  const asked = readParameters(MEMBER_ROLES, parametersOf(call.request), EMPTY)
  const roles = rolesOf(jsonList('RoleCodes', asked.RoleCodes) ?? [])
  return { asked, roles, workspace: await enter(directory, call, asked.ProjectId) }
}

function rolesOf(codes: readonly string[]): readonly WorkspaceRole[] {
  const roles = MEMBER_ROLE_CODES.filter(code => codes.includes(code))
  if (codes.length > 0 && roles.length === new Set(codes).size) return roles
  const message = `The parameter 'RoleCodes' must name some of ${MEMBER_ROLE_CODES.join(', ')}.`
  const problem = { parameter: 'RoleCodes', where: 'query', is: 'not-listed', message } as const
  throw new RequestFailure({ is: 'bad-parameter', problem })
}

async function enter(directory: Directory, call: Call, projectId: number): Promise<Workspace> {
  await enterWorkspace(call, projectId)
  const workspace = await directory.workspace(idOf(projectId))
  if (!workspace) throw refuse('no-such-workspace', call)
  return workspace
}

/** @param id as Alibaba shows it: decimal digits */
async function userIn({ directory }: Pick<Members, 'directory'>, call: Call, id: string): Promise<User> {
  const user = (await directory.users(call.principal.domainId)).find(({ aliyunUserId }) => aliyunUserId === id)
  if (!user) throw refuse('no-such-user', call)
  return user
}

async function memberIn(directory: Directory, call: Call, workspace: Workspace, id: string) {
  const user = (await directory.users(workspace.accountId)).find(({ aliyunUserId }) => aliyunUserId === id)
  const roles = user ? await directory.workspaceRoles(workspace.id, user.id) : []
  if (!user || roles.length === 0) throw refuse('no-such-member', call)
  return { user, roles }
}

async function meansOf({ directory, administration }: Members, call: Call) {
  const account = await directory.account(call.principal.domainId)
  if (!account) throw new AdministrationProblem('not-found', 'The account is gone.')
  return administration(call, account)
}
