/** Answers what Node's parser gives up on (malformed, oversized, too slow) as the product would whose path it has. */

import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { pathOf, WireHeaders } from '../identity/wire-request.ts'
import type { Failure } from '../products/shared/failure.ts'
import { sendOnSocket } from './answer.ts'
import type { Connections } from './connections.ts'
import type { Dialects } from './dialects.ts'
import { MAX_BODY_BYTES } from './limits.ts'
import type { Log } from './log.ts'

/** An error of Node's parser or of its clock. */
interface ParserError extends Error {
  readonly code?: unknown
}

export function newRequestId(): string {
  return randomUUID().replaceAll('-', '')
}

/** @param head how the head begins */
function failureOf(code: unknown, head: string): Failure {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { is: head.includes('\n') ? 'headers-too-large' : 'target-too-long' }
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { is: 'body-too-large', limitBytes: MAX_BODY_BYTES }
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { is: 'timed-out' }
    default:
      return { is: 'malformed-request', detail: 'The request is not well-formed HTTP/1.1.' }
  }
}

/** Enough of a request to tell whose words to answer in; it decides nothing else. */
function guess(head: string): { readonly target: string; readonly headers: WireHeaders } {
  const [first = '', ...lines] = head.trimStart().split(/\r?\n/)
  const headers = lines.flatMap(line => {
    const colon = line.indexOf(':')
    return colon > 0 ? [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] : []
  })
  return { target: /^[A-Za-z]+ (\/\S*)/.exec(first)?.[1] ?? '', headers: new WireHeaders(headers) }
}

export class BrokenRequests {
  readonly #dialects: Dialects
  readonly #log: Log
  readonly #connections: Connections

  constructor(dialects: Dialects, connections: Connections, log: Log) {
    this.#dialects = dialects
    this.#connections = connections
    this.#log = log
  }

  /** For the server's `clientError`. */
  answer(error: ParserError, socket: Duplex): void {
    const exchange = this.#connections.unfinished(socket)
    if (!socket.writable || error.code === 'ECONNRESET' || exchange?.response.headersSent) {
      socket.destroy()
    } else if (exchange?.request.complete) {
      // What is broken comes after a request that is still being answered: that answer goes out first, and is the last.
      exchange.response.shouldKeepAlive = false
      exchange.response.once('finish', () => socket.destroy())
    } else {
      const head = this.#connections.beginning(socket).toString('latin1')
      const { target, headers } = exchange
        ? { target: exchange.request.url ?? '', headers: new WireHeaders(exchange.request.rawHeaders) }
        : guess(head)
      this.refuse(socket, target, headers, failureOf(error.code, head))
    }
  }

  /** Says a failure on a connection that has no response object, and closes it. */
  refuse(socket: Duplex, target: string, headers: WireHeaders, failure: Failure): void {
    const requestId = newRequestId()
    const speaker = this.#dialects.speakerFor(target, headers, failure.is === 'target-too-long')
    const context = { requestId, host: headers.first('host') ?? '', path: pathOf(target) }
    this.#log.info({ requestId, product: speaker.name, failure: failure.is }, 'refused')
    sendOnSocket(socket, speaker, requestId, speaker.say(failure, context))
  }
}
