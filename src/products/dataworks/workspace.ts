/** How an operation comes from a `ProjectId` to the workspace's records. */

import { NotAllowed } from '../../identity/principal.ts'
import type { Scope } from '../../registry/scope.ts'
import type { RecordReader } from '../../registry/store.ts'
import type { Call } from '../shared/product.ts'

/** The workspace's scope. @param projectId a positive `int64` @throws NotAllowed */
export async function enterWorkspace(call: Call<RecordReader>, projectId: number): Promise<Scope> {
  const place = { kind: 'workspace', workspaceId: projectId } as const
  // Beyond 2^53 a JavaScript number is not what the caller wrote any more; no workspace has such an id.
  if (!Number.isSafeInteger(projectId)) throw new NotAllowed({ is: 'no-such-place', place })
  return call.enter('dataworks', place)
}
