import type { Writes } from '../../shared/product.ts'
import { enterAccount, findCertificate } from '../account.ts'
import { refusal } from '../errors.ts'

/** The states in which a certificate can be deleted (reference §1.5, §3). */
const deletable: readonly string[] = ['UPLOAD', 'ISSUED', 'REVOKED', 'EXPIRED']

/** DeleteCertificate (reference §1.5): 204 without a body; what is gone is gone, so a second time finds nothing. */
export const deleteCertificate: Writes = async call => {
  const scope = await enterAccount(call)
  const record = await findCertificate(call, scope)
  if (!deletable.includes(record.status)) throw refusal('SCM.0010')
  if (!(await call.records.remove(scope, record.number))) throw refusal('SCM.0020')
  return { status: 204 }
}
