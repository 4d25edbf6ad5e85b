/**
 * Temporary access keys: a key, its secret, and a security token that has to come with every request. One key serves
 * both families: `X-Security-Token` beside Huawei's signatures, `x-acs-security-token` or `SecurityToken` in Alibaba's.
 */

import { randomBytes } from 'node:crypto'
import type { Clock } from '../registry/record-number.ts'
import type { Directory, User } from './directory.ts'
import type { Vault } from './identity.ts'
import { TEMPORARY_KEY_SECONDS } from './limits.ts'
import { newAccessKey } from './new-credentials.ts'
import { hashOfToken } from './tokens.ts'

/** What begins the id of a temporary key, so that people tell it from a permanent one. */
const PREFIX = 'HST'

export interface TemporaryKey {
  readonly id: string
  readonly secret: string
  /** 64 characters, base64url; kept nowhere but as a hash. */
  readonly securityToken: string
  /** Unix ms. */
  readonly expiresAt: number
}

export interface TemporaryKeyWish {
  /** Whole seconds within `TEMPORARY_KEY_SECONDS`; whoever calls has checked it. */
  readonly seconds?: number
  /** A policy document that narrows what the key may do; `readPolicy` has accepted it. */
  readonly sessionPolicy?: string
}

/** Gives the user a temporary key. It ends by itself, and with the user. */
export async function issueTemporaryKey(
  { directory, vault, clock }: { readonly directory: Directory; readonly vault: Vault; readonly clock: Clock },
  user: User,
  { seconds = TEMPORARY_KEY_SECONDS.default, sessionPolicy }: TemporaryKeyWish = {},
): Promise<TemporaryKey> {
  const now = clock()
  const { key, secret } = newAccessKey(vault, user.id, now, PREFIX)
  const securityToken = randomBytes(48).toString('base64url')
  const expiresAt = now + seconds * 1000
  await directory.addAccessKey({
    ...key,
    expiresAt,
    securityTokenHash: hashOfToken(securityToken),
    sessionPolicy: sessionPolicy ?? null,
  })
  return { id: key.id, secret, securityToken, expiresAt }
}
