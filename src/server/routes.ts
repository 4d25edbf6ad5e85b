/** Puts the products' route tables, RPC and the server's own paths on one Fastify. */

import { METHODS } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pathOf, type WireRequest } from '../identity/wire-request.ts'
import { type Reply, RequestFailure } from '../products/shared/failure.ts'
import type { Product, Route } from '../products/shared/product.ts'
import { send } from './answer.ts'
import type { Dialects } from './dialects.ts'
import { type Operations, wireRequestOf } from './operations.ts'
import { ownWords, type Speaker } from './own-words.ts'
import { isForm } from './rpc.ts'

/** Methods that get an answer in words; the fence has refused the other two. */
export const ANSWERED_METHODS: readonly string[] = METHODS.filter(method => !['CONNECT', 'TRACE'].includes(method))

type Handler = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | Promise<FastifyReply>

/**
 * A path with everything that it answers. Every other method is `method-not-allowed`; `HEAD` too, for no vendor
 * documents it beside its `GET`s, and a route table can have it where one does.
 */
function addPath(
  app: FastifyInstance,
  url: string,
  handlers: ReadonlyMap<string, Handler>,
  speaker: Speaker,
  operations: Operations,
): void {
  for (const [method, handler] of handlers) app.route({ method, url, handler, config: { speaker } })
  const allowed = [...handlers.keys()]
  app.route({
    method: ANSWERED_METHODS.filter(method => !handlers.has(method)),
    url,
    handler: (request, reply) =>
      operations.fail(speaker, new RequestFailure({ is: 'method-not-allowed', allowed }), request, reply),
    config: { speaker },
  })
}

/** One product's operations, but for those of RPC. */
export function addProduct(app: FastifyInstance, product: Product, operations: Operations): void {
  const paths = Map.groupBy(
    product.routes.filter(route => route.path !== '/'),
    route => route.path,
  )
  for (const [url, routes] of paths) {
    const handlers = routes.map((route): [string, Handler] => [
      route.method,
      (request, reply) => operations.run(product, route, request, reply),
    ])
    addPath(app, url, new Map(handlers), product, operations)
  }
}

/** What load balancers ask. */
export function addHealth(app: FastifyInstance, operations: Operations, ready: () => Promise<boolean>): void {
  const both = (handler: Handler) => new Map([['GET', handler] as const, ['HEAD', handler] as const])
  const alive: Handler = (_, reply) => send(reply, ownWords, { status: 200, body: { status: 'ok' } })
  const able: Handler = async (_, reply) =>
    (await ready())
      ? send(reply, ownWords, { status: 200, body: { status: 'ready' } })
      : send(reply, ownWords, { status: 503, body: { status: 'not-ready' } })
  addPath(app, '/healthz', both(alive), ownWords, operations)
  addPath(app, '/readyz', both(able), ownWords, operations)
}

/** The description of everything that is served. It holds nothing of anybody, so that anybody may read it. */
export function addDescription(app: FastifyInstance, operations: Operations, document: object): void {
  const body = JSON.stringify(document)
  addPath(
    app,
    '/openapi.json',
    new Map([['GET', (_, reply) => send(reply, ownWords, { status: 200, body })]]),
    ownWords,
    operations,
  )
}

/** Answers what no path has: RPC, wherever its client asks; the root; unknown paths of a product's space; the rest. */
export function answerTheRest(products: readonly Product[], dialects: Dialects, operations: Operations): Handler {
  const tables = new Map(products.filter(product => product.choose).map(product => [product, rpcTableOf(product)]))
  const list = products.map(({ name, title, prefixes }) => ({ name, title, prefixes }))
  const landing = (request: WireRequest): Reply => ({
    status: 200,
    body: { name: 'certfolio', products: list, ...Object.assign({}, ...products.map(p => p.landing?.(request))) },
  })
  return (request, reply) => {
    const wire = wireRequestOf(request)
    const form = isForm(wire.headers) ? Buffer.from(wire.body).toString('latin1') : ''
    const rpc = dialects.rpcFor(wire.target, wire.headers, form)
    const chosen = rpc?.choose?.(wire)
    if (rpc === undefined || chosen === undefined) {
      if (pathOf(wire.target) === '/' && ['GET', 'HEAD'].includes(wire.method))
        return send(reply, ownWords, landing(wire))
      const failure = new RequestFailure({ is: 'no-such-operation', detail: 'Nothing is served at this path.' })
      return operations.fail(dialects.speakerFor(wire.target, wire.headers), failure, request, reply)
    }
    if ('is' in chosen) return operations.fail(rpc, new RequestFailure(chosen), request, reply)
    const methods = tables.get(rpc)?.get(chosen.operation)
    const route = methods?.get(wire.method)
    if (route) return operations.run(rpc, route, request, reply)
    const allowed = [...(methods?.keys() ?? [])]
    return operations.fail(rpc, new RequestFailure({ is: 'method-not-allowed', allowed }), request, reply)
  }
}

/** By operation, then by method. */
type RpcTable = ReadonlyMap<string, ReadonlyMap<string, Route>>

function rpcTableOf(product: Product): RpcTable {
  const operations = Map.groupBy(
    product.routes.filter(route => route.path === '/'),
    route => route.operation,
  )
  return new Map([...operations].map(([name, routes]) => [name, new Map(routes.map(route => [route.method, route]))]))
}
