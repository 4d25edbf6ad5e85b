/** `certfolio key …`. */

import type { Command } from 'commander'
import { changeKey, createKey, deleteKey, keyNamed } from '../../identity/administration/keys.ts'
import { AdministrationProblem, changed, userNamed } from '../../identity/administration/means.ts'
import type { AccessKey, User } from '../../identity/directory.ts'
import { TEMPORARY_KEY_SECONDS } from '../../identity/limits.ts'
import { PolicyProblem, readPolicy } from '../../identity/policy/document.ts'
import { issueTemporaryKey } from '../../identity/temporary-keys.ts'
import { Usage } from '../usage.ts'
import { readText } from './input.ts'
import { type Row, type Said, sayDone, sayList, sayOne } from './say.ts'
import { type AddVerb, first, type Job, textOf } from './verb.ts'

const SHOWN_ONCE = 'The secret is shown only now.'

export function addKeyCommands(program: Command, verb: AddVerb): void {
  const noun = program.command('key').description('access keys: what SDKs and command lines sign with')

  verb(noun, 'list [user]', 'the keys of a user, or of all', async ({ means, args: [name] }) => {
    const { directory, account } = means
    const users = name === undefined ? await directory.users(account.id) : [await userNamed(means, name)]
    const rows = users.map(async user => (await directory.accessKeys(user.id)).map(key => viewOf(key, user)))
    return sayList((await Promise.all(rows)).flat(), ['id', 'user', 'enabled', 'kind', 'expires', 'description'])
  })
  verb(noun, 'show <id>', 'one key, without its secret', async job => {
    const { key, user } = await keyNamed(job.means, first(job))
    return sayOne(viewOf(key, user))
  })
  verb(noun, 'create <user>', 'a new key; its secret is shown once', async job => {
    const user = await userNamed(job.means, first(job))
    return job.flags.temporary === undefined ? createPermanent(job, user) : createTemporary(job, user)
  })
    .option('--description <TEXT>', 'what it is for')
    .option('--temporary <SECONDS>', 'a temporary key with a security token, for 900 to 86400 seconds')
    .option('--session-policy <FILE>', 'a policy that narrows what the temporary key may do; - for standard input')
  for (const enabled of [true, false])
    verb(
      noun,
      enabled ? 'enable <id>' : 'disable <id>',
      enabled ? 'let a disabled key be used again' : 'keep a key out; ends the tokens of its user too',
      async job => {
        const { key } = await keyNamed(job.means, first(job))
        await changeKey(job.means, key, { enabled })
        return sayDone(`${key.id} is ${enabled ? 'enabled' : 'disabled'}.`, { id: key.id, enabled })
      },
    )
  verb(noun, 'delete <id>', 'remove a key; ends the tokens of its user too', async job => {
    const { key } = await keyNamed(job.means, first(job))
    await deleteKey(job.means, key)
    return sayDone(`${key.id} is deleted.`, { id: key.id, deleted: true })
  })
}

async function createPermanent(job: Job, user: User): Promise<Said> {
  if (textOf(job, 'sessionPolicy') !== undefined) throw new Usage('--session-policy needs --temporary.')
  const { key, secret } = await createKey(job.means, user, textOf(job, 'description') ?? '')
  return sayOne({ ...viewOf(key, user), secret }, SHOWN_ONCE)
}

async function createTemporary(job: Job, user: User): Promise<Said> {
  if (textOf(job, 'description') !== undefined) throw new Usage('--description is for keys that last.')
  const seconds = secondsOf(textOf(job, 'temporary') ?? '')
  const file = textOf(job, 'sessionPolicy')
  const sessionPolicy = file === undefined ? undefined : checked(await readText(file, job.stdin))
  const wish = { seconds, ...(sessionPolicy !== undefined && { sessionPolicy }) }
  const { id, secret, securityToken, expiresAt } = await issueTemporaryKey(job.means, user, wish)
  await changed(job.means, 'iam:credentials:createCredential', `credential:${id}`)
  const expires = new Date(expiresAt).toISOString()
  return sayOne({ id, user: user.name, kind: 'temporary', expires, secret, securityToken }, SHOWN_ONCE)
}

function secondsOf(text: string): number {
  const { least, most } = TEMPORARY_KEY_SECONDS
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(seconds >= least && seconds <= most)) throw new Usage(`--temporary must be from ${least} to ${most}.`)
  return seconds
}

function checked(policy: string): string {
  try {
    readPolicy(policy)
    return policy
  } catch (error) {
    if (!(error instanceof PolicyProblem)) throw error
    throw new AdministrationProblem('invalid', `The session policy is refused at ${error.message}.`)
  }
}

function viewOf(key: AccessKey, user: User): Row {
  return {
    id: key.id,
    user: user.name,
    enabled: key.enabled,
    kind: key.securityTokenHash === null ? 'permanent' : 'temporary',
    created: new Date(key.createdAt).toISOString(),
    expires: key.expiresAt === null ? null : new Date(key.expiresAt).toISOString(),
    description: key.description ?? '',
  }
}
