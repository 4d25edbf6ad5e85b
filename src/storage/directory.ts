/** The directory through Kysely: the same statements on every engine. */

import type { Insertable, Kysely, Transaction } from 'kysely'
import type { AccessKey, Account, Directory, IssuedToken, Project, User, Workspace } from '../identity/directory.ts'
import type { Facility } from '../identity/principal.ts'
import type { Clock } from '../registry/record-number.ts'
import { accessIn } from './directory-access.ts'
import { AuditTable } from './directory-audit.ts'
import { failuresIn } from './directory-failures.ts'
import { type DirectoryMeans, inFaults, update } from './directory-means.ts'
import { DirectoryMemory } from './directory-memory.ts'
import { NonceMemory } from './directory-nonces.ts'
import { removalsIn } from './directory-removals.ts'
import * as rows from './directory-rows.ts'
import type { DirectoryTables } from './directory-tables.ts'

/** How long an expired token or key is still known, in ms, so that its bearer is told that it expired. */
const KEEP_EXPIRED_MS = 24 * 3_600_000

export interface DirectoryOptions {
  /** A connection on which nobody else opens transactions. */
  readonly database: Kysely<DirectoryTables>
  /**
   * A connection for nonces and audit events. It may sync less often than the other: losing power may lose those of the
   * last moment, killing the process may not. Without it, they go through `database`.
   */
  readonly nonces?: Kysely<DirectoryTables>
  readonly clock: Clock
}

