/** Why a user may do something, or may not: what `decide.ts` would decide, with the statement that decides. */

import { DEFAULT_ENTERPRISE_PROJECT, type GrantReach } from '../access.ts'
import type { Project, User, Workspace } from '../directory.ts'
import { Policies } from '../policies-of.ts'
import { decideBy } from '../policy/decide.ts'
import type { ReachingStatement } from '../policy/permissions.ts'
import { contextOf, NO_CIRCUMSTANCES, withEnterpriseProject } from '../policy/situations.ts'
import type { Place } from '../principal.ts'
import { principalOf } from '../principal-of.ts'
import { rolesAllow } from '../workspace-roles.ts'
import { type Administration, AdministrationProblem } from './means.ts'

export interface Question {
  /** For example `scm:cert:list`, `dataworks:ListCertificates`. */
  readonly action: string
  /** `service:region:account:type:path`; without one, what no statement singles out. */
  readonly resource: string | undefined
  /** The project that is entered; without one, the account as a whole, as for SCM. */
  readonly project: Project | undefined
  /** The DataWorks workspace that is entered. */
  readonly workspace: Workspace | undefined
  /** The id of the enterprise project that it belongs to; the default one without it. */
  readonly enterpriseProject: string | undefined
}

export interface Explanation {
  readonly allowed: boolean
  readonly because:
    | 'explicit-deny'
    | 'allow'
    | 'no-policy-allows'
    | 'root'
    | 'role'
    | 'no-role-allows'
    | 'not-a-member'
    | 'disabled'
  /** The deciding policy, its statement from 0, and where it is granted. */
  readonly policy?: string
  readonly statement?: number
  readonly reach?: GrantReach
  /** The roles that were looked at. */
  readonly roles?: readonly string[]
}

/** @throws AdministrationProblem `invalid` for what is no action */
export async function explain(means: Administration, user: User, question: Question): Promise<Explanation> {
  const { action } = question
  if (!/^[A-Za-z0-9_-]+:[A-Za-z0-9_:-]+$/.test(action))
    throw new AdministrationProblem('invalid', 'An action has the form service:resource:operation, without wildcards.')
  if (!user.enabled) return { allowed: false, because: 'disabled' }
  if (user.isRoot) return { allowed: true, because: 'root' }
  return action.startsWith('dataworks:') ? byRoles(means, user, question) : byPolicies(means, user, question)
}

async function byRoles({ directory }: Administration, user: User, { action, workspace }: Question) {
  const inWorkspace = workspace ? await directory.workspaceRoles(workspace.id, user.id) : []
  const roles = [...user.tenantRoles, ...inWorkspace]
  if (rolesAllow(roles, action)) return { allowed: true, because: 'role', roles } as const
  return { allowed: false, because: roles.length === 0 ? 'not-a-member' : 'no-role-allows', roles } as const
}

async function byPolicies(means: Administration, user: User, question: Question): Promise<Explanation> {
  const { directory, account, clock } = means
  const { action, project, enterpriseProject = DEFAULT_ENTERPRISE_PROJECT } = question
  const place: Place = project ? { kind: 'project', projectId: project.id } : { kind: 'account' }
  const service = action.slice(0, action.indexOf(':'))
  const resource = question.resource ?? [service, project?.name ?? '', account.id, '*', '*'].join(':')
  const principal = principalOf(user, account, project?.id, undefined)
  const context = withEnterpriseProject(
    contextOf(principal, action, project?.name, NO_CIRCUMSTANCES, clock),
    enterpriseProject,
  )
  const permissions = await new Policies(directory).granted(user.id)
  const reaching = permissions
    .about(action, place)
    .filter(({ reach }) => reach.kind !== 'enterprise-project' || reach.id === enterpriseProject)
  const { allowed, because, policy, statement } = decideBy(reaching, { resource, context })
  const deciding = reaching.find(each => each.policy === policy && each.index === statement)
  return { allowed, because, ...(deciding && whereOf(deciding)) }
}

function whereOf({ policy, index, reach }: ReachingStatement) {
  return { policy, statement: index, reach }
}
