/** The HTTP/1.1 server of Node with every limit set: each of its own defaults that is `none` or too long is replaced. */

import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { WireHeaders } from '../identity/wire-request.ts'
import type { BrokenRequests } from './broken-requests.ts'
import type { Connections } from './connections.ts'
import { refusalOf } from './fence.ts'
import { MAX_BODY_BYTES, MAX_HEADER_BYTES, MAX_REQUESTS_PER_CONNECTION, type Timeouts } from './limits.ts'

export interface Tls {
  /** PEM: the certificate, its chain after it. */
  readonly cert: Buffer
  /** PEM. */
  readonly key: Buffer
}

export function createListener(
  handle: RequestListener,
  connections: Connections,
  broken: BrokenRequests,
  timeouts: Timeouts,
  tls: Tls | undefined,
): Server {
  const options = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: timeouts.headers,
    requestTimeout: timeouts.request,
    keepAliveTimeout: timeouts.keepAlive,
    connectionsCheckingInterval: timeouts.checkEvery,
    insecureHTTPParser: false,
    // The fence refuses it in the product's words; Node's own answer has no body.
    requireHostHeader: false,
  }
  const server = tls
    ? createTlsServer({ ...options, ...tls, handshakeTimeout: timeouts.headers })
    : createServer(options)
  server.timeout = timeouts.silence
  // Without a limit of its own Node hands all lines to the fence, which counts them; their bytes are limited above.
  server.maxHeadersCount = 0
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_CONNECTION

  const begin: RequestListener = (request, response) => {
    connections.began(request, response)
    handle(request, response)
  }
  server.on('connection', socket => connections.opened(socket))
  server.on(tls ? 'secureConnection' : 'connection', socket => connections.listenIn(socket))
  server.on('request', begin)
  server.on('checkExpectation', begin)
  server.on('checkContinue', (request: IncomingMessage, response) => {
    const announced = Number(request.headers['content-length'] ?? 0)
    if (announced <= MAX_BODY_BYTES && refusalOf(request) === undefined) response.writeContinue()
    begin(request, response)
  })
  server.on('connect', (request: IncomingMessage, socket) => {
    broken.refuse(socket, request.url ?? '', new WireHeaders(request.rawHeaders), {
      is: 'method-not-allowed',
      allowed: [],
    })
  })
  return server
}
