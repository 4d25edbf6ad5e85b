/** Reads a request body into memory, whatever its type, up to the limit. */

import type { IncomingMessage } from 'node:http'
import { RequestFailure } from '../products/shared/failure.ts'
import { MAX_BODY_BYTES, MAX_DISCARDED_BYTES } from './limits.ts'

function tooLarge(): RequestFailure {
  return new RequestFailure({ is: 'body-too-large', limitBytes: MAX_BODY_BYTES })
}

/**
 * @throws RequestFailure `body-too-large`: after the whole body was read and thrown away, or at once where that would
 *   take too much; `malformed-request` where the client left before its end
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0)
  // A client that waits for `100 Continue` sends nothing before it has seen this answer.
  if (announced > MAX_DISCARDED_BYTES || (announced > MAX_BODY_BYTES && request.headers.expect !== undefined))
    throw tooLarge()
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length <= MAX_BODY_BYTES) chunks.push(chunk)
      else chunks.length = 0
      if (length > MAX_DISCARDED_BYTES) throw tooLarge()
    }
  } catch (error) {
    if (error instanceof RequestFailure) throw error
    throw new RequestFailure({ is: 'malformed-request', detail: 'The body ended before its announced length.' })
  }
  if (length > MAX_BODY_BYTES) throw tooLarge()
  return Buffer.concat(chunks, length)
}
