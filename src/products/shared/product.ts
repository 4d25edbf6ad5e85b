/** What a product is to the server: its path space, its routes, its words for failures, its listings. */

import type { TObject } from 'typebox'
import type { CredentialFamily, Vault } from '../../identity/identity.ts'
import type { Facility, Place, Principal } from '../../identity/principal.ts'
import type { WireRequest } from '../../identity/wire-request.ts'
import type { ListingDeclaration } from '../../registry/listing.ts'
import type { Content, Draft, RegistryRecord } from '../../registry/record.ts'
import type { Clock } from '../../registry/record-number.ts'
import type { Scope } from '../../registry/scope.ts'
import type { Change, RecordReader, RecordStore } from '../../registry/store.ts'
import type { Failure, Reply } from './failure.ts'

/** One request on its way through an operation. Those who only read are handed a reader. */
export interface Call<Records extends RecordReader = RecordReader> {
  readonly request: WireRequest
  /** The path's parameters, decoded. */
  readonly path: Readonly<Record<string, string>>
  readonly principal: Principal
  readonly records: Records
  readonly vault: Vault
  readonly clock: Clock
  /**
   * The scope of a place, once the caller is allowed to do the route's action there.
   * @param product whose records are meant, for example `iotda-cas`
   * @throws NotAllowed
   */
  enter(product: string, place: Place): Promise<Scope>
  /** As `Identity.facility`. Ask only after the project was entered. */
  facility(kind: Facility['kind'], projectId: string, id?: string): Promise<Facility | undefined>
}

/** How far an operation goes. */
export type Support =
  | { readonly is: 'complete' }
  /** It differs on purpose: each deviation with its reason. */
  | { readonly is: 'deviates'; readonly deviations: readonly string[] }
  | { readonly is: 'unsupported'; readonly why: string }

export interface Route {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With parameters as `:project_id`; `/` for RPC, whose operation is chosen by `Product.choose`. */
  readonly path: string
  /** The vendor's name of the operation, for example `ListCertificates`. */
  readonly operation: string
  /** The permission that it needs; empty where the operation authenticates nobody (asking for a token). */
  readonly action: string
  readonly query?: TObject
  readonly body?: TObject
  readonly support: Support
  readonly run: { readonly reads: Reads } | { readonly writes: Writes } | undefined
}

export type Reads = (call: Call<RecordReader>) => Promise<Reply>
export type Writes = (call: Call<RecordStore>) => Promise<Reply>

type Schemas = { readonly query?: TObject; readonly body?: TObject; readonly deviations?: readonly string[] }

function supportOf(schemas: Schemas): Support {
  return schemas.deviations ? { is: 'deviates', deviations: schemas.deviations } : { is: 'complete' }
}

/** An operation that cannot change anything. */
export function reads(
  method: Route['method'],
  path: string,
  operation: string,
  action: string,
  run: Reads,
  { query, body, ...rest }: Schemas = {},
): Route {
  const schemas = { ...(query && { query }), ...(body && { body }) }
  return { method, path, operation, action, ...schemas, support: supportOf(rest), run: { reads: run } }
}

/** An operation that changes records. */
export function writes(
  method: Route['method'],
  path: string,
  operation: string,
  action: string,
  run: Writes,
  { query, body, ...rest }: Schemas = {},
): Route {
  const schemas = { ...(query && { query }), ...(body && { body }) }
  return { method, path, operation, action, ...schemas, support: supportOf(rest), run: { writes: run } }
}

/** An operation of the vendor's that this registry does not have; it answers so in the vendor's words. */
export function unsupported(
  method: Route['method'],
  path: string,
  operation: string,
  action: string,
  why: string,
): Route {
  return { method, path, operation, action, support: { is: 'unsupported', why }, run: undefined }
}

/** A file that is brought in by `certfolio import`. */
export interface IntakeFile {
  /** The file's own name, without folders. */
  readonly name: string
  readonly bytes: Uint8Array
  /** A private key that lies beside the certificate (`x.crt` and `x.key`), as PEM. */
  readonly privateKeyPem?: string
}

