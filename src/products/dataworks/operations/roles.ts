/** DataWorks 2024-05-18 ListProjectRoles and GetProjectRole: the system roles, the same in every workspace (§5). */

import type { Reply } from '../../shared/failure.ts'
import { readParameters } from '../../shared/parameters.ts'
import type { Call } from '../../shared/product.ts'
import { refuse } from '../errors.ts'
import { jsonList } from '../json-lists.ts'
import { parametersOf } from '../parameters.ts'
import { answer } from '../wire.ts'
import { enterWorkspace } from '../workspace.ts'
import { MEMBER_ROLE_CODES, ONE_ROLE, pageOf, ROLES_QUERY, roleOf } from '../workspaces-wire.ts'

export async function listProjectRoles(call: Call): Promise<Reply> {
  const asked = readParameters(ROLES_QUERY, parametersOf(call.request), { emptyIsAbsent: true })
  const codes = jsonList('Codes', asked.Codes)
  const names = jsonList('Names', asked.Names)
  await enterWorkspace(call, asked.ProjectId)
  const roles = MEMBER_ROLE_CODES.map(roleOf).filter(
    ({ Code, Name, Type }) =>
      (codes?.includes(Code) ?? true) && (names?.includes(Name) ?? true) && (asked.Type ?? Type) === Type,
  )
  return answer(call.request.id, pageOf('ProjectRoles', roles, asked))
}

export async function getProjectRole(call: Call): Promise<Reply> {
  const asked = readParameters(ONE_ROLE, parametersOf(call.request), { emptyIsAbsent: true })
  await enterWorkspace(call, asked.ProjectId)
  const code = MEMBER_ROLE_CODES.find(known => known === asked.Code)
  if (!code) throw refuse('no-such-role', call)
  return answer(call.request.id, { ProjectRole: roleOf(code) })
}
