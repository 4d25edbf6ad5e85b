/** Signs requests as the vendors' clients do, written apart from what verifies them. */

import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'

type Headers = Readonly<Record<string, string>>
type Body = string | Uint8Array

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
}

function sha256(bytes: Body): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function canonicalQuery(pairs: Iterable<[string, string]>): string {
  return [...pairs]
    .sort(
      ([a, x], [b, y]) =>
        Buffer.compare(Buffer.from(a), Buffer.from(b)) || Buffer.compare(Buffer.from(x), Buffer.from(y)),
    )
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&')
}

export interface HuaweiSigning {
  ak: string
  sk: string
  method: string
  /** Absolute; its host is signed. Its path must hold only unreserved characters. */
  url: string
  /** Sent and signed, beside `host` and `x-sdk-date`. */
  headers?: Headers
  body?: Body
  /** Signs with V11-HMAC-SHA256 for this region and service. */
  derived?: { region: string; service: string }
  /** The time of signing; now without it. */
  date?: Date
}

/** @returns every header to send (without `Host`, which the client sets from the URL) */
export function signHuawei(request: HuaweiSigning): Record<string, string> {
  const { ak, sk, derived } = request
  const url = new URL(request.url)
  const date = (request.date ?? new Date()).toISOString().replace(/[-:]|\.\d+/g, '')
  const sent: Record<string, string> = { ...request.headers, 'X-Sdk-Date': date }
  const signed = new Map(
    Object.entries({ ...sent, host: url.host }).map(([name, value]) => [name.toLowerCase(), value.trim()]),
  )
  const names = [...signed.keys()].sort()
  const canonical = [
    request.method,
    url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`,
    canonicalQuery(url.searchParams),
    ...names.map(name => `${name}:${signed.get(name)}`),
    '',
    names.join(';'),
    signed.get('x-sdk-content-sha256') ?? sha256(request.body ?? ''),
  ].join('\n')
  const algorithm = derived ? 'V11-HMAC-SHA256' : 'SDK-HMAC-SHA256'
  const info = derived && `${date.slice(0, 8)}/${derived.region}/${derived.service}`
  const key = info === undefined ? sk : Buffer.from(hkdfSync('sha256', sk, ak, info, 32)).toString('hex')
  const toSign = [algorithm, date, ...(info === undefined ? [] : [info]), sha256(canonical)].join('\n')
  const signature = createHmac('sha256', key).update(toSign).digest('hex')
  const credential = info === undefined ? `Access=${ak}` : `Credential=${ak}/${info}`
  return {
    ...sent,
    Authorization: `${algorithm} ${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}

/** Alibaba's time format: whole seconds in UTC. */
function alibabaTime(date: Date = new Date()): string {
  return date.toISOString().replace(/\.\d+/, '')
}

export interface Acs3Signing {
  ak: string
  sk: string
  method: string
  /** Absolute, with the business parameters in its query. */
  url: string
  action: string
  /** `2024-05-18` without it. */
  version?: string
  /** Sent besides; `content-type` and `x-acs-…` are signed. */
  headers?: Headers
  body?: Body
  date?: Date
  nonce?: string
  securityToken?: string
}

/** @returns every header to send (without `Host`) */
export function signAcs3(request: Acs3Signing): Record<string, string> {
  const { ak, sk, securityToken } = request
  const url = new URL(request.url)
  const hash = sha256(request.body ?? '')
  const sent: Record<string, string> = {
    ...request.headers,
    'x-acs-action': request.action,
    'x-acs-version': request.version ?? '2024-05-18',
    'x-acs-date': alibabaTime(request.date),
    'x-acs-signature-nonce': request.nonce ?? randomBytes(16).toString('hex'),
    'x-acs-content-sha256': hash,
    ...(securityToken !== undefined && { 'x-acs-accesskey-id': ak, 'x-acs-security-token': securityToken }),
  }
  const signed = Object.entries({ ...sent, host: url.host })
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .filter(([name]) => name === 'host' || name === 'content-type' || name.startsWith('x-acs-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const names = signed.map(([name]) => name).join(';')
  const canonical = [
    request.method,
    '/',
    canonicalQuery(url.searchParams),
    ...signed.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    hash,
  ].join('\n')
  const signature = createHmac('sha256', sk)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex')
  return {
    ...sent,
    Authorization: `ACS3-HMAC-SHA256 Credential=${ak},SignedHeaders=${names},Signature=${signature}`,
  }
}

export interface RpcV1Signing {
  ak: string
  sk: string
  method: string
  action: string
  /** `2024-05-18` without it. */
  version?: string
  /** Business parameters of the query. */
  query?: Headers
  /** Business parameters of a form body. */
  form?: Headers
  date?: Date
  nonce?: string
  securityToken?: string
}

/** @returns the encoded query (common parameters, business parameters, signature) and the encoded form body */
export function signRpcV1(request: RpcV1Signing): { query: string; form: string } {
  const query: Record<string, string> = {
    Action: request.action,
    Version: request.version ?? '2024-05-18',
    Format: 'JSON',
    AccessKeyId: request.ak,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: request.nonce ?? randomBytes(16).toString('hex'),
    Timestamp: alibabaTime(request.date),
    ...(request.securityToken !== undefined && { SecurityToken: request.securityToken }),
    ...request.query,
  }
  const all = canonicalQuery([...Object.entries(query), ...Object.entries(request.form ?? {})])
  const toSign = `${request.method}&%2F&${encode(all)}`
  const signature = createHmac('sha1', `${request.sk}&`).update(toSign).digest('base64')
  return {
    query: canonicalQuery(Object.entries({ ...query, Signature: signature })),
    form: canonicalQuery(Object.entries(request.form ?? {})),
  }
}
