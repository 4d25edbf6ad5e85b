/** The decision: may this principal do this action in this place? Everything that lets anybody in is here. */

import type { Clock } from '../registry/record-number.ts'
import { decideByPolicies, type Verdict } from './decide-by-policies.ts'
import type { DirectoryReader, Project } from './directory.ts'
import { Policies } from './policies-of.ts'
import type { Circumstances } from './policy/situations.ts'
import type { Ground, Place, Principal, Refusal } from './principal.ts'
import type { Asked } from './resources.ts'
import { rolesAllow } from './workspace-roles.ts'

/** The part of a scope's key that names the place, with the compartments where not all; or why not. */
export type Decision =
  | { readonly is: 'allowed'; readonly key: string; readonly compartments: readonly string[] | undefined }
  | { readonly is: 'refused'; readonly refusal: Refusal; readonly ground: Ground }

export interface Question {
  readonly principal: Principal
  readonly action: string
  /** Whose records are meant, for example `iotda-cas`. */
  readonly product: string
  readonly place: Place
  readonly circumstances: Circumstances
}

/**
 * A place of another account and a place that does not exist are refused alike, and before permissions are looked at.
 * The root user may do everything in its account; another user what policies allow, or in a DataWorks workspace what its
 * roles do. A session policy narrows each of them.
 */
export class Decider {
  readonly #directory: DirectoryReader
  readonly #clock: Clock
  readonly #policies: Policies

  constructor(directory: DirectoryReader, clock: Clock) {
    this.#directory = directory
    this.#clock = clock
    this.#policies = new Policies(directory)
  }

  async decide(question: Question): Promise<Decision> {
    const { principal, place } = question
    switch (place.kind) {
      case 'account':
        return this.#decideOnAccount(question)
      case 'project':
        return this.#decideOnProject(question, place)
      case 'workspace': {
        const workspace = await this.#directory.workspace(place.workspaceId)
        if (workspace?.accountId !== principal.domainId) return nowhere(place)
        const refused = principal.isRoot ? undefined : await this.#refusalByRoles(question, workspace.id)
        return refused ?? this.#decideByPolicies({ ...question, project: undefined }, String(workspace.id), true)
      }
    }
  }

  /** The project that the request names beside the path has to be one of the caller's (identity-huawei §7.5 step 5). */
  async #decideOnAccount(question: Question): Promise<Decision> {
    const { projectId, domainId, isRoot } = question.principal
    const project = projectId === undefined ? undefined : await this.#ownProject(domainId, projectId)
    if (projectId !== undefined && project === undefined) return nowhere(question.place)
    return this.#decideByPolicies({ ...question, project }, domainId, isRoot)
  }

  async #decideOnProject(question: Question, place: Extract<Place, { kind: 'project' }>): Promise<Decision> {
    const { projectId, part } = place
    const { projectId: named, domainId, isRoot } = question.principal
    if (named !== undefined && named !== projectId) return nowhere(place)
    const project = await this.#ownProject(domainId, projectId)
    if (project === undefined) return nowhere(place)
    if (part !== undefined) {
      const facilities = await this.#directory.facilities(projectId)
      if (!facilities.some(({ id }) => id === part)) return nowhere(place)
    }
    const key = part === undefined ? projectId : `${projectId}/${part}`
    return this.#decideByPolicies({ ...question, project }, key, isRoot)
  }

  async #refusalByRoles({ principal, action, place }: Question, workspaceId: number): Promise<Decision | undefined> {
    const user = await this.#directory.user(principal.userId)
    const roles = [
      ...(user?.tenantRoles ?? []),
      ...(await this.#directory.workspaceRoles(workspaceId, principal.userId)),
    ]
    if (roles.length > 0 && rolesAllow(roles, action)) return undefined
    const is = roles.length === 0 ? 'not-a-member' : 'not-allowed'
    const ground = { reason: is === 'not-a-member' ? is : 'no-role-allows', resource: '', policy: '', statement: null }
    return { is: 'refused', refusal: is === 'not-a-member' ? { is, place } : { is, action, place }, ground }
  }

  /** @param allowed whether something else than policies allows it already: being root, or a role */
  async #decideByPolicies(asked: Asked, key: string, allowed: boolean): Promise<Decision> {
    const { principal } = asked
    const session = await this.#policies.session(principal.accessKeyId)
    const all = [...(allowed ? [] : [await this.#policies.granted(principal.userId)]), ...(session ? [session] : [])]
    let compartments: readonly string[] | undefined
    for (const permissions of all) {
      const statements = permissions.about(asked.action, asked.place)
      const verdict: Verdict = await decideByPolicies(statements, asked, this.#directory, this.#clock)
      if (!verdict.allowed) return refused(asked, verdict.ground)
      compartments = both(compartments, verdict.compartments)
    }
    if (compartments?.length === 0) return refused(asked, NOTHING_LEFT)
    return { is: 'allowed', key, compartments }
  }

  async #ownProject(accountId: string, projectId: string): Promise<Project | undefined> {
    const project = await this.#directory.project(projectId)
    return project?.enabled === true && project.accountId === accountId ? project : undefined
  }
}

/** What a session policy and the granted policies allow, they allow in no compartment together. */
const NOTHING_LEFT: Ground = { reason: 'no-policy-allows', resource: '', policy: '', statement: null }

function refused({ action, place }: Asked, ground: Ground): Decision {
  return { is: 'refused', refusal: { is: 'not-allowed', action, place }, ground }
}

function nowhere(place: Place): Decision {
  const ground = { reason: 'no-such-place', resource: '', policy: '', statement: null }
  return { is: 'refused', refusal: { is: 'no-such-place', place }, ground }
}

function both(a: readonly string[] | undefined, b: readonly string[] | undefined): readonly string[] | undefined {
  return a && b ? a.filter(one => b.includes(one)) : (a ?? b)
}
