/**
 * IoTDA's answers to failures. Codes and texts are the vendor's ("Error Code List"; reference iotda §3, identity-huawei
 * §5) but for those that begin with `IOTDA.99`: where no code of the vendor's is known, these are this registry's own.
 */
import type { AuthenticationProblem, Refusal } from '../../identity/principal.ts'
import type { Fault } from '../../registry/fault.ts'
import { type Failure, type ParameterProblem, type Reply, VendorError } from '../shared/failure.ts'
import { sayBadSignature, sayGateway, sayStaleToken, sayThrottled } from '../shared/huawei-gateway.ts'
import type { FailureContext } from '../shared/product.ts'

interface ErrorWords {
  readonly status: number
  readonly code: string
  /** The vendor's text; what the case at hand adds stands behind it. */
  readonly message: string
}

/** Every error that IoTDA itself answers with. */
export const ERRORS = {
  internal: { status: 500, code: 'IOTDA.000001', message: 'Internal server error.' },
  unauthenticated: { status: 401, code: 'IOTDA.000002', message: 'Authentication failed.' },
  badInput: { status: 400, code: 'IOTDA.000006', message: 'Invalid input data.' },
  badFormat: {
    status: 400,
    code: 'IOTDA.000008',
    message: 'Invalid input. Bad request, for more detail, refer to the error message.',
  },
  badMediaType: {
    status: 415,
    code: 'IOTDA.000008',
    message: 'Invalid input. Bad request, for more detail, refer to the error message.',
  },
  badLimit: {
    status: 400,
    code: 'IOTDA.000017',
    message: "Invalid input. The specified parameter 'limit' is out of range.",
  },
  badMarker: {
    status: 400,
    code: 'IOTDA.000018',
    message: "Invalid input. The specified parameter 'marker' is out of range.",
  },
  notSubscribed: {
    status: 403,
    code: 'IOTDA.000021',
    message:
      'Operation not allowed. User not found by IAM token or the authorized user has not subscribed IOTDA service.',
  },
  notPermitted: {
    status: 403,
    code: 'IOTDA.000022',
    message: 'Operation not allowed. The user does not have the permission.',
  },
  noSuchSpace: { status: 403, code: 'IOTDA.001000', message: 'The application does not exist.' },
  badCertificate: { status: 400, code: 'IOTDA.014301', message: 'Invalid certificate content.' },
  certificateTaken: {
    status: 400,
    code: 'IOTDA.990409',
    message: 'Operation not allowed. The certificate already exists.',
  },
  noSuchCertificate: { status: 404, code: 'IOTDA.990404', message: 'The certificate does not exist.' },
  timedOut: { status: 408, code: 'IOTDA.990408', message: 'The request did not arrive in time.' },
  notSupported: { status: 501, code: 'IOTDA.990501', message: 'The operation is not supported.' },
  storageFailed: { status: 507, code: 'IOTDA.990507', message: 'The storage cannot take the change.' },
} as const satisfies Record<string, ErrorWords>

/** The vendor's envelope: these two members and no other (reference iotda §3.1). */
function reply({ status, code, message }: ErrorWords, detail?: string): Reply {
  return { status, body: { error_code: code, error_msg: detail === undefined ? message : `${message} ${detail}` } }
}

/** A refusal for an operation to throw. @param detail a sentence without any of the request's own text */
export function refusal(error: keyof typeof ERRORS, detail?: string): VendorError {
  return new VendorError(`iotda: ${error}`, reply(ERRORS[error], detail))
}

/** Any failure in IoTDA's words, or in those of the API gateway before it. */
export function say(failure: Failure, { requestId }: FailureContext): Reply {
  switch (failure.is) {
    case 'unauthenticated':
      return sayBadSignature(failure.problem, requestId) ?? sayToken(failure.problem, requestId)
    case 'refused':
      return refused(failure.refusal)
    case 'bad-parameter':
      return badParameter(failure.problem)
    case 'fault':
      return faulty(failure.fault, requestId)
    case 'not-supported':
      return reply(ERRORS.notSupported, `This registry does not have ${failure.operation}.`)
    case 'malformed-request':
    case 'malformed-body':
      return reply(ERRORS.badFormat, failure.detail)
    case 'unsupported-media-type':
      return reply(ERRORS.badMediaType, 'The body must be application/json, in no encoding.')
    case 'timed-out':
      return reply(ERRORS.timedOut)
    case 'internal':
      return reply(ERRORS.internal)
    case 'no-such-operation':
    case 'no-such-version':
    case 'method-not-allowed':
    case 'body-too-large':
    case 'target-too-long':
    case 'headers-too-large':
      return sayGateway(failure, requestId)
  }
}

/** Reference identity-huawei §5.6: a token that expired is the gateway's, any other IoTDA's own matter. */
function sayToken(problem: AuthenticationProblem, requestId: string): Reply {
  return problem.is === 'expired-token' ? sayStaleToken(requestId) : reply(ERRORS.unauthenticated)
}

/** A project that does not exist and one of somebody else are the same to the caller. */
function refused(why: Refusal): Reply {
  switch (why.is) {
    case 'no-such-place':
    case 'not-a-member':
      return reply(ERRORS.notSubscribed)
    case 'not-allowed':
      return reply(ERRORS.notPermitted, `It needs ${why.action}.`)
  }
}

/** What a value must look like, where the reader's own sentence cannot say it. */
const FORMS: ReadonlyMap<string, string> = new Map([
  ['marker', 'It must have 24 hexadecimal characters.'],
  ['fingerprint', "The parameter 'fingerprint' must have 40 or 64 hexadecimal characters."],
  ['common_name', "The parameter 'common_name' may hold letters, digits, spaces and the characters _-?'#().,&%@!*"],
  ['app_id', "The parameter 'app_id' may hold letters, digits, hyphens and underscores."],
])

/** Reference iotda §2.3: `limit` out of range and a malformed `marker` have codes of their own. */
function badParameter({ parameter, is, message }: ParameterProblem): Reply {
  const form = FORMS.get(parameter)
  if (parameter === 'marker' && is === 'wrong-form') return reply(ERRORS.badMarker, form)
  if (parameter === 'limit' && is === 'out-of-range') return reply(ERRORS.badLimit, message)
  return reply(ERRORS.badInput, is === 'wrong-form' && form !== undefined ? form : message)
}

function faulty(fault: Fault, requestId: string): Reply {
  switch (fault.is) {
    case 'not-found':
      return reply(ERRORS.noSuchCertificate)
    case 'taken':
      return reply(ERRORS.certificateTaken)
    case 'busy':
      return sayThrottled(fault.retryAfterSeconds, requestId)
    case 'storage-failed':
      return reply(ERRORS.storageFailed)
  }
}
