/** `certfolio policy …`: documents, who has them where, and a tester. */

import type { Command } from 'commander'
import type { Grant, GrantReach } from '../../identity/access.ts'
import { enterpriseProjectNamed } from '../../identity/administration/enterprise-projects.ts'
import { explain } from '../../identity/administration/explain.ts'
import { groupNamed } from '../../identity/administration/groups.ts'
import { type Administration, userNamed } from '../../identity/administration/means.ts'
import {
  createPolicy,
  deletePolicy,
  type FoundPolicy,
  grantPolicy,
  policyNamed,
  revokePolicy,
  updatePolicy,
} from '../../identity/administration/policies.ts'
import { projectNamed } from '../../identity/administration/projects.ts'
import { workspaceNamed } from '../../identity/administration/workspaces.ts'
import { BUILT_IN_POLICIES } from '../../identity/policy/built-in.ts'
import { Usage } from '../usage.ts'
import { readText } from './input.ts'
import { documentOf, reachOf, sayExplanation } from './policy-views.ts'
import { type Row, type Said, sayDone, sayList, sayOne } from './say.ts'
import { type AddVerb, first, type Job, second, textOf } from './verb.ts'

export function addPolicyCommands(program: Command, verb: AddVerb): void {
  const noun = program.command('policy').description('policies: what users and groups may do, and where')

  verb(noun, 'list', 'the built-in policies and your own', async ({ means }) => {
    const own = await means.directory.policies(means.account.id)
    const builtIn = [...BUILT_IN_POLICIES.keys()].map(name => ({ name, kind: 'built-in', description: '' }))
    const custom = own.map(({ name, description }) => ({ name, kind: 'custom', description }))
    return sayList([...custom, ...builtIn], ['name', 'kind', 'description'])
  })
  verb(noun, 'show <name>', 'the document of a policy', async job => {
    const document = documentOf(await policyOf(job))
    return { json: document, text: JSON.stringify(document, undefined, 2) }
  })
  verb(noun, 'create <name> <file>', 'a policy of your own; - for standard input', async job => {
    const document = await readText(second(job), job.stdin)
    const { name, id } = await createPolicy(job.means, first(job), document, textOf(job, 'description') ?? '')
    return sayOne({ name, id })
  }).option('--description <TEXT>', 'what it is for')
  verb(noun, 'update <name> <file>', 'another document for a policy of your own; - for standard input', async job => {
    const policy = await policyOf(job)
    await updatePolicy(job.means, policy, await readText(second(job), job.stdin))
    return sayDone(`${policy.name} is changed.`, { name: policy.name, updated: true })
  })
  verb(noun, 'delete <name>', 'remove a policy of your own, wherever it is granted', async job => {
    const policy = await policyOf(job)
    await deletePolicy(job.means, policy)
    return sayDone(`${policy.name} is deleted.`, { name: policy.name, deleted: true })
  })
  withGrant(verb(noun, 'grant <policy>', 'give a policy to a user or a group', job => change(job, grantPolicy, true)))
  withGrant(verb(noun, 'revoke <policy>', 'take it away again', job => change(job, revokePolicy, false)))
  verb(noun, 'grants', 'who has which policy, and where', async ({ means }) => {
    const grants = await means.directory.grants(means.account.id)
    return sayList(await Promise.all(grants.map(grant => grantView(means, grant))), ['policy', 'to', 'name', 'where'])
  })
  verb(noun, 'test <user> <action> [resource]', 'whether a user may do something, and which statement says so', test)
    .option('--project <NAME>', 'in this project; without it, in the account as a whole, as for SCM')
    .option('--workspace <ID>', 'in this DataWorks workspace, where roles decide')
    .option('--enterprise-project <NAME>', 'of this enterprise project; the default one without it')
}

function withGrant(command: Command): Command {
  return command
    .option('--user <NAME>', 'the user who gets it')
    .option('--group <NAME>', 'the group that gets it')
    .option('--project <NAME>', 'in this project')
    .option('--all-projects', 'in every project, also those that come')
    .option('--enterprise-project <NAME>', 'for what belongs to this enterprise project')
    .addHelpText('after', '\nWithout a place, the policy holds in the whole account.')
}

async function change(
  job: Job,
  work: (...given: Parameters<typeof grantPolicy>) => Promise<unknown>,
  granted: boolean,
) {
  const policy = await policyOf(job)
  const to = await whomOf(job)
  const reach = await reachIn(job)
  await work(job.means, policy, { kind: to.kind, id: to.id }, reach)
  const where = await reachOf(job.means, reach)
  const sentence = `The ${to.kind} ${to.name} ${granted ? 'has' : 'does not have'} ${policy.name} in ${where}.`
  return sayDone(sentence, { policy: policy.name, [to.kind]: to.name, where, granted })
}

async function whomOf(job: Job): Promise<Grant['to'] & { readonly name: string }> {
  const [user, group] = [textOf(job, 'user'), textOf(job, 'group')]
  if ((user === undefined) === (group === undefined)) throw new Usage('Either --user or --group is needed.')
  const found = user === undefined ? await groupNamed(job.means, group ?? '') : await userNamed(job.means, user)
  return { kind: user === undefined ? 'group' : 'user', id: found.id, name: found.name }
}

async function reachIn(job: Job): Promise<GrantReach> {
  const project = textOf(job, 'project')
  const enterpriseProject = textOf(job, 'enterpriseProject')
  const allProjects = job.flags.allProjects === true
  if ([project !== undefined, enterpriseProject !== undefined, allProjects].filter(Boolean).length > 1)
    throw new Usage('--project, --all-projects and --enterprise-project exclude each other.')
  if (project !== undefined) return { kind: 'project', id: (await projectNamed(job.means, project)).id }
  if (enterpriseProject !== undefined)
    return { kind: 'enterprise-project', id: (await enterpriseProjectNamed(job.means, enterpriseProject)).id }
  return allProjects ? { kind: 'all-projects' } : { kind: 'account' }
}

async function test(job: Job): Promise<Said> {
  const [name = '', action = '', resource] = job.args
  const { means } = job
  const user = await userNamed(means, name)
  const project = textOf(job, 'project')
  const workspace = textOf(job, 'workspace')
  const enterpriseProject = textOf(job, 'enterpriseProject')
  const explanation = await explain(means, user, {
    action,
    resource,
    project: project === undefined ? undefined : await projectNamed(means, project),
    workspace: workspace === undefined ? undefined : await workspaceNamed(means, workspace),
    enterpriseProject:
      enterpriseProject === undefined ? undefined : (await enterpriseProjectNamed(means, enterpriseProject)).id,
  })
  return sayExplanation(means, user, action, explanation)
}

function policyOf(job: Job): Promise<FoundPolicy> {
  return policyNamed(job.means, first(job))
}

async function grantView(means: Administration, { to, policy, reach }: Grant): Promise<Row> {
  const { directory } = means
  const whom = to.kind === 'user' ? await directory.user(to.id) : await directory.group(to.id)
  const name = policy.kind === 'built-in' ? policy.name : (await directory.policy(policy.id))?.name
  return { policy: name ?? '', to: to.kind, name: whom?.name ?? '', where: await reachOf(means, reach) }
}
