/**
 * Every failure in the vendor's words (reference §4): HTTP status, `Code`, `Message`, in the envelope of §4.1. Where the
 * vendor publishes no code, the one of §4.4 stands.
 */

import type { AuthenticationProblem, Refusal } from '../../identity/principal.ts'
import type { Fault } from '../../registry/fault.ts'
import { type Failure, type ParameterProblem, type Reply, VendorError } from '../shared/failure.ts'
import type { Call, FailureContext } from '../shared/product.ts'
import { LIST_QUERY } from './listing.ts'
import { ONE_CERTIFICATE } from './parameters.ts'
import { requestIdOf } from './wire.ts'
import { MEMBER_ROLES, MEMBERS_QUERY, ONE_PROJECT, ONE_ROLE, PROJECTS_QUERY, ROLES_QUERY } from './workspaces-wire.ts'

interface Said {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
  /** More members of the body. */
  readonly more?: object
}

type Words = readonly [status: number, code: string, message: string]

const MISMATCH = 'Specified signature is not matched with our calculation.'

/** Codes of reference §4.3. Tokens of the other vendor never come here; their rows only close the table. */
const UNAUTHENTICATED = {
  'no-credentials': [400, 'MissingAccessKeyId', 'AccessKeyId is mandatory for this action.'],
  'malformed-credentials': [400, 'IncompleteSignature', 'The request signature does not conform to the standards.'],
  'unsupported-algorithm': [400, 'InvalidSignatureMethod', 'Specified signature method is not supported.'],
  'unknown-access-key': [404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.'],
  'inactive-access-key': [400, 'InvalidAccessKeyId.Inactive', 'Specified access key is disabled.'],
  'invalid-token': [400, 'InvalidSecurityToken.Malformed', 'Specified security token is malformed.'],
  'expired-token': [400, 'InvalidSecurityToken.Expired', 'Specified security token is expired.'],
  'missing-date': [400, 'InvalidTimeStamp.Format', 'Specified time stamp or date value is not well formatted.'],
  'malformed-date': [400, 'InvalidTimeStamp.Format', 'Specified time stamp or date value is not well formatted.'],
  'skewed-clock': [400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.'],
  'unsigned-header': [400, 'IncompleteSignature', 'A header that has to be signed is not among SignedHeaders.'],
  'body-hash-mismatch': [400, 'SignatureDoesNotMatch', 'x-acs-content-sha256 is not the SHA-256 of the body.'],
  'signature-mismatch': [400, 'SignatureDoesNotMatch', MISMATCH],
  'missing-nonce': [400, 'MissingSignatureNonce', 'SignatureNonce is mandatory for this action.'],
  'nonce-used': [400, 'SignatureNonceUsed', 'Specified signature nonce was used already.'],
  'missing-security-token': [400, 'MissingSecurityToken', 'SecurityToken is mandatory for this action.'],
  'invalid-security-token': [400, 'InvalidSecurityToken.Malformed', 'Specified security token is malformed.'],
  'expired-security-token': [400, 'InvalidSecurityToken.Expired', 'Specified security token is expired.'],
  'foreign-security-token': [
    400,
    'InvalidSecurityToken.MismatchWithAccessKey',
    'Specified security token does not belong to the access key.',
  ],
  locked: [429, 'Throttling.User', 'Request was denied because the user is locked for a while.'],
} satisfies Record<AuthenticationProblem['is'], Words>

/** Codes of the DataWorks pages (reference §4.3), statuses of §4.4: Terraform reads a 404 as "gone". */
const REFUSED = {
  'no-such-place': [404, 'Invalid.Tenant.ProjectNotExists', 'The workspace does not exist.'],
  'not-a-member': [403, 'Invalid.Tenant.UserNotInProject', 'The caller is not a member of the workspace.'],
  'not-allowed': [403, 'Forbidden.Access', 'The caller has no role in the workspace that allows this action.'],
} satisfies Record<Refusal['is'], Words>

const FAULTS = {
  'not-found': [404, 'InvalidCertificate.NotFound', 'The certificate file does not exist in the workspace.'],
  taken: [400, 'InvalidName.Duplicate', 'A certificate file of this name exists in the workspace already.'],
  busy: [429, 'Throttling.System', 'Request was denied due to system flow control.'],
  'storage-failed': [503, 'ServiceUnavailable', 'The service cannot store anything at the moment.'],
} satisfies Record<Fault['is'], Words>

type Others = Exclude<Failure['is'], 'unauthenticated' | 'refused' | 'fault' | 'bad-parameter'>

const OTHERS = {
  'no-such-operation': [404, 'InvalidAction.NotFound', 'Specified api is not found, please check your url and method.'],
  'no-such-version': [400, 'InvalidVersion', 'Specified parameter Version is not valid.'],
  'method-not-allowed': [400, 'UnsupportedHTTPMethod', 'This http method is not supported.'],
  'not-supported': [501, 'UnsupportedOperation', 'This registry does not support the operation.'],
  'malformed-request': [400, 'InvalidRequest', 'The request is malformed.'],
  'malformed-body': [400, 'InvalidRequestBody', 'The request body is malformed.'],
  'body-too-large': [413, 'RequestBodyTooLarge', 'The request body is too large.'],
  'target-too-long': [414, 'RequestUriTooLong', 'The request target is too long.'],
  'headers-too-large': [431, 'RequestHeadersTooLarge', 'The request headers are too large.'],
  'unsupported-media-type': [
    415,
    'UnsupportedMediaType',
    'A request body must be application/x-www-form-urlencoded, without a content encoding.',
  ],
  'timed-out': [408, 'RequestTimeout', 'The request did not arrive in time.'],
  internal: [500, 'InternalError.System', 'The request processing has failed due to some unknown error.'],
} satisfies Record<Others, Words>

/** The parameters that may be named in an answer; any other name is the caller's own text. */
const NAMES: ReadonlySet<string> = new Set([
  'Action',
  'Version',
  ...Object.keys(LIST_QUERY.properties),
  ...[ONE_CERTIFICATE, MEMBER_ROLES, MEMBERS_QUERY, ONE_PROJECT, ONE_ROLE, PROJECTS_QUERY, ROLES_QUERY].flatMap(
    ({ properties }) => Object.keys(properties),
  ),
])

/** What only the operations on workspaces find. The numbers are the vendor's, which Terraform looks for (§4.3). */
const WORKSPACES = {
  'no-such-workspace': [404, '1101080008', 'The workspace does not exist.'],
  'no-such-member': [404, '1101080166', 'The user is not a member of the workspace.'],
  'no-such-user': [403, '400010', 'The user does not belong to the tenant.'],
  'no-such-role': [404, 'InvalidCode.NotFound', 'The role does not exist.'],
} satisfies Record<string, Words>

/** A refusal for an operation to throw. */
export function refuse(why: keyof typeof WORKSPACES, { request }: Pick<Call, 'request'>): VendorError {
  const context = { requestId: request.id, host: request.headers.first('host') ?? '' }
  return new VendorError(why, envelope(said(WORKSPACES[why]), context))
}

/** A failure as the vendor writes it. `RequestId` and `Recommend` name the request, `HostId` the endpoint it came to. */
export function say(failure: Failure, context: FailureContext): Reply {
  return envelope(saidOf(failure), context)
}

function envelope(words: Said, context: Pick<FailureContext, 'requestId' | 'host'>): Reply {
  const { status, code, message, headers, more } = words
  const RequestId = requestIdOf(context.requestId)
  const Recommend = `https://api.aliyun.com/troubleshoot?q=${code}&product=dataworks-public&requestId=${RequestId}`
  return {
    status,
    ...(headers && { headers }),
    body: { RequestId, HostId: context.host, Code: code, Message: message, Recommend, ...more },
  }
}

function saidOf(failure: Failure): Said {
  switch (failure.is) {
    case 'unauthenticated':
      return unauthenticated(failure.problem)
    case 'refused':
      return refused(failure.refusal)
    case 'fault':
      return faulty(failure.fault)
    case 'bad-parameter':
      return badParameter(failure.problem)
    case 'malformed-request':
    case 'malformed-body':
      return { ...said(OTHERS[failure.is]), message: failure.detail }
    default:
      return said(OTHERS[failure.is])
  }
}

function said([status, code, message]: Words): Said {
  return { status, code, message }
}

/** A mismatch names what the server signed, as the vendor does in both schemes; `identity` has redacted the token. */
function unauthenticated(problem: AuthenticationProblem): Said {
  const plain = said(UNAUTHENTICATED[problem.is])
  switch (problem.is) {
    case 'signature-mismatch':
      return { ...plain, message: mismatch(problem) }
    case 'malformed-credentials':
      return { ...plain, message: `${plain.message} ${problem.detail}` }
    case 'unsigned-header':
      return { ...plain, message: `The header '${problem.header}' has to be signed but is not among SignedHeaders.` }
    default:
      return plain
  }
}

function mismatch(problem: { readonly canonicalRequest: string; readonly stringToSign: string }): string {
  return problem.stringToSign.startsWith('ACS3-')
    ? 'Specified signature does not match our calculation. ' +
        `server StringToSign is [${problem.stringToSign}] server CanonicalRequest is [${problem.canonicalRequest}]`
    : `${MISMATCH} server string to sign is:${problem.stringToSign}`
}

/** `AccessDeniedDetail` stands in permission errors only (reference §4.1). */
function refused(refusal: Refusal): Said {
  const plain = said(REFUSED[refusal.is])
  if (refusal.is !== 'not-allowed') return plain
  return { ...plain, more: { AccessDeniedDetail: { AuthAction: refusal.action, NoPermissionType: 'ImplicitDeny' } } }
}

/** `x-acs-retry-after` is in milliseconds, unlike `Retry-After` (reference §4.2). */
function faulty(fault: Fault): Said {
  const plain = said(FAULTS[fault.is])
  if (fault.is !== 'busy') return plain
  return { ...plain, headers: { 'x-acs-retry-after': String(fault.retryAfterSeconds * 1000) } }
}

/** `MissingProjectId`, `InvalidPageSize`, … (reference §4.4) */
function badParameter({ parameter, is, message }: ParameterProblem): Said {
  if (!NAMES.has(parameter))
    return { status: 400, code: 'InvalidParameter', message: 'A parameter or header is repeated or badly encoded.' }
  if (is === 'missing')
    return { status: 400, code: `Missing${parameter}`, message: `${parameter} is mandatory for this action.` }
  return { status: 400, code: `Invalid${parameter}`, message }
}
