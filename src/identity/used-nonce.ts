/** A nonce is good for one request of its key. */

import type { Directory } from './directory.ts'
import { MAX_NONCE_LENGTH, NONCE_MEMORY_MS } from './limits.ts'
import { AuthenticationFailure } from './principal.ts'
import { malformed } from './signed-headers.ts'

export interface UsedNonce {
  readonly accessKeyId: string
  readonly nonce: string
}

/** Ask only once the signature was found good. @throws AuthenticationFailure `nonce-used`, `malformed-credentials` */
export async function useNonce(
  directory: Pick<Directory, 'rememberNonce'>,
  { accessKeyId, nonce }: UsedNonce,
  now: number,
): Promise<void> {
  if (nonce.length > MAX_NONCE_LENGTH) throw malformed(`A nonce has at most ${MAX_NONCE_LENGTH} characters.`)
  const fresh = await directory.rememberNonce(accessKeyId, nonce, now + NONCE_MEMORY_MS)
  if (!fresh) throw new AuthenticationFailure({ is: 'nonce-used' })
}
