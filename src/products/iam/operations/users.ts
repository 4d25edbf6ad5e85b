/** Users as Terraform looks them up (reference identity-huawei §2.3). */

import { NotAllowed } from '../../../identity/principal.ts'
import { queryOf } from '../../../identity/wire-request.ts'
import { parseParameters, readParameters } from '../../shared/parameters.ts'
import type { Reads } from '../../shared/product.ts'
import { refusal } from '../errors.ts'
import { demand, type IdentityServices } from '../services.ts'
import { linksOf, userOf, usersQuery } from '../wire.ts'

/** `GET /v3/users`: those of the account; who may not list users sees himself alone. */
export function listUsers({ directory }: IdentityServices): Reads {
  return async call => {
    const { request, principal } = call
    const asked = readParameters(usersQuery, parseParameters(queryOf(request.target)))
    const mayList = await demand(call).then(
      () => true,
      (error: unknown) => {
        if (error instanceof NotAllowed) return false
        throw error
      },
    )
    const found = (await directory.users(principal.domainId)).filter(
      user =>
        (mayList || user.id === principal.userId) &&
        (asked.domain_id ?? user.accountId) === user.accountId &&
        (asked.name ?? user.name) === user.name &&
        (asked.enabled ?? user.enabled) === user.enabled,
    )
    return { status: 200, body: { links: linksOf(request), users: found.map(user => userOf(user, request)) } }
  }
}

/** `GET /v3/users/{user_id}`: oneself, or with the permission for it any of the account. */
export function showUser({ directory }: IdentityServices): Reads {
  return async call => {
    const { request, path, principal } = call
    if (path.user_id !== principal.userId) await demand(call)
    const user = await directory.user(path.user_id ?? '')
    if (user?.accountId !== principal.domainId) throw refusal(404, 'The user could not be found.')
    return { status: 200, body: { user: userOf(user, request) } }
  }
}
