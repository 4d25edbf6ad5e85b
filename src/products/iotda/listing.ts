/** What IoTDA's two lists can be asked: their query parameters, and the questions to the registry made of them. */
import { type Static, Type } from 'typebox'
import type { FilterValue, Listing, ListingDeclaration, Window } from '../../registry/listing.ts'
import { firstNumberWithIdAtLeast } from './record-id.ts'

/** Seeds 001 and 002, table 2. The bounds count records. */
const pageParameters = {
  limit: Type.Integer({ minimum: 1, maximum: 50, default: 10, description: 'Records on each page.' }),
  /**
   * Seed 001 asks for 24 hex digits, seed 002 has a default of 36 times `f`; both samples have 24 digits. So 24 are
   * read, and any run of 24 to 36 `f` means that there is no marker (reference iotda §2.4).
   */
  marker: Type.Optional(
    Type.String({
      pattern: '^(?:[0-9A-Fa-f]{24}|[Ff]{24,36})$',
      description: 'Id of the last record in the previous query; only records with smaller ids are queried.',
    }),
  ),
  offset: Type.Integer({
    minimum: 0,
    maximum: 500,
    default: 0,
    description: 'Records to pass over after the last record in the previous query.',
  }),
}

/** Query of `GET /v5/iot/{project_id}/device-certificates` (seed 001, table 2). */
export const deviceCertificatesQuery = Type.Object({
  /** The space is the SDK's addition to the seed's alphabet (reference iotda §2.5). */
  common_name: Type.Optional(
    Type.String({
      maxLength: 32,
      pattern: "^[A-Za-z0-9_\\-?'#().,&%@!* ]*$",
      description: 'Beginning of the common name, case-sensitive; no character is a wildcard.',
    }),
  ),
  fingerprint: Type.Optional(
    Type.String({
      pattern: '^(?:[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$',
      description: 'SHA-1 or SHA-256 fingerprint in hexadecimal, in any case.',
    }),
  ),
  ...pageParameters,
})

/** A resource space's id (reference iotda §1.2). */
export const APP_ID_FORM = { maxLength: 36, pattern: '^[A-Za-z0-9_\\-]*$' }

/** Query of `GET /v5/iot/{project_id}/certificates` (seed 002, table 2). */
export const caCertificatesQuery = Type.Object({
  app_id: Type.Optional(
    Type.String({ ...APP_ID_FORM, description: 'Resource space; the certificates of all spaces without it.' }),
  ),
  ...pageParameters,
})

export const deviceCertificates = {
  product: 'iotda-devices',
  filters: {
    common_name: { kind: 'prefix' },
    sha256: { kind: 'equals', column: 'fingerprint' },
    sha1: { kind: 'equals', column: 'fingerprintSha1' },
  },
  orders: { record_id: 'number' },
  tallies: [],
} as const satisfies ListingDeclaration

export const caCertificates = {
  product: 'iotda-cas',
  filters: { app_id: { kind: 'one-of', column: 'compartment' } },
  orders: { record_id: 'number' },
  tallies: [['app_id']],
} as const satisfies ListingDeclaration

/** The question of a checked query for device certificates. */
export function deviceListing(query: Static<typeof deviceCertificatesQuery>): Listing {
  const { common_name, fingerprint } = query
  // Records hold their fingerprints in lower case, and both: answers only ever show the SHA-256.
  const hash = fingerprint?.length === 40 ? 'sha1' : 'sha256'
  return newestFirst(deviceCertificates, query, {
    ...(common_name !== undefined && { common_name }),
    ...(fingerprint !== undefined && { [hash]: fingerprint.toLowerCase() }),
  })
}

/** The question of a checked query for CA certificates; its `app_id` must be a space of the project. */
export function caListing(query: Static<typeof caCertificatesQuery>): Listing {
  return newestFirst(caCertificates, query, { ...(query.app_id !== undefined && { app_id: query.app_id }) })
}

interface PageQuery {
  readonly limit: number
  readonly marker?: string
  readonly offset: number
}

function newestFirst(
  declaration: ListingDeclaration,
  query: PageQuery,
  filters: Readonly<Record<string, FilterValue>>,
): Listing {
  return { declaration, filters, order: 'record_id', direction: 'descending', window: windowOf(query) }
}

/** The offset counts from behind the marker, not from the top (seeds 001 and 002, `offset`). */
function windowOf({ limit, marker, offset }: PageQuery): Window {
  const beyond =
    marker === undefined || /^f+$/i.test(marker) ? undefined : firstNumberWithIdAtLeast(marker.toLowerCase())
  return { ...(beyond !== undefined && { beyond }), skip: offset, take: limit }
}
