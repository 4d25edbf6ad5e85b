/** One project, and a new one (reference identity-huawei §2.1, §2.4). */

import { AdministrationProblem } from '../../../identity/administration/means.ts'
import { createProject as create } from '../../../identity/administration/projects.ts'
import { readJsonBody } from '../../shared/json-body.ts'
import type { Reads, Writes } from '../../shared/product.ts'
import { refusal, wordsOf } from '../errors.ts'
import { administrationOf, demand, type IdentityServices, projectsNamed } from '../services.ts'
import { projectBody, projectOf } from '../wire.ts'

/** `GET /v3/projects/{project_id}`: one of the caller's account. */
export function showProject({ directory }: IdentityServices): Reads {
  return async ({ request, path, principal }) => {
    const project = await directory.project(path.project_id ?? '')
    if (project?.accountId !== principal.domainId) throw refusal(404, 'The project could not be found.')
    return { status: 200, body: { project: projectOf(project, request) } }
  }
}

/**
 * `POST /v3/projects`. Node's SDK core asks for one named like its region where it finds none, so a project that is
 * there already is the answer, and no conflict.
 */
export function createProject(services: IdentityServices): Writes {
  return async call => {
    const { request, principal } = call
    const { name, domain_id, parent_id } = readJsonBody(projectBody, request).project
    for (const account of [domain_id, parent_id])
      if (account !== undefined && account !== principal.domainId)
        throw refusal(403, 'You are not authorized to perform the requested action.')
    const [present] = projectsNamed(await services.directory.projects(principal.domainId), name)
    if (present) return { status: 201, body: { project: projectOf(present, request) } }
    await demand(call)
    const project = await create(await administrationOf(services, call), name).catch((error: unknown) => {
      throw error instanceof AdministrationProblem ? wordsOf(error) : error
    })
    return { status: 201, body: { project: projectOf(project, request) } }
  }
}
