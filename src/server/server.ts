/** Starts and stops the one port. */

import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { WireHeaders } from '../identity/wire-request.ts'
import { RequestFailure } from '../products/shared/failure.ts'
import { readBody } from './body.ts'
import { BrokenRequests, newRequestId } from './broken-requests.ts'
import { Connections } from './connections.ts'
import { Dialects } from './dialects.ts'
import { refusalOf } from './fence.ts'
import { servedInventory } from './inventory.ts'
import { MAX_TARGET_BYTES, TIMEOUTS, type Timeouts } from './limits.ts'
import { createListener, type Tls } from './listener.ts'
import type { Log } from './log.ts'
import { openApiOf } from './openapi.ts'
import { Operations } from './operations.ts'
import type { Speaker } from './own-words.ts'
import type { Registry } from './registry.ts'
import { ANSWERED_METHODS, addDescription, addHealth, addProduct, answerTheRest } from './routes.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who answers at this path. */
    speaker?: Speaker
  }
  interface FastifyRequest {
    /** When it came, as `performance.now()`; 0 where its path could not even be read. */
    began: number
  }
}

export interface ServerOptions {
  readonly registry: Registry
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  readonly tls?: Tls | undefined
  readonly log: Log
  readonly timeouts?: Partial<Timeouts>
}

export interface RunningServer {
  /** For example `http://127.0.0.1:8080`. */
  readonly endpoint: string
  /**
   * Stops accepting, finishes what is in flight, cuts what is not finished in time. The registry stays open.
   * @param drain milliseconds, instead of `Timeouts.drain`
   */
  close(drain?: number): Promise<void>
}

/** @returns once requests are accepted. @throws Error with one line for the operator where the port cannot be had */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { registry, log, host, port } = options
  const timeouts = { ...TIMEOUTS, ...options.timeouts }
  const served = [...registry.products, servedInventory(registry.inventory)]
  const dialects = new Dialects(served)
  const connections = new Connections()
  const broken = new BrokenRequests(dialects, connections, log)
  const app: FastifyInstance = Fastify({
    serverFactory: handle => createListener(handle, connections, broken, timeouts, options.tls),
    clientErrorHandler: (error, socket) => broken.answer(error, socket),
    frameworkErrors: (error, request, reply) => {
      fail(error, request, reply)
    },
    genReqId: newRequestId,
    // What Fastify would log itself holds whole requests; `Operations` logs what may be known.
    logger: false,
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_TARGET_BYTES },
  })
  const operations = new Operations(registry, log)
  const fail = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const headers = new WireHeaders(request.raw.rawHeaders)
    const speaker = request.routeOptions.config?.speaker ?? dialects.speakerFor(request.raw.url ?? '', headers)
    // The rest of the request may never come, or was not read.
    reply.header('connection', 'close')
    return operations.fail(speaker, error, request, reply)
  }
  const ready = async () => !stopping && (await registry.storage.ready().catch(() => false))
  let stopping: Promise<void> | undefined

  for (const method of ANSWERED_METHODS) app.addHttpMethod(method, { hasBody: true, overrideExisting: true })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (request: FastifyRequest) => readBody(request.raw))
  app.decorateRequest('began', 0)
  app.addHook('onRequest', (request, _reply, done) => {
    request.began = performance.now()
    const refusal = refusalOf(request.raw)
    done(refusal && new RequestFailure(refusal))
  })
  app.setErrorHandler(fail)
  app.setNotFoundHandler(answerTheRest(served, dialects, operations))
  addHealth(app, operations, ready)
  addDescription(app, operations, openApiOf(served, registry.inventory))
  for (const product of served) addProduct(app, product, operations)

  await app.listen({ host, port }).catch(error => {
    throw unlistenable(error, host, port)
  })
  const { port: bound } = app.server.address() as AddressInfo
  const stop = async (drain: number) => {
    const closed = new Promise(resolve => app.server.close(resolve))
    connections.windDown()
    const cut = setTimeout(() => connections.cut(), drain)
    await closed
    clearTimeout(cut)
    await app.close()
  }
  return {
    endpoint: `${options.tls ? 'https' : 'http'}://${nameOf(host)}:${bound}`,
    close: (drain = timeouts.drain) => (stopping ??= stop(drain)),
  }
}

/** The host as a client on this machine would write it. */
function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

function unlistenable(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const why = new Map([
    ['EADDRINUSE', 'the port is in use; choose another one with --port'],
    ['EACCES', 'the port may not be used; choose one above 1023 with --port'],
    ['EADDRNOTAVAIL', 'the address is not one of this machine; choose another one with --host'],
    ['ENOTFOUND', 'the host name is unknown; choose another one with --host'],
  ]).get(error.code ?? '')
  return new Error(`Cannot listen on ${nameOf(host)}:${port}: ${why ?? error.message}.`, { cause: error })
}
