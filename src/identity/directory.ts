/**
 * The port behind which accounts, users, their credentials and the places they may enter are kept. It holds no secret
 * in clear: secret access keys are sealed by the vault, tokens and session tokens are SHA-256 hashes, passwords are
 * hashes of `passwords.ts`. Times are Unix milliseconds.
 */

import type { AccessDirectory, AccessReader } from './access.ts'
import type { AuditLog } from './audit.ts'
import type { FailureLog } from './failures.ts'
import type { Facility } from './principal.ts'

/** The vendors' account: Huawei calls it domain. */
export interface Account {
  /** 32 lower-case hex digits. */
  readonly id: string
  /** Unique. */
  readonly name: string
  readonly enabled: boolean
  readonly createdAt: number
}

export interface User {
  /** 32 lower-case hex digits. */
  readonly id: string
  readonly accountId: string
  /** Unique in its account. */
  readonly name: string
  /** The user's id as Alibaba shows it: 16 decimal digits; unique. */
  readonly aliyunUserId: string
  /** As `hashPassword` gives it; `null` for a user who cannot log in. */
  readonly passwordHash: string | null
  readonly enabled: boolean
  /** Whether the user is the account itself, which has every permission in it. */
  readonly isRoot: boolean
  /** Tokens of an earlier epoch are void: raised when the password, a key or a permission changes. */
  readonly credentialEpoch: number
  /** DataWorks roles that reach every workspace of the account: `tenant_owner`, `tenant_open_platform_admin`. */
  readonly tenantRoles: readonly string[]
}

export interface Project {
  /** 32 lower-case hex digits. */
  readonly id: string
  readonly accountId: string
  /** Unique in its account. */
  readonly name: string
  readonly enabled: boolean
  /** The one of its account that is meant where a client names a region. */
  readonly isDefault: boolean
}

/** A DataWorks workspace. */
export interface Workspace {
  readonly id: number
  readonly accountId: string
  readonly name: string
}

export interface AccessKey {
  /** What requests name: 20 characters for permanent keys. */
  readonly id: string
  readonly userId: string
  /** The secret, sealed by the vault for `accessKeyContext(id)`. */
  readonly sealedSecret: Uint8Array
  readonly enabled: boolean
  readonly createdAt: number
  /** For temporary keys. */
  readonly expiresAt: number | null
  /** SHA-256 (hex) of the security token that has to come with a temporary key. */
  readonly securityTokenHash: string | null
  /** A policy document that narrows what a temporary key may do; none without it. */
  readonly sessionPolicy?: string | null
  readonly description?: string
}

/** A user's roles in one workspace. */
export interface WorkspaceMember {
  readonly userId: string
  /** Role codes, for example `role_project_dev`. */
  readonly roles: readonly string[]
}

/** What a token was asked for: a project, or the whole account. */
export type TokenReach = { readonly projectId: string } | { readonly accountId: string }

export interface IssuedToken {
  /** SHA-256 (hex) of the token's text; the text itself is never kept. */
  readonly hash: string
  readonly userId: string
  /** `null` for a token of the whole account. */
  readonly projectId: string | null
  /** How the user proved to be who he is: `password`, `token`. */
  readonly methods: readonly string[]
  readonly issuedAt: number
  readonly expiresAt: number
  /** The user's `credentialEpoch` when it was issued. */
  readonly epoch: number
  readonly revoked: boolean
}

/** What the first start lays down, all or nothing. */
export interface Founding {
  readonly account: Account
  readonly user: User
  readonly accessKey: AccessKey
  readonly project: Project
  readonly facilities: readonly Facility[]
  readonly workspace: Workspace
}

