/** The products as the inventory sees them: who may see their records, and how their vendors’ APIs are asked for one. */

import type { Section } from './inventory/section.ts'
import { recordIdOf } from './products/iotda/record-id.ts'
import type { RegistryRecord } from './registry/record.ts'

const escaped = encodeURIComponent

/** Of `PROJECT/INSTANCE`. */
function inInstance(place: string, path: (project: string) => string) {
  const [project = '', instance = ''] = place.split('/')
  return { method: 'GET' as const, path: path(project), headers: { 'Instance-Id': instance } }
}

export const SECTIONS: readonly Section[] = [
  {
    product: 'dataworks',
    title: 'Certificate files (DataWorks)',
    actions: ['dataworks:ListCertificates'],
    placeKind: 'workspace',
    request: ({ number }: RegistryRecord, place) => ({
      method: 'GET',
      path: `/?Action=GetCertificate&Version=2024-05-18&ProjectId=${escaped(place)}&Id=${number}`,
    }),
  },
  {
    product: 'iotda-devices',
    title: 'Device certificates (IoTDA)',
    actions: ['iotda:devicecertificates:queryList'],
    placeKind: 'project',
    partKind: 'iotda-instance',
    request: ({ vendorId }, place) =>
      inInstance(place, project => `/v5/iot/${project}/device-certificates/${escaped(vendorId ?? '')}`),
  },
  {
    product: 'iotda-cas',
    title: 'Device CA certificates (IoTDA)',
    actions: ['iotda:certificates:queryList'],
    placeKind: 'project',
    partKind: 'iotda-instance',
    request: ({ number }, place) =>
      inInstance(place, project => `/v5/iot/${project}/certificates/${recordIdOf(number)}`),
  },
  {
    product: 'scm',
    title: 'SSL certificates (SCM)',
    actions: ['scm:cert:list'],
    placeKind: 'account',
    request: ({ vendorId }) => ({ method: 'GET', path: `/v3/scm/certificates/${escaped(vendorId ?? '')}` }),
  },
  {
    product: 'apic',
    title: 'Gateway certificates (ROMA Connect APIC)',
    actions: ['roma:certificates:list', 'apig:certificate:list'],
    placeKind: 'project',
    request: ({ vendorId }, place) => ({
      method: 'GET',
      path: `/v2/${place}/apic/certificates/${escaped(vendorId ?? '')}`,
    }),
  },
]
