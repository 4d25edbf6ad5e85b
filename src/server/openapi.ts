/** The OpenAPI 3.1 document of everything that is served, made from the route tables and their schemas alone. */

import { readFileSync } from 'node:fs'
import type { TSchema } from 'typebox'
import type { Inventory } from '../inventory/inventory.ts'
import type { Product, Route } from '../products/shared/product.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

type Properties = Readonly<Record<string, TSchema>>

/** @param products with the inventory among them @param inventory whose answers have schemas */
export function openApiOf(products: readonly Product[], inventory: Inventory): object {
  const answers = new Map(inventory.routes.map(({ path, answer }) => [path, answer]))
  const summaries = new Map(inventory.routes.map(({ path, summary }) => [path, summary]))
  const paths: Record<string, Record<string, object>> = {}
  const names = new Map<string, number>()
  for (const product of products)
    for (const route of product.routes.filter(({ path }) => path !== '/')) {
      const name = `${product.name}.${route.operation}`
      const times = (names.get(name) ?? 0) + 1
      names.set(name, times)
      const at = route.path.replace(/:([A-Za-z_]+)/g, '{$1}')
      const methods = paths[at] ?? {}
      paths[at] = methods
      methods[route.method.toLowerCase()] = {
        ...operationOf(product, route, answers.get(route.path)),
        operationId: times === 1 ? name : `${name}.${times}`,
        summary: summaries.get(route.path) ?? route.operation,
      }
    }
  for (const product of products.filter(({ choose }) => choose)) paths['/'] = rpcOf(product)
  return {
    openapi: '3.1.0',
    info: { title: 'Certfolio', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    tags: products.map(({ name, title }) => ({ name, description: title })),
    paths,
    components: {
      securitySchemes: {
        token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token', description: 'From POST /v3/auth/tokens.' },
        signature: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'An access key’s signature.' },
      },
    },
  }
}

function operationOf(product: Product, route: Route, answer: TSchema | undefined): object {
  const { path, query, body, action, support } = route
  const inPath = [...path.matchAll(/:([A-Za-z_]+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const required: readonly string[] = (query as { required?: readonly string[] } | undefined)?.required ?? []
  const inQuery = Object.entries((query?.properties ?? {}) as Properties).map(([name, schema]) => ({
    name,
    in: 'query',
    // What has a default may be left out.
    required: required.includes(name) && !('default' in schema),
    schema,
  }))
  return {
    tags: [product.name],
    ...(support.is === 'unsupported' && { description: `Not supported: ${support.why}.` }),
    ...(support.is === 'deviates' && { description: support.deviations.join('\n\n') }),
    parameters: [...inPath, ...inQuery],
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    security: action === '' ? [] : [{ token: [] }, { signature: [] }],
    responses: {
      ...(support.is === 'unsupported'
        ? { '501': { description: 'Not supported.' } }
        : { '2XX': { description: 'Done.', ...(answer && { content: { 'application/json': { schema: answer } } }) } }),
      default: { description: 'What went wrong, in the words of this API.' },
    },
  }
}

/** RPC has one path: which operation is meant is said by a parameter, and each has parameters of its own. */
function rpcOf(product: Product): Record<string, object> {
  const routes = Map.groupBy(
    product.routes.filter(({ path }) => path === '/'),
    ({ method }) => method,
  )
  return Object.fromEntries(
    [...routes].map(([method, of]) => [
      method.toLowerCase(),
      {
        tags: [product.name],
        operationId: `${product.name}.rpc.${method.toLowerCase()}`,
        summary: product.title,
        parameters: [
          {
            name: 'Action',
            in: 'query',
            required: true,
            schema: { type: 'string', enum: [...new Set(of.map(({ operation }) => operation))] },
          },
          { name: 'Version', in: 'query', required: true, schema: { type: 'string' } },
          ...parametersOf(of),
        ],
        responses: { '2XX': { description: 'Done.' }, default: { description: 'What went wrong.' } },
      },
    ]),
  )
}

function parametersOf(routes: readonly Route[]): readonly object[] {
  const schemas = new Map<string, { schema: TSchema; operations: string[] }>()
  for (const { operation, query } of routes)
    for (const [name, schema] of Object.entries((query?.properties ?? {}) as Properties)) {
      const known = schemas.get(name) ?? { schema, operations: [] }
      known.operations.push(operation)
      schemas.set(name, known)
    }
  return [...schemas].map(([name, { schema, operations }]) => ({
    name,
    in: 'query',
    required: false,
    description: `Of ${operations.join(', ')}.`,
    schema,
  }))
}
