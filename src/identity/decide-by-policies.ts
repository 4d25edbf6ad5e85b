/** What policies say of a place: no, the whole of it, or some of its compartments. */

import type { Clock } from '../registry/record-number.ts'
import { DEFAULT_ENTERPRISE_PROJECT } from './access.ts'
import type { DirectoryReader } from './directory.ts'
import type { Context } from './policy/conditions.ts'
import { type Decision, decideBy } from './policy/decide.ts'
import { asksForEnterpriseProject, namedEnterpriseProjects, type ReachingStatement } from './policy/permissions.ts'
import { contextOf, withEnterpriseProject } from './policy/situations.ts'
import type { Ground } from './principal.ts'
import { type Asked, isDividedByEnterpriseProject, type Subject, subjectsOf, wholePlace } from './resources.ts'

export type Verdict =
  /** Without compartments, the whole place. */
  | { readonly allowed: true; readonly compartments: readonly string[] | undefined }
  | { readonly allowed: false; readonly ground: Ground }

const WHOLE: Verdict = { allowed: true, compartments: undefined }

/** @param statements all that are about the action and reach the place */
export async function decideByPolicies(
  statements: readonly ReachingStatement[],
  asked: Asked,
  directory: DirectoryReader,
  clock: Clock,
): Promise<Verdict> {
  const context = statements.some(({ statement }) => statement.conditions.length > 0)
    ? contextOf(asked.principal, asked.action, asked.project?.name, asked.circumstances, clock)
    : NO_CONTEXT
  const divided = isDividedByEnterpriseProject(asked.product)
  const subjects = divided
    ? await enterpriseProjects(statements, asked, context, directory)
    : statements.every(tellsNothingApart)
      ? [wholePlace(asked)]
      : await subjectsOf(asked, directory)
  // Elsewhere records stand only in compartments that are known: all of them together are the whole.
  return verdictOf(
    subjects.map(subject => [subject, decideOn(subject, statements, context)]),
    !divided,
  )
}

function tellsNothingApart(statement: ReachingStatement): boolean {
  return statement.statement.resources === undefined && !asksForEnterpriseProject(statement)
}

const NO_CONTEXT: Context = new Map()

function decideOn(subject: Subject, statements: readonly ReachingStatement[], context: Context): Decision {
  const { resource, enterpriseProject } = subject
  const reaching = statements.filter(
    ({ reach }) => reach.kind !== 'enterprise-project' || reach.id === enterpriseProject,
  )
  return decideBy(reaching, { resource, context: withEnterpriseProject(context, enterpriseProject) })
}

/**
 * The whole place, unless it matters to which enterprise project something belongs. Records may name enterprise projects
 * that the directory does not know: they are seen by those to whom it does not matter, and by those whose policies name
 * them.
 */
async function enterpriseProjects(
  statements: readonly ReachingStatement[],
  asked: Asked,
  context: Context,
  directory: DirectoryReader,
): Promise<readonly Subject[]> {
  const whole = wholePlace(asked)
  const asking = statements.filter(asksForEnterpriseProject)
  if (asking.length === 0) return [whole]
  if (asking.every(({ statement }) => statement.effect === 'Allow')) {
    const others = statements.filter(statement => !asking.includes(statement))
    if (decideOn(whole, others, context).allowed) return [whole]
  }
  const known = await directory.enterpriseProjects(asked.principal.domainId)
  const ids = [DEFAULT_ENTERPRISE_PROJECT, ...known.map(({ id }) => id), ...namedEnterpriseProjects(asking)]
  return [...new Set(ids)].map(id => ({ resource: whole.resource, enterpriseProject: id, compartment: id }))
}

function verdictOf(decided: readonly (readonly [Subject, Decision])[], allAreWhole: boolean): Verdict {
  const allowed = decided.filter(([, decision]) => decision.allowed)
  if (allowed.length === 0) {
    // Of several grounds an explicit one tells more.
    const [subject, decision] = decided.find(([, { because }]) => because === 'explicit-deny') ?? decided[0] ?? []
    return { allowed: false, ground: groundOf(subject, decision) }
  }
  if (allowed.some(([{ compartment }]) => compartment === undefined)) return WHOLE
  const compartments = compartmentsOf(allowed)
  return allAreWhole && compartments.length === compartmentsOf(decided).length ? WHOLE : { allowed: true, compartments }
}

function compartmentsOf(decided: readonly (readonly [Subject, Decision])[]): readonly string[] {
  return [...new Set(decided.flatMap(([{ compartment }]) => compartment ?? []))]
}

function groundOf(subject: Subject | undefined, decision: Decision | undefined): Ground {
  return {
    reason: decision?.because ?? 'no-policy-allows',
    resource: subject?.resource ?? '',
    policy: decision?.policy ?? '',
    statement: decision?.statement ?? null,
  }
}
