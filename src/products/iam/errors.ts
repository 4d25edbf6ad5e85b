/**
 * Every failure in IAM's words: the Keystone shape, whose `code` is a number (reference identity-huawei §1.4), and for
 * signatures the gateway that stands before IAM (§5.1). Which of them says what: §5.6.
 */

import type { AdministrationProblem } from '../../identity/administration/means.ts'
import type { Fault } from '../../registry/fault.ts'
import { type Failure, type Reply, VendorError } from '../shared/failure.ts'
import { sayBadSignature } from '../shared/huawei-gateway.ts'
import type { FailureContext } from '../shared/product.ts'

/** The statuses that IAM answers with, each with its Keystone title. */
export const TITLES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Long',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
} as const satisfies Record<number, string>

/** IAM.0001, the text for whoever has no good credentials. */
const UNAUTHENTICATED = 'The request you have made requires authentication.'
/** IAM.0002 and IAM.0003. */
const FOREIGN = 'You are not authorized to perform the requested action.'
const DENIED = 'Policy does not allow the requested action to be performed.'

function keystone(code: keyof typeof TITLES, message: string, headers?: Reply['headers']): Reply {
  return { status: code, ...(headers && { headers }), body: { error: { code, message, title: TITLES[code] } } }
}

/** A refusal in IAM's words, for its operations to throw. @param message a sentence without any value of the caller's */
export function refusal(code: 400 | 401 | 403 | 404 | 409, message: string): VendorError {
  return new VendorError(message, keystone(code, message))
}

/** Why a change of identity was not made, in IAM's words. */
export function wordsOf(problem: AdministrationProblem): VendorError {
  switch (problem.is) {
    case 'not-found':
      return refusal(404, problem.message)
    case 'taken':
      return refusal(409, problem.message)
    case 'invalid':
      return refusal(400, problem.message)
    case 'refused':
      return refusal(403, problem.message)
    case 'too-many':
      // The vendor's word for the only limit that is met over this API: that of access keys (§1.6).
      return refusal(400, 'akSkNumExceed')
  }
}

/** What every failed log-in answers, whatever is wrong with it. */
export function wrongPassword(): VendorError {
  return refusal(401, 'The username or password is wrong.')
}

/** What a log-in answers after too many failures, right or wrong (reference §1.4). */
export function accountIsLocked(): VendorError {
  return refusal(401, 'The account is locked.')
}

/** What a scope answers that the user does not have, or that does not exist. */
export function noSuchScope(): VendorError {
  return refusal(401, UNAUTHENTICATED)
}

/** Says any failure; the compiler keeps the table closed. */
export function say(failure: Failure, { requestId }: FailureContext): Reply {
  switch (failure.is) {
    case 'unauthenticated':
      return sayBadSignature(failure.problem, requestId) ?? keystone(401, UNAUTHENTICATED)
    case 'refused':
      return keystone(403, failure.refusal.is === 'not-allowed' ? DENIED : FOREIGN)
    case 'bad-parameter':
      return keystone(400, failure.problem.message)
    case 'fault':
      return sayFault(failure.fault)
    case 'no-such-operation':
    case 'no-such-version':
      return keystone(404, 'The resource could not be found.')
    case 'method-not-allowed':
      return keystone(405, 'The method is not allowed for the requested URL.', { Allow: failure.allowed.join(', ') })
    case 'not-supported':
      return keystone(501, `This server does not support the operation ${failure.operation}.`)
    case 'malformed-request':
    case 'malformed-body':
      return keystone(400, failure.detail)
    case 'body-too-large':
      return keystone(413, `The body is larger than ${failure.limitBytes} bytes.`)
    case 'target-too-long':
      return keystone(414, 'The request URI is too long.')
    case 'headers-too-large':
      return keystone(431, 'The request headers are too large.')
    case 'unsupported-media-type':
      return keystone(415, 'The body must be application/json.')
    case 'timed-out':
      return keystone(408, 'The request did not arrive in time.')
    case 'internal':
      return keystone(500, 'An unexpected error prevented the server from fulfilling your request.')
  }
}

function sayFault(fault: Fault): Reply {
  switch (fault.is) {
    case 'not-found':
      return keystone(404, 'The resource could not be found.')
    case 'taken':
      return keystone(409, 'The resource exists already.')
    case 'busy':
      return keystone(429, 'The throttling threshold has been reached.', {
        'Retry-After': String(fault.retryAfterSeconds),
      })
    case 'storage-failed':
      return keystone(500, 'An unexpected error prevented the server from fulfilling your request.')
  }
}
