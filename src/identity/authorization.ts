/** The `Authorization` header of the signing schemes: an algorithm, then comma-separated `key=value`. */

import { MAX_AUTHORIZATION_LENGTH } from './limits.ts'
import { malformed, onlyValue } from './signed-headers.ts'
import type { WireHeaders } from './wire-request.ts'

export interface Authorization {
  /** Case-sensitive, for example `SDK-HMAC-SHA256`. */
  readonly algorithm: string
  readonly fields: ReadonlyMap<string, string>
}

/** @returns `undefined` without the header. @throws AuthenticationFailure `malformed-credentials` */
export function readAuthorization(headers: WireHeaders): Authorization | undefined {
  const value = onlyValue(headers, 'authorization')
  if (value === undefined) return undefined
  if (value.length > MAX_AUTHORIZATION_LENGTH) throw malformed('The header Authorization is too long.')
  const [, algorithm, rest = ''] = /^([A-Za-z0-9-]{1,64})(?: (.*))?$/.exec(value) ?? []
  if (algorithm === undefined) throw malformed('The header Authorization does not begin with an algorithm.')
  const fields = new Map<string, string>()
  for (const piece of rest.split(',')) {
    const mark = piece.indexOf('=')
    if (mark < 0) continue
    const name = piece.slice(0, mark).trim()
    if (fields.has(name)) throw malformed('The header Authorization gives a field twice.')
    fields.set(name, piece.slice(mark + 1).trim())
  }
  return { algorithm, fields }
}

/** A field that has to be there. @throws AuthenticationFailure `malformed-credentials` */
export function field({ fields }: Authorization, name: string): string {
  const value = fields.get(name)
  if (value === undefined || value === '') throw malformed(`The header Authorization lacks ${name}.`)
  return value
}

/** The signature: 64 lower-case hex digits. @throws AuthenticationFailure `malformed-credentials` */
export function hexSignature(authorization: Authorization): Buffer {
  const text = field(authorization, 'Signature')
  if (!/^[0-9a-f]{64}$/.test(text)) throw malformed('Signature must be 64 lower-case hex digits.')
  return Buffer.from(text, 'hex')
}
