/** Groups, policies, grants and enterprise projects. */

import type { Insertable, Selectable, Transaction } from 'kysely'
import type { AccessDirectory, CustomPolicy, EnterpriseProject, Grant, Group } from '../identity/access.ts'
import { type DirectoryMeans, update } from './directory-means.ts'
import * as rows from './directory-rows.ts'
import type { DirectoryTables } from './directory-tables.ts'

type Row<Table extends keyof DirectoryTables> = Selectable<DirectoryTables[Table]>
type Change = Transaction<DirectoryTables>

type Access = Omit<AccessDirectory, 'removeGroup' | 'removePolicy' | 'removeEnterpriseProject'>

export function accessIn({ database, memory, change }: DirectoryMeans): Access {
  const groups = () => database.selectFrom('groups').selectAll('groups')
  const policies = () => database.selectFrom('policies').selectAll()
  const grants = () => database.selectFrom('grants').selectAll()
  const enterpriseProjects = () => database.selectFrom('enterprise_projects').selectAll()

  /** Adds a row unless what has to be unique is taken. */
  function add<Table extends keyof DirectoryTables>(table: Table, row: Insertable<DirectoryTables[Table]>) {
    return change(async transaction => {
      const insert = transaction.insertInto(table).values(row)
      const result = await insert.onConflict(conflict => conflict.doNothing()).executeTakeFirst()
      return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
    })
  }

  return {
    async group(id) {
      return maybe(await groups().where('id', '=', id).executeTakeFirst(), toGroup)
    },
    async groupByName(accountId, name) {
      const query = groups().where('account_id', '=', accountId).where('name', '=', name)
      return maybe(await query.executeTakeFirst(), toGroup)
    },
    groups: async accountId =>
      (await groups().where('account_id', '=', accountId).orderBy('name').execute()).map(toGroup),
    async groupMembers(groupId) {
      const members = database.selectFrom('users').innerJoin('group_members', 'user_id', 'users.id').selectAll('users')
      return (await members.where('group_id', '=', groupId).orderBy('name').execute()).map(rows.toUser)
    },
    async groupsOf(userId) {
      const joined = groups().innerJoin('group_members', 'group_id', 'groups.id')
      return (await joined.where('user_id', '=', userId).orderBy('name').execute()).map(toGroup)
    },
    policy: id =>
      memory.find('policy', id, async () => maybe(await policies().where('id', '=', id).executeTakeFirst(), toPolicy)),
    async policyByName(accountId, name) {
      const query = policies().where('account_id', '=', accountId).where('name', '=', name)
      return maybe(await query.executeTakeFirst(), toPolicy)
    },
    policies: async accountId =>
      (await policies().where('account_id', '=', accountId).orderBy('name').execute()).map(toPolicy),
    grants: async accountId =>
      (await grants().where('account_id', '=', accountId).orderBy('id').execute()).map(toGrant),
    async grantsOf(userId) {
      const found = await memory.find('grants', userId, async () => {
        const own = database.selectFrom('group_members').select('group_id').where('user_id', '=', userId)
        const query = grants().where(by =>
          by.or([
            by.and([by('to_kind', '=', 'user'), by('to_id', '=', userId)]),
            by.and([by('to_kind', '=', 'group'), by('to_id', 'in', own)]),
          ]),
        )
        return (await query.orderBy('id').execute()).map(toGrant)
      })
      return found ?? []
    },
    async enterpriseProjectByName(accountId, name) {
      const query = enterpriseProjects().where('account_id', '=', accountId).where('name', '=', name)
      return maybe(await query.executeTakeFirst(), toEnterpriseProject)
    },
    async enterpriseProjects(accountId) {
      const found = await memory.find('enterprise-projects', accountId, async () => {
        const query = enterpriseProjects().where('account_id', '=', accountId)
        return (await query.orderBy('name').execute()).map(toEnterpriseProject)
      })
      return found ?? []
    },

    addGroup: group => add('groups', ofGroup(group)),
    changeGroup: (id, { description }) =>
      change(transaction => update(transaction, 'groups', id, description === undefined ? {} : { description })),
    addGroupMember: (groupId, userId) => add('group_members', { group_id: groupId, user_id: userId }),
    removeGroupMember: (groupId, userId) =>
      change(async transaction => {
        const query = transaction.deleteFrom('group_members').where('group_id', '=', groupId)
        return (await query.where('user_id', '=', userId).executeTakeFirst()).numDeletedRows > 0n
      }),
    addPolicy: policy => add('policies', ofPolicy(policy)),
    changePolicy: (id, { description, document, updatedAt }) =>
      change(transaction => {
        const set = { ...(description !== undefined && { description }), ...(document !== undefined && { document }) }
        return update(transaction, 'policies', id, { ...set, updated_at: updatedAt })
      }),
    addGrant: grant => add('grants', ofGrant(grant)),
    removeGrant: id =>
      change(async transaction => {
        const result = await transaction.deleteFrom('grants').where('id', '=', id).executeTakeFirst()
        return result.numDeletedRows > 0n
      }),
    addEnterpriseProject: project => add('enterprise_projects', ofEnterpriseProject(project)),
    changeEnterpriseProject: (accountId, id, { enabled }) =>
      change(async (transaction: Change) => {
        const query = transaction.updateTable('enterprise_projects').set({ enabled: rows.ofFlag(enabled) })
        const result = await query.where('account_id', '=', accountId).where('id', '=', id).executeTakeFirst()
        return result.numUpdatedRows > 0n
      }),
  }
}

