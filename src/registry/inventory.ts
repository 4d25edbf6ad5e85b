/**
 * Questions across scopes: the inventory's side of the storage port. What may be seen is a list of scopes, which only
 * `identity` can make; each question is kept to them, and to the compartments that they are narrowed to.
 */

import type { RecordFacts, RegistryRecord } from './record.ts'
import type { Scope } from './scope.ts'

/** Columns of text that can be compared as a whole. */
export type TextColumn = keyof Pick<
  RecordFacts,
  | 'compartment'
  | 'name'
  | 'commonName'
  | 'creator'
  | 'owner'
  | 'status'
  | 'fingerprint'
  | 'fingerprintSha1'
  | 'spkiFingerprint'
  | 'serialNumber'
  | 'subject'
  | 'issuer'
  | 'subjectAltNames'
  | 'keyAlgorithm'
  | 'signatureAlgorithm'
  | 'description'
>

/** Columns of numbers. Times are Unix ms. */
export type NumberColumn = keyof Pick<RecordFacts, 'notBefore' | 'notAfter' | 'updatedAt' | 'keyBits'> | 'number'

/**
 * What a record has to be. Every expression is true or false of every record: a comparison with a value that the record
 * does not have is false.
 */
export type Expression =
  /** True of every record where `of` is empty. */
  | { readonly is: 'all'; readonly of: readonly Expression[] }
  /** False of every record where `of` is empty. */
  | { readonly is: 'any'; readonly of: readonly Expression[] }
  | { readonly is: 'not'; readonly of: Expression }
  /** The column has one of the values, compared exactly; of `subjectAltNames`, any of its names. */
  | { readonly is: 'one-of'; readonly column: TextColumn; readonly values: readonly string[] }
  /** The text is somewhere in the column; `A` to `Z` are as `a` to `z`, everything else is compared exactly. */
  | { readonly is: 'contains'; readonly column: TextColumn; readonly text: string }
  /** Both bounds inclusive. */
  | { readonly is: 'between'; readonly column: NumberColumn; readonly from?: number; readonly to?: number }
  /** From `notBefore` to `notAfter` are more than so many ms. */
  | { readonly is: 'lasting'; readonly longerThan: number }
  /** The record is in a scope of one of the products, or in one of the scopes by its key. */
  | { readonly is: 'within'; readonly what: 'product' | 'scope'; readonly names: readonly string[] }

/** What the inventory can be ordered by. Every order ends in the record number. */
export type InventoryOrder = 'number' | 'notAfter' | 'name' | 'commonName' | 'issuer' | 'status'

/** A place between two records of an order. */
export interface Position {
  /** Of the record before it; `null` without one. */
  readonly value: string | number | null
  readonly number: number
}

export interface InventoryQuestion {
  readonly visible: readonly Scope[]
  readonly where: Expression
}

export interface InventoryListing extends InventoryQuestion {
  readonly order: InventoryOrder
  /** Texts by their UTF-8 bytes. Records without a value come last in both directions. */
  readonly direction: 'ascending' | 'descending'
  /** Only records behind it. */
  readonly after?: Position
  /** Records to give at most, 1 or more. */
  readonly take: number
  /** Whether all that match are counted. */
  readonly counted: boolean
}

export interface FoundRecord {
  /** One of those that were visible. */
  readonly scope: Scope
  readonly record: RegistryRecord
}

export interface InventoryPage {
  readonly records: readonly FoundRecord[]
  /** Where the next page begins; `undefined` on the last. */
  readonly next: Position | undefined
  /** Records that match, wherever the page begins; exact, of the same moment as the records. */
  readonly total: number | undefined
}

/** What records are counted by. */
export type CountedColumn = keyof Pick<RecordFacts, 'status' | 'issuer' | 'keyAlgorithm' | 'signatureAlgorithm'>

/** How often a combination of values occurs. */
export interface Count {
  readonly scope: Scope
  /** Of the columns, in their order. */
  readonly values: readonly string[]
  /** The first of the bounds that `notAfter` is below, by its place; their number where it is below none; -1 without. */
  readonly bucket: number
  readonly count: number
}

export interface CountQuestion extends InventoryQuestion {
  readonly columns: readonly CountedColumn[]
  /** Ascending times that `notAfter` is sorted in between. */
  readonly bounds: readonly number[]
}

/** Every question sees one moment. @throws TooCostly; RegistryFault `busy` where too many are being answered */
export interface InventoryReader {
  page(listing: InventoryListing): Promise<InventoryPage>
  /** Combinations that do not occur are left out. */
  counts(question: CountQuestion): Promise<readonly Count[]>
}

/** A question that no index narrows enough: answering it would read more than one question may. */
export class TooCostly extends Error {
  constructor() {
    super('the question would read too much')
    this.name = 'TooCostly'
  }
}
