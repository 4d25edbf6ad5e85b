/** Writes a `Reply` onto the wire: the same status, headers and body, whether through Fastify or on a bare socket. */

import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Reply } from '../products/shared/failure.ts'
import { MAX_DISCARDED_BYTES, MAX_DISCARDING } from './limits.ts'
import type { Speaker } from './own-words.ts'

const JSON_TYPE = 'application/json;charset=utf-8'

function textOf({ body }: Reply): string | undefined {
  return body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
}

/** Vendors' clients follow neither `Content-Encoding` nor redirects: the body goes out as it is, always. */
export function send(reply: FastifyReply, speaker: Speaker, answer: Reply): FastifyReply {
  const text = textOf(answer)
  reply.code(answer.status)
  if (text !== undefined) reply.header('content-type', JSON_TYPE)
  reply.headers(speaker.headers(reply.request.id))
  if (answer.headers) reply.headers(answer.headers)
  return reply.send(answer.stream ?? text)
}

/** For requests that never became one: the answer is written by hand, and the connection is closed. */
export function sendOnSocket(socket: Duplex, speaker: Speaker, requestId: string, answer: Reply): void {
  const text = textOf(answer) ?? ''
  const headers: Record<string, string> = {
    'Content-Type': JSON_TYPE,
    ...speaker.headers(requestId),
    ...answer.headers,
    'Content-Length': String(Buffer.byteLength(text)),
    Date: new Date().toUTCString(),
    Connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const status = `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? 'Unknown'}\r\n`
  discard(socket)
  socket.end(`${status}${lines.join('')}\r\n${text}`)
}

/** What is still being sent is thrown away: closing before the client has sent everything would take its answer from it. */
function discard(socket: Duplex): void {
  let left = MAX_DISCARDED_BYTES
  // Node's parser has given up on the connection, and must not be asked again.
  socket.removeAllListeners('data')
  socket.on('data', (bytes: Buffer) => {
    left -= bytes.length
    if (left < 0) socket.destroy()
  })
  socket.once('end', () => socket.destroy())
  const cut = setTimeout(() => socket.destroy(), MAX_DISCARDING)
  socket.once('close', () => clearTimeout(cut))
  socket.resume()
}
