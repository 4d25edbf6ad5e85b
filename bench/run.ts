/**
 * `npm run bench [-- --records N] [--seconds S] [--lists L,…] [--parts P,…] [--import N] [--json FILE]`: every figure
 * of bench/README.md, in one run on one machine.
 */

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { FirstRun } from '../src/identity/first-account.ts'
import { openRegistry } from '../src/main.ts'
import { makeFirstRun } from '../src/server/first-run.ts'
import type { Figures, SizeFigures } from './figures.ts'
import { fill, monthOf } from './generate/fill.ts'
import { GENERATED } from './generate/intakes.ts'
import { measureImport } from './import.ts'
import { askServer, listsNamed } from './lists.ts'
import { Plain } from './plain.ts'
import { printGrowth, printImport, printSize } from './print.ts'
import { finish } from './process.ts'
import { LISTS, type ListName } from './questions.ts'

const { values: options } = parseArgs({
  options: {
    /** Of each list. Smaller sizes by tens from 10,000 on are measured on the way. */
    records: { type: 'string', default: '100000' },
    /** For each question. */
    seconds: { type: 'string', default: '0.3' },
    parts: { type: 'string', default: 'import,identity,lists' },
    lists: { type: 'string', default: LISTS.join(',') },
    /** Certificates of the import. */
    import: { type: 'string', default: '20000' },
    json: { type: 'string' },
    /** Where the registry is made and removed again; a record takes about 2.5 kB twice. */
    folder: { type: 'string', default: tmpdir() },
  },
})
const SMALLEST = 10_000
/** What verifying credentials costs: a measurement of its own. */
const IDENTITY = new URL('identity.ts', import.meta.url).pathname

function sizesUpTo(records: number): readonly number[] {
  const sizes: number[] = []
  for (let size = SMALLEST; size < records; size *= 10) sizes.push(size)
  return [...sizes, records]
}

async function found(dataDir: string): Promise<FirstRun> {
  const registry = await openRegistry({ dataDir, env: {} })
  try {
    const firstRun = await makeFirstRun(registry, dataDir, 'http://127.0.0.1:0')
    if (firstRun === undefined) throw new Error(`${dataDir} is in use`)
    return firstRun
  } finally {
    await registry.close()
  }
}

/** @returns records a second, over all lists */
async function fillAll(dataDir: string, lists: readonly ListName[], from: number, to: number): Promise<number> {
  const registry = await openRegistry({ dataDir, env: {} })
  const started = performance.now()
  try {
    for (const intake of GENERATED.filter(({ product }) => lists.some(list => list === product))) {
      const rate = await fill(registry, intake, { from, to, now: monthOf(Date.now()), dataDir })
      console.log(`filled ${intake.product} up to ${to} records, ${Math.round(rate)} a second`)
    }
    return ((to - from) * lists.length) / ((performance.now() - started) / 1000)
  } finally {
    await registry.close()
  }
}

async function measureSizes(folder: string, sizes: readonly number[], lists: readonly ListName[]) {
  const dataDir = join(folder, 'data')
  const database = join(dataDir, 'certfolio.db')
  const firstRun = await found(dataDir)
  const plain = new Plain(join(folder, 'plain.db'))
  const figures: SizeFigures[] = []
  try {
    for (const [i, records] of sizes.entries()) {
      const filledPerSecond = await fillAll(dataDir, lists, sizes[i - 1] ?? 0, records)
      const bytesOnDiskPerRecord = (await stat(database)).size / (records * lists.length)
      for (const list of lists) plain.copy(list, database)
      const asked = await askServer({ dataDir, firstRun, plain, lists, seconds: Number(options.seconds) })
      const size = { records, ...asked, process: { ...asked.process, bytesOnDiskPerRecord, filledPerSecond } }
      printSize(size)
      figures.push(size)
    }
  } finally {
    plain.close()
  }
  return figures
}

async function measureIdentity(folder: string): Promise<unknown> {
  const json = join(folder, 'identity.json')
  const { stdout } = await finish([IDENTITY, '--seconds', options.seconds, '--json', json])
  console.log(`\nwhat finding out who asks takes of a list request\n${stdout}`)
  return JSON.parse(await readFile(json, 'utf8'))
}

async function measure(folder: string): Promise<Figures> {
  const parts = options.parts.split(',')
  const imported = parts.includes('import') ? await measureImport(folder, Number(options.import)) : undefined
  if (imported) printImport(imported)
  const identity = parts.includes('identity') ? await measureIdentity(folder) : undefined
  const lists = listsNamed(options.lists)
  const sizes = parts.includes('lists') ? await measureSizes(folder, sizesUpTo(Number(options.records)), lists) : []
  const machine = { at: new Date().toISOString(), node: process.version, cores: availableParallelism() }
  return { ...machine, sizes, ...(imported && { import: imported }), ...(identity !== undefined && { identity }) }
}

const folder = await mkdtemp(join(options.folder, 'certfolio-bench-'))
try {
  const figures = await measure(folder)
  printGrowth(figures)
  if (options.json) await writeFile(options.json, `${JSON.stringify(figures, undefined, 2)}\n`)
} finally {
  await rm(folder, { recursive: true })
}
