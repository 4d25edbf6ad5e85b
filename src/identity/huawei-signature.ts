/**
 * Huawei's AK/SK signatures, plain (SDK-HMAC-SHA256) and derived (V11-HMAC-SHA256).
 * Reference identity-huawei §3.2; the vendor's clients differ from each other, so some parts have several candidates.
 */

import { hkdfSync } from 'node:crypto'
import { type Authorization, field, hexSignature } from './authorization.ts'
import { hmac, sameBytes, sha256Hex } from './digest.ts'
import type { HeldKey, Keyring } from './keyring.ts'
import { canonicalPairs, decodeBytes, encodeBytes, splitPairs } from './percent.ts'
import { AuthenticationFailure } from './principal.ts'
import { canonicalHeaders, malformed, mismatch, onlyValue, type Signed, signedNames } from './signed-headers.ts'
import { checkSignedTime } from './signed-time.ts'
import { pathOf, queryOf, type WireRequest } from './wire-request.ts'

export const HUAWEI_ALGORITHMS: ReadonlySet<string> = new Set(['SDK-HMAC-SHA256', 'V11-HMAC-SHA256'])

const HASH_FORM = /^[0-9a-f]{64}$/
/** What Node's client sends for every body that is not JSON. */
const UNSIGNED = 'UNSIGNED-PAYLOAD'

interface Credential {
  readonly accessKeyId: string
  /** `yyyymmdd/region/service` of a derived signature. Any region and service is accepted (§3.2 step 12). */
  readonly info: string | undefined
}

/** Whose signature it is, and its text. @throws AuthenticationFailure */
export async function verifyHuaweiSignature(
  request: WireRequest,
  authorization: Authorization,
  keyring: Keyring,
  now: number,
): Promise<{ readonly holder: NonNullable<HeldKey['holder']>; readonly signature: string }> {
  const signature = hexSignature(authorization)
  const names = signedNames(field(authorization, 'SignedHeaders'))
  const date = checkSignedTime(onlyValue(request.headers, 'x-sdk-date'), 'compact', now)
  if (!names.includes('x-sdk-date')) throw new AuthenticationFailure({ is: 'unsigned-header', header: 'x-sdk-date' })
  const { accessKeyId, info } = readCredential(authorization, date)
  const headers = canonicalHeaders(request.headers, names)
  const hashes = payloadHashes(request)

  const key = await keyring.find(accessKeyId, request.remoteAddress)
  const signingKey = info === undefined ? key.secret : derivedKey(key, info)
  let shown: Signed | undefined
  for (const path of canonicalPaths(pathOf(request.target)))
    for (const query of canonicalPairs(splitPairs(queryOf(request.target))))
      for (const hash of hashes) {
        const canonical = (text: string) => [request.method, path, query, text, names.join(';'), hash].join('\n')
        const canonicalRequest = canonical(headers.text)
        const scope = info === undefined ? [] : [info]
        const stringToSign = [authorization.algorithm, date, ...scope, sha256Hex(canonicalRequest)].join('\n')
        if (sameBytes(hmac('sha256', signingKey, stringToSign), signature))
          return {
            holder: keyring.holderOf(key, onlyValue(request.headers, 'x-security-token')),
            signature: signature.toString('hex'),
          }
        shown ??= { canonicalRequest: canonical(headers.shown), stringToSign }
      }
  if (key.holder === undefined) throw new AuthenticationFailure({ is: 'unknown-access-key', accessKeyId })
  throw mismatch(accessKeyId, shown)
}

function readCredential(authorization: Authorization, date: string): Credential {
  if (authorization.algorithm === 'SDK-HMAC-SHA256')
    return { accessKeyId: field(authorization, 'Access'), info: undefined }
  const [, accessKeyId, info, day] = /^([^/]+)\/((\d{8})\/[^/]+\/[^/]+)$/.exec(field(authorization, 'Credential')) ?? []
  if (accessKeyId === undefined || info === undefined)
    throw malformed('Credential must be an access key, a day, a region and a service, separated by slashes.')
  if (day !== date.slice(0, 8)) throw malformed('The day of Credential is not that of X-Sdk-Date.')
  return { accessKeyId, info }
}

/** The key of a derived signature is the hex text of 32 bytes, not the bytes (§3.2 step 10). */
function derivedKey({ id, secret }: HeldKey, info: string): string {
  const salt = Buffer.from(id, 'latin1')
  return Buffer.from(hkdfSync('sha256', secret, salt, Buffer.from(info, 'latin1'), 32)).toString('hex')
}

/**
 * §3.2 step 4. Clients encode the decoded segments (Python, Go, Terraform), the segments as sent (Node, where they hold
 * ASCII escapes), or the segments with only their non-ASCII escapes decoded (Node, where they hold both).
 */
function canonicalPaths(path: string): Set<string> {
  const decodings = path.includes('%')
    ? [decodeBytes, (segment: string) => segment, decodeNonAscii]
    : [(segment: string) => segment]
  return new Set(
    decodings.map(decoded => {
      const encoded = path.split('/').map(segment => encodeBytes(decoded(segment)))
      return encoded.at(-1) === '' ? encoded.join('/') : `${encoded.join('/')}/`
    }),
  )
}

function decodeNonAscii(segment: string): string {
  return segment.replace(/%[89A-Fa-f][0-9A-Fa-f]/g, decodeBytes)
}

/** §3.2 step 7: the hashes that the client may have signed for this body. */
function payloadHashes(request: WireRequest): readonly string[] {
  const real = sha256Hex(request.body)
  const named = onlyValue(request.headers, 'x-sdk-content-sha256')
  if (named === undefined || named === real) return [real]
  // Python names `UNSIGNED-PAYLOAD` and signs the hash of the empty body. An unsigned body is taken only where it
  // cannot be JSON: what our operations read is always covered.
  const type = request.headers.first('content-type')
  const mayBeUnsigned = request.body.length === 0 || (type !== undefined && !/json/i.test(type))
  if (named === UNSIGNED && mayBeUnsigned) return [named, real]
  if (named === UNSIGNED || HASH_FORM.test(named)) throw new AuthenticationFailure({ is: 'body-hash-mismatch' })
  throw malformed('X-Sdk-Content-Sha256 must be 64 lower-case hex digits or UNSIGNED-PAYLOAD.')
}
