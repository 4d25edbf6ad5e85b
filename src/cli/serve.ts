/** `certfolio serve`: serves until it is told to stop. */

import { readFile } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { bringFirstRun } from '../server/first-run.ts'
import type { Tls } from '../server/listener.ts'
import { createLog } from '../server/log.ts'
import { startServer } from '../server/server.ts'
import type { Rooms } from './cli.ts'
import { prepareDemo } from './demo/demo.ts'
import { type OptionName, readSettings } from './options.ts'
import { Usage } from './usage.ts'

export const SERVE_OPTIONS = [
  'data',
  'host',
  'port',
  'demo',
  'tls-cert',
  'tls-key',
  'log-level',
  'master-key',
] as const satisfies OptionName[]

/** @returns once it has stopped. @throws Usage; Error with one line where it cannot start */
export async function serve(
  flags: Readonly<Record<string, string | undefined>>,
  { openRegistry, env, stdout }: Rooms & { readonly stdout: Writable },
): Promise<void> {
  const settings = readSettings(SERVE_OPTIONS, flags, env)
  if (settings.demo && settings['tls-cert'] !== undefined)
    throw new Usage('--demo serves plain HTTP: leave out --tls-cert and --tls-key.')
  const tls = await readTls(settings['tls-cert'], settings['tls-key'])
  const log = createLog(settings['log-level'])
  const demo = settings.demo ? await prepareDemo(flags.data ?? (env.CERTFOLIO_DATA || undefined)) : undefined
  const dataDir = demo?.dataDir ?? settings.data
  const registry = await openRegistry({ dataDir, env, ...(demo && { clock: demo.clock }) })
  try {
    await demo?.check(registry)
    const server = await startServer({ registry, host: settings.host, port: settings.port, tls, log })
    const signal = nextSignal()
    try {
      const firstRun = await bringFirstRun(registry, dataDir, server.endpoint)
      await demo?.fill(registry)
      const guide = firstRun && (await demo?.guide(firstRun))
      stdout.write(`certfolio is ready at ${server.endpoint}\n${guide ?? ''}`)
      log.info({ signal: await signal }, 'stopping')
    } finally {
      await server.close()
    }
  } finally {
    await registry.close()
    await demo?.remove()
  }
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
  return { cert: await read('--tls-cert', cert), key: await read('--tls-key', key) }
}
