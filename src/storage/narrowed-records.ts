/**
 * Keeps every call to the part of its scope that the caller may enter (`Scope.within`), on any engine. It stands around
 * the engine's own record store, so that no operation of a product can forget it.
 */

import { RegistryFault } from '../registry/fault.ts'
import type { Listing } from '../registry/listing.ts'
import type { Content, Draft, RegistryRecord, SealedSecret } from '../registry/record.ts'
import { reaches, type Scope, type Within } from '../registry/scope.ts'
import type { Added, AddOptions, Change, Key, Page, RecordStore } from '../registry/store.ts'

export class NarrowedRecords implements RecordStore {
  readonly #all: RecordStore

  constructor(all: RecordStore) {
    this.#all = all
  }

  list(scope: Scope, listing: Listing): Promise<Page> {
    return this.#all.list(scope, scope.within ? narrowed(listing, scope.within) : listing)
  }

  async find(scope: Scope, key: Key): Promise<RegistryRecord | undefined> {
    const record = await this.#all.find(scope, key)
    return record && reaches(scope, record.compartment) ? record : undefined
  }

  async contents(scope: Scope, number: number, role: string): Promise<readonly Content[]> {
    return (await this.#isThere(scope, number)) ? this.#all.contents(scope, number, role) : []
  }

  async secret(scope: Scope, number: number, role: string): Promise<Uint8Array | undefined> {
    return (await this.#isThere(scope, number)) ? this.#all.secret(scope, number, role) : undefined
  }

  async add(scope: Scope, drafts: readonly Draft[], options?: AddOptions): Promise<readonly Added[]> {
    for (const { facts } of drafts) refuseBeyond(scope, facts.compartment)
    const added = await this.#all.add(scope, drafts, options)
    // That something stands in the way cannot be hidden; what it is, can.
    if (added.some(({ record }) => !reaches(scope, record.compartment)))
      throw new RegistryFault({ is: 'taken', by: 'uniqueKey' })
    return added
  }

  async change(
    scope: Scope,
    number: number,
    change: Change,
    secrets?: readonly SealedSecret[],
  ): Promise<RegistryRecord | undefined> {
    if (!(await this.#isThere(scope, number))) return undefined
    if (change.compartment !== undefined) refuseBeyond(scope, change.compartment)
    return this.#all.change(scope, number, change, secrets)
  }

  async remove(scope: Scope, number: number): Promise<boolean> {
    return (await this.#isThere(scope, number)) && this.#all.remove(scope, number)
  }

  /** Whether a record is in the caller's part. Without such a part the engine finds out by itself. */
  async #isThere(scope: Scope, number: number): Promise<boolean> {
    return scope.within === undefined || (await this.find(scope, { number })) !== undefined
  }
}

/** The listing with its question for compartments cut down to those that the caller may see; none is asked for nothing. */
function narrowed(listing: Listing, { compartments }: Within): Listing {
  const filters = Object.entries(listing.declaration.filters)
  const name = filters.find(([, filter]) => filter.kind === 'one-of' && filter.column === 'compartment')?.[0]
  if (name === undefined)
    throw new Error(`${listing.declaration.product} declares no one-of filter of compartments to be narrowed by`)
  const asked = listing.filters[name]
  const visible = asked === undefined ? compartments : compartments.filter(one => [asked].flat().includes(one))
  return { ...listing, filters: { ...listing.filters, [name]: visible } }
}

function refuseBeyond(scope: Scope, compartment: string): void {
  if (scope.within && !reaches(scope, compartment)) throw scope.within.refusal()
}
