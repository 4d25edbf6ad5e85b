/** HTTP as bytes on a socket, for requests that no client library would send. */

import { connect } from 'node:net'

export interface RawAnswer {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Exchange {
  /** Final answers and `100 Continue`, in order. */
  readonly answers: readonly RawAnswer[]
  /** What came after the last answer that could be read. */
  readonly rest: string
}

/** A connection that is still open after this long counts as not closed, in ms. */
const DEADLINE = 5_000

/**
 * Sends bytes and reads until the server closes the connection.
 * @param bytes text is sent as latin-1
 * @param half whether our side is closed after sending
 * @throws Error where the server keeps the connection open
 */
export function exchange(port: number, bytes: string | Uint8Array, { half = false } = {}): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => {
      socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
      if (half) socket.end()
    })
    const deadline = setTimeout(() => {
      socket.destroy()
      reject(new Error(`the server keeps the connection open after: ${text()}`))
    }, DEADLINE)
    const text = () => Buffer.concat(chunks).toString('latin1')
    const done = () => {
      clearTimeout(deadline)
      socket.destroy()
      resolve(read(text()))
    }
    socket.on('data', chunk => chunks.push(chunk))
    socket.on('end', done)
    // A reset after the answer is the server closing before it has read all that we sent.
    socket.on('error', done)
  })
}

function read(text: string): Exchange {
  const answers: RawAnswer[] = []
  let rest = text
  for (;;) {
    const head = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n/.exec(rest)
    if (!head) return { answers, rest }
    const headers = Object.fromEntries(
      (head[2] ?? '')
        .split('\r\n')
        .filter(line => line !== '')
        .map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    )
    const length = Number(headers['content-length'] ?? 0)
    const start = head[0].length
    answers.push({ status: Number(head[1]), headers, body: rest.slice(start, start + length) })
    rest = rest.slice(start + length)
  }
}
