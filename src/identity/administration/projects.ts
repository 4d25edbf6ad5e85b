/** Projects. A new one has the default instances that the products' clients mean where they name none. */

import type { Project } from '../directory.ts'
import { newId } from '../new-credentials.ts'
import { newFacilities } from '../new-facilities.ts'
import { type Administration, AdministrationProblem, changed, checkName, type NameRule, quoted } from './means.ts'

const PROJECT_NAME: NameRule = {
  what: 'a project',
  form: /^[A-Za-z0-9_-]{1,64}$/,
  must: 'have 1 to 64 letters, digits and the characters - _',
}

/** @throws AdministrationProblem `taken`, `invalid` */
export async function createProject(means: Administration, name: string): Promise<Project> {
  const { directory, account } = means
  checkName(PROJECT_NAME, name)
  if ((await directory.projects(account.id)).some(project => project.name === name))
    throw new AdministrationProblem('taken', `There is a project ${quoted(name)} already.`)
  const project: Project = { id: newId(), accountId: account.id, name, enabled: true, isDefault: false }
  await directory.addProject(project)
  for (const facility of Object.values(newFacilities(project.id))) await directory.addFacility(facility)
  await changed(means, 'iam:projects:createProject', `project:${name}`)
  return project
}

/** A project by its name or its id. @throws AdministrationProblem `not-found` */
export async function projectNamed({ directory, account }: Administration, name: string): Promise<Project> {
  const own = await directory.projects(account.id)
  const found = own.find(project => project.name === name) ?? own.find(project => project.id === name)
  if (!found) throw new AdministrationProblem('not-found', `There is no project ${quoted(name)}.`)
  return found
}

/** Nobody enters a disabled project, and nobody gets a token for it. */
export async function enableProject(means: Administration, project: Project, enabled: boolean): Promise<void> {
  if (project.isDefault && !enabled) throw defaultIsNeeded('disabled')
  await means.directory.changeProject(project.id, { enabled })
  await changed(means, 'iam:projects:updateProject', `project:${project.name}`)
}

/** Its records stay in the registry, but nobody can enter it any more. */
export async function deleteProject(means: Administration, project: Project): Promise<void> {
  if (project.isDefault) throw defaultIsNeeded('deleted')
  await means.directory.removeProject(project.id)
  await changed(means, 'iam:projects:deleteProject', `project:${project.name}`)
}

function defaultIsNeeded(what: string): AdministrationProblem {
  return new AdministrationProblem('refused', `The default project cannot be ${what}: clients that name none mean it.`)
}
