import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BrokenRequests } from '../../src/server/broken-requests.ts'
import { Connections } from '../../src/server/connections.ts'
import { Dialects } from '../../src/server/dialects.ts'
import { TIMEOUTS } from '../../src/server/limits.ts'
import { createListener } from '../../src/server/listener.ts'
import { createLog } from '../../src/server/log.ts'
import { exchange } from '../support/raw.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

test('no limit of the port is left at none', () => {
  const connections = new Connections()
  const broken = new BrokenRequests(new Dialects([]), connections, createLog('silent'))
  const server = createListener(() => {}, connections, broken, TIMEOUTS, undefined)
  expect(server).toMatchObject({
    headersTimeout: 15_000,
    requestTimeout: 30_000,
    timeout: 60_000,
    keepAliveTimeout: 65_000,
    maxRequestsPerSocket: 10_000,
  })
})

describe('a client that is too slow', () => {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry({ timeouts: { headers: 200, request: 400, keepAlive: 100, checkEvery: 20 } })
  })
  afterAll(() => registry?.close())

  test('with its headers is told so and cut', async () => {
    const { answers } = await exchange(registry.port, 'GET /v3/scm/certificates HTTP/1.1\r\nHost: a\r\nX')
    expect(answers).toMatchObject([{ status: 408, headers: { connection: 'close' } }])
    expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject({ error_code: 'APIGW.0201' })
  })

  test('that never sends anything is told so and cut', async () => {
    const { answers } = await exchange(registry.port, '')
    expect(answers).toMatchObject([{ status: 408 }])
  })

  test('with its body is told so in the words of the product and cut', async () => {
    const { answers } = await exchange(
      registry.port,
      'POST /v3/scm/certificates/import HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{"a"',
    )
    expect(answers).toMatchObject([{ status: 408, headers: { connection: 'close' } }])
    expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject({ error_code: expect.any(String) })
  })

  test('with its next request is cut without a word', async () => {
    const { answers, rest } = await exchange(registry.port, 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(answers).toMatchObject([{ status: 200 }])
    expect(rest).toBe('')
  })
})
