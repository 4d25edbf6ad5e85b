/** Where an import goes: the words of `--scope` become a place, and `identity` makes a scope of it. */

import { NotAllowed, type Place } from '../identity/principal.ts'
import type { Intake, IntakeContext } from '../products/shared/product.ts'
import type { Scope } from '../registry/scope.ts'
import type { Registry } from '../server/registry.ts'
import { Usage } from './usage.ts'

/** The words of `--scope`, for example `{ instance: '…' }`. */
export type ScopeWords = Readonly<Record<string, string>>

/** The words that an intake understands, in the order in which help shows them. */
export function wordsOf(intake: Intake): readonly string[] {
  return [
    ...(intake.placeKind === 'workspace' ? ['workspace'] : []),
    ...(intake.placeKind === 'project' ? ['project'] : []),
    ...(intake.placeKind === 'account' ? ['enterprise-project'] : []),
    ...(intake.partKind ? ['instance'] : []),
    ...(intake.compartmentKind ? [compartmentWord(intake.compartmentKind)] : []),
  ]
}

function compartmentWord(kind: NonNullable<Intake['compartmentKind']>): string {
  return kind === 'iotda-app' ? 'app' : 'instance'
}

/** Where the records of an import go. */
export interface Destination {
  readonly scope: Scope
  readonly context: IntakeContext
}

/** @throws Usage for a word that the intake does not have; Error where there is no such place */
export async function enterFor(registry: Registry, intake: Intake, words: ScopeWords): Promise<Destination> {
  const known = wordsOf(intake)
  const stranger = Object.keys(words).find(word => !known.includes(word))
  if (stranger !== undefined) throw new Usage(`--scope of ${intake.product} has ${known.join(', ')}, nothing else.`)
  const { identity, clock } = registry
  const { principal, ...where } = await registry.operator()
  const projectId = words.project ?? where.projectId
  // Before its facilities are looked at; a foreign project says no more than one that does not exist.
  if (intake.placeKind === 'project') await enter(registry, intake, principal, { kind: 'project', projectId })
  const part = intake.partKind && (await facilityOf(registry, intake.partKind, projectId, words.instance))
  const compartment = intake.compartmentKind
    ? await compartmentOf(registry, intake, projectId, words[compartmentWord(intake.compartmentKind)])
    : (words['enterprise-project'] ?? '')
  const scope = await enter(registry, intake, principal, placeOf(intake, words, where.workspaceId, projectId, part))
  return { scope, context: { clock, vault: identity.vault, principal, compartment } }
}

function placeOf(intake: Intake, words: ScopeWords, workspaceId: number, projectId: string, part?: string): Place {
  switch (intake.placeKind) {
    case 'account':
      return { kind: 'account' }
    case 'project':
      return { kind: 'project', projectId, ...(part !== undefined && { part }) }
    case 'workspace': {
      const word = words.workspace
      if (word !== undefined && !/^[1-9]\d{0,15}$/.test(word)) throw new Usage('--scope workspace= must be a number.')
      return { kind: 'workspace', workspaceId: word === undefined ? workspaceId : Number(word) }
    }
  }
}

async function compartmentOf(registry: Registry, intake: Intake, projectId: string, id: string | undefined) {
  if (id !== undefined && intake.otherCompartments?.includes(id)) return id
  return intake.compartmentKind ? facilityOf(registry, intake.compartmentKind, projectId, id) : ''
}

async function facilityOf(
  { identity }: Registry,
  kind: NonNullable<Intake['compartmentKind']>,
  projectId: string,
  id: string | undefined,
): Promise<string> {
  const facility = await identity.facility(kind, projectId, id)
  if (facility) return facility.id
  const what = kind === 'iotda-app' ? 'app' : 'instance'
  throw new Error(id === undefined ? `The project has no default ${what}.` : `The project has no such ${what}.`)
}

async function enter(
  { identity }: Registry,
  intake: Intake,
  principal: IntakeContext['principal'],
  place: Place,
): Promise<Scope> {
  try {
    return await identity.enter(principal, intake.action, intake.product, place)
  } catch (error) {
    if (error instanceof NotAllowed) throw new Error(`There is no such ${place.kind}.`, { cause: error })
    throw error
  }
}
