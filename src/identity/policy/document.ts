/**
 * Policy documents in the vendor's grammar, versions 1.1 and 5.0 (reference identity-huawei §6.2). What is written is
 * checked whole: an unknown member, operator or version is refused with its place, so that no policy means less than it
 * seems to.
 */

import { operatorProblem } from './conditions.ts'

export interface Condition {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny'
  /** Patterns of actions, or with `exceptActions` of those that are not meant. Lower case. */
  readonly actions: readonly string[]
  readonly exceptActions: boolean
  /** Patterns of resources; `undefined` means every resource. */
  readonly resources: readonly string[] | undefined
  /** All of them must hold. */
  readonly conditions: readonly Condition[]
}

export interface PolicyDocument {
  readonly version: '1.1' | '5.0'
  readonly statements: readonly Statement[]
}

/** What is wrong with a document, and where: `$.Statement[0].Action[2]`. */
export class PolicyProblem extends Error {
  readonly place: string

  constructor(place: string, why: string) {
    super(`${place}: ${why}`)
    this.name = 'PolicyProblem'
    this.place = place
  }
}

/** Bounds of reference §6.2; those that it gives for version 1.1 only hold for 5.0 too, so that work stays bounded. */
const MAX_DOCUMENT_CHARACTERS = 6144
const MAX_STATEMENTS = 8
const MAX_ACTIONS = 100
const MAX_ACTION_CHARACTERS = 128
const MAX_RESOURCES = 10
const MAX_RESOURCE_CHARACTERS = 1500
const MAX_OPERATORS = 10
const MAX_KEYS_PER_OPERATOR = 10
const MAX_VALUES_PER_KEY = 10
const MAX_KEY_CHARACTERS = 160
const MAX_VALUE_CHARACTERS = 1024

const ACTION_1_1 = /^[a-z0-9_*-]+:[A-Za-z0-9_*-]+:[A-Za-z0-9_*-]+$/
const ACTION_5_0 = /^(\*|[A-Za-z0-9_*?-]+:[A-Za-z0-9_*?:-]+)$/

type Members = Readonly<Record<string, unknown>>

function members(value: unknown, place: string, allowed: readonly string[]): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PolicyProblem(place, 'must be an object')
  for (const name of Object.keys(value))
    if (!allowed.includes(name))
      throw new PolicyProblem(`${place}.${name.slice(0, 64)}`, 'is not a member of the grammar')
  return value as Members
}

function list(value: unknown, place: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new PolicyProblem(place, 'must be an array')
  if (value.length < 1 || value.length > most) throw new PolicyProblem(place, `must have 1 to ${most} entries`)
  return value
}

function words(value: unknown, place: string, most: number, mostCharacters: number): readonly string[] {
  return list(value, place, most).map((word, index) => {
    if (typeof word !== 'string' || word === '' || word.length > mostCharacters)
      throw new PolicyProblem(`${place}[${index}]`, `must be a text of 1 to ${mostCharacters} characters`)
    return word
  })
}

/**
 * Reads and checks a document.
 * @param text JSON of at most 6,144 characters
 * @throws PolicyProblem naming the place
 */
export function readPolicy(text: string): PolicyDocument {
  if (text.length > MAX_DOCUMENT_CHARACTERS)
    throw new PolicyProblem('$', `must have at most ${MAX_DOCUMENT_CHARACTERS} characters`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new PolicyProblem('$', 'is not valid JSON')
  }
  const root = members(value, '$', ['Version', 'Statement'])
  if (root.Version !== '1.1' && root.Version !== '5.0') throw new PolicyProblem('$.Version', 'must be "1.1" or "5.0"')
  const version = root.Version
  const statements = list(root.Statement, '$.Statement', MAX_STATEMENTS).map((statement, index) =>
    readStatement(statement, `$.Statement[${index}]`, version),
  )
  return { version, statements }
}

function readStatement(value: unknown, place: string, version: PolicyDocument['version']): Statement {
  const newer = version === '5.0'
  const statement = members(value, place, [
    'Effect',
    'Action',
    'Resource',
    'Condition',
    ...(newer ? ['NotAction', 'Sid'] : []),
  ])
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')
    throw new PolicyProblem(`${place}.Effect`, 'must be "Allow" or "Deny"')
  if (statement.Sid !== undefined && typeof statement.Sid !== 'string')
    throw new PolicyProblem(`${place}.Sid`, 'must be a text')
  const exceptActions = statement.NotAction !== undefined
  if (exceptActions && statement.Action !== undefined)
    throw new PolicyProblem(`${place}.NotAction`, 'cannot stand beside Action')
  return {
    effect: statement.Effect,
    actions: exceptActions
      ? readActions(statement.NotAction, `${place}.NotAction`, version)
      : readActions(statement.Action, `${place}.Action`, version),
    exceptActions,
    resources: statement.Resource === undefined ? undefined : readResources(statement.Resource, `${place}.Resource`),
    conditions: statement.Condition === undefined ? [] : readConditions(statement.Condition, `${place}.Condition`),
  }
}

function readActions(value: unknown, place: string, version: PolicyDocument['version']): readonly string[] {
  return words(value, place, MAX_ACTIONS, MAX_ACTION_CHARACTERS).map((action, index) => {
    if (!(version === '1.1' ? ACTION_1_1 : ACTION_5_0).test(action))
      throw new PolicyProblem(`${place}[${index}]`, 'must have the form service:resource:operation')
    return action.toLowerCase()
  })
}

function readResources(value: unknown, place: string): readonly string[] {
  return words(value, place, MAX_RESOURCES, MAX_RESOURCE_CHARACTERS).map((resource, index) => {
    if (resource !== '*' && resource.split(':').length < 5)
      throw new PolicyProblem(`${place}[${index}]`, 'must have the form service:region:account:type:path')
    return resource
  })
}

function readConditions(value: unknown, place: string): readonly Condition[] {
  const conditions: Condition[] = []
  const operators = entries(value, place, MAX_OPERATORS)
  for (const [operator, byKey] of operators) {
    const operatorPlace = `${place}.${operator.slice(0, 64)}`
    for (const [key, listed] of entries(byKey, operatorPlace, MAX_KEYS_PER_OPERATOR)) {
      const keyPlace = `${operatorPlace}.${key.slice(0, 64)}`
      if (!/^[A-Za-z]+:[^\s]+$/.test(key) || key.length > MAX_KEY_CHARACTERS)
        throw new PolicyProblem(keyPlace, 'must be a condition key such as g:EnterpriseProjectId')
      const values = words(listed, keyPlace, MAX_VALUES_PER_KEY, MAX_VALUE_CHARACTERS)
      const why = operatorProblem(operator, values)
      if (why !== undefined) throw new PolicyProblem(keyPlace, why)
      conditions.push({ operator, key, values })
    }
  }
  return conditions
}

function entries(value: unknown, place: string, most: number): readonly [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PolicyProblem(place, 'must be an object')
  const found = Object.entries(value)
  if (found.length < 1 || found.length > most) throw new PolicyProblem(place, `must have 1 to ${most} members`)
  return found
}
