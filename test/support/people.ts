/** Users beside the first one, made as the commands make them. */

import { createKey } from '../../src/identity/administration/keys.ts'
import type { Administration } from '../../src/identity/administration/means.ts'
import { createUser } from '../../src/identity/administration/users.ts'
import type { User } from '../../src/identity/directory.ts'
import type { Clock } from '../../src/registry/record-number.ts'
import type { TestRegistry } from './registry.ts'

export interface Person {
  readonly user: User
  readonly password: string
  readonly key: { readonly ak: string; readonly sk: string }
}

export async function administration(
  { directory, identity, passwords, firstRun }: TestRegistry,
  clock: Clock = Date.now,
): Promise<Administration> {
  const account = await directory.account(firstRun.account.domainId)
  if (!account) throw new Error('there is no account')
  const actor = { requestId: '', userId: '', userName: '', accessKeyId: '', address: '' }
  return { directory, vault: identity.vault, passwords, clock, account, actor }
}

/** A user with a password and a key, and without any permission. */
export async function newPerson(registry: TestRegistry, name: string, clock?: Clock): Promise<Person> {
  const means = await administration(registry, clock)
  const { user, password = '' } = await createUser(means, name, 'generated')
  const { key, secret } = await createKey(means, user, '')
  return { user, password, key: { ak: key.id, sk: secret } }
}
