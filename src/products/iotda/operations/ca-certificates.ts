/** Listing, showing and deleting CA certificates. */
import { queryOf } from '../../../identity/wire-request.ts'
import type { RecordReader, RecordStore } from '../../../registry/store.ts'
import { pemOf } from '../../../x509/container.ts'
import type { Reply } from '../../shared/failure.ts'
import { parseParameters, readParameters } from '../../shared/parameters.ts'
import type { Call } from '../../shared/product.ts'
import { refusal } from '../errors.ts'
import { caCertificatesQuery, caListing } from '../listing.ts'
import { numberOfRecordId } from '../record-id.ts'
import { caCertificateOf, pageOf } from '../wire.ts'
import { enterInstance, resourceSpace } from './enter.ts'

/** IoTDA v5, Obtain the Device CA Certificate List (seed 002). */
export async function list(call: Call): Promise<Reply> {
  const scope = await enterInstance(call, 'iotda-cas')
  const query = readParameters(caCertificatesQuery, parseParameters(queryOf(call.request.target)))
  if (query.app_id !== undefined) await resourceSpace(call, scope, query.app_id)
  const page = await call.records.list(scope, caListing(query))
  return { status: 200, body: { certificates: page.records.map(caCertificateOf), page: pageOf(page) } }
}

/** IoTDA v5, Query a CA Certificate (reference iotda §1.3, #5): the list's members, and the certificate itself. */
export async function show(call: Call<RecordReader>): Promise<Reply> {
  const scope = await enterInstance(call, 'iotda-cas')
  const number = certificateNumber(call)
  const record = await call.records.find(scope, { number })
  if (record === undefined) throw refusal('noSuchCertificate')
  const [certificate] = await call.records.contents(scope, number, 'certificate')
  return {
    status: 200,
    body: {
      ...caCertificateOf(record),
      // No operation sets a name (reference iotda §1.3).
      name: null,
      content: certificate ? pemOf('CERTIFICATE', certificate.bytes) : null,
    },
  }
}

/** IoTDA v5, Delete a Device CA Certificate (reference iotda §1.3, #3). */
export async function remove(call: Call<RecordStore>): Promise<Reply> {
  const scope = await enterInstance(call, 'iotda-cas')
  if (!(await call.records.remove(scope, certificateNumber(call)))) throw refusal('noSuchCertificate')
  return { status: 204 }
}

/** @throws VendorError for an id that no certificate can have, as for one that none has */
function certificateNumber(call: Call): number {
  const number = numberOfRecordId(call.path.certificate_id ?? '')
  if (number === undefined) throw refusal('noSuchCertificate')
  return number
}
