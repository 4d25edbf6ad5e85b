/** Between the directory's words and its rows. */

import type { Selectable } from 'kysely'
import { DEFAULT_ENTERPRISE_PROJECT } from '../identity/access.ts'
import type { AccessKey, Account, IssuedToken, Project, User, Workspace } from '../identity/directory.ts'
import type { Facility } from '../identity/principal.ts'
import type { DirectoryTables } from './directory-tables.ts'

type Row<Table extends keyof DirectoryTables> = Selectable<DirectoryTables[Table]>

export function ofFlag(flag: boolean): 0 | 1 {
  return flag ? 1 : 0
}

/** A list that was written as JSON text. */
export function toList(text: string): readonly string[] {
  return JSON.parse(text)
}

/** PostgreSQL gives 64-bit integers as text. */
function toTime(value: number | null): number | null {
  return value === null ? null : Number(value)
}

export function ofAccount({ id, name, enabled, createdAt }: Account): Row<'accounts'> {
  return { id, name, enabled: ofFlag(enabled), created_at: createdAt }
}

export function toAccount({ id, name, enabled, created_at }: Row<'accounts'>): Account {
  return { id, name, enabled: enabled === 1, createdAt: Number(created_at) }
}

export function ofUser(user: User): Row<'users'> {
  return {
    id: user.id,
    account_id: user.accountId,
    name: user.name,
    aliyun_user_id: user.aliyunUserId,
    password_hash: user.passwordHash,
    enabled: ofFlag(user.enabled),
    is_root: ofFlag(user.isRoot),
    credential_epoch: user.credentialEpoch,
    tenant_roles: JSON.stringify(user.tenantRoles),
  }
}

export function toUser(row: Row<'users'>): User {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    aliyunUserId: row.aliyun_user_id,
    passwordHash: row.password_hash,
    enabled: row.enabled === 1,
    isRoot: row.is_root === 1,
    credentialEpoch: Number(row.credential_epoch),
    tenantRoles: toList(row.tenant_roles),
  }
}

export function ofProject({ id, accountId, name, enabled, isDefault }: Project): Row<'projects'> {
  return { id, account_id: accountId, name, enabled: ofFlag(enabled), is_default: ofFlag(isDefault) }
}

export function toProject(row: Row<'projects'>): Project {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    enabled: row.enabled === 1,
    isDefault: row.is_default === 1,
  }
}

export function ofFacility(facility: Facility): Row<'facilities'> {
  return {
    project_id: facility.projectId,
    kind: facility.kind,
    id: facility.id,
    name: facility.name,
    is_default: ofFlag(facility.isDefault),
    enterprise_project_id: facility.enterpriseProjectId ?? DEFAULT_ENTERPRISE_PROJECT,
  }
}

export function toFacility(row: Row<'facilities'>): Facility {
  return {
    kind: row.kind as Facility['kind'],
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    isDefault: row.is_default === 1,
    enterpriseProjectId: row.enterprise_project_id,
  }
}

export function ofWorkspace({ id, accountId, name }: Workspace): Row<'workspaces'> {
  return { id, account_id: accountId, name }
}

export function toWorkspace(row: Row<'workspaces'>): Workspace {
  return { id: Number(row.id), accountId: row.account_id, name: row.name }
}

export function ofAccessKey(key: AccessKey): Row<'access_keys'> {
  return {
    id: key.id,
    user_id: key.userId,
    sealed_secret: key.sealedSecret,
    enabled: ofFlag(key.enabled),
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    security_token_hash: key.securityTokenHash,
    session_policy: key.sessionPolicy ?? null,
    description: key.description ?? '',
  }
}

export function toAccessKey(row: Row<'access_keys'>): AccessKey {
  return {
    id: row.id,
    userId: row.user_id,
    sealedSecret: row.sealed_secret,
    enabled: row.enabled === 1,
    createdAt: Number(row.created_at),
    expiresAt: toTime(row.expires_at),
    securityTokenHash: row.security_token_hash,
    sessionPolicy: row.session_policy,
    description: row.description,
  }
}

export function ofToken(token: IssuedToken): Row<'tokens'> {
  return {
    hash: token.hash,
    user_id: token.userId,
    project_id: token.projectId,
    methods: JSON.stringify(token.methods),
    issued_at: token.issuedAt,
    expires_at: token.expiresAt,
    epoch: token.epoch,
    revoked: ofFlag(token.revoked),
  }
}

export function toToken(row: Row<'tokens'>): IssuedToken {
  return {
    hash: row.hash,
    userId: row.user_id,
    projectId: row.project_id,
    methods: toList(row.methods),
    issuedAt: Number(row.issued_at),
    expiresAt: Number(row.expires_at),
    epoch: Number(row.epoch),
    revoked: row.revoked === 1,
  }
}
