/** Enterprise projects: parts of an account that policies can be granted for. */

import { randomUUID } from 'node:crypto'
import { DEFAULT_ENTERPRISE_PROJECT, type EnterpriseProject, MAX_ENTERPRISE_PROJECTS } from '../access.ts'
import { type Administration, AdministrationProblem, changed, checkName, type NameRule, quoted } from './means.ts'

const ENTERPRISE_PROJECT_NAME: NameRule = {
  what: 'an enterprise project',
  form: /^(?!default$)[\p{L}\p{N}_-]{1,64}$/iu,
  must: "have 1 to 64 letters, digits and the characters - _, and not be 'default'",
}

/** @throws AdministrationProblem `taken`, `invalid`, `too-many` */
export async function createEnterpriseProject(means: Administration, name: string): Promise<EnterpriseProject> {
  const { directory, account, clock } = means
  checkName(ENTERPRISE_PROJECT_NAME, name)
  if ((await directory.enterpriseProjects(account.id)).length >= MAX_ENTERPRISE_PROJECTS)
    throw new AdministrationProblem('too-many', `There are ${MAX_ENTERPRISE_PROJECTS} enterprise projects already.`)
  const project = { id: randomUUID(), accountId: account.id, name, enabled: true, createdAt: clock() }
  if (!(await directory.addEnterpriseProject(project)))
    throw new AdministrationProblem('taken', `There is an enterprise project ${quoted(name)} already.`)
  await changed(means, 'eps:enterpriseProjects:create', `enterprise-project:${name}`)
  return project
}

/** The id of an enterprise project by its name or id; the default one is `0` or `default`. */
export async function enterpriseProjectNamed(
  { directory, account }: Administration,
  name: string,
): Promise<{ readonly id: string; readonly name: string }> {
  if (name === DEFAULT_ENTERPRISE_PROJECT || name === 'default')
    return { id: DEFAULT_ENTERPRISE_PROJECT, name: 'default' }
  const own = await directory.enterpriseProjects(account.id)
  const found = own.find(project => project.name === name) ?? own.find(project => project.id === name)
  if (!found) throw new AdministrationProblem('not-found', `There is no enterprise project ${quoted(name)}.`)
  return found
}

/** @throws AdministrationProblem `refused` for the default one */
export async function enableEnterpriseProject(
  means: Administration,
  project: { readonly id: string; readonly name: string },
  enabled: boolean,
): Promise<void> {
  refuseDefault(project.id)
  await means.directory.changeEnterpriseProject(means.account.id, project.id, { enabled })
  const action = enabled ? 'eps:enterpriseProjects:enable' : 'eps:enterpriseProjects:disable'
  await changed(means, action, `enterprise-project:${project.name}`)
}

/** Ends the grants for it; records keep its id. @throws AdministrationProblem `refused` for the default one */
export async function deleteEnterpriseProject(
  means: Administration,
  project: { readonly id: string; readonly name: string },
): Promise<void> {
  refuseDefault(project.id)
  await means.directory.removeEnterpriseProject(means.account.id, project.id)
  await changed(means, 'eps:enterpriseProjects:delete', `enterprise-project:${project.name}`)
}

function refuseDefault(id: string): void {
  if (id === DEFAULT_ENTERPRISE_PROJECT)
    throw new AdministrationProblem('refused', 'The default enterprise project cannot be changed.')
}
