/** Puts identity together: who calls, where they may go, and the only place where a scope is made. */

import type { Scope, Within } from '../registry/scope.ts'
import { AuditTrail } from './audit-trail.ts'
import { type AuthenticationParts, createAuthentication } from './authenticate.ts'
import { Decider } from './decide.ts'
import { chooseFacility } from './directory.ts'
import type { Identity } from './identity.ts'
import { NO_CIRCUMSTANCES } from './policy/situations.ts'
import { type Ground, NotAllowed } from './principal.ts'
import { visibleParts } from './visible.ts'

export function createIdentity(parts: AuthenticationParts): Identity {
  const { directory, vault, clock } = parts
  const decider = new Decider(directory, clock)
  return {
    vault,
    audit: new AuditTrail(directory, clock),
    authenticate: createAuthentication(parts),
    async enter(principal, action, product, place, circumstances = NO_CIRCUMSTANCES) {
      const decision = await decider.decide({ principal, action, product, place, circumstances })
      if (decision.is !== 'allowed') throw new NotAllowed(decision.refusal, decision.ground)
      const { key, compartments } = decision
      if (compartments === undefined) return mint(product, key)
      const refusal = () => new NotAllowed({ is: 'not-allowed', action, place }, BEYOND)
      return mint(product, key, { compartments, refusal })
    },
    async visible(principal, divisions, circumstances = NO_CIRCUMSTANCES) {
      const parts = await visibleParts(principal, divisions, circumstances, { decider, directory })
      return parts.map(({ product, place, key, compartments }) => {
        // Nothing is written through what was only looked at.
        const refusal = () => new NotAllowed({ is: 'not-allowed', action: '', place }, BEYOND)
        return mint(product, key, compartments && { compartments, refusal })
      })
    },
    async facility(kind, projectId, id) {
      return chooseFacility(await directory.facilities(projectId), kind, id)
    },
  }
}

/** A write into a part of the place that no policy allows. */
const BEYOND: Ground = { reason: 'no-policy-allows', resource: '', policy: '', statement: null }

/** The key leads every row of the scope's records, so it may never change its form. */
function mint(product: string, placeKey: string, within?: Within): Scope {
  return { key: `${product}/${placeKey}`, product, ...(within && { within }) } as Scope
}
