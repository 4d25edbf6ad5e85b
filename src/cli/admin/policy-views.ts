/** How policies, their reach and their verdicts are said. */

import type { GrantReach } from '../../identity/access.ts'
import { enterpriseProjectNamed } from '../../identity/administration/enterprise-projects.ts'
import type { Explanation } from '../../identity/administration/explain.ts'
import type { Administration } from '../../identity/administration/means.ts'
import { type FoundPolicy, policyNamed } from '../../identity/administration/policies.ts'
import type { User } from '../../identity/directory.ts'
import { BUILT_IN_POLICIES } from '../../identity/policy/built-in.ts'
import type { Said } from './say.ts'

interface Written {
  readonly Version: string
  readonly Statement: readonly unknown[]
}

/** The document as it was written, or as a built-in one would be. */
export function documentOf(found: FoundPolicy): Written {
  if (found.kind === 'custom') return JSON.parse(found.policy.document)
  const document = BUILT_IN_POLICIES.get(found.name)?.document
  const statements = document?.statements.map(({ effect, actions }) => ({ Effect: effect, Action: actions }))
  return { Version: document?.version ?? '', Statement: statements ?? [] }
}

/** Where a grant holds, for people. */
export async function reachOf(means: Administration, reach: GrantReach): Promise<string> {
  switch (reach.kind) {
    case 'account':
      return 'the whole account'
    case 'all-projects':
      return 'every project'
    case 'project':
      return `the project ${(await means.directory.project(reach.id))?.name ?? reach.id}`
    case 'enterprise-project': {
      const { name } = await enterpriseProjectNamed(means, reach.id)
      return `the enterprise project ${name}`
    }
  }
}

const WHY = {
  'explicit-deny': 'a statement denies it',
  allow: 'a statement allows it',
  'no-policy-allows': 'no policy allows it',
  root: "it is the account's own user, which may do everything",
  role: 'a role in the workspace allows it',
  'no-role-allows': 'no role of the user in the workspace allows it',
  'not-a-member': 'the user has no role in the workspace',
  disabled: 'the user is disabled',
} as const satisfies Record<Explanation['because'], string>

/** The verdict, and the statement that decides with its policy and its place in it (`$.Statement[0]`). */
export async function sayExplanation(
  means: Administration,
  user: User,
  action: string,
  explanation: Explanation,
): Promise<Said> {
  const { allowed, because, policy, statement, reach, roles } = explanation
  const deciding =
    policy === undefined || statement === undefined || reach === undefined
      ? undefined
      : {
          policy,
          place: `$.Statement[${statement}]`,
          where: await reachOf(means, reach),
          statement: documentOf(await policyNamed(means, policy)).Statement[statement],
        }
  const lines = [
    `${user.name} ${allowed ? 'may' : 'may not'} ${action}: ${WHY[because]}.`,
    ...(deciding ? [`${deciding.policy} ${deciding.place}, granted in ${deciding.where}:`] : []),
    ...(deciding ? [JSON.stringify(deciding.statement, undefined, 2)] : []),
    ...(roles && roles.length > 0 ? [`Roles: ${roles.join(', ')}.`] : []),
  ]
  const json = { user: user.name, action, allowed, because, ...(deciding && { deciding }), ...(roles && { roles }) }
  return { json, text: lines.join('\n') }
}
