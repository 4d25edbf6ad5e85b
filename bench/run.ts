/**
 * `npm run bench [-- --records N] [--seconds S] [--json FILE]`: the five lists over a registry of N records each,
 * against a bare `node:http` server that answers the same bytes, in one run on one machine.
 */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { FirstRun } from '../src/identity/first-account.ts'
import { openRegistry } from '../src/main.ts'
import { fill } from './fill.ts'
import { load, type Measured } from './load.ts'
import { start } from './process.ts'
import { questions } from './questions.ts'

const { values: options } = parseArgs({
  options: {
    records: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
})
const records = Number(options.records)
const seconds = Number(options.seconds)

interface Row {
  readonly name: string
  readonly ours: Measured
  readonly bare: Measured
  /** Requests a second, ours over bare. */
  readonly ratio: number
}

const main = new URL('../src/main.ts', import.meta.url).pathname
const bareServer = new URL('bare.ts', import.meta.url).pathname

async function measure(dataDir: string): Promise<readonly Row[]> {
  const registry = await openRegistry({ dataDir, env: {} })
  await registry.createFirstAccount('http://127.0.0.1:0').then(async firstRun => {
    await writeFile(join(dataDir, 'first-run.json'), JSON.stringify(firstRun), { mode: 0o600 })
  })
  await fill(registry, records, console.log)
  await registry.close()

  const rows: Row[] = []
  const started = performance.now()
  const server = await start([main, 'serve', '--data', dataDir, '--port', '0', '--log-level', 'error'])
  console.log(`ready after ${Math.round(performance.now() - started)} ms`)
  try {
    const firstRun: FirstRun = JSON.parse(await readFile(join(dataDir, 'first-run.json'), 'utf8'))
    for (const question of await questions(server.endpoint, firstRun)) {
      const answer = await fetch(`${server.endpoint}${question.path}`, { headers: question.headers() })
      if (answer.status !== 200) throw new Error(`${question.name}: ${answer.status} ${await answer.text()}`)
      const body = join(dataDir, 'answer')
      await writeFile(body, await answer.text())
      const ours = await load(server.endpoint, question, seconds)
      const bareProcess = await start([bareServer, body])
      const bare = await load(bareProcess.endpoint, question, seconds).finally(() => bareProcess.stop())
      rows.push({ name: question.name, ours, bare, ratio: ours.requestsPerSecond / bare.requestsPerSecond })
      console.log(lineOf(rows.at(-1)))
    }
  } finally {
    await server.stop()
  }
  return rows
}

function lineOf(row: Row | undefined): string {
  if (row === undefined) return ''
  const { name, ours, bare, ratio } = row
  return [
    name.padEnd(34),
    `${Math.round(ours.requestsPerSecond)}/s`.padStart(9),
    `median ${ours.median.toFixed(2)} ms`.padStart(17),
    `p99 ${ours.p99.toFixed(2)} ms`.padStart(15),
    `bare ${Math.round(bare.requestsPerSecond)}/s`.padStart(14),
    `ratio ${ratio.toFixed(2)}`.padStart(12),
  ].join('  ')
}

const dataDir = await mkdtemp(join(tmpdir(), 'certfolio-bench-'))
try {
  const rows = await measure(dataDir)
  if (options.json) {
    const figures = Object.fromEntries(rows.map(({ name, ours, bare, ratio }) => [name, { ours, bare, ratio }]))
    await writeFile(options.json, `${JSON.stringify({ records, seconds, figures }, undefined, 2)}\n`)
  }
} finally {
  await rm(dataDir, { recursive: true })
}
