/** DataWorks 2024-05-18 DeleteCertificate (reference §1.4). A file that is not there is a 404, never `Success: false`. */

import { RegistryFault } from '../../../registry/fault.ts'
import type { RecordStore } from '../../../registry/store.ts'
import type { Reply } from '../../shared/failure.ts'
import { readParameters } from '../../shared/parameters.ts'
import type { Call } from '../../shared/product.ts'
import { idOf, ONE_CERTIFICATE, parametersOf } from '../parameters.ts'
import { answer } from '../wire.ts'
import { enterWorkspace } from '../workspace.ts'

export async function deleteCertificate(call: Call<RecordStore>): Promise<Reply> {
  const { ProjectId, Id } = readParameters(ONE_CERTIFICATE, parametersOf(call.request), { emptyIsAbsent: true })
  const scope = await enterWorkspace(call, ProjectId)
  const wasThere = await call.records.remove(scope, idOf(Id))
  if (!wasThere) throw new RegistryFault({ is: 'not-found' })
  return answer(call.request.id, { Success: true })
}
