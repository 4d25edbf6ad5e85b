/** The decision: an explicit deny wins, then any allow, else no (reference identity-huawei §6.5). */

import { namesOfAction } from './action-names.ts'
import { type Context, conditionHolds } from './conditions.ts'
import type { PolicyDocument, Statement } from './document.ts'
import { matchesWildcard } from './wildcard.ts'

/** What a principal wants to do. */
export interface ActionRequest {
  /** As the product's route names it, for example `scm:cert:list`. */
  readonly action: string
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

/** Decides by all policies that reach the principal. Their order does not matter to the verdict. */
export function decide(policies: readonly NamedPolicy[], request: ActionRequest): Decision {
  let allow: Decision | undefined
  for (const { name, document } of policies) {
    for (const [index, statement] of document.statements.entries()) {
      if (!applies(statement, document.version, request)) continue
      if (statement.effect === 'Deny')
        return { allowed: false, because: 'explicit-deny', policy: name, statement: index }
      allow ??= { allowed: true, because: 'allow', policy: name, statement: index }
    }
  }
  return allow ?? { allowed: false, because: 'no-policy-allows', policy: undefined, statement: undefined }
}

function applies(statement: Statement, version: PolicyDocument['version'], request: ActionRequest): boolean {
  return (
    actionMatches(statement, version, request.action) &&
    resourceMatches(statement.resources, version, request.resource) &&
    statement.conditions.every(({ operator, key, values }) => conditionHolds(operator, key, values, request.context))
  )
}

/** A statement names an action if it names it by any of its names, so that a deny under the older name still denies. */
function actionMatches(statement: Statement, version: PolicyDocument['version'], action: string): boolean {
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
