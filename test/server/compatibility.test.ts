import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compatibilityOf } from '../../scripts/compatibility.ts'
import type { Product, Route } from '../../src/products/shared/product.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry?.close())

test('docs/compatibility.md is what `npm run compatibility` writes', async () => {
  const committed = await readFile(new URL('../../docs/compatibility.md', import.meta.url), 'utf8')
  expect(committed).toBe(compatibilityOf(registry.products))
})

describe('what the route tables say is what is served', () => {
  const concrete = (path: string) => path.replace(/:[a-z_]+/g, () => registry.firstRun.project.id)

  function routes(): (readonly [Product, Route])[] {
    return registry.products.flatMap(product => product.routes.map(route => [product, route] as const))
  }

  function ask(route: Route) {
    return route.path === '/'
      ? registry.rpc(route.operation, {}, { method: route.method, version: versionOf(route) })
      : registry.request(route.method, concrete(route.path))
  }

  /** The operations of other APIs that the same clients call. */
  const VERSIONS = new Map([
    ['AuthorizeFileUpload', '2019-12-19'],
    ['GetCallerIdentity', '2015-04-01'],
  ])
  function versionOf({ operation }: Route): string {
    return VERSIONS.get(operation) ?? '2024-05-18'
  }

  test('every operation that is not supported says so: 501, to those who are known', async () => {
    const unsupported = routes().filter(([, route]) => route.support.is === 'unsupported')
    expect(unsupported.length).toBeGreaterThan(20)
    for (const [product, route] of unsupported) {
      const answer = await ask(route)
      expect([product.name, route.operation, answer.status, typeof answer.json]).toEqual([
        product.name,
        route.operation,
        501,
        'object',
      ])
    }
  })

  test('every operation that is supported is found, and never fails of itself', async () => {
    const supported = routes().filter(([, route]) => route.support.is !== 'unsupported' && route.method !== 'DELETE')
    expect(supported.length).toBeGreaterThan(20)
    for (const [product, route] of supported) {
      const { status } = await ask(route)
      expect([product.name, route.operation, status < 500 && status !== 405]).toEqual([
        product.name,
        route.operation,
        true,
      ])
    }
  })

  test('every operation with a permission refuses those who are nobody', async () => {
    for (const [product, route] of routes().filter(([, { action }]) => action !== '')) {
      const answer =
        route.path === '/'
          ? await registry.request(route.method, `/?Action=${route.operation}&Version=${versionOf(route)}`, {
              auth: 'none',
            })
          : await registry.request(route.method, concrete(route.path), { auth: 'none' })
      // Alibaba's gateway answers 400 to who names no access key (dataworks reference §4).
      expect([product.name, route.operation, answer.status]).toEqual([
        product.name,
        route.operation,
        product.name === 'dataworks' ? 400 : 401,
      ])
    }
  })
})