function maybe<From, To>(value: From | undefined, to: (value: From) => To): To | undefined {
  return value === undefined ? undefined : to(value)
}

function ofGroup({ id, accountId, name, description, createdAt }: Group): Row<'groups'> {
  return { id, account_id: accountId, name, description, created_at: createdAt }
}

function toGroup({ id, account_id, name, description, created_at }: Row<'groups'>): Group {
  return { id, accountId: account_id, name, description, createdAt: Number(created_at) }
}

function ofPolicy({ id, accountId, name, description, document, createdAt, updatedAt }: CustomPolicy): Row<'policies'> {
  return { id, account_id: accountId, name, description, document, created_at: createdAt, updated_at: updatedAt }
}

function toPolicy({ id, account_id, name, description, document, ...times }: Row<'policies'>): CustomPolicy {
  const [createdAt, updatedAt] = [Number(times.created_at), Number(times.updated_at)]
  return { id, accountId: account_id, name, description, document, createdAt, updatedAt }
}

function ofGrant({ id, accountId, to, policy, reach }: Grant): Row<'grants'> {
  return {
    id,
    account_id: accountId,
    to_kind: to.kind,
    to_id: to.id,
    policy_kind: policy.kind,
    policy: policy.kind === 'custom' ? policy.id : policy.name,
    reach_kind: reach.kind,
    reach_id: 'id' in reach ? reach.id : '',
  }
}

function toGrant(row: Row<'grants'>): Grant {
  return {
    id: row.id,
    accountId: row.account_id,
    to: { kind: row.to_kind as Grant['to']['kind'], id: row.to_id },
    policy: row.policy_kind === 'custom' ? { kind: 'custom', id: row.policy } : { kind: 'built-in', name: row.policy },
    reach: { kind: row.reach_kind, ...(row.reach_id !== '' && { id: row.reach_id }) } as Grant['reach'],
  }
}

function ofEnterpriseProject(project: EnterpriseProject): Row<'enterprise_projects'> {
  const { id, accountId, name, enabled, createdAt } = project
  return { account_id: accountId, id, name, enabled: rows.ofFlag(enabled), created_at: createdAt }
}

function toEnterpriseProject(row: Row<'enterprise_projects'>): EnterpriseProject {
  const { id, account_id, name, enabled, created_at } = row
  return { id, accountId: account_id, name, enabled: enabled === 1, createdAt: Number(created_at) }
}
