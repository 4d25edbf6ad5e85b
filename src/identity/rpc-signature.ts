/** Alibaba's RPC signature V1 (HMAC-SHA1) in query or form. Reference dataworks §3.4. It covers no header and no path. */

import { hmac, sameBytes } from './digest.ts'
import type { HeldKey, Keyring } from './keyring.ts'
import { canonicalPairs, encodeBytes, type Pair, splitPairs } from './percent.ts'
import { AuthenticationFailure } from './principal.ts'
import { malformed, mismatch } from './signed-headers.ts'
import { checkSignedTime } from './signed-time.ts'
import type { UsedNonce } from './used-nonce.ts'
import { queryOf, type WireRequest } from './wire-request.ts'

const FORM_TYPE = /^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i

/** The parameters of query and form, as bytes. */
export interface RpcParameters {
  readonly query: readonly Pair[]
  readonly form: readonly Pair[]
}

export function rpcParameters(request: WireRequest): RpcParameters {
  const isForm = FORM_TYPE.test(request.headers.first('content-type') ?? '')
  return {
    query: splitPairs(queryOf(request.target)),
    form: isForm ? splitPairs(Buffer.from(request.body).toString('latin1')) : [],
  }
}

/** Whether the request has the name among its parameters. */
export function hasParameter({ query, form }: RpcParameters, name: string): boolean {
  return query.some(([given]) => given === name) || form.some(([given]) => given === name)
}

/** Whose signature it is, and the nonce that must not have been used. @throws AuthenticationFailure */
export async function verifyRpcSignature(
  request: WireRequest,
  parameters: RpcParameters,
  keyring: Keyring,
  now: number,
): Promise<{ readonly holder: NonNullable<HeldKey['holder']>; readonly nonce: UsedNonce }> {
  const { query, form } = parameters
  const inQuery = new Set(query.map(([name]) => name))
  // The clients sign one value of a name; of two, the other would be free to choose.
  if (form.some(([name]) => inQuery.has(name))) throw malformed('A parameter is given in the query and in the form.')
  if (request.body.length > 0 && form.length === 0) throw malformed('Signature version 1.0 covers no body but a form.')
  const all = [...query, ...form]
  const signature = Buffer.from(required(all, 'Signature'), 'latin1')
  const accessKeyId = required(all, 'AccessKeyId')
  const method = required(all, 'SignatureMethod')
  if (method !== 'HMAC-SHA1') throw new AuthenticationFailure({ is: 'unsupported-algorithm', algorithm: shown(method) })
  if (required(all, 'SignatureVersion') !== '1.0') throw malformed('SignatureVersion must be 1.0.')

  const key = await keyring.find(accessKeyId, request.remoteAddress)
  const securityToken = only(all, 'SecurityToken')
  checkSignedTime(only(all, 'Timestamp'), 'extended', now)
  const nonce = only(all, 'SignatureNonce')
  if (nonce === undefined || nonce === '') throw new AuthenticationFailure({ is: 'missing-nonce' })

  const signed = all.filter(([name]) => name !== 'Signature')
  for (const canonical of canonicalPairs(signed)) {
    const expected = hmac('sha1', `${key.secret}&`, toSign(request.method, canonical))
    if (sameBytes(Buffer.from(expected.toString('base64'), 'latin1'), signature))
      return { holder: keyring.holderOf(key, securityToken), nonce: { accessKeyId, nonce } }
  }
  keyring.holderOf(key, securityToken)
  const open = signed.map(([name, value]): Pair => [name, name === 'SecurityToken' ? '***' : value])
  const stringToSign = toSign(request.method, canonicalPairs(open)[0] ?? '')
  throw mismatch(accessKeyId, { canonicalRequest: '', stringToSign })
}

function toSign(method: string, canonical: string): string {
  return `${method}&%2F&${encodeBytes(canonical)}`
}

/** An algorithm's name is said back only where it looks like one. */
function shown(algorithm: string): string {
  return /^[A-Za-z0-9-]{1,64}$/.test(algorithm) ? algorithm : 'unknown'
}

function only(pairs: readonly Pair[], name: string): string | undefined {
  const values = pairs.filter(([given]) => given === name)
  if (values.length > 1) throw malformed(`The parameter ${name} is given ${values.length} times.`)
  return values[0]?.[1]
}

function required(pairs: readonly Pair[], name: string): string {
  const value = only(pairs, name)
  if (value === undefined || value === '') throw malformed(`The parameter ${name} is missing.`)
  return value
}
