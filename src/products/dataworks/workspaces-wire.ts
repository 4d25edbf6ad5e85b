/** How DataWorks 2024-05-18 writes workspaces, members and roles (reference §1.5, §5). */

import { Type } from 'typebox'
import type { User, Workspace, WorkspaceMember } from '../../identity/directory.ts'
import { WORKSPACE_ROLES, type WorkspaceRole } from '../../identity/workspace-roles.ts'
import { MAX_PAGE_NUMBER, MAX_PAGE_SIZE, MAX_USER_ID_CHARACTERS } from './limits.ts'
import { PROJECT_ID } from './parameters.ts'

/** Characters of a list that stands as JSON text in one parameter. */
const MAX_LIST_CHARACTERS = 4096

const PAGE = {
  PageNumber: Type.Integer({ minimum: 1, maximum: MAX_PAGE_NUMBER, default: 1 }),
  PageSize: Type.Integer({ minimum: 1, maximum: MAX_PAGE_SIZE, default: 10 }),
}
/** A list as one parameter holding JSON (reference §8, trap 24). */
const LIST = Type.Optional(Type.String({ maxLength: MAX_LIST_CHARACTERS }))
const SWITCH = Type.Optional(Type.Boolean())
const USER_ID = Type.String({ minLength: 1, maxLength: MAX_USER_ID_CHARACTERS })

export const PROJECTS_QUERY = Type.Object({
  Ids: LIST,
  Names: LIST,
  AliyunResourceTags: LIST,
  AliyunResourceGroupId: Type.Optional(Type.String({ maxLength: 64 })),
  Status: Type.Optional(Type.String({ maxLength: 32 })),
  DevEnvironmentEnabled: SWITCH,
  DevRoleDisabled: SWITCH,
  PaiTaskEnabled: SWITCH,
  ...PAGE,
})
export const ONE_PROJECT = Type.Object({ Id: PROJECT_ID })
export const MEMBERS_QUERY = Type.Object({ ProjectId: PROJECT_ID, UserIds: LIST, RoleCodes: LIST, ...PAGE })
export const ONE_MEMBER = Type.Object({ ProjectId: PROJECT_ID, UserId: USER_ID })
export const MEMBER_ROLES = Type.Object({
  ProjectId: PROJECT_ID,
  UserId: USER_ID,
  RoleCodes: Type.String({ minLength: 1, maxLength: MAX_LIST_CHARACTERS }),
})
export const ROLES_QUERY = Type.Object({
  ProjectId: PROJECT_ID,
  Codes: LIST,
  Names: LIST,
  Type: Type.Optional(Type.String({ maxLength: 32 })),
  ...PAGE,
})
export const ONE_ROLE = Type.Object({
  ProjectId: PROJECT_ID,
  Code: Type.String({ minLength: 1, maxLength: 128 }),
})

/** What every workspace of this registry is, so that filters by it keep all or none. */
export const NATURE = {
  Status: 'Available',
  DevEnvironmentEnabled: false,
  DevRoleDisabled: false,
  PaiTaskEnabled: false,
} as const

/** @param owner the account's own user: `Owner` is a string, beyond what a JavaScript number holds (reference §1.6) */
export function projectOf({ id, name }: Workspace, owner: User | undefined) {
  return {
    Id: id,
    Name: name,
    DisplayName: name,
    Description: '',
    Owner: owner?.aliyunUserId ?? '',
    ...NATURE,
    AliyunResourceTags: [],
  }
}

export function memberOf(workspace: Workspace, user: User, { roles }: Pick<WorkspaceMember, 'roles'>) {
  return {
    ProjectId: workspace.id,
    UserId: user.aliyunUserId,
    Status: 'Normal',
    Roles: roles.map(Code => ({ Code, Name: nameOf(Code), Type: 'System' })),
  }
}

/** System roles belong to no workspace: the vendor writes -1 (reference §5). */
export function roleOf(code: WorkspaceRole) {
  return { Code: code, Name: WORKSPACE_ROLES[code].name, Type: 'System', ProjectId: -1 }
}

/** Codes of the roles that a member can have in a workspace; those of the tenant are no such. */
export const MEMBER_ROLE_CODES: readonly WorkspaceRole[] = (Object.keys(WORKSPACE_ROLES) as WorkspaceRole[]).filter(
  code => WORKSPACE_ROLES[code].reach === 'workspace',
)

function nameOf(code: string): string {
  return MEMBER_ROLE_CODES.includes(code as WorkspaceRole) ? WORKSPACE_ROLES[code as WorkspaceRole].name : code
}

/** One page of a list that is in memory. */
export function pageOf<T>(
  name: string,
  all: readonly T[],
  { PageNumber, PageSize }: { readonly PageNumber: number; readonly PageSize: number },
) {
  const from = (PageNumber - 1) * PageSize
  return { PagingInfo: { PageNumber, PageSize, TotalCount: all.length, [name]: all.slice(from, from + PageSize) } }
}
