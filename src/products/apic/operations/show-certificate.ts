/** ShowDetailsOfCertificateV2 (apic.md §1.3). */

import type { RegistryRecord } from '../../../registry/record.ts'
import type { Scope } from '../../../registry/scope.ts'
import type { RecordReader } from '../../../registry/store.ts'
import { readCertificate } from '../../../x509/certificate.ts'
import type { Reply } from '../../shared/failure.ts'
import type { Call } from '../../shared/product.ts'
import { refuse } from '../errors.ts'
import { detailOf } from '../wire.ts'
import { enterProject, projectOf } from './place.ts'

export async function showCertificate(call: Call): Promise<Reply> {
  const scope = await enterProject(call)
  const record = await demandCertificate(call, scope)
  const [content] = await call.records.contents(scope, record.number, 'certificate')
  // Removed between the two looks.
  if (!content) throw refuse('no-such-certificate')
  return { status: 200, body: detailOf(record, readCertificate(content.bytes, content.bytes.length), projectOf(call)) }
}

/** The record that the path names. @throws VendorError APIG.3021 */
export async function demandCertificate(call: Call<RecordReader>, scope: Scope): Promise<RegistryRecord> {
  const record = await call.records.find(scope, { vendorId: call.path.certificate_id ?? '' })
  if (!record) throw refuse('no-such-certificate')
  return record
}
