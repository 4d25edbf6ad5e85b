/** `certfolio user …` and `certfolio group …`. */

import type { Command } from 'commander'
import type { Group } from '../../identity/access.ts'
import { addMember, createGroup, deleteGroup, groupNamed, removeMember } from '../../identity/administration/groups.ts'
import { type Administration, userNamed } from '../../identity/administration/means.ts'
import { createUser, deleteUser, enableUser, type Login, setPassword } from '../../identity/administration/users.ts'
import type { User } from '../../identity/directory.ts'
import { Usage } from '../usage.ts'
import { firstLine } from './input.ts'
import { type Row, type Said, sayDone, sayList, sayOne } from './say.ts'
import { type AddVerb, collect, first, type Job, listOf, second, textOf } from './verb.ts'

const SHOWN_ONCE = 'The password is shown only now.'

export function addUserCommands(program: Command, verb: AddVerb): void {
  const noun = program.command('user').description('users: who may log in and have access keys')

  verb(noun, 'list', 'every user', async ({ means }) => {
    const users = await means.directory.users(means.account.id)
    const rows = await Promise.all(users.map(user => viewOf(means, user)))
    return sayList(rows, ['name', 'enabled', 'logsIn', 'groups', 'id'])
  })
  verb(noun, 'show <name>', 'one user', async job => sayOne(await viewOf(job.means, await userOf(job))))
  withLogin(
    verb(noun, 'create <name>', 'a new user, without any permission', async job => {
      const groups = await Promise.all(listOf(job, 'group').map(name => groupNamed(job.means, name)))
      const { user, password } = await createUser(job.means, first(job), await loginOf(job))
      for (const group of groups) await addMember(job.means, group, user)
      return sayPassword(await viewOf(job.means, user), password)
    }),
  ).option('--group <GROUP>', 'put the user into this group; may be given again', collect)
  withLogin(
    verb(noun, 'password <name>', 'another password; ends the tokens of the user', async job => {
      const user = await userOf(job)
      return sayPassword({ name: user.name }, await setPassword(job.means, user, await loginOf(job)))
    }),
  )
  for (const enabled of [true, false])
    verb(
      noun,
      enabled ? 'enable <name>' : 'disable <name>',
      enabled ? 'let a disabled user in again' : 'keep a user out; ends its tokens, and its keys do not work',
      async job => {
        const user = await userOf(job)
        await enableUser(job.means, user, enabled)
        return sayDone(`${user.name} is ${enabled ? 'enabled' : 'disabled'}.`, { name: user.name, enabled })
      },
    )
  verb(noun, 'delete <name>', 'remove a user with its keys, tokens, memberships and permissions', async job => {
    const user = await userOf(job)
    await deleteUser(job.means, user)
    return sayDone(`${user.name} is deleted.`, { name: user.name, deleted: true })
  })
}

export function addGroupCommands(program: Command, verb: AddVerb): void {
  const noun = program.command('group').description('groups: users who have permissions together')

  verb(noun, 'list', 'every group', async ({ means }) => {
    const groups = await means.directory.groups(means.account.id)
    return sayList(await Promise.all(groups.map(group => groupView(means, group))), ['name', 'members', 'description'])
  })
  verb(noun, 'show <name>', 'one group', async job => sayOne(await groupView(job.means, await groupOf(job))))
  verb(noun, 'create <name>', 'a new group', async job => {
    const group = await createGroup(job.means, first(job), textOf(job, 'description') ?? '')
    return sayOne(await groupView(job.means, group))
  }).option('--description <TEXT>', 'what it is for')
  verb(noun, 'delete <name>', 'remove a group; its members stay users', async job => {
    const group = await groupOf(job)
    await deleteGroup(job.means, group)
    return sayDone(`${group.name} is deleted.`, { name: group.name, deleted: true })
  })
  verb(noun, 'add <group> <user>', 'put a user into a group', async job => {
    const [group, user] = [await groupOf(job), await userNamed(job.means, second(job))]
    await addMember(job.means, group, user)
    return sayDone(`${user.name} is in ${group.name}.`, { group: group.name, user: user.name, member: true })
  })
  verb(noun, 'remove <group> <user>', 'take a user out of a group', async job => {
    const [group, user] = [await groupOf(job), await userNamed(job.means, second(job))]
    await removeMember(job.means, group, user)
    return sayDone(`${user.name} is not in ${group.name} any more.`, {
      group: group.name,
      user: user.name,
      member: false,
    })
  })
}

function withLogin(command: Command): Command {
  return command
    .option('--password-stdin', 'read the password from the first line of standard input')
    .option('--no-password', 'no password: access keys alone')
}

/** A password never stands on a command line, which every user of the machine can read. */
async function loginOf({ flags, stdin }: Job): Promise<Login> {
  const none = flags.password === false
  if (none && flags.passwordStdin === true) throw new Usage('--password-stdin and --no-password exclude each other.')
  if (none) return 'none'
  return flags.passwordStdin === true ? { password: await firstLine(stdin) } : 'generated'
}

function sayPassword(row: Row, password: string | undefined): Said {
  return password === undefined ? sayOne(row) : sayOne({ ...row, password }, SHOWN_ONCE)
}

function userOf(job: Job): Promise<User> {
  return userNamed(job.means, first(job))
}

function groupOf(job: Job): Promise<Group> {
  return groupNamed(job.means, first(job))
}

async function viewOf({ directory }: Administration, user: User): Promise<Row> {
  return {
    name: user.name,
    id: user.id,
    enabled: user.enabled,
    isRoot: user.isRoot,
    logsIn: user.passwordHash !== null,
    aliyunUserId: user.aliyunUserId,
    groups: (await directory.groupsOf(user.id)).map(({ name }) => name),
    keys: (await directory.accessKeys(user.id)).map(({ id }) => id),
    tenantRoles: user.tenantRoles,
  }
}

async function groupView({ directory }: Administration, group: Group): Promise<Row> {
  const members = (await directory.groupMembers(group.id)).map(({ name }) => name)
  return { name: group.name, id: group.id, members, description: group.description }
}
