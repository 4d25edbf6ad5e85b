/**
 * Failures in the gateway's words: `error_code` and `error_msg` (seed 004, Tables 6 to 9), codes of apic.md §3.3. What
 * the shared gateway in front of the service refuses has the prefix `APIGW.` (identity-huawei.md §5.1).
 */

import type { AuthenticationProblem } from '../../identity/principal.ts'
import type { Fault } from '../../registry/fault.ts'
import { type Failure, type ParameterProblem, type Reply, VendorError } from '../shared/failure.ts'
import { gatewayReply, sayBadSignature, sayGateway } from '../shared/huawei-gateway.ts'
import type { FailureContext } from '../shared/product.ts'

function reply(status: number, code: string, message: string, headers?: Readonly<Record<string, string>>): Reply {
  return { status, body: { error_code: code, error_msg: message }, ...(headers && { headers }) }
}

const PLEASE = 'Please refer to the support documentation'

/** A field or query parameter is not there (apic.md §3.3). */
function missing(parameter: string): Reply {
  return reply(400, 'APIG.2001', `The request parameters must be specified,parameterName:${parameter}. ${PLEASE}`)
}

/** The words of the seed's own sample. */
function invalid(parameter: string): Reply {
  return reply(400, 'APIG.2012', `Invalid parameter value,parameterName:${parameter}. ${PLEASE}`)
}

function tooLong(parameter: string): Reply {
  return reply(400, 'APIG.2006', `The parameter is too long,parameterName:${parameter}. ${PLEASE}`)
}

/** What the operations refuse themselves. */
const REFUSALS = {
  'key-mismatch': [400, 'APIG.2101', 'The certificate and private key do not match'],
  expired: [400, 'APIG.2102', 'The certificate has expired'],
  'broken-chain': [400, 'APIG.2104', 'The certificate chain is not matched'],
  'encrypted-key': [400, 'APIG.2105', 'Encrypted private keys are not supported'],
  unreadable: [400, 'APIG.2106', 'Invalid certificate or private key'],
  'no-san': [400, 'APIG.2109', 'Invalid certificate. SAN missing'],
  'no-such-certificate': [404, 'APIG.3021', 'The SSL certificate does not exist'],
  'no-such-instance': [404, 'APIG.3030', 'The instance does not exist'],
  'expires-too-late': [
    400,
    'APIG.3148',
    'Invalid certificate. Add one that expires before January 19, 2038 03:14:07 UTC',
  ],
  'wrong-key-usage': [409, 'APIG.3708', 'The key usage of the certificate does not match'],
  'wrong-algorithm': [409, 'APIG.3709', 'The signature algorithm of the certificate does not match'],
} as const satisfies Record<string, readonly [status: number, code: string, message: string]>

/** A refusal of an operation. @param detail a sentence that never repeats what the caller sent */
export function refuse(why: keyof typeof REFUSALS, detail?: string): VendorError {
  const [status, code, message] = REFUSALS[why]
  return new VendorError(why, reply(status, code, detail === undefined ? message : `${message}. ${detail}`))
}

/** Refuses a field that is not there. */
export function refuseMissing(parameter: string): VendorError {
  return new VendorError(`${parameter} is missing`, missing(parameter))
}

/** Refuses the value of a field. */
export function refuseInvalid(parameter: string): VendorError {
  return new VendorError(`${parameter} is invalid`, invalid(parameter))
}

/** Refuses a field whose text is longer than this registry takes. */
export function refuseTooLong(parameter: string): VendorError {
  return new VendorError(`${parameter} is too long`, tooLong(parameter))
}

/** A token is the service's own matter (identity-huawei.md §5.6). */
function sayToken(problem: AuthenticationProblem): Reply {
  switch (problem.is) {
    case 'no-credentials':
      return reply(401, 'APIG.1000', 'Token missing. Log in again or try again later')
    case 'expired-token':
      return reply(401, 'APIG.1001', 'Session expired. Please try again later')
    default:
      return reply(401, 'APIG.1002', 'Incorrect token or token resolution failed')
  }
}

function badParameter({ parameter, is }: ParameterProblem): Reply {
  return is === 'missing' ? missing(parameter) : invalid(parameter)
}

function faulty(fault: Fault): Reply {
  switch (fault.is) {
    case 'not-found':
      return refuse('no-such-certificate').reply
    case 'busy':
      // The vendor's table has 500 for it, not 429 (apic.md §3.3).
      return reply(500, 'APIG.9008', 'Too many requests. Try again later', {
        'Retry-After': String(fault.retryAfterSeconds),
      })
    case 'taken':
    case 'storage-failed':
      return systemError()
  }
}

function systemError(): Reply {
  return reply(500, 'APIG.9999', 'System error')
}

/** Every failure in the gateway's words. */
export function say(failure: Failure, { requestId }: Pick<FailureContext, 'requestId'>): Reply {
  switch (failure.is) {
    case 'unauthenticated':
      return sayBadSignature(failure.problem, requestId) ?? sayToken(failure.problem)
    case 'refused':
      // One answer for what is not there and for what may not be seen (seed 004, status 403).
      return reply(403, 'APIG.1005', 'No permissions to request this method')
    case 'bad-parameter':
      return badParameter(failure.problem)
    case 'fault':
      return faulty(failure.fault)
    case 'no-such-operation':
    case 'no-such-version':
    case 'method-not-allowed':
    case 'body-too-large':
    case 'target-too-long':
    case 'headers-too-large':
      return sayGateway(failure, requestId)
    case 'not-supported':
      return reply(501, 'APIG.3458', `The feature is not supported by the current instance: ${failure.operation}`)
    case 'malformed-request':
      return reply(400, 'APIG.2000', `Parameter error: ${failure.detail}`)
    case 'malformed-body':
      return reply(400, 'APIG.2000', `Parameter error: Serialization error: ${failure.detail}`)
    case 'unsupported-media-type':
      return reply(415, 'APIG.2000', 'Parameter error: The Content-Type must be application/json.')
    case 'timed-out':
      return gatewayReply(408, 'APIGW.0201', 'Request timeout.', requestId)
    case 'internal':
      return systemError()
  }
}
