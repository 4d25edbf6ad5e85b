/** The inventory's own API. Which permission a certificate needs to be seen is its product's: see `Section`. */

import type { InventoryRoute } from './call.ts'
import { EXPORT_QUERY, exportCertificates } from './operations/export.ts'
import { FACETS_ANSWER, FACETS_QUERY, showFacets } from './operations/facets.ts'
import { LIST_ANSWER, LIST_QUERY, listCertificates } from './operations/list.ts'
import { SHOW_ANSWER, SHOW_QUERY, showCertificate } from './operations/show.ts'
import { SUMMARY_ANSWER, SUMMARY_QUERY, showSummary } from './operations/summary.ts'

export const ROUTES: readonly InventoryRoute[] = [
  {
    method: 'GET',
    path: '/api/v1/certificates',
    operation: 'listCertificates',
    summary: 'Certificates of all products, filtered, ordered, page by page.',
    query: LIST_QUERY,
    answer: LIST_ANSWER,
    run: listCertificates,
  },
  {
    method: 'GET',
    path: '/api/v1/certificates/:id',
    operation: 'showCertificate',
    summary: 'One certificate in full: parsed, its chain, its twins; or itself as PEM, DER or text.',
    query: SHOW_QUERY,
    answer: SHOW_ANSWER,
    run: showCertificate,
  },
  {
    method: 'GET',
    path: '/api/v1/facets',
    operation: 'showFacets',
    summary: 'How many certificates a filter finds, by product, status, expiry, key algorithm and issuer.',
    query: FACETS_QUERY,
    answer: FACETS_ANSWER,
    run: showFacets,
  },
  {
    method: 'GET',
    path: '/api/v1/summary',
    operation: 'showSummary',
    summary: 'Totals by product, state and key algorithm, expiries by week, and what expires next.',
    query: SUMMARY_QUERY,
    answer: SUMMARY_ANSWER,
    run: showSummary,
  },
  {
    method: 'GET',
    path: '/api/v1/export',
    operation: 'exportCertificates',
    summary: 'Everything that a filter finds, as PEM bundle, JSON lines or CSV.',
    query: EXPORT_QUERY,
    run: exportCertificates,
  },
]
