/** Every open connection with its latest request: what the end of the server and broken requests need to know. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

export class Connections {
  /** With TLS a connection is here twice: as it came, and as what its requests name. */
  readonly #open = new Map<Duplex, Exchange | undefined>()
  #windingDown = false

  opened(socket: Duplex): void {
    if (this.#open.has(socket)) return
    this.#open.set(socket, undefined)
    socket.once('close', () => this.#open.delete(socket))
  }

  began(request: IncomingMessage, response: ServerResponse): void {
    this.opened(request.socket)
    this.#open.set(request.socket, { request, response })
    if (this.#windingDown) response.shouldKeepAlive = false
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
