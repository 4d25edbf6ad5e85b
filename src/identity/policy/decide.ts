/** The decision: an explicit deny wins, then any allow, else no (reference identity-huawei §6.5). */

import { namesOfAction } from './action-names.ts'
import { type Context, conditionHolds } from './conditions.ts'
import type { PolicyDocument, Statement } from './document.ts'
import { matchesWildcard } from './wildcard.ts'

/** What a principal wants to do. */
export interface ActionRequest extends Situation {
  /** As the product's route names it, for example `scm:cert:list`. */
  readonly action: string
}

/** To what, and under which circumstances. */
export interface Situation {
  /** `service:region:account:type:path` of what it is done to; without one only patterns for every resource match. */
  readonly resource: string | undefined
  readonly context: Context
}

export interface NamedPolicy {
  readonly name: string
  readonly document: PolicyDocument
}

export interface Decision {
  readonly allowed: boolean
  readonly because: 'explicit-deny' | 'allow' | 'no-policy-allows'
  /** The policy and statement (from 0) that decided. */
  readonly policy: string | undefined
  readonly statement: number | undefined
}

/** A statement with where it stands. */
export interface PlacedStatement {
  readonly policy: string
  /** From 0. */
  readonly index: number
  readonly version: PolicyDocument['version']
  readonly statement: Statement
}

export function statementsOf({ name, document }: NamedPolicy): readonly PlacedStatement[] {
  return document.statements.map((statement, index) => ({ policy: name, index, version: document.version, statement }))
}

/** Decides by all policies that reach the principal. Their order does not matter to the verdict. */
export function decide(policies: readonly NamedPolicy[], request: ActionRequest): Decision {
  return decideBy(
    policies.flatMap(statementsOf).filter(placed => isAbout(placed, request.action)),
    request,
  )
}

/** Decides by statements that are all about the request's action (see `isAbout`). */
export function decideBy(statements: readonly PlacedStatement[], { resource, context }: Situation): Decision {
  let allow: PlacedStatement | undefined
  for (const placed of statements) {
    if (!applies(placed, resource, context)) continue
    if (placed.statement.effect === 'Deny') return decision(false, 'explicit-deny', placed)
    allow ??= placed
  }
  return allow ? decision(true, 'allow', allow) : decision(false, 'no-policy-allows', undefined)
}

function decision(allowed: boolean, because: Decision['because'], placed: PlacedStatement | undefined): Decision {
  return { allowed, because, policy: placed?.policy, statement: placed?.index }
}

function applies({ statement, version }: PlacedStatement, resource: string | undefined, context: Context): boolean {
  return (
    resourceMatches(statement.resources, version, resource) &&
    statement.conditions.every(({ operator, key, values }) => conditionHolds(operator, key, values, context))
  )
}

/** A statement names an action if it names it by any of its names, so that a deny under the older name still denies. */
export function isAbout({ statement, version }: PlacedStatement, action: string): boolean {
  const one = version === '5.0'
  const named = namesOfAction(action.toLowerCase()).some(name =>
    statement.actions.some(pattern => matchesWildcard(pattern, name, one)),
  )
  return named !== statement.exceptActions
}

/** The first segment, the service, ignores case: vendor documents write `IoTDA:*:*:app:*` (reference §6.2). */
function resourceMatches(
  patterns: readonly string[] | undefined,
  version: PolicyDocument['version'],
  resource: string | undefined,
): boolean {
  if (patterns === undefined) return true
  return patterns.some(
    pattern =>
      pattern === '*' ||
      (resource !== undefined &&
        matchesWildcard(withLowerService(pattern), withLowerService(resource), version === '5.0')),
  )
}

function withLowerService(resource: string): string {
  const colon = resource.indexOf(':')
  return resource.slice(0, colon).toLowerCase() + resource.slice(colon)
}
