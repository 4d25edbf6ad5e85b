/** The inventory's own API. Which permission a certificate needs to be seen is its product's: see `Section`. */

import type { InventoryRoute } from './call.ts'
import { LIST_ANSWER, LIST_QUERY, listCertificates } from './operations/list.ts'

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
]
