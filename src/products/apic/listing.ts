/** What the certificate list of a gateway can be asked (seed 004, Table 2), as the registry understands it. */

import type { FilterValue, Listing, ListingDeclaration } from '../../registry/listing.ts'
import { COMMON } from './certificate.ts'

/** The `product` of the scope: both path words serve the records of one place. */
export const PRODUCT = 'apic'

/**
 * Newest first, as the reference advises (apic.md §2). Every list names the compartments that it looks into, so all
 * tallies begin with them.
 */
export const CERTIFICATES = {
  product: PRODUCT,
  filters: {
    compartment: { kind: 'one-of', column: 'compartment' },
    name: { kind: 'contains' },
    commonName: { kind: 'equals', column: 'commonName' },
    signatureAlgorithm: { kind: 'equals', column: 'signatureAlgorithm' },
    keyAlgorithm: { kind: 'equals', column: 'keyAlgorithm' },
  },
  orders: { created: 'number' },
  tallies: [['compartment'], ['compartment', 'keyAlgorithm'], ['compartment', 'signatureAlgorithm']],
} as const satisfies ListingDeclaration

/** Rows of a page when nobody says how many, and at most (apic.md §2: 20; 1 to 500). */
export const DEFAULT_LIMIT = 20
export const MAX_LIMIT = 500

/** The question of one request, in the registry's spellings. */
export interface Question {
  readonly instanceId: string
  readonly type?: 'instance' | 'global' | undefined
  readonly name?: string | undefined
  readonly commonName?: string | undefined
  readonly signatureAlgorithm?: string | undefined
  readonly keyAlgorithm?: string | undefined
  readonly offset?: number | undefined
  readonly limit?: number | undefined
}

/**
 * The listing that answers a question: the instance's own certificates and those of all instances, unless `type` asks
 * for one of the two (seed 004, Table 5).
 */
export function listingOf({ offset, limit, instanceId, type, ...filters }: Question): Listing {
  const asked: Record<string, FilterValue> = { compartment: compartmentsOf(instanceId, type) }
  for (const [filter, value] of Object.entries(filters)) if (value !== undefined) asked[filter] = value
  return {
    declaration: CERTIFICATES,
    filters: asked,
    order: 'created',
    direction: 'descending',
    window: { skip: skipOf(offset), take: takeOf(limit) },
  }
}

/** None for an instance's own certificates where no instance is named: then no record can match. */
function compartmentsOf(instanceId: string, type: Question['type']): readonly string[] {
  const own = instanceId === COMMON ? [] : [instanceId]
  return { instance: own, global: [COMMON], both: [...own, COMMON] }[type ?? 'both']
}

/** "If the offset is less than 0, the value is automatically converted to 0." (seed 004, Table 2) */
function skipOf(offset = 0): number {
  return Math.min(Math.max(offset, 0), Number.MAX_SAFE_INTEGER)
}

/** Zero and less become the default, more than the maximum becomes the maximum (apic.md §2). */
function takeOf(limit = DEFAULT_LIMIT): number {
  return limit <= 0 ? DEFAULT_LIMIT : Math.min(limit, MAX_LIMIT)
}
