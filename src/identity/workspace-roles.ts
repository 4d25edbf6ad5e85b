/** Which role of a DataWorks workspace may do what. Reference dataworks §5; the List column is seed 000's. */

/** The roles by their codes; the two of the tenant reach every workspace of the account. */
export const WORKSPACE_ROLES = {
  tenant_owner: { name: 'Tenant Owner', reach: 'tenant', level: 'own' },
  role_project_admin: { name: 'Workspace Administrator', reach: 'workspace', level: 'own' },
  role_project_deploy: { name: 'Deploy', reach: 'workspace', level: 'get' },
  role_project_dev: { name: 'Develop', reach: 'workspace', level: 'get' },
  role_project_guest: { name: 'Visitor', reach: 'workspace', level: 'list' },
  role_project_owner: { name: 'Workspace Owner', reach: 'workspace', level: 'own' },
  role_project_pe: { name: 'O&M', reach: 'workspace', level: 'all' },
  role_project_erd: { name: 'Model Designer', reach: 'workspace', level: 'list' },
  role_project_security: { name: 'Security Administrator', reach: 'workspace', level: 'list' },
  role_project_data_analyst: { name: 'Data Analyst', reach: 'workspace', level: 'list' },
  tenant_open_platform_admin: { name: 'OpenPlatform Administrator', reach: 'tenant', level: 'list' },
  role_project_dg_admin: { name: 'Data Governance Administrator', reach: 'workspace', level: 'list' },
} as const satisfies Record<string, { name: string; reach: 'tenant' | 'workspace'; level: Level }>

export type WorkspaceRole = keyof typeof WORKSPACE_ROLES

type Level = 'list' | 'get' | 'all' | 'own'

/** Whoever has a role sees the workspace and who else is in it. */
const LIST = [
  'dataworks:ListCertificates',
  'dataworks:ListProjects',
  'dataworks:GetProject',
  'dataworks:ListProjectMembers',
  'dataworks:GetProjectMember',
  'dataworks:ListProjectRoles',
  'dataworks:GetProjectRole',
]
const GET = [...LIST, 'dataworks:GetCertificate']
const ALL = [...GET, 'dataworks:ImportCertificate', 'dataworks:DeleteCertificate']
/** Members are the owner's and the administrator's: `Invalid.Tenant.UserIsNotProjectOwnerOrAdmin` (reference §4.3). */
const OWN = [
  ...ALL,
  'dataworks:CreateProjectMember',
  'dataworks:DeleteProjectMember',
  'dataworks:GrantMemberProjectRoles',
  'dataworks:RevokeMemberProjectRoles',
]

/** What each level may do, as the route tables spell the actions. */
const ACTIONS: Readonly<Record<Level, ReadonlySet<string>>> = {
  list: new Set(LIST),
  get: new Set(GET),
  all: new Set(ALL),
  own: new Set(OWN),
}

const LEVELS: ReadonlyMap<string, Level> = new Map(
  Object.entries(WORKSPACE_ROLES).map(([code, { level }]) => [code, level]),
)

/** Whether one of the roles suffices for the action. Codes that are not in the table allow nothing. */
export function rolesAllow(roles: readonly string[], action: string): boolean {
  return roles.some(role => {
    const level = LEVELS.get(role)
    return level !== undefined && ACTIONS[level].has(action)
  })
}
