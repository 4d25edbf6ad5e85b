/** What a new project has, so that every product can be asked for it at once. */

import { randomUUID } from 'node:crypto'
import { newId } from './new-credentials.ts'
import type { Facility } from './principal.ts'

/** The default IoTDA instance, resource space and APIC instance of a project. */
export function newFacilities(projectId: string) {
  const facility = (kind: Facility['kind'], id: string, name: string): Facility => ({
    kind,
    id,
    projectId,
    name,
    isDefault: true,
  })
  return {
    instance: facility('iotda-instance', randomUUID(), 'default'),
    app: facility('iotda-app', newId(), 'DefaultApp'),
    gateway: facility('apic-instance', randomUUID(), 'default'),
  }
}
