import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Figures } from '../../bench/figures.ts'
import { fileOf, GENERATED } from '../../bench/generate/intakes.ts'
import { LISTS } from '../../bench/questions.ts'
import { enterFor } from '../../src/cli/place.ts'
import { openRegistry } from '../../src/main.ts'
import { makeFirstRun } from '../../src/server/first-run.ts'
import { readCertificates } from '../../src/x509/container.ts'
import { temporaryDirectory } from '../support/command.ts'

let place: Awaited<ReturnType<typeof temporaryDirectory>>
beforeAll(async () => {
  place = await temporaryDirectory()
})
afterAll(() => place?.remove())

const NOW = Date.UTC(2026, 5)
const DAY = 86_400_000

test.each(GENERATED)(
  'the generator makes the same records of $product every time, in ranges of any size',
  async intake => {
    const dataDir = join(place.path, intake.product)
    const registry = await openRegistry({ dataDir, env: {} })
    try {
      await makeFirstRun(registry, dataDir, 'http://127.0.0.1:0')
      const { context } = await enterFor(registry, intake, {})
      const made = (from: number, to: number) => intake.drafts(fileOf({ from, to, now: NOW }), context)
      const whole = made(0, 60)
      // SCM's ids are the time of their making: the storing thread gives them out.
      const same = ({ facts, ...draft }: (typeof whole)[number]) => ({ ...draft, facts: { ...facts, vendorId: '' } })
      expect([...made(0, 25), ...made(25, 60)].map(same)).toEqual(whole.map(same))
      expect(new Set(whole.map(({ facts }) => facts.fingerprint)).size).toBe(60)
      for (const { facts, contents } of whole) {
        expect(Math.abs((facts.notAfter ?? 0) - NOW)).toBeLessThanOrEqual(730 * DAY)
        const [certificate] = readCertificates(contents[0]?.bytes ?? new Uint8Array(0))
        expect(certificate?.fingerprint).toBe(facts.fingerprint)
      }
      expect(new Set(made(0, 400).map(({ facts }) => facts.keyAlgorithm))).toEqual(new Set(['RSA', 'EC', 'SM2']))
    } finally {
      await registry.close()
    }
  },
)

test('a small run prints every figure and writes it under its name', async () => {
  const json = join(place.path, 'figures.json')
  const run = new URL('../../bench/run.ts', import.meta.url).pathname
  const args = ['--records', '500', '--seconds', '0.1', '--import', '500', '--parts', 'import,lists', '--json', json]
  const { stdout } = await promisify(execFile)(process.execPath, [run, ...args, '--folder', place.path])
  const figures: Figures = JSON.parse(await readFile(json, 'utf8'))
  const [size] = figures.sizes
  for (const list of LISTS)
    for (const window of ['first page', 'middle page', 'last page']) {
      const found = size?.questions.find(each => each.list === list && each.question === window)
      expect(found?.ours.median).toBeGreaterThan(0)
      expect(found?.ours.p99).toBeGreaterThanOrEqual(found?.ours.median ?? 0)
      expect(found?.plainPage.median).toBeGreaterThan(0)
    }
  for (const { list, question, ours } of size?.questions ?? [])
    expect(stdout).toMatch(new RegExp(`^${list} +${question} +${ours.median.toFixed(2).replace('.', '\\.')} `, 'm'))
  expect(size?.throughput.map(({ list }) => list)).toEqual(LISTS)
  for (const figure of Object.values(size?.process ?? {})) expect(figure).toBeGreaterThan(0)
  expect(figures.import?.ratio).toBeGreaterThan(0)
  expect(figures.import?.presentAgain).toBeGreaterThan(0)
  expect(stdout).toMatch(/new X509Certificate alone: .* on all cores\n {2}imported: /)
}, 300_000)
