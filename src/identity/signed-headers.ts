/** Reading the headers that a signature covers. */

import { AuthenticationFailure } from './principal.ts'
import type { WireHeaders } from './wire-request.ts'

/** Values that an error must not repeat, whoever reads it. */
const SECRET_HEADERS = new Set([
  'authorization',
  'cookie',
  'x-acs-bearer-token',
  'x-acs-security-token',
  'x-auth-token',
  'x-security-token',
  'x-subject-token',
])

export function malformed(detail: string): AuthenticationFailure {
  return new AuthenticationFailure({ is: 'malformed-credentials', detail })
}

/** What the server signed to compare: fit for an error, so without secrets. */
export interface Signed {
  readonly canonicalRequest: string
  readonly stringToSign: string
}

export function mismatch(accessKeyId: string, signed: Signed | undefined): AuthenticationFailure {
  const { canonicalRequest = '', stringToSign = '' } = signed ?? {}
  return new AuthenticationFailure({ is: 'signature-mismatch', canonicalRequest, stringToSign }, accessKeyId)
}

/** The value of a header that may be given only once. @throws AuthenticationFailure `malformed-credentials` */
export function onlyValue(headers: WireHeaders, name: string): string | undefined {
  const values = headers.all(name)
  if (values.length > 1) throw malformed(`The header ${name} is given ${values.length} times.`)
  return values[0]?.trim()
}

/** The names of a `SignedHeaders` list. @throws AuthenticationFailure `malformed-credentials` */
export function signedNames(list: string): readonly string[] {
  const names = list.split(';')
  if (names.some(name => !/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)))
    throw malformed('SignedHeaders must be lower-case header names separated by semicolons.')
  if (new Set(names).size !== names.length) throw malformed('SignedHeaders names a header twice.')
  return names
}

export interface CanonicalHeaders {
  /** `name:value` and a line feed for each, in the order of the list. */
  readonly text: string
  /** The same without secret values: fit for an error. */
  readonly shown: string
}

/**
 * The signed headers as they are signed: values trimmed; several of one name sorted and joined with a comma.
 * @throws AuthenticationFailure `malformed-credentials` when a listed header was not sent
 */
export function canonicalHeaders(headers: WireHeaders, names: readonly string[]): CanonicalHeaders {
  let text = ''
  let shown = ''
  for (const name of names) {
    const values = headers.all(name).map(value => value.trim())
    if (values.length === 0) throw malformed(`The signed header ${name} was not sent.`)
    const value = values.length > 1 ? values.sort().join(',') : values[0]
    text += `${name}:${value}\n`
    shown += `${name}:${SECRET_HEADERS.has(name) ? '***' : value}\n`
  }
  return { text, shown }
}
