/** `certfolio project …`, `enterprise-project …`, `workspace …` and `role …`: where people work, and as what. */

import type { Command } from 'commander'
import {
  createEnterpriseProject,
  deleteEnterpriseProject,
  enableEnterpriseProject,
  enterpriseProjectNamed,
} from '../../identity/administration/enterprise-projects.ts'
import { type Administration, userNamed } from '../../identity/administration/means.ts'
import { createProject, deleteProject, enableProject, projectNamed } from '../../identity/administration/projects.ts'
import {
  createWorkspace,
  grantRoles,
  revokeRoles,
  roleNamed,
  workspaceNamed,
} from '../../identity/administration/workspaces.ts'
import type { Project, Workspace } from '../../identity/directory.ts'
import { WORKSPACE_ROLES } from '../../identity/workspace-roles.ts'
import { type Row, sayDone, sayList, sayOne } from './say.ts'
import { type AddVerb, first, type Job, textOf } from './verb.ts'

export function addProjectCommands(program: Command, verb: AddVerb): void {
  const noun = program.command('project').description('projects: what IoTDA and gateway certificates belong to')

  verb(noun, 'list', 'every project', async ({ means }) => {
    const projects = await means.directory.projects(means.account.id)
    return sayList(await Promise.all(projects.map(each => viewOf(means, each))), ['name', 'enabled', 'isDefault', 'id'])
  })
  verb(noun, 'show <name>', 'one project with its instances', async job =>
    sayOne(await viewOf(job.means, await projectNamed(job.means, first(job)))),
  )
  verb(noun, 'create <name>', 'a new project with an IoTDA instance and a gateway', async job =>
    sayOne(await viewOf(job.means, await createProject(job.means, first(job)))),
  )
  for (const enabled of [true, false])
    verb(
      noun,
      enabled ? 'enable <name>' : 'disable <name>',
      enabled ? 'let people into a project again' : 'let nobody into a project',
      async job => {
        const project = await projectNamed(job.means, first(job))
        await enableProject(job.means, project, enabled)
        return sayDone(`${project.name} is ${enabled ? 'enabled' : 'disabled'}.`, { name: project.name, enabled })
      },
    )
  verb(noun, 'delete <name>', 'remove a project; its records stay, and nobody can enter it', async job => {
    const project = await projectNamed(job.means, first(job))
    await deleteProject(job.means, project)
    return sayDone(`${project.name} is deleted.`, { name: project.name, deleted: true })
  })
}

export function addEnterpriseProjectCommands(program: Command, verb: AddVerb): void {
  const noun = program
    .command('enterprise-project')
    .description('enterprise projects: parts of an account that policies are granted for')

  verb(noun, 'list', 'every enterprise project', async ({ means }) => {
    const own = await means.directory.enterpriseProjects(means.account.id)
    const rows = own.map(({ id, name, enabled }) => ({ name, id, enabled }))
    return sayList([{ name: 'default', id: '0', enabled: true }, ...rows], ['name', 'enabled', 'id'])
  })
  verb(noun, 'create <name>', 'a new enterprise project', async job => {
    const { id, name, enabled } = await createEnterpriseProject(job.means, first(job))
    return sayOne({ name, id, enabled })
  })
  for (const enabled of [true, false])
    verb(
      noun,
      enabled ? 'enable <name>' : 'disable <name>',
      `${enabled ? 'enable' : 'disable'} an enterprise project`,
      async job => {
        const project = await enterpriseProjectNamed(job.means, first(job))
        await enableEnterpriseProject(job.means, project, enabled)
        return sayDone(`${project.name} is ${enabled ? 'enabled' : 'disabled'}.`, { name: project.name, enabled })
      },
    )
  verb(noun, 'delete <name>', 'remove one and what was granted for it; records keep its id', async job => {
    const project = await enterpriseProjectNamed(job.means, first(job))
    await deleteEnterpriseProject(job.means, project)
    return sayDone(`${project.name} is deleted.`, { name: project.name, deleted: true })
  })
}

export function addWorkspaceCommands(program: Command, verb: AddVerb): void {
  const noun = program.command('workspace').description('DataWorks workspaces')

  verb(noun, 'list', 'every workspace', async ({ means }) => {
    const own = await means.directory.workspaces(means.account.id)
    return sayList(
      own.map(({ id, name }) => ({ id, name })),
      ['id', 'name'],
    )
  })
  verb(noun, 'create <name>', 'a new workspace', async job => {
    const { id, name } = await createWorkspace(job.means, first(job))
    return sayOne({ id, name })
  })
  verb(noun, 'members <workspace>', 'who has which role in a workspace, named by its id or name', async job => {
    const workspace = await workspaceNamed(job.means, first(job))
    const members = await means(job).directory.workspaceMembers(workspace.id)
    const rows = members.map(async ({ userId, roles }) => ({
      user: (await means(job).directory.user(userId))?.name ?? userId,
      roles,
    }))
    return sayList(await Promise.all(rows), ['user', 'roles'])
  })
}

export function addRoleCommands(program: Command, verb: AddVerb): void {
  const noun = program.command('role').description('the roles of DataWorks workspaces')
  const inWorkspace = (command: Command) =>
    command.option('--workspace <ID>', "a workspace by its id or name; the account's first one without it")

  verb(noun, 'list', 'the twelve roles, and what each may do', async () =>
    sayList(
      Object.entries(WORKSPACE_ROLES).map(([role, { name, reach, level }]) => ({ role, name, reach, may: MAY[level] })),
      ['role', 'name', 'reach', 'may'],
    ),
  )
  inWorkspace(
    verb(noun, 'grant <user> <role>', 'give a user a role; those of the tenant reach every workspace', async job =>
      change(job, grantRoles, true),
    ),
  )
  inWorkspace(
    verb(noun, 'revoke <user> <role>', 'take a role away; the last one ends the membership', async job =>
      change(job, revokeRoles, false),
    ),
  )
}

const MAY = {
  list: 'list',
  get: 'list, get',
  all: 'list, get, import, delete',
  own: 'list, get, import, delete, change members',
} as const

async function change(job: Job, work: typeof grantRoles, granted: boolean) {
  const [name = '', code = ''] = job.args
  const user = await userNamed(job.means, name)
  const role = roleNamed(code)
  const workspace = await workspaceOf(job)
  await work(job.means, user, workspace, [role])
  const where = WORKSPACE_ROLES[role].reach === 'tenant' ? 'every workspace' : `workspace ${workspace.id}`
  const sentence = `${user.name} ${granted ? 'has' : 'does not have'} the role ${role} in ${where}.`
  return sayDone(sentence, { user: user.name, role, workspace: workspace.id, granted })
}

async function workspaceOf(job: Job): Promise<Workspace> {
  const [firstOne] = await job.means.directory.workspaces(job.means.account.id)
  return workspaceNamed(job.means, textOf(job, 'workspace') ?? String(firstOne?.id ?? ''))
}

function means(job: Job): Administration {
  return job.means
}

async function viewOf({ directory }: Administration, project: Project): Promise<Row> {
  const facilities = await directory.facilities(project.id)
  const idOf = (kind: string) => facilities.find(each => each.kind === kind && each.isDefault)?.id ?? null
  return {
    name: project.name,
    id: project.id,
    enabled: project.enabled,
    isDefault: project.isDefault,
    iotdaInstance: idOf('iotda-instance'),
    iotdaApp: idOf('iotda-app'),
    apicInstance: idOf('apic-instance'),
  }
}
