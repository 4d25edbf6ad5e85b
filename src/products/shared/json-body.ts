/** Reads a JSON request body against a product's wire schema. */

import type { Static, TObject } from 'typebox'
import { Value } from 'typebox/value'
import type { WireRequest } from '../../identity/wire-request.ts'
import { RequestFailure } from './failure.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The body as the schema has it; members that the schema does not name are ignored.
 * @throws RequestFailure `unsupported-media-type`, `malformed-body`, or `bad-parameter` naming the member
 */
export function readJsonBody<T extends TObject>(schema: T, request: WireRequest): Static<T> {
  const type = request.headers.first('content-type')
  if (type !== undefined && !/^\s*application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type))
    throw new RequestFailure({ is: 'unsupported-media-type' })
  const body = parse(request.body)
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new RequestFailure({ is: 'malformed-body', detail: 'The body must be a JSON object.' })
  if (Value.Check(schema, body)) return body
  const [error] = Value.Errors(schema, body)
  const missing = error?.keyword === 'required' ? error.params.requiredProperties[0] : undefined
  const parameter = missing ?? (error?.instancePath.slice(1).replaceAll('/', '.') || '(body)')
  throw new RequestFailure({
    is: 'bad-parameter',
    problem: {
      parameter,
      where: 'body',
      is: missing !== undefined ? 'missing' : isOf(error?.keyword),
      message:
        missing !== undefined
          ? `The parameter '${parameter}' is mandatory.`
          : // A pattern is for machines: whoever sent the body would be shown a regular expression.
            `The parameter '${parameter}' ${error?.keyword === 'pattern' ? 'does not have the required form' : error?.message}.`,
    },
  })
}

function isOf(keyword: string | undefined) {
  switch (keyword) {
    case 'type':
      return 'wrong-type'
    case 'minLength':
    case 'maxLength':
    case 'minItems':
    case 'maxItems':
      return 'wrong-length'
    case 'minimum':
    case 'maximum':
      return 'out-of-range'
    case 'enum':
    case 'const':
    case 'anyOf':
      return 'not-listed'
    default:
      return 'wrong-form'
  }
}

function parse(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    throw new RequestFailure({ is: 'malformed-body', detail: 'The body is not valid UTF-8.' })
  }
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the body, which may hold a private key.
    throw new RequestFailure({ is: 'malformed-body', detail: 'The body is not valid JSON.' })
  }
}
