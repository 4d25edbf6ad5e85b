/** Turns whatever was thrown into a `Failure`; what is nobody's word becomes an opaque internal error. */

import { AuthenticationFailure, NotAllowed } from '../identity/principal.ts'
import { type Failure, RequestFailure } from '../products/shared/failure.ts'
import { RegistryFault } from '../registry/fault.ts'

/** Fastify's own refusals of a request. */
const FRAMEWORK = new Map<string, Failure>([
  ['FST_ERR_BAD_URL', { is: 'malformed-request', detail: 'The path is not percent-encoded UTF-8.' }],
  ['FST_ERR_MAX_PARAM_LENGTH', { is: 'target-too-long' }],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', { is: 'unsupported-media-type' }],
  ['FST_ERR_ROUTE_MISSING_CONTENT_TYPE', { is: 'unsupported-media-type' }],
])

export function failureOf(error: unknown): Failure {
  if (error instanceof RequestFailure) return error.failure
  if (error instanceof AuthenticationFailure) return { is: 'unauthenticated', problem: error.problem }
  if (error instanceof NotAllowed) return { is: 'refused', refusal: error.refusal }
  if (error instanceof RegistryFault) return { is: 'fault', fault: error.fault }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return FRAMEWORK.get(code) ?? { is: 'internal' }
}