export interface IntakeContext {
  readonly clock: Clock
  readonly vault: Vault
  readonly principal: Principal
  /** Where the records go: a resource space, a gateway instance, an enterprise project; the default without. */
  readonly compartment: string
}

/** How files become records of one product without its vendor's API. */
export interface Intake {
  /** The name after `--into`, and the `product` of the scope. */
  readonly product: string
  /** `import.meta.url` of the module that exports the intake: threads that make drafts load that one alone. */
  readonly module: string
  /** What `compartment` names, as `Facility.kind`; without it, compartments need no facility. */
  readonly compartmentKind?: Facility['kind']
  /** Compartments that are no facility, for example `common`. */
  readonly otherCompartments?: readonly string[]
  /** What is entered: `workspace`, `project` (its default IoTDA instance as part where `partKind` is set) or `account`. */
  readonly placeKind: Place['kind']
  readonly partKind?: Facility['kind']
  /** The permission that bringing in needs. */
  readonly action: string
  /**
   * Whether a certificate that stands in the scope already counts as brought in. For products whose vendor allows the
   * same certificate twice, so that no `uniqueKey` keeps it out; see `AddOptions.oncePerFingerprint`.
   */
  readonly oncePerFingerprint?: boolean
  /** Whether each certificate of a bundle is a record whatever stands beside it, so that a large one may be cut. */
  readonly cutsBundles?: boolean
  /** What becomes of a private key that lies beside its certificate, as `FileRules.keys`; absent: a file like any other. */
  readonly privateKeys?: 'taken' | 'skipped'
  /**
   * What else changes in a record that stands already when a draft brings a secret that it does not have. Without it,
   * what is present is left as it is.
   */
  completion?(draft: Draft): Change
  /**
   * Whether the record that stands under a draft's unique key is what the draft would bring in: then the file is there
   * already, otherwise its place is taken by another one. Without it, the key alone says that it is there.
   */
  isSame?(present: RegistryRecord, draft: Draft): boolean
  /**
   * The same drafts under vendor ids of this process, in order. Absent where ids are random and never clash.
   * @param attempt 0 for drafts whose ids were not made in this thread; 1, 2, 3, … after the registry had one of them
   *   already (fault `taken` by `vendorId`): each goes further away from the ids that were tried
   * @param now Unix milliseconds
   */
  renumber?(drafts: readonly Draft[], attempt: number, now: number): readonly Draft[]
  /**
   * The text that a record's secret of a role is sealed for; `undefined` for a role that the product does not seal.
   * @param place what follows the product in the key of the record's scope
   */
  sealingContext?(record: RegistryRecord, role: string, place: string, contents: readonly Content[]): string | undefined
  /**
   * The records that a file gives; a bundle gives one for each certificate.
   * @throws Unreadable when the file holds nothing that the product takes
   */
  drafts(file: IntakeFile, context: IntakeContext): readonly Draft[]
}

/** What an answer to a failure may need to know of its request. */
export interface FailureContext {
  readonly requestId: string
  /** The `Host` header; empty without one. */
  readonly host: string
  readonly path: string
}

export interface Product {
  /** The folder's name, for example `scm`. */
  readonly name: string
  /** For people, for example `Huawei Cloud SSL Certificate Manager v3`. */
  readonly title: string
  /** The path spaces in which every answer is in this product's words, for example `/v3/scm`. */
  readonly prefixes: readonly string[]
  readonly credentials: CredentialFamily
  readonly routes: readonly Route[]
  readonly listings: readonly ListingDeclaration[]
  readonly intakes: readonly Intake[]
  /** RPC: the operation that the request names, or why there is none. Without it the path alone decides. */
  choose?(request: WireRequest): { readonly operation: string } | Failure
  /** What the product adds to the answer of `GET /`, for clients that begin there. */
  landing?(request: WireRequest): object
  /** A failure in the vendor's words. Never holds a secret, a stack or a value of the caller's. */
  say(failure: Failure, context: FailureContext): Reply
  /** Headers of every answer, for example the request id under the vendor's name. */
  headers(requestId: string): Readonly<Record<string, string>>
}