/** Opens the directory of a database that has its tables. Who opened the connections closes them. */
export function openDirectory({ database, nonces = database, clock }: DirectoryOptions): Directory {
  const memory = new DirectoryMemory(clock, async () => {
    const { counter } = await database.selectFrom('directory_changes').select('counter').executeTakeFirstOrThrow()
    return Number(counter)
  })
  const nonceMemory = new NonceMemory(nonces, clock)
  const audit = new AuditTable(nonces, clock)

  /** Runs a change in one transaction that other processes notice. */
  async function change<T>(work: (transaction: Transaction<DirectoryTables>) => Promise<T>): Promise<T> {
    const result = await inFaults(
      database.transaction().execute(async transaction => {
        await transaction
          .updateTable('directory_changes')
          .set(row => ({ counter: row('counter', '+', 1) }))
          .execute()
        return work(transaction)
      }),
    )
    memory.forget()
    return result
  }

  async function add<Table extends keyof DirectoryTables>(table: Table, row: Insertable<DirectoryTables[Table]>) {
    await change(transaction => transaction.insertInto(table).values(row).execute())
  }

  const means: DirectoryMeans = { database, memory, change, clock }

  function one<Row, T>(query: { executeTakeFirst(): Promise<Row | undefined> }, from: (row: Row) => T) {
    return async () => {
      const row = await query.executeTakeFirst()
      return row === undefined ? undefined : from(row)
    }
  }

  const accounts = () => database.selectFrom('accounts').selectAll()
  const users = () => database.selectFrom('users').selectAll()

  return {
    ...accessIn(means),
    ...failuresIn(means),
    ...removalsIn(means),
    appendAuditEvents: events => inFaults(audit.append(events)),
    auditEvents: query => audit.list(query),

    accounts: async () => (await accounts().orderBy('name').execute()).map(rows.toAccount),
    firstAccount: () => one(accounts().orderBy('created_at').orderBy('id').limit(1), rows.toAccount)(),
    account: id => memory.find('account', id, one(accounts().where('id', '=', id), rows.toAccount)),
    accountByName: name => one(accounts().where('name', '=', name), rows.toAccount)(),
    user: id => memory.find('user', id, one(users().where('id', '=', id), rows.toUser)),
    userByName: (accountId, name) =>
      one(users().where('account_id', '=', accountId).where('name', '=', name), rows.toUser)(),
    users: async accountId =>
      (await users().where('account_id', '=', accountId).orderBy('name').execute()).map(rows.toUser),
    rootUser: accountId => one(users().where('account_id', '=', accountId).where('is_root', '=', 1), rows.toUser)(),
    project: id =>
      memory.find('project', id, one(database.selectFrom('projects').selectAll().where('id', '=', id), rows.toProject)),
    async projects(accountId) {
      const query = database.selectFrom('projects').selectAll().where('account_id', '=', accountId).orderBy('name')
      return (await query.execute()).map(rows.toProject)
    },
    async facilities(projectId) {
      const found = await memory.find('facilities', projectId, async () => {
        const query = database.selectFrom('facilities').selectAll().where('project_id', '=', projectId)
        const facilities = (await query.orderBy('kind').orderBy('id').execute()).map(rows.toFacility)
        return facilities.length > 0 ? facilities : undefined
      })
      return found ?? []
    },
    workspace: id =>
      memory.find(
        'workspace',
        id,
        one(database.selectFrom('workspaces').selectAll().where('id', '=', id), rows.toWorkspace),
      ),
    async workspaces(accountId) {
      const query = database.selectFrom('workspaces').selectAll().where('account_id', '=', accountId).orderBy('id')
      return (await query.execute()).map(rows.toWorkspace)
    },
    async workspaceRoles(workspaceId, userId) {
      const query = database.selectFrom('workspace_members').selectAll()
      const member = query.where('workspace_id', '=', workspaceId).where('user_id', '=', userId)
      return (
        (await memory.find(
          'member',
          `${workspaceId}/${userId}`,
          one(member, row => rows.toList(row.roles)),
        )) ?? []
      )
    },
    async workspaceMembers(workspaceId) {
      const query = database.selectFrom('workspace_members').selectAll().where('workspace_id', '=', workspaceId)
      const members = await query.orderBy('user_id').execute()
      return members.map(row => ({ userId: row.user_id, roles: rows.toList(row.roles) }))
    },
    accessKey: id =>
      memory.find(
        'key',
        id,
        one(database.selectFrom('access_keys').selectAll().where('id', '=', id), rows.toAccessKey),
      ),
    async accessKeys(userId) {
      const query = database.selectFrom('access_keys').selectAll().where('user_id', '=', userId)
      return (await query.orderBy('created_at').orderBy('id').execute()).map(rows.toAccessKey)
    },
    token: hash =>
      memory.find('token', hash, one(database.selectFrom('tokens').selectAll().where('hash', '=', hash), rows.toToken)),

    found: founding =>
      change(async transaction => {
        const present = await transaction.selectFrom('accounts').select('id').limit(1).executeTakeFirst()
        if (present) return false
        await transaction.insertInto('accounts').values(rows.ofAccount(founding.account)).execute()
        await transaction.insertInto('users').values(rows.ofUser(founding.user)).execute()
        await transaction.insertInto('projects').values(rows.ofProject(founding.project)).execute()
        await transaction.insertInto('facilities').values(founding.facilities.map(rows.ofFacility)).execute()
        await transaction.insertInto('workspaces').values(rows.ofWorkspace(founding.workspace)).execute()
        await transaction.insertInto('access_keys').values(rows.ofAccessKey(founding.accessKey)).execute()
        return true
      }),
    addAccount: (account: Account) => add('accounts', rows.ofAccount(account)),
    addUser: (user: User) => add('users', rows.ofUser(user)),
    changeUser: (id, { passwordHash, enabled, credentialEpoch, tenantRoles }) =>
      change(async transaction => {
        const set = {
          ...(passwordHash !== undefined && { password_hash: passwordHash }),
          ...(enabled !== undefined && { enabled: rows.ofFlag(enabled) }),
          ...(credentialEpoch !== undefined && { credential_epoch: credentialEpoch }),
          ...(tenantRoles !== undefined && { tenant_roles: JSON.stringify(tenantRoles) }),
        }
        return update(transaction, 'users', id, set)
      }),
    addProject: (project: Project) => add('projects', rows.ofProject(project)),
    changeProject: (id, { enabled }) =>
      change(async transaction => {
        const project = enabled === undefined ? {} : { enabled: rows.ofFlag(enabled) }
        return update(transaction, 'projects', id, project)
      }),
    addFacility: (facility: Facility) => add('facilities', rows.ofFacility(facility)),
    addWorkspace: (workspace: Workspace) => add('workspaces', rows.ofWorkspace(workspace)),
    setWorkspaceRoles: (workspaceId, userId, roles) =>
      change(async transaction => {
        const member = transaction.deleteFrom('workspace_members').where('workspace_id', '=', workspaceId)
        await member.where('user_id', '=', userId).execute()
        if (roles.length === 0) return
        const row = { workspace_id: workspaceId, user_id: userId, roles: JSON.stringify(roles) }
        await transaction.insertInto('workspace_members').values(row).execute()
      }),
    async addAccessKey(key: AccessKey) {
      await change(async transaction => {
        const gone = clock() - KEEP_EXPIRED_MS
        await transaction.deleteFrom('access_keys').where('expires_at', '<', gone).execute()
        await transaction.insertInto('access_keys').values(rows.ofAccessKey(key)).execute()
      })
    },
    changeAccessKey: (id, { enabled, description }) =>
      change(async transaction => {
        const set = {
          ...(enabled !== undefined && { enabled: rows.ofFlag(enabled) }),
          ...(description !== undefined && { description }),
        }
        return update(transaction, 'access_keys', id, set)
      }),
    removeAccessKey: id =>
      change(async transaction => {
        const result = await transaction.deleteFrom('access_keys').where('id', '=', id).executeTakeFirst()
        return result.numDeletedRows > 0n
      }),
    async addToken(token: IssuedToken) {
      // A new token changes nothing that is kept in memory, so nothing has to be forgotten.
      await inFaults(
        database.transaction().execute(async transaction => {
          const gone = token.issuedAt - KEEP_EXPIRED_MS
          await transaction.deleteFrom('tokens').where('expires_at', '<', gone).execute()
          await transaction.insertInto('tokens').values(rows.ofToken(token)).execute()
        }),
      )
    },
    revokeToken: hash =>
      change(async transaction => {
        const query = transaction.updateTable('tokens').set({ revoked: 1 }).where('hash', '=', hash)
        return (await query.executeTakeFirst()).numUpdatedRows > 0n
      }),
    async masterKeyCheck() {
      return (await database.selectFrom('master_key_check').select('sealed').executeTakeFirst())?.sealed
    },
    async keepMasterKeyCheck(sealed) {
      const check = database.insertInto('master_key_check').values({ id: 1, sealed })
      await inFaults(check.onConflict(conflict => conflict.doNothing()).execute())
    },
    rememberNonce: (accessKeyId, nonce, until) => inFaults(nonceMemory.remember(accessKeyId, nonce, until)),
  }
}
