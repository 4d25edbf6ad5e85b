/** Every way in which a request can fail outside a product's own rules. A product says each in its vendor's words. */

import type { Readable } from 'node:stream'
import type { AuthenticationProblem, Refusal } from '../../identity/principal.ts'
import type { Fault } from '../../registry/fault.ts'

/** What is wrong with one parameter of a request. */
export interface ParameterProblem {
  readonly parameter: string
  readonly where: 'query' | 'path' | 'body' | 'header'
  readonly is:
    | 'missing'
    | 'repeated'
    | 'badly-encoded'
    | 'wrong-type'
    | 'out-of-range'
    | 'not-listed'
    | 'wrong-length'
    | 'wrong-form'
  /** A sentence for a person; it never repeats the value. */
  readonly message: string
}

export type Failure =
  | { readonly is: 'unauthenticated'; readonly problem: AuthenticationProblem }
  | { readonly is: 'refused'; readonly refusal: Refusal }
  | { readonly is: 'bad-parameter'; readonly problem: ParameterProblem }
  | { readonly is: 'fault'; readonly fault: Fault }
  /** No operation has this path (or, for RPC, this action). */
  | { readonly is: 'no-such-operation'; readonly detail: string }
  | { readonly is: 'no-such-version'; readonly detail: string }
  | { readonly is: 'method-not-allowed'; readonly allowed: readonly string[] }
  /** The vendor has the operation, this registry does not (yet). */
  | { readonly is: 'not-supported'; readonly operation: string }
  | { readonly is: 'malformed-request'; readonly detail: string }
  | { readonly is: 'malformed-body'; readonly detail: string }
  | { readonly is: 'body-too-large'; readonly limitBytes: number }
  | { readonly is: 'target-too-long' }
  | { readonly is: 'headers-too-large' }
  | { readonly is: 'unsupported-media-type' }
  | { readonly is: 'timed-out' }
  | { readonly is: 'internal' }

/** A failure that an operation found; the product says it in its vendor's words. */
export class RequestFailure extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(`request failure: ${failure.is}`)
    this.name = 'RequestFailure'
    this.failure = failure
  }
}

/** A refusal in a vendor's own words, thrown by a product's operations; made only by the product's `errors.ts`. */
export class VendorError extends Error {
  readonly reply: Reply

  constructor(message: string, reply: Reply) {
    super(message)
    this.name = 'VendorError'
    this.reply = reply
  }
}

/** An answer before it is bytes. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Written as JSON; without it the answer has no body. A `string` is JSON text already. */
  readonly body?: object | string
  /** Written as it comes, in place of a body; `headers` say its type. */
  readonly stream?: Readable
}
