/** Who works on the data directory itself: whoever can read its master key has every permission anyway. */

import type { DirectoryReader } from '../identity/directory.ts'
import type { Operator } from '../server/registry.ts'

/** The name of the first account and of its user. */
const FIRST = 'admin'
/** The workspace that comes with the first account. */
const FIRST_WORKSPACE = 10000

/** The first account's own user. @throws Error where there is no account */
export async function operatorOf(directory: DirectoryReader): Promise<Operator> {
  const account = await directory.accountByName(FIRST)
  const user = account && (await directory.userByName(account.id, FIRST))
  const projects = account ? await directory.projects(account.id) : []
  const project = projects.find(({ isDefault }) => isDefault) ?? projects[0]
  if (!account || !user || !project)
    throw new Error(`The registry has no account '${FIRST}' with a user and a project.`)
  return {
    principal: {
      userId: user.id,
      userName: user.name,
      domainId: account.id,
      domainName: account.name,
      aliyunUserId: user.aliyunUserId,
      isRoot: user.isRoot,
      projectId: undefined,
      accessKeyId: undefined,
    },
    projectId: project.id,
    workspaceId: FIRST_WORKSPACE,
  }
}
