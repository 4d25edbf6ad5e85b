/** Every open connection with its latest request: what the end of the server and broken requests need to know. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Bytes of a head that are remembered: whose words an answer is in stands in its first line. */
const REMEMBERED_BYTES = 4096
const NOTHING = Buffer.alloc(0)

export class Connections {
  /** With TLS a connection is here twice: as it came, and as what its requests name. */
  readonly #open = new Map<Duplex, Exchange | undefined>()
  /** How the head began that is coming in: Node's parser tells nothing of one that it gives up on. */
  readonly #beginnings = new WeakMap<Duplex, Buffer>()
  #windingDown = false

  opened(socket: Duplex): void {
    if (this.#open.has(socket)) return
    this.#open.set(socket, undefined)
    socket.once('close', () => this.#open.delete(socket))
  }

  began(request: IncomingMessage, response: ServerResponse): void {
    this.opened(request.socket)
    this.#open.set(request.socket, { request, response })
    this.#beginnings.delete(request.socket)
    if (this.#windingDown) response.shouldKeepAlive = false
  }

  /** Remembers how each head of the connection begins. @param socket what its requests name: with TLS, the secure one */
  listenIn(socket: Duplex): void {
    // Before the parser's own listener, which may find the head complete, or broken.
    socket.prependListener('data', (bytes: Buffer) => {
      if (this.#open.get(socket)?.request.complete === false) return
      const known = this.#beginnings.get(socket) ?? NOTHING
      if (known.length >= REMEMBERED_BYTES) return
      this.#beginnings.set(socket, Buffer.concat([known, bytes.subarray(0, REMEMBERED_BYTES - known.length)]))
    })
  }

  /** How the head begins that is coming in; empty where that is not known. */
  beginning(socket: Duplex): Buffer {
    return this.#beginnings.get(socket) ?? NOTHING
  }

  /** The latest request of a connection, where its answer is not out yet. */
  unfinished(socket: Duplex): Exchange | undefined {
    const exchange = this.#open.get(socket)
    return exchange?.response.writableFinished === false ? exchange : undefined
  }

  /** From now on each answer is the last of its connection; connections that have said nothing are closed. */
  windDown(): void {
    this.#windingDown = true
    for (const socket of this.#open.keys()) {
      const exchange = this.unfinished(socket)
      if (exchange) exchange.response.shouldKeepAlive = false
      // To Node a connection without a byte is a request that has begun: it would be waited for.
      else if ('bytesRead' in socket && socket.bytesRead === 0) socket.destroy()
    }
  }

  /** Also those in a TLS handshake, of which `Server.closeAllConnections` knows nothing. */
  cut(): void {
    for (const socket of this.#open.keys()) socket.destroy()
  }
}
