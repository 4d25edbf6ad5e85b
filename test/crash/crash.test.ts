import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryDirectory } from '../support/command.ts'
import { type CrashSummary, isClean, runCrashCycles } from './cycles.ts'
import { postgresEngine, sqliteEngine } from './engines.ts'

let place: Awaited<ReturnType<typeof temporaryDirectory>>
beforeAll(async () => {
  process.umask(0o077)
  place = await temporaryDirectory()
})
afterAll(() => place?.remove())

/** Said with a failure, so that it can be run again: `npm run crash -- --seed SEED`. */
function report(summary: CrashSummary): string {
  return JSON.stringify(summary, undefined, 2)
}

test('A1: what a server has acknowledged is there after kill -9, unaltered and once, and nothing is half', async () => {
  const seed = `suite-${Date.now()}`
  const options = { engine: sqliteEngine(place.path), dataDir: join(place.path, 'data'), cycles: 5, seed, longest: 900 }
  const summary = await runCrashCycles(options)
  expect(isClean(summary), report(summary)).toBe(true)
  // Otherwise it has shown nothing.
  expect(summary.created).toBeGreaterThan(20)
  expect(summary.unknown).toBeGreaterThan(0)
}, 120_000)

test('A7: and on PostgreSQL, whose server is killed too', async () => {
  const directory = join(place.path, 'postgres')
  await mkdir(directory)
  const engine = await postgresEngine(directory)
  try {
    const seed = `suite-${Date.now()}`
    const summary = await runCrashCycles({ engine, dataDir: join(directory, 'data'), cycles: 2, seed, longest: 1_500 })
    expect(isClean(summary), report(summary)).toBe(true)
    expect(summary.created + summary.unknown).toBeGreaterThan(0)
  } finally {
    await engine.dispose()
  }
}, 120_000)
