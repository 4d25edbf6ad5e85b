/** Listing, showing and deleting device certificates. */
import { queryOf } from '../../../identity/wire-request.ts'
import type { RegistryRecord } from '../../../registry/record.ts'
import type { Scope } from '../../../registry/scope.ts'
import type { RecordStore } from '../../../registry/store.ts'
import { pemOf } from '../../../x509/container.ts'
import type { Reply } from '../../shared/failure.ts'
import { parseParameters, readParameters } from '../../shared/parameters.ts'
import type { Call } from '../../shared/product.ts'
import { refusal } from '../errors.ts'
import { deviceCertificatesQuery, deviceListing } from '../listing.ts'
import { deviceCertificateOf, pageOf } from '../wire.ts'
import { enterInstance } from './enter.ts'

/** IoTDA v5, Query Device Certificate List (seed 001). */
export async function list(call: Call): Promise<Reply> {
  const scope = await enterInstance(call, 'iotda-devices')
  const query = readParameters(deviceCertificatesQuery, parseParameters(queryOf(call.request.target)))
  const page = await call.records.list(scope, deviceListing(query))
  return { status: 200, body: { device_certificates: page.records.map(deviceCertificateOf), page: pageOf(page) } }
}

/** IoTDA v5, Query a Device Certificate (reference iotda §1.4, #8): the list's members, and the certificate itself. */
export async function show(call: Call): Promise<Reply> {
  const scope = await enterInstance(call, 'iotda-devices')
  const record = await found(call, scope)
  const [certificate] = await call.records.contents(scope, record.number, 'certificate')
  return {
    status: 200,
    body: {
      ...deviceCertificateOf(record),
      certificate_pem: certificate ? pemOf('CERTIFICATE', certificate.bytes) : null,
    },
  }
}

/**
 * IoTDA v5, Delete a Device Certificate (reference iotda §1.4, #10). It removes the record and bans nothing: the device
 * would be recorded again.
 */
export async function remove(call: Call<RecordStore>): Promise<Reply> {
  const scope = await enterInstance(call, 'iotda-devices')
  const { number } = await found(call, scope)
  if (!(await call.records.remove(scope, number))) throw refusal('noSuchCertificate')
  return { status: 204 }
}

async function found(call: Call, scope: Scope): Promise<RegistryRecord> {
  const record = await call.records.find(scope, { vendorId: call.path.certificate_id ?? '' })
  if (record === undefined) throw refusal('noSuchCertificate')
  return record
}
