/** Sts 2015-04-01 GetCallerIdentity: who the caller is, as the vendor's CLI asks before anything else. */

import type { DirectoryReader } from '../../../identity/directory.ts'
import type { Reads } from '../../shared/product.ts'
import { answer } from '../wire.ts'

/** The account's number is that of its own user, as on the cloud. */
export function getCallerIdentity(directory: DirectoryReader): Reads {
  return async ({ request, principal }) => {
    const root = await directory.rootUser(principal.domainId)
    const AccountId = root?.aliyunUserId ?? ''
    const PrincipalId = principal.aliyunUserId
    const who = principal.isRoot
      ? { IdentityType: 'Account', Arn: `acs:ram::${AccountId}:root` }
      : { IdentityType: 'RAMUser', Arn: `acs:ram::${AccountId}:user/${principal.userName}` }
    return answer(request.id, { ...who, AccountId, PrincipalId, UserId: PrincipalId })
  }
}
