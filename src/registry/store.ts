/** The storage port. Every engine is held to it by the conformance suite in `test/storage/`. */

import type { RegistryFault } from './fault.ts'
import type { Listing, ListingDeclaration } from './listing.ts'
import type { Attributes, Content, Draft, RecordFacts, RegistryRecord, SealedSecret } from './record.ts'
import type { Scope } from './scope.ts'

export interface Page {
  readonly records: readonly RegistryRecord[]
  /** Records that match the filters, whatever the window. Exact, of the same moment as the records. */
  readonly total: number
}

/** Which one record is meant. */
export type Key =
  | { readonly number: number }
  | { readonly vendorId: string }
  | { readonly uniqueKey: string }
  /** The newest with this SHA-256 fingerprint. */
  | { readonly fingerprint: string }

/** What may change in a record. */
export type Change<A extends Attributes = Attributes> = Partial<RecordFacts<A>>

/** What may be done by those who only read. List routes are handed this type. */
export interface RecordReader {
  /** @throws RegistryFault `busy` */
  list(scope: Scope, listing: Listing): Promise<Page>
  find(scope: Scope, key: Key): Promise<RegistryRecord | undefined>
  /** The record's contents of one role, in order; empty where it has none or does not exist. */
  contents(scope: Scope, number: number, role: string): Promise<readonly Content[]>
}

/** What became of a draft. */
export type Added =
  | { readonly is: 'added'; readonly record: RegistryRecord }
  /** Its `uniqueKey` (or, where asked, its fingerprint) stands already: nothing was changed. */
  | { readonly is: 'present'; readonly record: RegistryRecord }

export interface AddOptions {
  /** Take a draft as present when its certificate stands already in the scope, also where nothing else is unique. */
  readonly oncePerFingerprint?: boolean
}

export interface RecordStore extends RecordReader {
  /**
   * Adds drafts in one transaction, in their order, and answers once they are durable. A verdict a draft.
   * @throws RegistryFault `taken` by `vendorId`: nothing was added; `busy`; `storage-failed`
   */
  add(scope: Scope, drafts: readonly Draft[], options?: AddOptions): Promise<readonly Added[]>
  /**
   * @param secrets kept besides, in the same transaction; each takes the place of the one that stands in its role
   * @returns the record as it is now, or `undefined` where it does not exist. @throws RegistryFault as `add`
   */
  change(
    scope: Scope,
    number: number,
    change: Change,
    secrets?: readonly SealedSecret[],
  ): Promise<RegistryRecord | undefined>
  /** Removes the record, its secrets, and contents that nothing else in the scope refers to. @returns whether it was there */
  remove(scope: Scope, number: number): Promise<boolean>
  /** The sealed secret of one role. */
  secret(scope: Scope, number: number, role: string): Promise<Uint8Array | undefined>
}

/** An opened storage: one of them serves a whole process. */
export interface Storage {
  readonly records: RecordStore
  /** Makes the declared listings fast: creates the indexes that they need and that do not exist yet. */
  declare(declarations: readonly ListingDeclaration[]): Promise<void>
  /**
   * Resolves when the storage can never write again in this process, for example because a sync failed: what the disk
   * holds is in doubt. The process should end, so that its successor finds out.
   */
  readonly failed?: Promise<RegistryFault>
  /** Whether a request could be served now. */
  ready(): Promise<boolean>
  close(): Promise<void>
}
