/** What all policies together say of one user, compiled: asked again, an action costs a look into a map. */

import type { GrantReach } from '../access.ts'
import type { Place } from '../principal.ts'
import { isAbout, type NamedPolicy, type PlacedStatement, statementsOf } from './decide.ts'
import type { PolicyDocument } from './document.ts'

export interface ReachingPolicy extends NamedPolicy {
  readonly reach: GrantReach
}

export interface ReachingStatement extends PlacedStatement {
  readonly reach: GrantReach
}

/** Actions that are remembered: more than all routes together have. */
const MAX_ACTIONS = 500

/** Stands in for a policy that cannot be read: what it would have denied is not known, so it denies everything. */
export const UNREADABLE: PolicyDocument = {
  version: '5.0',
  statements: [{ effect: 'Deny', actions: ['*'], exceptActions: false, resources: undefined, conditions: [] }],
}

export class Permissions {
  readonly #statements: readonly ReachingStatement[]
  readonly #byAction = new Map<string, readonly ReachingStatement[]>()

  constructor(policies: readonly ReachingPolicy[]) {
    this.#statements = policies.flatMap(policy =>
      statementsOf(policy).map(placed => ({ ...placed, reach: policy.reach })),
    )
  }

  /** The statements that are about an action and reach a place, or an enterprise project in it. */
  about(action: string, place: Place): readonly ReachingStatement[] {
    let statements = this.#byAction.get(action)
    if (statements === undefined) {
      statements = this.#statements.filter(placed => isAbout(placed, action))
      if (this.#byAction.size >= MAX_ACTIONS) this.#byAction.clear()
      this.#byAction.set(action, statements)
    }
    return statements.filter(({ reach }) => reachesPlace(reach, place))
  }
}

function reachesPlace(reach: GrantReach, place: Place): boolean {
  switch (reach.kind) {
    case 'account':
    case 'enterprise-project':
      return true
    case 'all-projects':
      return place.kind === 'project'
    case 'project':
      return place.kind === 'project' && place.projectId === reach.id
  }
}

export const ENTERPRISE_PROJECT_KEY = 'g:enterpriseprojectid'

/** Whether it matters to a statement which enterprise project something belongs to. */
export function asksForEnterpriseProject({ reach, statement }: ReachingStatement): boolean {
  return (
    reach.kind === 'enterprise-project' ||
    statement.conditions.some(({ key }) => key.toLowerCase() === ENTERPRISE_PROJECT_KEY)
  )
}

/** The enterprise projects that statements name: by a grant, or as a value of a condition. */
export function namedEnterpriseProjects(statements: readonly ReachingStatement[]): readonly string[] {
  return statements.flatMap(({ reach, statement }) => [
    ...(reach.kind === 'enterprise-project' ? [reach.id] : []),
    ...statement.conditions.flatMap(({ key, values }) =>
      key.toLowerCase() === ENTERPRISE_PROJECT_KEY ? values.filter(value => !/[*?]/.test(value)) : [],
    ),
  ])
}
