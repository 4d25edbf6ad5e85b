/** What the operations share: entering the caller's account, and finding one certificate in it. */
import type { Scope } from '../../registry/scope.ts'
import type { RecordReader } from '../../registry/store.ts'
import type { Call } from '../shared/product.ts'
import { certificateIdForm } from './certificate-id.ts'
import type { CertificateRecord } from './certificate-record.ts'
import { refusal } from './errors.ts'

/**
 * The scope of all SCM operations: the caller's account. No path names it; clients send `X-Project-Id` or `X-Domain-Id`
 * beside their credentials (reference §0.1, §0.2). The account comes from the credentials; what is sent must be its own.
 * @throws NotAllowed; VendorError SCM.0002 for another account
 */
export async function enterAccount(call: Call): Promise<Scope> {
  const scope = await call.enter('scm', { kind: 'account' })
  const domainId = call.request.headers.first('x-domain-id')
  if (domainId && domainId !== call.principal.domainId) throw refusal('SCM.0002')
  return scope
}

/**
 * The certificate that the path names.
 * @throws VendorError SCM.0008 for a malformed id, SCM.0020 (404) where the account has no such certificate
 */
export async function findCertificate(call: Call<RecordReader>, scope: Scope): Promise<CertificateRecord> {
  const id = call.path.certificate_id ?? ''
  if (!certificateIdForm.test(id)) throw refusal('SCM.0008')
  const record = await call.records.find(scope, { vendorId: id })
  if (record === undefined) throw refusal('SCM.0020')
  return record as CertificateRecord
}
