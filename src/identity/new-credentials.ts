/** Fresh ids, keys and passwords, in the forms that the vendors give them. */

import { randomBytes, randomInt } from 'node:crypto'
import { type AccessKey, accessKeyContext } from './directory.ts'
import type { Vault } from './identity.ts'

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const DIGITS = '0123456789'

/** 32 lower-case hex digits: the form of the ids of accounts, users, projects and resource spaces. */
export function newId(): string {
  return randomBytes(16).toString('hex')
}

/** 16 decimal digits, as the user ids of seed 000. */
export function newAliyunUserId(): string {
  return `1${letters(DIGITS, 15)}`
}

/** 24 characters, 144 random bits. */
export function newPassword(): string {
  return randomBytes(18).toString('base64url')
}

/** A key together with its secret, which is nowhere else in clear. */
export interface NewKey {
  readonly key: AccessKey
  readonly secret: string
}

/** A permanent key as the vendors make them: 20 upper-case characters, and a secret of 40. */
export function newAccessKey(vault: Vault, userId: string, now: number, prefix = ''): NewKey {
  const id = prefix + letters(UPPER + DIGITS, 20 - prefix.length)
  const secret = letters(UPPER + UPPER.toLowerCase() + DIGITS, 40)
  const sealedSecret = vault.seal(secret, accessKeyContext(id))
  return {
    key: { id, userId, sealedSecret, enabled: true, createdAt: now, expiresAt: null, securityTokenHash: null },
    secret,
  }
}

function letters(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}
