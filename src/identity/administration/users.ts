/** Users: made, shown the door, given another password. Whatever ends a user ends its tokens and keys at once. */

import type { User } from '../directory.ts'
import { MAX_PASSWORD_BYTES } from '../limits.ts'
import { newAliyunUserId, newId, newPassword } from '../new-credentials.ts'
import { type Administration, AdministrationProblem, changed, checkName, type NameRule, quoted } from './means.ts'

const USER_NAME: NameRule = {
  what: 'a user',
  form: /^[A-Za-z_][A-Za-z0-9_. @-]{0,62}[A-Za-z0-9_.-]$|^[A-Za-z_]$/,
  must: 'have 1 to 64 letters, digits, spaces and the characters _ . @ -, and begin with a letter or _',
}

/** Characters of a password at least. */
const MIN_PASSWORD_LENGTH = 8

/** How a user logs in: with a password that is given, with one that is made here, or not at all (access keys only). */
export type Login = { readonly password: string } | 'generated' | 'none'

export interface NewUser {
  readonly user: User
  /** The one time that it is shown: only where it was made here. */
  readonly password: string | undefined
}

/** @throws AdministrationProblem `taken`, `invalid` */
export async function createUser(means: Administration, name: string, login: Login): Promise<NewUser> {
  const { directory, passwords, account } = means
  checkName(USER_NAME, name)
  const password = passwordOf(login)
  if (await directory.userByName(account.id, name))
    throw new AdministrationProblem('taken', `There is a user ${quoted(name)} already.`)
  const user: User = {
    id: newId(),
    accountId: account.id,
    name,
    aliyunUserId: newAliyunUserId(),
    passwordHash: password === undefined ? null : await passwords.hash(password),
    enabled: true,
    isRoot: false,
    credentialEpoch: 1,
    tenantRoles: [],
  }
  await directory.addUser(user)
  await changed(means, 'iam:users:createUser', `user:${name}`)
  return { user, password: login === 'generated' ? password : undefined }
}

/** Ends every token of the user. @returns the password where it was made here */
export async function setPassword(means: Administration, user: User, login: Login): Promise<string | undefined> {
  const password = passwordOf(login)
  await means.directory.changeUser(user.id, {
    passwordHash: password === undefined ? null : await means.passwords.hash(password),
    credentialEpoch: user.credentialEpoch + 1,
  })
  await changed(means, 'iam:users:changePassword', `user:${user.name}`)
  return login === 'generated' ? password : undefined
}

/** A disabled user has no tokens any more, also once it is enabled again; its keys work again then. */
export async function enableUser(means: Administration, user: User, enabled: boolean): Promise<void> {
  if (user.isRoot && !enabled) throw rootIsNeeded('disabled')
  await means.directory.changeUser(user.id, { enabled, credentialEpoch: user.credentialEpoch + 1 })
  await changed(means, enabled ? 'iam:users:enableUser' : 'iam:users:disableUser', `user:${user.name}`)
}

export async function deleteUser(means: Administration, user: User): Promise<void> {
  if (user.isRoot) throw rootIsNeeded('deleted')
  await means.directory.removeUser(user.id)
  await changed(means, 'iam:users:deleteUser', `user:${user.name}`)
}

/** Tokens that the user has are void from now on. */
export async function endTokens({ directory }: Administration, userId: string): Promise<void> {
  const user = await directory.user(userId)
  if (user) await directory.changeUser(user.id, { credentialEpoch: user.credentialEpoch + 1 })
}

function passwordOf(login: Login): string | undefined {
  if (login === 'none') return undefined
  if (login === 'generated') return newPassword()
  const { password } = login
  if ([...password].length < MIN_PASSWORD_LENGTH || Buffer.byteLength(password) > MAX_PASSWORD_BYTES)
    throw new AdministrationProblem(
      'invalid',
      `A password has at least ${MIN_PASSWORD_LENGTH} characters and at most ${MAX_PASSWORD_BYTES} bytes.`,
    )
  return password
}

function rootIsNeeded(what: string): AdministrationProblem {
  return new AdministrationProblem('refused', `The account's own user cannot be ${what}: nobody else could undo it.`)
}
