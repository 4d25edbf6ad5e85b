/** Everything that a principal may see, over all products and places of its account. */

import type { Decider, Decision } from './decide.ts'
import type { DirectoryReader } from './directory.ts'
import type { Circumstances } from './policy/situations.ts'
import type { Facility, Place, Principal } from './principal.ts'

/** How one product's records are divided into scopes, and what seeing them needs. */
export interface Division {
  /** Whose records they are, for example `iotda-cas`. */
  readonly product: string
  /** Permissions to list them; any of them suffices. */
  readonly actions: readonly string[]
  readonly placeKind: Place['kind']
  /** Of what a project has, the kind whose each one is a scope of its own. */
  readonly partKind?: Facility['kind']
}

/** A scope before it is made: the part of its key that names the place, and the compartments where not all. */
export interface VisiblePart {
  readonly product: string
  readonly place: Place
  readonly key: string
  readonly compartments: readonly string[] | undefined
}

/** In the order of the divisions. A place that may not be seen, or not listed, is left out without a word. */
export async function visibleParts(
  principal: Principal,
  divisions: readonly Division[],
  circumstances: Circumstances,
  { decider, directory }: { readonly decider: Decider; readonly directory: DirectoryReader },
): Promise<readonly VisiblePart[]> {
  const parts: VisiblePart[] = []
  for (const { product, actions, placeKind, partKind } of divisions)
    for (const place of await placesOf(principal, placeKind, partKind, directory)) {
      const decisions: Decision[] = []
      for (const action of actions)
        decisions.push(await decider.decide({ principal, action, product, place, circumstances }))
      const allowed = decisions.filter(decision => decision.is === 'allowed')
      const [first] = allowed
      if (first) parts.push({ product, place, key: first.key, compartments: together(allowed) })
    }
  return parts
}

/** What any of the decisions allows. */
function together(allowed: readonly Extract<Decision, { is: 'allowed' }>[]): readonly string[] | undefined {
  if (allowed.some(({ compartments }) => compartments === undefined)) return undefined
  return [...new Set(allowed.flatMap(({ compartments }) => compartments ?? []))]
}

/** The places of the principal's account, whether it may enter them or not. */
async function placesOf(
  { domainId }: Principal,
  kind: Place['kind'],
  partKind: Facility['kind'] | undefined,
  directory: DirectoryReader,
): Promise<readonly Place[]> {
  switch (kind) {
    case 'account':
      return [{ kind }]
    case 'workspace':
      return (await directory.workspaces(domainId)).map(({ id }) => ({ kind, workspaceId: id }))
    case 'project': {
      const places: Place[] = []
      for (const { id: projectId } of await directory.projects(domainId)) {
        if (partKind === undefined) places.push({ kind, projectId })
        else
          for (const facility of await directory.facilities(projectId))
            if (facility.kind === partKind) places.push({ kind, projectId, part: facility.id })
      }
      return places
    }
  }
}
