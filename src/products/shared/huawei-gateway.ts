/**
 * The API gateway that stands before Huawei's services: what a request fails of before a service sees it, said alike
 * whichever service it was for (reference identity-huawei §5.1). Its bodies carry the request id, which the services'
 * own do not.
 */
import type { AuthenticationProblem } from '../../identity/principal.ts'
import type { Failure, Reply } from './failure.ts'

/** The gateway has no word of its own for a wrong method: to it, no such API exists. */
const NO_SUCH_API = 'The API does not exist or has not been published in the environment.'

/** Characters of `error_msg` at most (seed 003, tables 5 to 7). */
const MAX_MESSAGE = 1024

/** An answer of the gateway. */
export function gatewayReply(
  status: number,
  code: `APIGW.${string}`,
  text: string,
  requestId: string,
  headers?: Reply['headers'],
): Reply {
  const error_msg = text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE - 1)}…` : text
  return { status, ...(headers && { headers }), body: { error_msg, error_code: code, request_id: requestId } }
}

/** Failures that no service sees. */
type GatewayFailure = Extract<
  Failure,
  {
    readonly is:
      | 'no-such-operation'
      | 'no-such-version'
      | 'method-not-allowed'
      | 'body-too-large'
      | 'target-too-long'
      | 'headers-too-large'
  }
>

export function sayGateway(failure: GatewayFailure, requestId: string): Reply {
  switch (failure.is) {
    case 'no-such-operation':
    case 'no-such-version':
      return gatewayReply(404, 'APIGW.0101', NO_SUCH_API, requestId)
    case 'method-not-allowed':
      return gatewayReply(405, 'APIGW.0101', NO_SUCH_API, requestId, { Allow: failure.allowed.join(', ') })
    case 'body-too-large':
      return gatewayReply(413, 'APIGW.0201', 'Request entity too large.', requestId)
    case 'target-too-long':
      return gatewayReply(414, 'APIGW.0201', 'Request URI too large.', requestId)
    case 'headers-too-large':
      return gatewayReply(494, 'APIGW.0201', 'Request headers too large.', requestId)
  }
}

/** A storage that cannot take the request now, where the service has no answer of its own for it. */
export function sayThrottled(retryAfterSeconds: number, requestId: string): Reply {
  const headers = { 'Retry-After': String(retryAfterSeconds) }
  return gatewayReply(429, 'APIGW.0308', 'The throttling threshold has been reached.', requestId, headers)
}

/** A token that expired or is stale, where the service has no answer of its own for it. */
export function sayStaleToken(requestId: string): Reply {
  return gatewayReply(401, 'APIGW.0307', 'The token must be updated.', requestId)
}

/** Signatures are the gateway's to judge, tokens the service's (§5.6): `undefined` for these. */
export function sayBadSignature(problem: AuthenticationProblem, requestId: string): Reply | undefined {
  const why = signatureTrouble(problem)
  if (why === undefined) return undefined
  return gatewayReply(401, 'APIGW.0301', `Incorrect IAM authentication information: ${why}`, requestId)
}

/** Neither an access key's id nor anything else of the caller's is repeated, but for the canonical request. */
function signatureTrouble(problem: AuthenticationProblem): string | undefined {
  switch (problem.is) {
    case 'no-credentials':
    case 'invalid-token':
    case 'expired-token':
      return undefined
    case 'signature-mismatch':
      return `verify aksk signature fail, canonicalRequest:${problem.canonicalRequest.replaceAll('\n', '|')}`
    case 'unsigned-header':
      return `the header ${problem.header} must be signed`
    default:
      return TROUBLE[problem.is]
  }
}

const TROUBLE = {
  'malformed-credentials': 'the Authorization header is malformed',
  'unsupported-algorithm': 'the signing algorithm is not supported',
  'unknown-access-key': 'Get secretKey failed,err:ak not exist',
  'inactive-access-key': 'Get secretKey failed,err:ak is inactive',
  'missing-date': 'x-sdk-date is missing',
  'malformed-date': 'x-sdk-date must have the form yyyyMMddTHHmmssZ',
  'skewed-clock': 'x-sdk-date differs by more than 15 minutes from the time of the server',
  'body-hash-mismatch': 'x-sdk-content-sha256 is not the hash of the body',
  'missing-nonce': 'the nonce is missing',
  'nonce-used': 'the nonce was used before',
  'missing-security-token': 'x-security-token is missing',
  'invalid-security-token': 'x-security-token is invalid',
  'foreign-security-token': 'x-security-token belongs to another access key',
  'expired-security-token': 'x-security-token has expired',
  locked: 'AK access failed to reach the limit,forbidden.',
} as const satisfies Record<
  Exclude<
    AuthenticationProblem['is'],
    'no-credentials' | 'invalid-token' | 'expired-token' | 'signature-mismatch' | 'unsigned-header'
  >,
  string
>
