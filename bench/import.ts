/** Bulk import from end to end, against `new X509Certificate` alone on the same certificates and cores. */

import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { bringInto } from '../src/cli/bring-in.ts'
import { enterFor } from '../src/cli/place.ts'
import { openRegistry, rooms } from '../src/main.ts'
import type { Intake } from '../src/products/shared/product.ts'
import type { Draft } from '../src/registry/record.ts'
import { makeFirstRun } from '../src/server/first-run.ts'
import { Reader } from '../src/sources/reader.ts'
import { pemOf, readPemBlocks } from '../src/x509/container.ts'
import { parseBare } from './bare-parse.ts'
import type { ImportFigures } from './figures.ts'
import { certificateOf } from './generate/certificate.ts'
import { monthOf } from './generate/fill.ts'
import { deviceOf } from './generate/names.ts'
import { Seeded } from './generate/seeded.ts'
import { finish } from './process.ts'

const MAIN = new URL('../src/main.ts', import.meta.url).pathname
const PRODUCT = 'iotda-devices'
/** Milliseconds of a transaction in a process that also serves. */
const SERVING_TRANSACTION = 10
/** Drafts of one transaction where the storage is measured alone. */
const DRAFTS_AT_ONCE = 5000

/** @param folder an empty one. @param count different certificates in one PEM file */
export async function measureImport(folder: string, count: number): Promise<ImportFigures> {
  const bundle = join(folder, 'fleet.pem')
  await writeBundle(bundle, count)
  parseBare(bundle, 0, 8)
  const bareOneThread = count / (parseBare(bundle, 0, 1) / 1000)
  const bareAllCores = await parseOnAllCores(bundle, count)
  const args = [MAIN, 'import', bundle, '--into', PRODUCT, '--data', join(folder, 'imported')]
  const first = await finish(args)
  const again = await finish(args)
  if (!again.stdout.startsWith(`0 added, ${count} already present`)) throw new Error(`imported again: ${again.stdout}`)
  const imported = count / first.seconds
  return {
    certificates: count,
    bareOneThread,
    bareAllCores,
    imported,
    ratio: imported / bareAllCores,
    ratioOfOneThread: imported / bareOneThread,
    presentAgain: count / again.seconds,
    stored: await storeAlone(join(folder, 'stored'), bundle, count),
    residentBytes: first.residentBytes,
    loopDelay: await loopDelay(join(folder, 'serving'), bundle),
  }
}

/** PEM of device certificates, which no other list of the bench has. */
async function writeBundle(path: string, count: number): Promise<void> {
  const now = monthOf(Date.now())
  const pems = Array.from({ length: count }, (_, i) => {
    const seeded = new Seeded(i * 8 + 6)
    return pemOf('CERTIFICATE', certificateOf({ commonName: deviceOf(i, seeded), sans: [], isCa: false, now }, seeded))
  })
  await writeFile(path, pems)
}

async function parseOnAllCores(path: string, count: number): Promise<number> {
  const threads = availableParallelism()
  const times = await Promise.all(
    Array.from({ length: threads }, async (_, thread) => {
      const worker = new Worker(new URL('bare-parse.ts', import.meta.url), { workerData: { path, thread, threads } })
      const [milliseconds] = await once(worker, 'message')
      return Number(milliseconds)
    }),
  )
  return count / (Math.max(...times) / 1000)
}

async function openWith(dataDir: string) {
  const registry = await openRegistry({ dataDir, env: {} })
  await makeFirstRun(registry, dataDir, 'http://127.0.0.1:0')
  const intake: Intake | undefined = rooms.intakes.find(({ product }) => product === PRODUCT)
  if (intake === undefined) throw new Error(`there is no intake of ${PRODUCT}`)
  return { registry, intake, destination: await enterFor(registry, intake, {}) }
}

/** Certificates a second that the storage takes, parsed before. */
async function storeAlone(dataDir: string, bundle: string, count: number): Promise<number> {
  const { registry, intake, destination } = await openWith(dataDir)
  try {
    const drafts: Draft[] = []
    for (const { der } of readPemBlocks(await readFile(bundle, 'latin1')))
      drafts.push(...intake.drafts({ name: 'fleet.pem', bytes: der }, destination.context))
    const started = performance.now()
    for (let at = 0; at < drafts.length; at += DRAFTS_AT_ONCE)
      await registry.storage.records.add(destination.scope, drafts.slice(at, at + DRAFTS_AT_ONCE))
    return count / ((performance.now() - started) / 1000)
  } finally {
    await registry.close()
  }
}

/** How long the event loop stands still while an import runs in the same process, in milliseconds. */
async function loopDelay(dataDir: string, bundle: string): Promise<ImportFigures['loopDelay']> {
  const { registry, intake, destination } = await openWith(dataDir)
  try {
    await using reader = new Reader(intake, destination.context, { dataDir, env: {}, startHere: false })
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const options = { workers: reader, transactionTime: SERVING_TRANSACTION }
    for await (const verdict of bringInto(registry, intake, destination, [{ path: bundle }], options))
      if (verdict.is !== 'added') throw new Error(`a certificate was not added: ${verdict.is}`)
    delay.disable()
    return { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 }
  } finally {
    await registry.close()
  }
}
