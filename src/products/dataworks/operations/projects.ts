/** DataWorks 2024-05-18 ListProjects and GetProject (reference §1.5): the workspaces that the caller may see. */

import type { DirectoryReader, Workspace } from '../../../identity/directory.ts'
import { NotAllowed } from '../../../identity/principal.ts'
import { readParameters } from '../../shared/parameters.ts'
import type { Call, Reads } from '../../shared/product.ts'
import { jsonList } from '../json-lists.ts'
import { idOf, parametersOf } from '../parameters.ts'
import { answer } from '../wire.ts'
import { enterWorkspace } from '../workspace.ts'
import { NATURE, ONE_PROJECT, PROJECTS_QUERY, pageOf, projectOf } from '../workspaces-wire.ts'

export function listProjects(directory: DirectoryReader): Reads {
  return async call => {
    const asked = readParameters(PROJECTS_QUERY, parametersOf(call.request), { emptyIsAbsent: true })
    const ids = jsonList('Ids', asked.Ids)
    const names = jsonList('Names', asked.Names)
    const own = await directory.workspaces(call.principal.domainId)
    const asks = own.filter(
      ({ id, name }) => (ids?.includes(String(id)) ?? true) && (names?.includes(name) ?? true) && isOfTheNature(asked),
    )
    const seen = await Promise.all(asks.map(workspace => maySee(call, workspace)))
    const owner = await directory.rootUser(call.principal.domainId)
    const projects = asks.filter((_, i) => seen[i]).map(workspace => projectOf(workspace, owner))
    return answer(call.request.id, pageOf('Projects', projects, asked))
  }
}

export function getProject(directory: DirectoryReader): Reads {
  return async call => {
    const { Id } = readParameters(ONE_PROJECT, parametersOf(call.request), { emptyIsAbsent: true })
    await enterWorkspace(call, Id)
    const workspace = await directory.workspace(idOf(Id))
    if (!workspace) throw new NotAllowed({ is: 'no-such-place', place: { kind: 'workspace', workspaceId: idOf(Id) } })
    const owner = await directory.rootUser(call.principal.domainId)
    return answer(call.request.id, { Project: projectOf(workspace, owner) })
  }
}

type Asked = Readonly<Record<string, unknown>>

/** Filters by what all workspaces here have in common: no tags, no resource group, no switch. */
function isOfTheNature(asked: Asked): boolean {
  const plain = asked.AliyunResourceTags === undefined && asked.AliyunResourceGroupId === undefined
  return plain && Object.entries(NATURE).every(([name, value]) => (asked[name] ?? value) === value)
}

function maySee(call: Call, { id }: Workspace): Promise<boolean> {
  return enterWorkspace(call, id).then(
    () => true,
    (error: unknown) => {
      if (error instanceof NotAllowed) return false
      throw error
    },
  )
}
