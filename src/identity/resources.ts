/**
 * What policies can tell apart in a place: resources by their URNs `service:region:account:type:path`, and the enterprise
 * projects that they belong to. The published resource types are `app` and `instance` for IoTDA (iotda.md §4), `cert` for
 * SCM (scm.md §5), `instance` for gateways (apic.md §4.1).
 */

import { DEFAULT_ENTERPRISE_PROJECT } from './access.ts'
import type { DirectoryReader, Project } from './directory.ts'
import type { Circumstances } from './policy/situations.ts'
import type { Facility, Place, Principal } from './principal.ts'

/** Characters of an id that are looked at: no id is longer. */
const MAX_ID = 128

/** One thing that a decision is about. */
export interface Subject {
  readonly resource: string
  readonly enterpriseProject: string | undefined
  /** The compartment whose records it stands for; `undefined` where it stands for the whole place. */
  readonly compartment: string | undefined
}

export interface Asked {
  readonly principal: Principal
  readonly action: string
  readonly product: string
  readonly place: Place
  readonly circumstances: Circumstances
  /** Of a place in a project. */
  readonly project: Project | undefined
}

/** The things that a product's policies tell apart in a place. */
type Model = (asked: Asked, directory: DirectoryReader) => Promise<readonly Subject[]>

function urn({ principal, action, project }: Asked, type: string, path: string): string {
  return [action.slice(0, action.indexOf(':')), project?.name ?? '', principal.domainId, type, path].join(':')
}

async function facilitiesOf(asked: Asked, directory: DirectoryReader, kind: Facility['kind']) {
  const facilities = asked.project === undefined ? [] : await directory.facilities(asked.project.id)
  return facilities.filter(facility => facility.kind === kind)
}

function enterpriseProjectOf({ enterpriseProjectId }: Facility): string {
  return enterpriseProjectId ?? DEFAULT_ENTERPRISE_PROJECT
}

/** The entered instance, or each of them where none is entered yet. */
async function iotdaInstances(asked: Asked, directory: DirectoryReader): Promise<readonly Facility[]> {
  const part = asked.place.kind === 'project' ? asked.place.part : undefined
  const instances = await facilitiesOf(asked, directory, 'iotda-instance')
  return part === undefined ? instances : instances.filter(({ id }) => id === part)
}

const iotdaDevices: Model = async (asked, directory) =>
  (await iotdaInstances(asked, directory)).map(instance => ({
    resource: urn(asked, 'instance', instance.id),
    enterpriseProject: enterpriseProjectOf(instance),
    compartment: undefined,
  }))

/** A resource space, for each enterprise project whose instance may be meant. */
const iotdaAuthorities: Model = async (asked, directory) => {
  const spaces = await facilitiesOf(asked, directory, 'iotda-app')
  const projects = new Set((await iotdaInstances(asked, directory)).map(enterpriseProjectOf))
  return spaces.flatMap(space =>
    [...projects].map(enterpriseProject => ({
      resource: urn(asked, 'app', space.id),
      enterpriseProject,
      compartment: space.id,
    })),
  )
}

/** The certificates of all instances belong to none: only a policy for every instance reaches them. */
const gateways: Model = async (asked, directory) => {
  const instances = await facilitiesOf(asked, directory, 'apic-instance')
  const own = instances.map(instance => ({
    resource: urn(asked, 'instance', instance.id),
    enterpriseProject: enterpriseProjectOf(instance),
    compartment: instance.id,
  }))
  const common = { resource: urn(asked, 'instance', '*'), enterpriseProject: DEFAULT_ENTERPRISE_PROJECT }
  return [...own, { ...common, compartment: 'common' }]
}

const MODELS: ReadonlyMap<string, Model> = new Map([
  ['iotda-devices', iotdaDevices],
  ['iotda-cas', iotdaAuthorities],
  ['apic', gateways],
])

/** Products whose compartments are the enterprise projects themselves; records may name some that nobody registered. */
const BY_ENTERPRISE_PROJECT: ReadonlySet<string> = new Set(['scm'])

export function isDividedByEnterpriseProject(product: string): boolean {
  return BY_ENTERPRISE_PROJECT.has(product)
}

/** The things that a decision is about; `undefined` where the place is one of them as a whole. */
export async function subjectsOf(asked: Asked, directory: DirectoryReader): Promise<readonly Subject[]> {
  const subjects = await MODELS.get(asked.product)?.(asked, directory)
  return subjects && subjects.length > 0 ? subjects : [wholePlace(asked)]
}

/** The place as a whole. A list names no certificate, so that a policy for some certificates does not reach it. */
export function wholePlace(asked: Asked): Subject {
  const [type, path] =
    asked.product === 'scm' ? ['cert', (asked.circumstances.path.certificate_id ?? '*').slice(0, MAX_ID)] : ['*', '*']
  return { resource: urn(asked, type, path), enterpriseProject: undefined, compartment: undefined }
}
