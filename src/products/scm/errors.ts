/**
 * Every failure in SCM's words: `{"error_code", "error_msg"}` (seed 003, tables 5 to 7), and of the gateway that stands
 * before it, whose bodies have `request_id` besides (reference §4.1). Codes and texts: reference §4.3, identity-huawei
 * §5.1 and §5.3. No text holds a value of the caller's, but for the canonical request of a signature that failed.
 */
import type { AuthenticationProblem } from '../../identity/principal.ts'
import type { Fault } from '../../registry/fault.ts'
import { type Failure, type ParameterProblem, type Reply, VendorError } from '../shared/failure.ts'
import { gatewayReply, sayBadSignature, sayGateway, sayStaleToken, sayThrottled } from '../shared/huawei-gateway.ts'
import type { FailureContext } from '../shared/product.ts'

/** SCM's codes that are answered here, each with its HTTP status and the vendor's own sentence. */
export const scmCodes = {
  'SCM.0001': { status: 501, text: 'The service is not open.' },
  'SCM.0002': { status: 403, text: 'Incorrect tenant ID.' },
  'SCM.0005': { status: 400, text: 'Incorrect request parameter.' },
  'SCM.0006': { status: 400, text: 'The uploaded certificate cannot be parsed.' },
  'SCM.0008': { status: 400, text: 'Abnormal certificate ID.' },
  'SCM.0009': { status: 400, text: 'The uploaded certificate contains no domain name.' },
  'SCM.0010': { status: 400, text: 'This operation is not allowed by the current certificate type or status.' },
  'SCM.0012': { status: 400, text: 'The uploaded private key cannot be parsed.' },
  'SCM.0013': { status: 400, text: 'The uploaded certificate chain cannot be parsed.' },
  'SCM.0014': { status: 400, text: 'The uploaded certificate does not match the private key.' },
  'SCM.0020': { status: 404, text: 'Incorrect certificate ID.' },
  'SCM.0032': { status: 400, text: 'Incorrect certificate name.' },
  'SCM.0042': { status: 400, text: 'The uploaded certificate has expired.' },
  'SCM.0053': { status: 400, text: 'The certificate has no BEGIN and END lines.' },
  'SCM.0054': { status: 400, text: 'The certificate has nothing between its BEGIN and END lines.' },
  'SCM.0059': { status: 400, text: 'The private key is empty.' },
  'SCM.0070': { status: 400, text: 'The domain name in the uploaded certificate is malformed.' },
  'SCM.0079': { status: 400, text: 'The issuer of a certificate in the chain is not the subject of the next one.' },
  'SCM.0114': { status: 400, text: 'The private key has no BEGIN and END lines.' },
  'SCM.1000': { status: 401, text: 'The token of the request fails to be authenticated.' },
  'SCM.3000': { status: 500, text: 'Internal error.' },
  'SCM.4002': { status: 403, text: 'You do not have permission to perform this operation.' },
} as const satisfies Record<string, { readonly status: number; readonly text: string }>

export type ScmCode = keyof typeof scmCodes

/** Characters of `error_msg` at most (seed 003, tables 5 to 7). */
const MAX_MESSAGE = 1024

interface Saying {
  /** What is wrong in this case, after the vendor's sentence. */
  readonly detail?: string
  /** What is said in the place of the vendor's sentence, where that one is not true of this case. */
  readonly instead?: string
  /** Where HTTP has a better status than the code's own. */
  readonly status?: number
}

function scmReply(code: ScmCode, { detail, status, instead }: Saying = {}): Reply {
  const { status: usual, text: theirs } = scmCodes[code]
  const text = instead ?? theirs
  return {
    status: status ?? usual,
    body: { error_code: code, error_msg: message(detail ? `${text} ${detail}` : text) },
  }
}

function message(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE - 1)}…` : text
}

/** A refusal in SCM's words, for its operations to throw. @param detail a sentence without any value of the caller's */
export function refusal(code: ScmCode, detail?: string): VendorError {
  return new VendorError(code, scmReply(code, detail === undefined ? {} : { detail }))
}

/** A PEM text that has a BEGIN line and no END line behind it. @param what begins the sentence */
export function cutOff(code: 'SCM.0053' | 'SCM.0114', what: 'certificate' | 'private key'): VendorError {
  return new VendorError(code, scmReply(code, { instead: `The ${what} is cut off: its BEGIN line has no END line.` }))
}

/** A body member that breaks a rule that only SCM knows. */
export function badMember(parameter: string, detail: string): VendorError {
  return refusal('SCM.0005', `The parameter '${parameter}' ${detail}.`)
}

/** Says any failure; the compiler keeps the table closed. */
export function say(failure: Failure, { requestId }: FailureContext): Reply {
  switch (failure.is) {
    case 'unauthenticated':
      return sayBadSignature(failure.problem, requestId) ?? sayToken(failure.problem, requestId)
    case 'refused':
      return scmReply(failure.refusal.is === 'not-allowed' ? 'SCM.4002' : 'SCM.0002')
    case 'bad-parameter':
      return sayParameter(failure.problem)
    case 'fault':
      return sayFault(failure.fault, requestId)
    case 'no-such-operation':
    case 'no-such-version':
    case 'method-not-allowed':
    case 'body-too-large':
    case 'target-too-long':
    case 'headers-too-large':
      return sayGateway(failure, requestId)
    case 'not-supported':
      return scmReply('SCM.0001', { detail: `This server does not support the operation ${failure.operation}.` })
    case 'malformed-request':
      return gatewayReply(400, 'APIGW.0201', `Bad request. ${failure.detail}`, requestId)
    case 'malformed-body':
      return scmReply('SCM.0005', { detail: failure.detail })
    case 'unsupported-media-type':
      return scmReply('SCM.0005', { status: 415, detail: 'The body must be application/json.' })
    case 'timed-out':
      return gatewayReply(408, 'APIGW.0201', 'Request timeout.', requestId)
    case 'internal':
      return scmReply('SCM.3000')
  }
}

const NAME_RULE =
  "The parameter 'name' must have 3 to 63 characters, each an ASCII letter, a digit, an underscore, a hyphen or a period."

/** Names the parameter. A certificate name has a code of its own (reference §6.1, check 1). */
function sayParameter({ parameter, where, is, message: detail }: ParameterProblem): Reply {
  const isName = where === 'body' && parameter === 'name' && (is === 'wrong-length' || is === 'wrong-form')
  return isName ? scmReply('SCM.0032', { detail: NAME_RULE }) : scmReply('SCM.0005', { detail })
}

function sayFault(fault: Fault, requestId: string): Reply {
  switch (fault.is) {
    case 'not-found':
      return scmReply('SCM.0020')
    case 'busy':
      return sayThrottled(fault.retryAfterSeconds, requestId)
    // SCM has nothing that a caller must name uniquely: only ids of the server's own making can clash.
    case 'taken':
    case 'storage-failed':
      return scmReply('SCM.3000')
  }
}

/** identity-huawei §5.3 and §5.6: a token is SCM's to judge. */
function sayToken(problem: AuthenticationProblem, requestId: string): Reply {
  return problem.is === 'expired-token' ? sayStaleToken(requestId) : scmReply('SCM.1000')
}
