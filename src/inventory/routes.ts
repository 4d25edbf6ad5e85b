/** The inventory's own API. Which permission a certificate needs to be seen is its product's: see `Section`. */

import type { InventoryRoute } from './call.ts'
import { LIST_ANSWER, LIST_QUERY, listCertificates } from './operations/list.ts'
import { SHOW_ANSWER, SHOW_QUERY, showCertificate } from './operations/show.ts'

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
]
