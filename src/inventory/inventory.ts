/** The registry's own API across all products: what the server serves below `/api/v1`. */

import type { Identity } from '../identity/identity.ts'
import type { Circumstances } from '../identity/policy/situations.ts'
import type { Principal } from '../identity/principal.ts'
import { type InventoryReader, TooCostly } from '../registry/inventory.ts'
import type { Clock } from '../registry/record-number.ts'
import type { Scope } from '../registry/scope.ts'
import type { RecordReader } from '../registry/store.ts'
import type { InventoryAnswer, InventoryRoute } from './call.ts'
import { InventoryProblem } from './problem.ts'
import { ROUTES } from './routes.ts'
import type { Section } from './section.ts'

export interface InventoryParts {
  readonly identity: Pick<Identity, 'visible' | 'vault'>
  readonly inventory: InventoryReader
  readonly records: RecordReader
  readonly sections: readonly Section[]
  readonly clock: Clock
}

/** One request for one of the routes. */
export interface InventoryRequest {
  readonly principal: Principal
  readonly circumstances: Circumstances
  readonly path: Readonly<Record<string, string>>
  /** Read by the route's schema. */
  readonly query: unknown
}

export interface Inventory {
  readonly routes: readonly InventoryRoute[]
  /** @throws InventoryProblem; RegistryFault `busy` */
  answer(route: InventoryRoute, request: InventoryRequest): Promise<InventoryAnswer>
}

export function createInventory({ identity, clock, sections, ...readers }: InventoryParts): Inventory {
  return {
    routes: ROUTES,
    async answer(route, { principal, circumstances, path, query }) {
      let visible: Promise<readonly Scope[]> | undefined
      try {
        return await route.run({
          principal,
          path,
          query,
          visible: () => (visible ??= identity.visible(principal, sections, circumstances)),
          ...readers,
          sections,
          vault: identity.vault,
          clock,
        })
      } catch (error) {
        if (!(error instanceof TooCostly)) throw error
        const advice = 'narrow it by a fingerprint, a serial number, a common name, an expiry or a product'
        throw new InventoryProblem('too-costly', `Too much would have to be read; ${advice}, or ask with total=false.`)
      }
    },
  }
}
