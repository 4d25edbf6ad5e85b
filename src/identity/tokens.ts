/** Tokens: 256 random bits as text for the caller, a SHA-256 hash for us. */

import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../registry/record-number.ts'
import type { Account, Directory, DirectoryReader, IssuedToken, TokenReach, User } from './directory.ts'
import { TOKEN_LIFE_MS } from './limits.ts'
import { AuthenticationFailure } from './principal.ts'

/** 32 bytes as base64url. */
const TOKEN_FORM = /^[A-Za-z0-9_-]{43}$/

/** SHA-256 as hex. The text is hashed, not the bytes it stands for: no second spelling of a token is accepted. */
export function hashOfToken(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex')
}

/** Gives the user a token that is valid for 24 hours. @returns its text, which is nowhere else, and what is kept */
export async function issueToken(
  directory: Directory,
  clock: Clock,
  user: User,
  reach: TokenReach,
  methods: readonly string[],
  expiresAt = clock() + TOKEN_LIFE_MS,
): Promise<{ readonly text: string; readonly token: IssuedToken }> {
  const text = randomBytes(32).toString('base64url')
  const token: IssuedToken = {
    hash: hashOfToken(text),
    userId: user.id,
    projectId: 'projectId' in reach ? reach.projectId : null,
    methods,
    issuedAt: clock(),
    expiresAt,
    epoch: user.credentialEpoch,
    revoked: false,
  }
  await directory.addToken(token)
  return { text, token }
}

/** A token together with whom it speaks for. */
export interface TokenBearer {
  readonly token: IssuedToken
  readonly user: User
  readonly account: Account
}

/** Finds out whose token it is. @throws AuthenticationFailure `invalid-token`, `expired-token` */
export async function bearerOf(directory: DirectoryReader, clock: Clock, text: string): Promise<TokenBearer> {
  const token = TOKEN_FORM.test(text) ? await directory.token(hashOfToken(text)) : undefined
  const user = token && (await directory.user(token.userId))
  const account = user && (await directory.account(user.accountId))
  if (!token || !user || !account || !user.enabled || !account.enabled)
    throw new AuthenticationFailure({ is: 'invalid-token' })
  if (token.revoked || token.expiresAt <= clock() || token.epoch !== user.credentialEpoch)
    throw new AuthenticationFailure({ is: 'expired-token' })
  return { token, user, account }
}
