/** Where RPC requests of this vendor carry their parameters, and the schemas that several operations share. */

import { Type } from 'typebox'
import { queryOf, type WireRequest } from '../../identity/wire-request.ts'
import { RequestFailure } from '../shared/failure.ts'
import { parseParameters, type RawParameters } from '../shared/parameters.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The workspace that the request is about: a positive `int64` (seed 000, `ProjectId`). */
export const PROJECT_ID = Type.Integer({ minimum: 1, format: 'int64', description: 'The ID of the workspace.' })

/** What GetCertificate and DeleteCertificate are asked (reference §1.2, §1.4). */
export const ONE_CERTIFICATE = Type.Object({
  ProjectId: PROJECT_ID,
  Id: Type.Integer({ minimum: 1, format: 'int64', description: 'The ID of the certificate file.' }),
})

/** No workspace and no file has this id. */
const NOBODYS = -1

/**
 * An id as it was read. Beyond 2^53 a JavaScript number is not what the caller wrote any more, and some engines take no
 * such number; nothing has such an id.
 */
export function idOf(int64: number): number {
  return Number.isSafeInteger(int64) ? int64 : NOBODYS
}

/**
 * The parameters of the query and of the form body as one set, for every method: the SDKs put them into the query also
 * of a POST, Terraform into a form also of a GET (reference §1.0). A name that stands in both places has two values
 * here, so that reading it refuses it as repeated.
 * @throws RequestFailure `unsupported-media-type` for a body that is no form: RPC Signature V1 would not cover it;
 *   `malformed-body`; `bad-parameter` for broken percent-encoding
 */
export function parametersOf(request: WireRequest): RawParameters {
  const query = parseParameters(queryOf(request.target))
  if (request.body.length === 0) return query
  const form = parseParameters(formOf(request))
  const both = new Map(query)
  for (const [name, values] of form) both.set(name, [...(query.get(name) ?? []), ...values])
  return both
}

function formOf(request: WireRequest): string {
  const type = request.headers.first('content-type') ?? ''
  if (!/^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type))
    throw new RequestFailure({ is: 'unsupported-media-type' })
  try {
    return utf8.decode(request.body)
  } catch {
    throw new RequestFailure({ is: 'malformed-body', detail: 'The body is not valid UTF-8.' })
  }
}
