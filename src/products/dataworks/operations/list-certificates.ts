/**
 * DataWorks 2024-05-18 ListCertificates (seed 000): the certificate files of one workspace, by page. A page past the
 * end is empty and still has the total of all pages (reference §2).
 */

import type { Reply } from '../../shared/failure.ts'
import { readParameters } from '../../shared/parameters.ts'
import type { Call } from '../../shared/product.ts'
import { LIST_QUERY, listingOf } from '../listing.ts'
import { parametersOf } from '../parameters.ts'
import { answer, pagingInfoOf } from '../wire.ts'
import { enterWorkspace } from '../workspace.ts'

export async function listCertificates(call: Call): Promise<Reply> {
  const query = readParameters(LIST_QUERY, parametersOf(call.request), { emptyIsAbsent: true })
  const scope = await enterWorkspace(call, query.ProjectId)
  const page = await call.records.list(scope, listingOf(query))
  return answer(call.request.id, { PagingInfo: pagingInfoOf(page, query) })
}
