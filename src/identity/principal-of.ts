/** The principal that a user of the directory is. */

import type { Account, User } from './directory.ts'
import type { Principal } from './principal.ts'

/** @param projectId named by the request or its token, not yet checked. @param accessKeyId of who signed */
export function principalOf(
  user: User,
  account: Account,
  projectId: string | undefined,
  accessKeyId: string | undefined,
): Principal {
  return {
    userId: user.id,
    userName: user.name,
    domainId: account.id,
    domainName: account.name,
    aliyunUserId: user.aliyunUserId,
    isRoot: user.isRoot,
    projectId,
    accessKeyId,
  }
}
