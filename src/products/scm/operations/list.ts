import { queryOf } from '../../../identity/wire-request.ts'
import { parseParameters, readParameters } from '../../shared/parameters.ts'
import type { Reads } from '../../shared/product.ts'
import { enterAccount } from '../account.ts'
import type { CertificateRecord } from '../certificate-record.ts'
import { listingOf } from '../listing.ts'
import { certificateDetail, listQuery } from '../wire.ts'

/** ListCertificates (seed 003). `total_count` counts all matches, whatever the page (reference §1.1). */
export const listCertificates: Reads = async call => {
  const scope = await enterAccount(call)
  const query = readParameters(listQuery, parseParameters(queryOf(call.request.target)))
  const page = await call.records.list(scope, listingOf(query, call.clock()))
  const records = page.records as readonly CertificateRecord[]
  return {
    status: 200,
    body: {
      certificates: records.map(record => certificateDetail(record, call.principal.domainId)),
      total_count: page.total,
    },
  }
}
