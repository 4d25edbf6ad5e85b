/** The registry as the rooms above storage see it: put together by `main.ts`, used by the server and the commands. */

import type { Directory } from '../identity/directory.ts'
import type { FirstRun } from '../identity/first-account.ts'
import type { Identity } from '../identity/identity.ts'
import type { Passwords } from '../identity/passwords.ts'
import type { Principal } from '../identity/principal.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Product } from '../products/shared/product.ts'
import type { Clock } from '../registry/record-number.ts'
import type { Storage } from '../registry/store.ts'

/** Who works on the data directory itself, and where they go without being told. */
export interface Operator {
  /** The account's own user. */
  readonly principal: Principal
  readonly projectId: string
  readonly workspaceId: number
}

export interface Registry {
  readonly products: readonly Product[]
  readonly inventory: Inventory
  readonly storage: Storage
  readonly identity: Identity
  readonly clock: Clock
  /** For the commands that administer identity; requests never come here. */
  readonly directory: Directory
  readonly passwords: Passwords
  /**
   * @param endpoint the base URL of the server
   * @param keep puts the secrets into safety before the account stands
   * @returns what was made; `undefined`, having changed nothing, where an account exists already
   */
  createFirstAccount(endpoint: string, keep?: (firstRun: FirstRun) => Promise<void>): Promise<FirstRun | undefined>
  /** @throws Error before the first account */
  operator(): Promise<Operator>
  close(): Promise<void>
}
