/** One question to the inventory on its way, and what answers it. */

import type { TObject, TSchema } from 'typebox'
import type { Vault } from '../identity/identity.ts'
import type { Principal } from '../identity/principal.ts'
import type { InventoryReader } from '../registry/inventory.ts'
import type { Clock } from '../registry/record-number.ts'
import type { Scope } from '../registry/scope.ts'
import type { RecordReader } from '../registry/store.ts'
import type { Section } from './section.ts'

export interface InventoryCall<Query = unknown> {
  readonly principal: Principal
  /** The path's parameters, decoded. */
  readonly path: Readonly<Record<string, string>>
  /** As the route's schema has it. */
  readonly query: Query
  /** Everything that the caller may see, found out once. */
  visible(): Promise<readonly Scope[]>
  readonly inventory: InventoryReader
  readonly records: RecordReader
  readonly sections: readonly Section[]
  readonly vault: Vault
  readonly clock: Clock
}

/** An answer before it is bytes. */
export type InventoryAnswer =
  | { readonly json: object }
  | { readonly type: string; readonly bytes: string | Uint8Array }
  /** To be kept as a file. */
  | { readonly type: string; readonly stream: AsyncIterable<string>; readonly fileName: string }

export interface InventoryRoute {
  readonly method: 'GET'
  /** With parameters as `:id`. */
  readonly path: string
  readonly operation: string
  /** For people: what it answers. */
  readonly summary: string
  readonly query: TObject
  /** Of the answer's JSON; none where it is a file. */
  readonly answer?: TSchema
  readonly run: (call: InventoryCall) => Promise<InventoryAnswer>
}
