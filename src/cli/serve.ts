/** `certfolio serve`: serves until it is told to stop. */

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { createSecureContext } from 'node:tls'
import type { AccessRules } from '../identity/access-rules.ts'
import { bringFirstRun } from '../server/first-run.ts'
import type { Tls } from '../server/listener.ts'
import { createLog, type Log } from '../server/log.ts'
import type { Registry } from '../server/registry.ts'
import { type RunningServer, startServer } from '../server/server.ts'
import { isWorker, leavePrimary, tellReady, Workers } from '../server/workers.ts'
import type { Rooms } from './cli.ts'
import { prepareDemo } from './demo/demo.ts'
import { type OptionName, readSettings, type Settings } from './options.ts'
import { Usage } from './usage.ts'

export const SERVE_OPTIONS = [
  'data',
  'database',
  'host',
  'port',
  'workers',
  'demo',
  'tls-cert',
  'tls-key',
  'strict-replay',
  'require-acs3',
  'log-level',
  'master-key',
] as const satisfies OptionName[]

/** Milliseconds for answers that are under way when the storage has failed: they are refusals, and quick. */
const FAILURE_DRAIN = 300

type Given = Rooms & { readonly stdout: Writable }

/** @returns once it has stopped. @throws Usage; Error with one line where it cannot start or could not go on */
export async function serve(flags: Readonly<Record<string, string | undefined>>, rooms: Given): Promise<void> {
  const settings = readSettings(SERVE_OPTIONS, flags, rooms.env)
  if (settings.demo && settings['tls-cert'] !== undefined)
    throw new Usage('--demo serves plain HTTP: leave out --tls-cert and --tls-key.')
  if (settings.demo && settings.database !== undefined)
    throw new Usage('--demo fills a data directory: leave out --database and CERTFOLIO_DATABASE.')
  if (settings.demo && settings.workers > 1) throw new Usage('--demo serves with one process: leave out --workers.')
  if (isWorker()) await serveAsWorker(settings, rooms)
  else if (settings.workers > 1) await serveWithWorkers(settings, rooms)
  else await serveAlone(settings, flags, rooms)
}

type ServeSettings = Settings<(typeof SERVE_OPTIONS)[number]>

/** Where the registry is kept. */
function placeOf({ data, database }: ServeSettings): { readonly dataDir: string; readonly database?: string } {
  return { dataDir: data, ...(database !== undefined && { database }) }
}

function rulesOf(settings: ServeSettings): AccessRules {
  return { strictReplay: settings['strict-replay'], requireAcs3: settings['require-acs3'] }
}

async function serveAlone(
  settings: ServeSettings,
  flags: Readonly<Record<string, string | undefined>>,
  { openRegistry, env, stdout }: Given,
): Promise<void> {
  const tls = await readTls(settings['tls-cert'], settings['tls-key'])
  const log = createLog(settings['log-level'])
  const demo = settings.demo ? await prepareDemo(flags.data ?? (env.CERTFOLIO_DATA || undefined)) : undefined
  const dataDir = demo?.dataDir ?? settings.data
  const rules = rulesOf(settings)
  const registry = await openRegistry({
    ...placeOf(settings),
    dataDir,
    env,
    rules,
    ...(demo && { clock: demo.clock }),
  })
  try {
    await demo?.check(registry)
    const server = await startServer({ registry, host: settings.host, port: settings.port, tls, log })
    await untilTheEnd(registry, server, log, async () => {
      const firstRun = await bringFirstRun(registry, dataDir, server.endpoint)
      await demo?.fill(registry)
      const guide = firstRun && (await demo?.guide(firstRun))
      stdout.write(`certfolio is ready at ${server.endpoint}\n${guide ?? ''}`)
    })
  } finally {
    await registry.close()
    await demo?.remove()
  }
}

/** Serves nothing itself. What is to be done once, however many processes serve, is done here. */
async function serveWithWorkers(settings: ServeSettings, { openRegistry, env, stdout }: Given): Promise<void> {
  const log = createLog(settings['log-level'])
  const workers = new Workers(settings.workers, log)
  const signal = nextSignal()
  try {
    const endpoint = await Promise.race([workers.start(), signal])
    if (endpoint.startsWith('SIG')) return
    const registry = await openRegistry({ ...placeOf(settings), env })
    try {
      await bringFirstRun(registry, settings.data, endpoint)
      stdout.write(`certfolio is ready at ${endpoint}\n`)
      log.info({ signal: await signal }, 'stopping')
    } finally {
      await registry.close()
    }
  } finally {
    await workers.stop()
  }
}

async function serveAsWorker(settings: ServeSettings, { openRegistry, env }: Given): Promise<void> {
  try {
    const tls = await readTls(settings['tls-cert'], settings['tls-key'])
    const log = createLog(settings['log-level']).child({ worker: process.pid })
    const registry = await openRegistry({ ...placeOf(settings), env, rules: rulesOf(settings) })
    try {
      const server = await startServer({ registry, host: settings.host, port: settings.port, tls, log })
      await untilTheEnd(registry, server, log, async () => tellReady(server.endpoint))
    } finally {
      await registry.close()
    }
  } finally {
    leavePrimary()
  }
}

/**
 * Begins, and serves until a signal.
 * @throws Error with one line when the storage has failed for good: then nothing is finished but refusals
 */
async function untilTheEnd(
  registry: Registry,
  server: RunningServer,
  log: Log,
  begin: () => Promise<void>,
): Promise<void> {
  const { failed } = registry.storage
  const end = Promise.race([nextSignal(), ...(failed ? [failed] : [])])
  let reason: Awaited<typeof end> | undefined
  try {
    await begin()
    reason = await end
    if (typeof reason === 'string') log.info({ signal: reason }, 'stopping')
    else log.fatal({ err: reason }, 'the storage has failed')
  } finally {
    await server.close(reason instanceof Error ? FAILURE_DRAIN : undefined)
  }
  if (reason instanceof Error)
    throw new Error(
      'The storage has failed: what was being written may not have reached the disk. Check the disk, then start again.',
      { cause: reason },
    )
}

/** The first signal that asks to stop. A second one ends the process as it would without us. */
function nextSignal(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  process.once('SIGTERM', resolve)
  process.once('SIGINT', resolve)
  return promise
}

async function readTls(cert: string | undefined, key: string | undefined): Promise<Tls | undefined> {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined) throw new Usage('--tls-cert and --tls-key go together.')
  const read = (flag: string, path: string) =>
    readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw new Error(`The file of ${flag} cannot be read: ${error.message}.`, { cause: error })
    })
  const tls = { cert: await read('--tls-cert', cert), key: await read('--tls-key', key) }
  refuseUnfit(tls)
  return tls
}

/** What OpenSSL would say of them names neither file. */
function refuseUnfit(tls: Tls): void {
  const read = <T>(make: () => T, what: string): T => {
    try {
      return make()
    } catch (error) {
      throw new Error(what, { cause: error })
    }
  }
  const certificate = read(() => new X509Certificate(tls.cert), 'The file of --tls-cert is no certificate in PEM.')
  const key = read(
    () => createPrivateKey(tls.key),
    'The file of --tls-key is no private key in PEM that is open: one with a password cannot be used.',
  )
  if (!certificate.checkPrivateKey(key))
    throw new Error('The private key of --tls-key does not belong to the certificate of --tls-cert.')
  read(
    () => createSecureContext(tls),
    'The certificate of --tls-cert and its chain, or the key of --tls-key, cannot be used for TLS: a certificate of the chain is damaged, or the key is too short.',
  )
}
