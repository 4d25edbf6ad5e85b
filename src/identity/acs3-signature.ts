/** Alibaba's ACS3-HMAC-SHA256. Reference dataworks §3.3; the step numbers are of that section. */

import { type Authorization, field, hexSignature } from './authorization.ts'
import { hmac, sameBytes, sha256Hex } from './digest.ts'
import type { HeldKey, Keyring } from './keyring.ts'
import { canonicalPairs, splitPairs } from './percent.ts'
import { AuthenticationFailure } from './principal.ts'
import { canonicalHeaders, malformed, mismatch, onlyValue, type Signed, signedNames } from './signed-headers.ts'
import { checkSignedTime } from './signed-time.ts'
import type { UsedNonce } from './used-nonce.ts'
import { queryOf, type WireRequest } from './wire-request.ts'

export const ACS3 = 'ACS3-HMAC-SHA256'

/** Step 7: what is always signed, besides `content-type` and every `x-acs-…` that was sent. */
const ALWAYS_SIGNED = [
  'host',
  'x-acs-action',
  'x-acs-content-sha256',
  'x-acs-date',
  'x-acs-signature-nonce',
  'x-acs-version',
]

/** Whose signature it is, and the nonce that must not have been used. @throws AuthenticationFailure */
export async function verifyAcs3Signature(
  request: WireRequest,
  authorization: Authorization,
  keyring: Keyring,
  now: number,
): Promise<{ readonly holder: NonNullable<HeldKey['holder']>; readonly nonce: UsedNonce }> {
  const { headers } = request
  const signature = hexSignature(authorization)
  const names = signedNames(field(authorization, 'SignedHeaders'))
  const key = await keyring.find(field(authorization, 'Credential'), request.remoteAddress)

  const securityToken = onlyValue(headers, 'x-acs-security-token')
  const named = onlyValue(headers, 'x-acs-accesskey-id')
  if (named !== undefined && named !== key.id) throw malformed('The header x-acs-accesskey-id is not the Credential.')
  checkSignedTime(onlyValue(headers, 'x-acs-date'), 'extended', now)
  const nonce = onlyValue(headers, 'x-acs-signature-nonce')
  if (nonce === undefined || nonce === '') throw new AuthenticationFailure({ is: 'missing-nonce' })
  const hash = sha256Hex(request.body)
  if (onlyValue(headers, 'x-acs-content-sha256') !== hash) throw new AuthenticationFailure({ is: 'body-hash-mismatch' })
  checkSignedNames(request, names)

  const canonical = canonicalHeaders(headers, names)
  const requestWith = (query: string, text: string) =>
    [request.method, '/', query, text, names.join(';'), hash].join('\n')
  let shown: Signed | undefined
  // Step 10: the path is always `/`, whatever was requested.
  for (const query of canonicalPairs(splitPairs(queryOf(request.target)))) {
    const stringToSign = `${ACS3}\n${sha256Hex(requestWith(query, canonical.text))}`
    if (sameBytes(hmac('sha256', key.secret, stringToSign), signature))
      return { holder: keyring.holderOf(key, securityToken), nonce: { accessKeyId: key.id, nonce } }
    shown ??= { canonicalRequest: requestWith(query, canonical.shown), stringToSign }
  }
  // What is wrong with the key is said first; a mismatch can only be the caller's fault where the key is his.
  keyring.holderOf(key, securityToken)
  throw mismatch(key.id, shown)
}

function checkSignedNames({ headers }: WireRequest, names: readonly string[]): void {
  const required = new Set(ALWAYS_SIGNED)
  for (let i = 0; i < headers.raw.length; i += 2) {
    const name = headers.raw[i]?.toLowerCase() ?? ''
    if (name === 'content-type' || name.startsWith('x-acs-')) required.add(name)
  }
  for (const header of required)
    if (!names.includes(header)) throw new AuthenticationFailure({ is: 'unsigned-header', header })
  if (names.some((name, i) => i > 0 && name < (names[i - 1] ?? '')))
    throw malformed('SignedHeaders must be in ascending order.')
}
