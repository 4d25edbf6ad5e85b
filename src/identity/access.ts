/** Who may do what, as the directory keeps it: groups, policies, and grants that join them to places. */

import type { User } from './directory.ts'

export interface Group {
  /** 32 lower-case hex digits. */
  readonly id: string
  readonly accountId: string
  /** Unique in its account. */
  readonly name: string
  readonly description: string
  readonly createdAt: number
}

/** A policy that an account wrote for itself; the built-in ones are in `policy/built-in.ts`. */
export interface CustomPolicy {
  /** 32 lower-case hex digits. */
  readonly id: string
  readonly accountId: string
  /** Unique in its account, and never that of a built-in policy. */
  readonly name: string
  readonly description: string
  /** The document's text as it was written; `readPolicy` has accepted it. */
  readonly document: string
  readonly createdAt: number
  readonly updatedAt: number
}

/**
 * A part of an account whose records carry the id. Every account has one more that no table holds: `0`, named
 * `default`.
 */
export interface EnterpriseProject {
  /** As the vendor forms it: a UUID in lower case; unique in its account. */
  readonly id: string
  readonly accountId: string
  /** Unique in its account. */
  readonly name: string
  readonly enabled: boolean
  readonly createdAt: number
}

/** The enterprise project of whatever names none. */
export const DEFAULT_ENTERPRISE_PROJECT = '0'

/** Enterprise projects an account at most, beside the default one. Lists are narrowed to those that a caller may see. */
export const MAX_ENTERPRISE_PROJECTS = 100

/** Where a granted policy holds. */
export type GrantReach =
  /** In the whole account: global services and every project. */
  | { readonly kind: 'account' }
  /** In every project, also in those that are made later; not in global services. */
  | { readonly kind: 'all-projects' }
  | { readonly kind: 'project'; readonly id: string }
  /** For what belongs to the enterprise project. */
  | { readonly kind: 'enterprise-project'; readonly id: string }

/** Which policy is granted: a built-in one by its name, a custom one by its id. */
export type GrantedPolicy =
  | { readonly kind: 'built-in'; readonly name: string }
  | { readonly kind: 'custom'; readonly id: string }

/** A policy that holds for somebody somewhere. The same grant stands only once. */
export interface Grant {
  /** 32 lower-case hex digits. */
  readonly id: string
  readonly accountId: string
  readonly to: { readonly kind: 'user' | 'group'; readonly id: string }
  readonly policy: GrantedPolicy
  readonly reach: GrantReach
}

/** Lists are ordered by name (grants by id). */
export interface AccessReader {
  group(id: string): Promise<Group | undefined>
  groupByName(accountId: string, name: string): Promise<Group | undefined>
  groups(accountId: string): Promise<readonly Group[]>
  groupMembers(groupId: string): Promise<readonly User[]>
  groupsOf(userId: string): Promise<readonly Group[]>
  policy(id: string): Promise<CustomPolicy | undefined>
  policyByName(accountId: string, name: string): Promise<CustomPolicy | undefined>
  policies(accountId: string): Promise<readonly CustomPolicy[]>
  grants(accountId: string): Promise<readonly Grant[]>
  /** The grants that a user has, directly and through groups. From memory: the same object as long as nothing changes. */
  grantsOf(userId: string): Promise<readonly Grant[]>
  enterpriseProjectByName(accountId: string, name: string): Promise<EnterpriseProject | undefined>
  /** Without the default one. From memory. */
  enterpriseProjects(accountId: string): Promise<readonly EnterpriseProject[]>
}

/** What is added is added unless its id or name is taken; then the answer is `false`, and nothing was changed. */
export interface AccessDirectory extends AccessReader {
  addGroup(group: Group): Promise<boolean>
  changeGroup(id: string, change: Partial<Pick<Group, 'description'>>): Promise<boolean>
  /** Removes its memberships and grants as well. @returns whether there was such a group */
  removeGroup(id: string): Promise<boolean>
  /** @returns `false` where the user is a member already */
  addGroupMember(groupId: string, userId: string): Promise<boolean>
  removeGroupMember(groupId: string, userId: string): Promise<boolean>
  addPolicy(policy: CustomPolicy): Promise<boolean>
  /** @returns whether there is such a policy */
  changePolicy(
    id: string,
    change: Partial<Pick<CustomPolicy, 'description' | 'document'>> & Pick<CustomPolicy, 'updatedAt'>,
  ): Promise<boolean>
  /** Removes its grants as well. */
  removePolicy(id: string): Promise<boolean>
  /** @returns `false` where the same grant stands already */
  addGrant(grant: Grant): Promise<boolean>
  removeGrant(id: string): Promise<boolean>
  addEnterpriseProject(project: EnterpriseProject): Promise<boolean>
  changeEnterpriseProject(accountId: string, id: string, change: Pick<EnterpriseProject, 'enabled'>): Promise<boolean>
  /** Removes its grants as well; records keep its id. */
  removeEnterpriseProject(accountId: string, id: string): Promise<boolean>
}
