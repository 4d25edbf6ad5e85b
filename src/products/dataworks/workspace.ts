/** How an operation comes from a `ProjectId` to the workspace's records. */

import type { Scope } from '../../registry/scope.ts'
import type { RecordReader } from '../../registry/store.ts'
import type { Call } from '../shared/product.ts'
import { idOf } from './parameters.ts'

/** The workspace's scope. @param projectId a positive `int64` @throws NotAllowed */
export function enterWorkspace(call: Call<RecordReader>, projectId: number): Promise<Scope> {
  return call.enter('dataworks', { kind: 'workspace', workspaceId: idOf(projectId) })
}
