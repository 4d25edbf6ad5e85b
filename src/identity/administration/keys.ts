/** Access keys. A secret is shown once, by whoever made the key. */

import type { AccessKey, User } from '../directory.ts'
import { MAX_KEYS_PER_USER } from '../limits.ts'
import { type NewKey, newAccessKey } from '../new-credentials.ts'
import { type Administration, AdministrationProblem, changed, checkDescription, quoted } from './means.ts'
import { endTokens } from './users.ts'

/** The permanent keys of a user, the oldest first. */
export async function permanentKeys({ directory }: Administration, userId: string): Promise<readonly AccessKey[]> {
  return (await directory.accessKeys(userId)).filter(key => key.securityTokenHash === null)
}

/** @throws AdministrationProblem `too-many` */
export async function createKey(means: Administration, user: User, description: string): Promise<NewKey> {
  checkDescription(description)
  if ((await permanentKeys(means, user.id)).length >= MAX_KEYS_PER_USER)
    throw new AdministrationProblem(
      'too-many',
      `The user ${quoted(user.name)} has ${MAX_KEYS_PER_USER} keys already, which is as many as there may be.`,
    )
  const { key, secret } = newAccessKey(means.vault, user.id, means.clock())
  const described: AccessKey = { ...key, description }
  await means.directory.addAccessKey(described)
  await changed(means, 'iam:credentials:createCredential', `credential:${key.id}`)
  return { key: described, secret }
}

/** @throws AdministrationProblem `not-found`, also for a key of another account */
export async function keyNamed(
  { directory, account }: Administration,
  id: string,
): Promise<{ readonly key: AccessKey; readonly user: User }> {
  const key = await directory.accessKey(id)
  const user = key && (await directory.user(key.userId))
  if (!key || user?.accountId !== account.id)
    throw new AdministrationProblem('not-found', `There is no access key ${quoted(id)}.`)
  return { key, user }
}

/** Disabling a key ends its user's tokens too, as on the cloud (identity-huawei §1.3). */
export async function changeKey(
  means: Administration,
  key: AccessKey,
  change: Partial<Pick<AccessKey, 'enabled' | 'description'>>,
): Promise<void> {
  if (change.description !== undefined) checkDescription(change.description)
  await means.directory.changeAccessKey(key.id, change)
  if (change.enabled === false) await endTokens(means, key.userId)
  await changed(means, 'iam:credentials:updateCredential', `credential:${key.id}`)
}

/** Ends its user's tokens too, as on the cloud. */
export async function deleteKey(means: Administration, key: AccessKey): Promise<void> {
  await means.directory.removeAccessKey(key.id)
  await endTokens(means, key.userId)
  await changed(means, 'iam:credentials:deleteCredential', `credential:${key.id}`)
}
