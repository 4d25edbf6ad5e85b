/** Puts identity together: who calls, where they may go, and the only place where a scope is made. */

import type { Clock } from '../registry/record-number.ts'
import type { Scope } from '../registry/scope.ts'
import { AUTHENTICATE } from './authenticate.ts'
import { decide } from './decide.ts'
import { chooseFacility, type Directory } from './directory.ts'
import type { Identity, Vault } from './identity.ts'
import { Keyring } from './keyring.ts'
import { NotAllowed } from './principal.ts'

export interface IdentityParts {
  readonly directory: Directory
  readonly vault: Vault
  readonly clock: Clock
}

export function createIdentity({ directory, vault, clock }: IdentityParts): Identity {
  const means = { directory, clock, keyring: new Keyring(directory, vault, clock) }
  return {
    vault,
    authenticate: (request, family) => AUTHENTICATE[family](request, means),
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
