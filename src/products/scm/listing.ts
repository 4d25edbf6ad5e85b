/** The certificate list as a question to the registry (seed 003, table 1; reference §2). */
import type { Static } from 'typebox'
import type { FilterValue, Listing, ListingDeclaration } from '../../registry/listing.ts'
import type { listQuery } from './wire.ts'

const DAY = 86_400_000
const MINUTE = 60_000

/** One list serves SCM: the certificates of an account. */
export const certificates = {
  product: 'scm',
  filters: {
    status: { kind: 'one-of', column: 'status' },
    enterprise_project_id: { kind: 'one-of', column: 'compartment' },
    deploy_support: { kind: 'equals', column: 'deployable' },
    expired_days_since: { kind: 'between', column: 'notAfter', orAbsent: true },
    content: { kind: 'contains' },
  },
  orders: { certExpiredTime: 'notAfter', certStatus: 'status', certUpdateTime: 'updatedAt' },
  tallies: [
    ['status'],
    ['enterprise_project_id'],
    ['status', 'enterprise_project_id'],
    ['status', 'deploy_support'],
    ['status', 'enterprise_project_id', 'deploy_support'],
  ],
} as const satisfies ListingDeclaration

/** The states of a certificate that can be deployed to other services (reference §1.6, §3). */
export const deployableStatuses: readonly string[] = ['ISSUED', 'UPLOAD']

/**
 * The states that a `status` filter means; `undefined` for all. CHECKING is the state as the seed knows it, of which
 * CHECKING_DOMAIN is a step that it does not tell apart (reference §2.4).
 */
function statusesOf(status: string): readonly string[] | undefined {
  if (status === 'ALL') return undefined
  return status === 'CHECKING' ? ['CHECKING', 'CHECKING_DOMAIN'] : [status]
}

/**
 * Text as `content` compares it: case does not matter (reference §2.1). A line feed stands between the parts of a
 * record's search text and in none of them, so that a question never matches across two.
 */
export function folded(text: string): string {
  return text.toUpperCase().replaceAll('\n', '\u2028')
}

/** What `content` looks at: name, domain and additional names, as the list shows them. */
export function searchTextOf(name: string, domain: string, sans: string): string {
  return [name, domain, sans].map(folded).join('\n')
}

/** The question that a query asks. @param now Unix milliseconds */
export function listingOf(query: Static<typeof listQuery>, now: number): Listing {
  const filters: Record<string, FilterValue> = {}
  let statuses = statusesOf(query.status)
  if (query.deploy_support) {
    // The column says whether the certificate could be deployed; a certificate that expired meanwhile no longer can.
    filters.deploy_support = true
    statuses = statuses?.filter(status => deployableStatuses.includes(status)) ?? deployableStatuses
  }
  if (statuses) filters.status = statuses
  if (query.enterprise_project_id !== 'all') filters.enterprise_project_id = query.enterprise_project_id
  // 0 would hide every expired certificate, also from status=EXPIRED: it means no filter (reference §2.5).
  // From the beginning of the minute: so the question, and with it its remembered total, is the same throughout it. What
  // expired up to a minute earlier is still shown.
  const minute = now - (now % MINUTE)
  if (query.expired_days_since > 0) filters.expired_days_since = { from: minute - query.expired_days_since * DAY }
  if (query.content !== undefined) filters.content = folded(query.content)
  return {
    declaration: certificates,
    filters,
    order: query.sort_key,
    direction: query.sort_dir === 'ASC' ? 'ascending' : 'descending',
    window: { skip: query.offset, take: query.limit },
  }
}
