import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROUTES } from '../../src/inventory/routes.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required: boolean
  readonly schema: { readonly type?: string; readonly enum?: readonly (string | number)[] }
}

interface Operation {
  readonly operationId: string
  readonly parameters: readonly Parameter[]
  readonly responses: Readonly<Record<string, object>>
}

let registry: TestRegistry
let paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>

beforeAll(async () => {
  registry = await startRegistry()
  const answer = await registry.get('/openapi.json', { auth: 'none' })
  expect([answer.status, answer.json.openapi]).toEqual([200, '3.1.0'])
  paths = answer.json.paths
})
afterAll(() => registry?.close())

const operations = () =>
  Object.entries(paths).flatMap(([path, of]) =>
    Object.entries(of).map(([method, operation]) => ({ path, method, operation })),
  )

describe('the OpenAPI document', () => {
  test('has every route of every product and of the inventory', () => {
    const { products } = registry
    const routes = [...products.flatMap(({ routes }) => routes), ...ROUTES].filter(({ path }) => path !== '/')
    expect(routes.length).toBeGreaterThan(60)
    for (const { method, path } of routes) {
      const at = path.replace(/:([A-Za-z_]+)/g, '{$1}')
      expect([at, Object.hasOwn(paths[at] ?? {}, method.toLowerCase())]).toEqual([at, true])
    }
    const rpc = products.flatMap(({ routes }) => routes).filter(({ path }) => path === '/')
    for (const { method, operation } of rpc) {
      const action = paths['/']?.[method.toLowerCase()]?.parameters.find(({ name }) => name === 'Action')
      expect(action?.schema.enum).toContain(operation)
    }
  })

  test('has nothing else: each operation in it is served', async () => {
    for (const { path, method } of operations()) {
      const at = path.replace(/\{[^}]+\}/g, 'x')
      const { status } = await registry.request(method.toUpperCase(), at, { auth: 'none' })
      expect([path, method, status]).not.toEqual([path, method, path === '/' ? -1 : 405])
    }
  })

  test('names each operation once, each parameter once, and every parameter of its path', () => {
    const names = operations().map(({ operation }) => operation.operationId)
    expect(new Set(names).size).toBe(names.length)
    for (const { path, operation } of operations()) {
      const keys = operation.parameters.map(parameter => `${parameter.in} ${parameter.name}`)
      expect(new Set(keys).size).toBe(keys.length)
      const inPath = operation.parameters.filter(parameter => parameter.in === 'path').map(({ name }) => name)
      expect(inPath).toEqual([...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name))
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0)
    }
  })

  test('describes requests that never get a 5xx but for what is not supported', async () => {
    const word = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('1', '-1', '0', '9'.repeat(30), 'a', '%', '..'))
    const valuesOf = ({ schema }: Parameter) =>
      schema.enum ? fc.oneof(fc.constantFrom(...schema.enum.map(String)), word) : word
    const requests = fc
      .constantFrom(...operations().filter(({ method, path }) => method === 'get' && path !== '/'))
      .chain(({ path, operation }) =>
        fc.record({
          path: fc.constant(path),
          supported: fc.constant(operation.responses['501'] === undefined),
          values: fc.tuple(
            ...operation.parameters.map(parameter =>
              fc.tuple(fc.constant(parameter), fc.option(valuesOf(parameter), { nil: undefined })),
            ),
          ),
        }),
      )
    await fc.assert(
      fc.asyncProperty(requests, async ({ path, supported, values }) => {
        let at = path
        const query: string[] = []
        for (const [{ name, in: where }, value] of values) {
          const own = registry.firstRun.project.id
          if (where === 'path')
            at = at.replace(`{${name}}`, encodeURIComponent((name === 'project_id' ? own : value) || 'x'))
          else if (value !== undefined) query.push(`${name}=${encodeURIComponent(value.toWellFormed())}`)
        }
        const { status } = await registry.get(`${at}?${query.join('&')}`)
        expect([at, query, status < 500 || (status === 501 && !supported)]).toEqual([at, query, true])
      }),
      { numRuns: 300 },
    )
  })
})
