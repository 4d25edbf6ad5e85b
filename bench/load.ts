/** Asks again and again over some connections, and keeps every latency. */

import autocannon from 'autocannon'
import type { Headers } from './caller.ts'
import { type Latency, latencyOf } from './figures.ts'

export interface Load {
  readonly name: string
  /** The path of the next request. */
  readonly path: () => string
  /** Fresh for each request where a signature must not repeat. */
  readonly headers: (path: string) => Headers
  readonly connections: number
  readonly seconds: number
}

export interface Measured extends Latency {
  readonly requestsPerSecond: number
}

/** Milliseconds between two looks at whether the time is over. */
const TICK = 50
/** The server ends a connection after ten thousand. */
const REQUESTS_PER_CONNECTION = 5000

/** @throws Error when any answer is not 200: a refused request would be a fast one */
export async function load(endpoint: string, { name, path, headers, connections, seconds }: Load): Promise<Measured> {
  const latencies: number[] = []
  let refused = 0
  const started = performance.now()
  await new Promise<void>((resolve, reject) => {
    const next = (request: autocannon.Request) => {
      const asked = path()
      return { ...request, path: asked, headers: headers(asked) }
    }
    const run = autocannon(
      {
        url: endpoint,
        connections,
        duration: seconds,
        sampleInt: TICK,
        reconnectRate: REQUESTS_PER_CONNECTION,
        requests: [{ setupRequest: next }],
      },
      error => (error ? reject(error) : resolve()),
    )
    run.on('response', (_client, status, _bytes, milliseconds) => {
      if (status !== 200) refused++
      latencies.push(milliseconds)
    })
  })
  const elapsed = (performance.now() - started) / 1000
  if (refused > 0 || latencies.length === 0)
    throw new Error(`${name}: ${refused} of ${latencies.length} requests were refused`)
  return { requestsPerSecond: latencies.length / elapsed, ...latencyOf(latencies) }
}
