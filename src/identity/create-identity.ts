/** Puts identity together: who calls, where they may go, and the only place where a scope is made. */

import type { Scope } from '../registry/scope.ts'
import { type AuthenticationParts, createAuthentication } from './authenticate.ts'
import { decide } from './decide.ts'
import { chooseFacility } from './directory.ts'
import type { Identity } from './identity.ts'
import { NotAllowed } from './principal.ts'

export function createIdentity(parts: AuthenticationParts): Identity {
  const { directory, vault } = parts
  return {
    vault,
    authenticate: createAuthentication(parts),
    async enter(principal, action, product, place) {
      const decision = await decide(directory, principal, action, place)
      if (decision.is !== 'allowed') throw new NotAllowed(decision)
      return mint(product, decision.key)
    },
    async facility(kind, projectId, id) {
      return chooseFacility(await directory.facilities(projectId), kind, id)
    },
  }
}

/** The key leads every row of the scope's records, so it may never change its form. */
function mint(product: string, placeKey: string): Scope {
  return { key: `${product}/${placeKey}`, product } as Scope
}
