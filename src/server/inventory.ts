/** Serves the inventory as the server serves products: its routes, and its failures in words of its own. */

import { Readable } from 'node:stream'
import { queryOf } from '../identity/wire-request.ts'
import type { InventoryRoute } from '../inventory/call.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { InventoryProblem } from '../inventory/problem.ts'
import { type Reply, VendorError } from '../products/shared/failure.ts'
import { parseParameters, readParameters } from '../products/shared/parameters.ts'
import { type Call, type Product, type Route, reads } from '../products/shared/product.ts'
import { ownWords, words } from './own-words.ts'

/** A principal sees what the products let it see: there is no permission to ask the inventory as such. */
const ANYBODY = 'certfolio:inventory:read'

export function servedInventory(inventory: Inventory): Product {
  return {
    name: 'inventory',
    title: 'The inventory: certificates of all products',
    prefixes: ['/api/v1'],
    credentials: 'huawei',
    routes: inventory.routes.map(route => servedRoute(inventory, route)),
    listings: [],
    intakes: [],
    say(failure, { requestId }) {
      const [status, code, message] = words(failure)
      const fault = failure.is === 'fault' ? failure.fault : undefined
      return {
        status,
        ...(fault?.is === 'busy' && { headers: { 'Retry-After': String(fault.retryAfterSeconds) } }),
        body: { error: { code, message, requestId } },
      }
    },
    headers: ownWords.headers,
  }
}

function servedRoute(inventory: Inventory, route: InventoryRoute): Route {
  const { method, path, operation, query } = route
  return reads(method, path, operation, ANYBODY, call => answered(inventory, route, call), { query })
}

async function answered(inventory: Inventory, route: InventoryRoute, call: Call): Promise<Reply> {
  const { request, principal, path } = call
  const query = readParameters(route.query, parseParameters(queryOf(request.target)))
  const circumstances = { requestId: request.id, address: request.remoteAddress, path }
  try {
    const answer = await inventory.answer(route, { principal, circumstances, path, query })
    if ('json' in answer) return { status: 200, body: answer.json }
    const type = { 'Content-Type': answer.type }
    if ('bytes' in answer) return { status: 200, headers: type, stream: Readable.from([answer.bytes]) }
    const headers = { ...type, 'Content-Disposition': `attachment; filename="${answer.fileName}"` }
    return { status: 200, headers, stream: Readable.from(answer.stream) }
  } catch (error) {
    if (!(error instanceof InventoryProblem)) throw error
    const { code, message, at, status } = error
    const body = { error: { code, message, ...(at !== undefined && { at }), requestId: request.id } }
    throw new VendorError(message, { status, body })
  }
}
