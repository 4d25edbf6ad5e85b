/** DeleteCertificateV2 (apic.md §1.5, §5.6). No domain can be bound yet, so nothing stands in the way. */

import type { RecordStore } from '../../../registry/store.ts'
import type { Reply } from '../../shared/failure.ts'
import type { Call } from '../../shared/product.ts'
import { refuse } from '../errors.ts'
import { enterProject } from './place.ts'
import { demandCertificate } from './show-certificate.ts'

export async function deleteCertificate(call: Call<RecordStore>): Promise<Reply> {
  const scope = await enterProject(call)
  const { number } = await demandCertificate(call, scope)
  if (!(await call.records.remove(scope, number))) throw refuse('no-such-certificate')
  return { status: 204 }
}
