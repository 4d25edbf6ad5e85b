/** How the server itself answers where no product does: `{"error": {"code", "message", "request_id"}}`. */

import type { Failure, Reply } from '../products/shared/failure.ts'
import type { Product } from '../products/shared/product.ts'

/** Whoever can say a failure: a product, or the server itself. */
export type Speaker = Pick<Product, 'name' | 'say' | 'headers'>

type Words = readonly [status: number, code: string, message: string]

/** What the server says of a failure that no product has a word for. */
export function words(failure: Failure): Words {
  switch (failure.is) {
    case 'unauthenticated':
      return [401, 'unauthenticated', 'The request is not authenticated.']
    case 'refused':
      return [403, 'forbidden', 'The caller may not do this.']
    case 'bad-parameter':
      return [400, 'bad-parameter', failure.problem.message]
    case 'fault':
      return failure.fault.is === 'not-found'
        ? [404, 'not-found', 'There is no such record.']
        : [503, 'unavailable', 'The registry cannot serve this now.']
    case 'no-such-operation':
    case 'no-such-version':
      return [404, 'not-found', 'Nothing is served at this path.']
    case 'method-not-allowed':
      return [405, 'method-not-allowed', 'The path does not have this method.']
    case 'not-supported':
      return [501, 'not-supported', 'This operation is not supported.']
    case 'malformed-request':
      return [400, 'malformed-request', failure.detail]
    case 'malformed-body':
      return [400, 'malformed-body', failure.detail]
    case 'body-too-large':
      return [413, 'body-too-large', `The body must not exceed ${failure.limitBytes} bytes.`]
    case 'target-too-long':
      return [414, 'target-too-long', 'The request target is too long.']
    case 'headers-too-large':
      return [431, 'headers-too-large', 'The request headers are too large.']
    case 'unsupported-media-type':
      return [415, 'unsupported-media-type', 'The media type or encoding of the body is not accepted.']
    case 'timed-out':
      return [408, 'timed-out', 'The request did not arrive in time.']
    case 'internal':
      return [500, 'internal', 'An internal error occurred.']
  }
}

export const ownWords: Speaker = {
  name: 'server',
  say(failure, { requestId }): Reply {
    const [status, code, message] = words(failure)
    return { status, body: { error: { code, message, request_id: requestId } } }
  },
  headers: requestId => ({ 'X-Request-Id': requestId }),
}
