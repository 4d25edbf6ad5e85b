/** Asks one question again and again over a few connections, and keeps every latency. */

import autocannon from 'autocannon'

export interface Question {
  readonly name: string
  readonly path: string
  /** Fresh for each request where a signature must not repeat. */
  readonly headers: () => Readonly<Record<string, string>>
}

export interface Measured {
  readonly requestsPerSecond: number
  /** Milliseconds. */
  readonly median: number
  readonly p99: number
}

/** Enough to keep one server process busy. */
const CONNECTIONS = 8

/** @throws Error when any answer is not 200: a refused request would be a fast one */
export async function load(endpoint: string, question: Question, seconds: number): Promise<Measured> {
  const latencies: number[] = []
  let refused = 0
  const started = performance.now()
  await new Promise<void>((resolve, reject) => {
    const run = autocannon(
      {
        url: endpoint,
        connections: CONNECTIONS,
        duration: seconds,
        requests: [{ path: question.path, setupRequest: request => ({ ...request, headers: question.headers() }) }],
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
    throw new Error(`${question.name}: ${refused} of ${latencies.length} requests were refused`)
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0
  return { requestsPerSecond: latencies.length / elapsed, median: at(0.5), p99: at(0.99) }
}
