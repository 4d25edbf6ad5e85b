/** What every change of identity needs: where it is kept, who makes it, and that it is written down. */

import type { Clock } from '../../registry/record-number.ts'
import type { AuditEvent } from '../audit.ts'
import type { Account, Directory, User } from '../directory.ts'
import type { Vault } from '../identity.ts'
import type { Passwords } from '../passwords.ts'

/** Who makes a change, as the audit names it; empty texts where nothing is known. */
export type Actor = Pick<AuditEvent, 'requestId' | 'userId' | 'userName' | 'accessKeyId' | 'address'>

export interface Administration {
  readonly directory: Directory
  readonly vault: Vault
  readonly passwords: Passwords
  readonly clock: Clock
  /** The account that is administered: nothing outside of it is seen or changed. */
  readonly account: Account
  readonly actor: Actor
}

/** Why a change was not made: one sentence for a person, without any secret. */
export class AdministrationProblem extends Error {
  readonly is: 'not-found' | 'taken' | 'invalid' | 'refused' | 'too-many'

  constructor(is: AdministrationProblem['is'], message: string) {
    super(message)
    this.name = 'AdministrationProblem'
    this.is = is
  }
}

/**
 * Writes a change down. Call it once the change is made.
 * @param action as IAM's own permission is spelt, for example `iam:users:createUser`
 * @param what the type and the path of what was changed, for example `user:alice`
 */
export async function changed(
  { directory, clock, account, actor }: Administration,
  action: string,
  what: string,
): Promise<void> {
  const event: AuditEvent = {
    ...actor,
    at: clock(),
    accountId: account.id,
    action,
    resource: `iam::${account.id}:${what}`,
    verdict: 'changed',
    reason: '',
    policy: '',
    statement: null,
  }
  await directory.appendAuditEvents([event])
}

/** @throws AdministrationProblem `not-found`, also for a user of another account */
export async function userNamed({ directory, account }: Administration, name: string): Promise<User> {
  const user = await directory.userByName(account.id, name)
  if (!user) throw new AdministrationProblem('not-found', `There is no user ${quoted(name)}.`)
  return user
}

/** A name as an error repeats it: bounded, and without what could move a terminal's cursor. */
export function quoted(name: string): string {
  return `'${name.replace(/[\p{Cc}\p{Cf}]/gu, '?').slice(0, 128)}'`
}

/** What a name must be. */
export interface NameRule {
  /** With its article, for example `a user`. */
  readonly what: string
  readonly form: RegExp
  /** Completes the sentence "The name of a user must …". */
  readonly must: string
}

/** @throws AdministrationProblem `invalid` */
export function checkName({ what, form, must }: NameRule, name: string): void {
  if (!form.test(name)) throw new AdministrationProblem('invalid', `The name of ${what} must ${must}.`)
}

/** @throws AdministrationProblem `invalid` */
export function checkDescription(text: string): void {
  if (text.length > 255 || /\p{Cc}/u.test(text))
    throw new AdministrationProblem('invalid', 'A description has at most 255 characters and no control characters.')
}
