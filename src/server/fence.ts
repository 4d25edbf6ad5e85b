/**
 * The fence: refuses what Node's HTTP parser lets through but two readers of a request could understand differently,
 * and what no client of this server has a reason to send. It knows HTTP and nothing of products.
 */

import type { IncomingMessage } from 'node:http'
import { pathOf } from '../identity/wire-request.ts'
import type { Failure } from '../products/shared/failure.ts'
import { MAX_HEADER_LINES, MAX_TARGET_BYTES } from './limits.ts'

/**
 * Headers that decide who is asking for what. Node keeps the first of two `Host` or `Authorization` lines and hides the
 * second, while a proxy in front may have looked at that one.
 */
const ONCE = new Set([
  'host',
  'authorization',
  'content-type',
  'content-encoding',
  'x-auth-token',
  'x-subject-token',
  'x-security-token',
  'x-project-id',
  'x-domain-id',
  'x-sdk-date',
  'x-sdk-content-sha256',
])

function malformed(detail: string): Failure {
  return { is: 'malformed-request', detail }
}

/** Why a request is not even looked at; the connection is closed after the answer. */
export function refusalOf(request: Pick<IncomingMessage, 'method' | 'url' | 'httpVersion' | 'rawHeaders'>) {
  return refusalOfLine(request) ?? refusalOfHeaders(request)
}

function refusalOfLine({ method, url = '', httpVersion }: Pick<IncomingMessage, 'method' | 'url' | 'httpVersion'>) {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return malformed('The protocol must be HTTP/1.1 or HTTP/1.0.')
  if (method === 'TRACE' || method === 'CONNECT') return { is: 'method-not-allowed', allowed: [] } satisfies Failure
  if (url.length > MAX_TARGET_BYTES) return { is: 'target-too-long' } satisfies Failure
  if (!url.startsWith('/')) return malformed('The request target must be a path.')
  if (url.includes('#')) return malformed('The request target must not have a fragment.')
  if (!isWellEncoded(pathOf(url))) return malformed('The path is not percent-encoded UTF-8.')
  return undefined
}

function refusalOfHeaders({ httpVersion, rawHeaders }: Pick<IncomingMessage, 'httpVersion' | 'rawHeaders'>) {
  if (rawHeaders.length > 2 * MAX_HEADER_LINES) return malformed(`More than ${MAX_HEADER_LINES} header lines.`)
  const seen = new Set<string>()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase()
    const value = rawHeaders[i + 1] ?? ''
    if (seen.has(name) && (ONCE.has(name) || name.startsWith('x-acs-')))
      return malformed(`The header '${name}' is given more than once.`)
    seen.add(name)
    if (name === 'upgrade') return malformed('This server speaks HTTP/1.1 only and upgrades to nothing.')
    if (name === 'content-encoding' && value.trim().toLowerCase() !== 'identity')
      return { is: 'unsupported-media-type' } satisfies Failure
    if (name === 'expect' && value.trim().toLowerCase() !== '100-continue')
      return malformed("The only expectation that can be met is '100-continue'.")
    if (name === 'transfer-encoding' && httpVersion === '1.0') return malformed('HTTP/1.0 has no transfer encodings.')
  }
  if (!seen.has('host')) return malformed('The Host header is missing.')
  return undefined
}

function isWellEncoded(path: string): boolean {
  if (!path.includes('%')) return true
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
