/** Removals from the directory: each takes with it whatever would mean nothing without it. */

import type { Directory } from '../identity/directory.ts'
import type { DirectoryMeans } from './directory-means.ts'

type Removals = Pick<
  Directory,
  'removeUser' | 'removeProject' | 'removeGroup' | 'removePolicy' | 'removeEnterpriseProject'
>

export function removalsIn({ change }: DirectoryMeans): Removals {
  return {
    removeUser: id =>
      change(async transaction => {
        const grants = transaction.deleteFrom('grants').where('to_kind', '=', 'user')
        await grants.where('to_id', '=', id).execute()
        for (const table of ['tokens', 'access_keys', 'group_members', 'workspace_members'] as const)
          await transaction.deleteFrom(table).where('user_id', '=', id).execute()
        const result = await transaction.deleteFrom('users').where('id', '=', id).executeTakeFirst()
        return result.numDeletedRows > 0n
      }),
    removeProject: id =>
      change(async transaction => {
        const grants = transaction.deleteFrom('grants').where('reach_kind', '=', 'project')
        await grants.where('reach_id', '=', id).execute()
        for (const table of ['tokens', 'facilities'] as const)
          await transaction.deleteFrom(table).where('project_id', '=', id).execute()
        const result = await transaction.deleteFrom('projects').where('id', '=', id).executeTakeFirst()
        return result.numDeletedRows > 0n
      }),
    removeGroup: id =>
      change(async transaction => {
        const grants = transaction.deleteFrom('grants').where('to_kind', '=', 'group')
        await grants.where('to_id', '=', id).execute()
        await transaction.deleteFrom('group_members').where('group_id', '=', id).execute()
        const result = await transaction.deleteFrom('groups').where('id', '=', id).executeTakeFirst()
        return result.numDeletedRows > 0n
      }),
    removePolicy: id =>
      change(async transaction => {
        const grants = transaction.deleteFrom('grants').where('policy_kind', '=', 'custom')
        await grants.where('policy', '=', id).execute()
        const result = await transaction.deleteFrom('policies').where('id', '=', id).executeTakeFirst()
        return result.numDeletedRows > 0n
      }),
    removeEnterpriseProject: (accountId, id) =>
      change(async transaction => {
        const grants = transaction.deleteFrom('grants').where('account_id', '=', accountId)
        await grants.where('reach_kind', '=', 'enterprise-project').where('reach_id', '=', id).execute()
        const project = transaction.deleteFrom('enterprise_projects').where('account_id', '=', accountId)
        return (await project.where('id', '=', id).executeTakeFirst()).numDeletedRows > 0n
      }),
  }
}
