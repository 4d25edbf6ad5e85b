/** DataWorks 2024-05-18 GetCertificate (reference §1.2): what the list says of one file, and its workspace. */

import { RegistryFault } from '../../../registry/fault.ts'
import type { Reply } from '../../shared/failure.ts'
import { readParameters } from '../../shared/parameters.ts'
import type { Call } from '../../shared/product.ts'
import { idOf, ONE_CERTIFICATE, parametersOf } from '../parameters.ts'
import { answer, certificateOf } from '../wire.ts'
import { enterWorkspace } from '../workspace.ts'

export async function getCertificate(call: Call): Promise<Reply> {
  const { ProjectId, Id } = readParameters(ONE_CERTIFICATE, parametersOf(call.request), { emptyIsAbsent: true })
  const scope = await enterWorkspace(call, ProjectId)
  const record = await call.records.find(scope, { number: idOf(Id) })
  if (!record) throw new RegistryFault({ is: 'not-found' })
  return answer(call.request.id, { Certificate: { ...certificateOf(record), ProjectId } })
}
