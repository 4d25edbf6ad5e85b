/** Who works on the data directory itself: whoever may read the master key is the first account's own user. */

import type { DirectoryReader } from './directory.ts'
import type { Principal } from './principal.ts'
import { principalOf } from './principal-of.ts'

export interface Operator {
  readonly principal: Principal
  /** The account's default project. */
  readonly projectId: string
  /** The account's first DataWorks workspace. */
  readonly workspaceId: number
}

/** @throws Error before the first account */
export async function operatorOf(directory: DirectoryReader): Promise<Operator> {
  const account = await directory.firstAccount()
  const user = account && (await directory.rootUser(account.id))
  if (!account || !user) throw new Error('There is no account yet: the first start of the server makes it.')
  const project = (await directory.projects(account.id)).find(({ isDefault }) => isDefault)
  const [workspace] = await directory.workspaces(account.id)
  if (!project || !workspace) throw new Error('The first account has lost its default project or its workspace.')
  return {
    principal: principalOf(user, account, undefined, undefined),
    projectId: project.id,
    workspaceId: workspace.id,
  }
}