/** Look-ups answer from memory where they can; a change shows at once here, and within a second in other processes. */
export interface DirectoryReader extends AccessReader {
  /** Every account, ordered by name. */
  accounts(): Promise<readonly Account[]>
  /** The account that was made first. */
  firstAccount(): Promise<Account | undefined>
  account(id: string): Promise<Account | undefined>
  accountByName(name: string): Promise<Account | undefined>
  user(id: string): Promise<User | undefined>
  userByName(accountId: string, name: string): Promise<User | undefined>
  /** The users of an account, ordered by name. */
  users(accountId: string): Promise<readonly User[]>
  /** The user who is the account itself. */
  rootUser(accountId: string): Promise<User | undefined>
  project(id: string): Promise<Project | undefined>
  /** The projects of an account, ordered by name. */
  projects(accountId: string): Promise<readonly Project[]>
  facilities(projectId: string): Promise<readonly Facility[]>
  workspace(id: number): Promise<Workspace | undefined>
  /** The workspaces of an account, ordered by id. */
  workspaces(accountId: string): Promise<readonly Workspace[]>
  /** The role codes of a user in a workspace, for example `role_project_dev`; none for who is no member. */
  workspaceRoles(workspaceId: number, userId: string): Promise<readonly string[]>
  /** The members of a workspace, ordered by user id. */
  workspaceMembers(workspaceId: number): Promise<readonly WorkspaceMember[]>
  accessKey(id: string): Promise<AccessKey | undefined>
  /** The keys of a user, the oldest first; temporary ones too. */
  accessKeys(userId: string): Promise<readonly AccessKey[]>
  /** @param hash SHA-256 (hex) of the token's text */
  token(hash: string): Promise<IssuedToken | undefined>
}

/** What the master key is known by: see `openCheckedVault`. */
export interface MasterKeyCheck {
  masterKeyCheck(): Promise<Uint8Array | undefined>
  /** Keeps it, unless one is kept already. */
  keepMasterKeyCheck(sealed: Uint8Array): Promise<void>
}

export interface Directory extends DirectoryReader, AccessDirectory, AuditLog, FailureLog, MasterKeyCheck {
  /** @returns `false`, having changed nothing, where an account exists already */
  found(founding: Founding): Promise<boolean>
  addAccount(account: Account): Promise<void>
  addUser(user: User): Promise<void>
  /** @returns whether there is such a user. A new password, or a disabled user, needs a higher epoch as well */
  changeUser(
    id: string,
    change: Partial<Pick<User, 'passwordHash' | 'enabled' | 'credentialEpoch' | 'tenantRoles'>>,
  ): Promise<boolean>
  /** Removes the user's keys, tokens, memberships and grants as well. @returns whether there was such a user */
  removeUser(id: string): Promise<boolean>
  addProject(project: Project): Promise<void>
  /** @returns whether there is such a project */
  changeProject(id: string, change: Partial<Pick<Project, 'enabled'>>): Promise<boolean>
  /** Removes its facilities, its tokens and the grants that reach it as well. Its records stay, and nobody enters them. */
  removeProject(id: string): Promise<boolean>
  addFacility(facility: Facility): Promise<void>
  addWorkspace(workspace: Workspace): Promise<void>
  /** Makes these the user's roles in the workspace; none ends the membership. */
  setWorkspaceRoles(workspaceId: number, userId: string, roles: readonly string[]): Promise<void>
  /** Temporary keys that expired a day ago are forgotten on the way. */
  addAccessKey(key: AccessKey): Promise<void>
  /** @returns whether there is such a key */
  changeAccessKey(id: string, change: Partial<Pick<AccessKey, 'enabled' | 'description'>>): Promise<boolean>
  removeAccessKey(id: string): Promise<boolean>
  addToken(token: IssuedToken): Promise<void>
  /** @returns whether there was such a token */
  revokeToken(hash: string): Promise<boolean>
  /**
   * Remembers that a key used a nonce, also over a restart. @param until Unix ms; forgotten some time after it
   * @returns `false` where the key had used it already
   */
  rememberNonce(accessKeyId: string, nonce: string, until: number): Promise<boolean>
}

/** The default facility of a kind, or the one with the id. */
export function chooseFacility(
  facilities: readonly Facility[],
  kind: Facility['kind'],
  id: string | undefined,
): Facility | undefined {
  return facilities.find(
    facility => facility.kind === kind && (id === undefined ? facility.isDefault : facility.id === id),
  )
}

/** What a secret access key is sealed for. */
export function accessKeyContext(accessKeyId: string): string {
  return `access-key/${accessKeyId}`
}
