/** Where a gateway request wants to go. */

import { reaches, type Scope } from '../../../registry/scope.ts'
import type { RecordReader } from '../../../registry/store.ts'
import type { Call } from '../../shared/product.ts'
import { refuse } from '../errors.ts'
import { PRODUCT } from '../listing.ts'

export function projectOf({ path }: Call<RecordReader>): string {
  return path.project_id ?? ''
}

/** The records of the project in the path. @throws NotAllowed */
export function enterProject(call: Call<RecordReader>): Promise<Scope> {
  return call.enter(PRODUCT, { kind: 'project', projectId: projectOf(call) })
}

/** @throws VendorError APIG.3030, the same for an instance that does not exist, of another project, or not to be seen */
export async function demandInstance(call: Call<RecordReader>, scope: Scope, instanceId: string): Promise<void> {
  const instance = await call.facility('apic-instance', projectOf(call), instanceId)
  if (!instance || !reaches(scope, instance.id)) throw refuse('no-such-instance')
}
