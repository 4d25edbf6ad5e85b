/** Runs one operation of a product: who asks, then the operation, then what went wrong in the product's words. */

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../identity/principal.ts'
import { pathOf, WireHeaders, type WireRequest } from '../identity/wire-request.ts'
import { type Failure, type Reply, RequestFailure, VendorError } from '../products/shared/failure.ts'
import type { Call, Product, Route } from '../products/shared/product.ts'
import type { RecordStore } from '../registry/store.ts'
import { send } from './answer.ts'
import { failureOf } from './failures.ts'
import type { Log } from './log.ts'
import type { Speaker } from './own-words.ts'
import type { Registry } from './registry.ts'

const NO_BODY = Buffer.alloc(0)

/** Who calls an operation that authenticates nobody. Enters nowhere. */
const NOBODY: Principal = {
  userId: '',
  userName: '',
  domainId: '',
  domainName: '',
  aliyunUserId: '',
  isRoot: false,
  projectId: undefined,
  accessKeyId: undefined,
}

export function wireRequestOf(request: FastifyRequest): WireRequest {
  return {
    id: request.id,
    method: request.method,
    target: request.raw.url ?? '',
    headers: new WireHeaders(request.raw.rawHeaders),
    body: Buffer.isBuffer(request.body) ? request.body : NO_BODY,
    remoteAddress: request.raw.socket.remoteAddress ?? '',
  }
}

export class Operations {
  readonly #registry: Registry
  readonly #log: Log

  constructor(registry: Registry, log: Log) {
    this.#registry = registry
    this.#log = log
  }

  /** Answers with an operation; what it throws is said by its product. */
  async run(product: Product, route: Route, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const wire = wireRequestOf(request)
    try {
      const answer = await this.#replyOf(product, route, wire, request.params as Record<string, string>)
      if (this.#log.isLevelEnabled('debug')) this.#log.debug(line(request, product, answer, route))
      return send(reply, product, answer)
    } catch (error) {
      return this.fail(product, error, request, reply, route)
    }
  }

  /** Answers with what went wrong. */
  fail(speaker: Speaker, error: unknown, request: FastifyRequest, reply: FastifyReply, route?: Route): FastifyReply {
    const failure: Failure | undefined = error instanceof VendorError ? undefined : failureOf(error)
    const answer = error instanceof VendorError ? error.reply : this.#said(speaker, failureOf(error), request, reply)
    const entry = { ...line(request, speaker, answer, route), ...(failure && { failure: failure.is }) }
    if (answer.status >= 500 && failure?.is !== 'not-supported') this.#log.error({ ...entry, err: error })
    else this.#log.info(entry)
    return send(reply, speaker, answer)
  }

  #said(speaker: Speaker, failure: Failure, request: FastifyRequest, reply: FastifyReply): Reply {
    if (failure.is === 'method-not-allowed') reply.header('allow', failure.allowed.join(', '))
    return speaker.say(failure, {
      requestId: request.id,
      host: request.headers.host ?? '',
      path: pathOf(request.raw.url ?? ''),
    })
  }

  async #replyOf(product: Product, route: Route, wire: WireRequest, path: Record<string, string>): Promise<Reply> {
    const { identity } = this.#registry
    let principal: Principal | undefined
    try {
      principal = route.action === '' ? NOBODY : await identity.authenticate(wire, product.credentials)
      return await this.#answered(route, wire, path, principal)
    } catch (error) {
      identity.audit.note(error, wire, route.action, principal)
      throw error
    }
  }

  async #answered(route: Route, wire: WireRequest, path: Record<string, string>, principal: Principal): Promise<Reply> {
    const { identity, storage, clock } = this.#registry
    const circumstances = { requestId: wire.id, address: wire.remoteAddress, path }
    if (!route.run) throw new RequestFailure({ is: 'not-supported', operation: route.operation })
    const call: Call<RecordStore> = {
      request: wire,
      path,
      principal,
      records: storage.records,
      vault: identity.vault,
      clock,
      enter: (records, place) => identity.enter(principal, route.action, records, place, circumstances),
      facility: (kind, projectId, id) => identity.facility(kind, projectId, id),
    }
    return 'reads' in route.run ? route.run.reads(call) : route.run.writes(call)
  }
}

/** What the log says of a request: never a header, a value of the query, or a part of the body. */
function line(request: FastifyRequest, speaker: Speaker, answer: Reply, route?: Route): object {
  return {
    requestId: request.id,
    method: request.method,
    path: pathOf(request.raw.url ?? '').slice(0, 200),
    product: speaker.name,
    ...(route && { operation: route.operation }),
    status: answer.status,
    ...(request.began > 0 && { ms: Math.round((performance.now() - request.began) * 1000) / 1000 }),
  }
}
