/** `certfolio import`: brings files into one product, on the data directory itself, also while a server runs on it. */

import type { Readable } from 'node:stream'
import type { Intake } from '../products/shared/product.ts'
import { makeFirstRun } from '../server/first-run.ts'
import type { Registry } from '../server/registry.ts'
import { type FileRules, type Finding, findFiles } from '../sources/find.ts'
import { readStdin, STDIN } from '../sources/read.ts'
import { Reader } from '../sources/reader.ts'
import { bringInto } from './bring-in.ts'
import type { Rooms, Streams } from './cli.ts'
import { ImportProgress } from './import-progress.ts'
import { ImportReport } from './import-report.ts'
import { type OptionName, readSettings } from './options.ts'
import { type Destination, enterFor, type ScopeWords } from './place.ts'
import { Usage } from './usage.ts'

export const IMPORT_OPTIONS = ['data', 'master-key'] as const satisfies OptionName[]

export interface ImportRequest {
  readonly paths: readonly string[]
  readonly into: string
  /** Each `word=value`, or several with commas between. */
  readonly scope: readonly string[]
  readonly json: boolean
  readonly flags: Readonly<Record<string, string | undefined>>
}

/**
 * SIGINT and SIGTERM end it after the batch that is under way: everything that it said is added is added, and the same
 * command goes on from there, since what is present is passed over.
 * @returns whether every file was taken. @throws Usage; Error with one line
 */
export async function importFiles(
  request: ImportRequest,
  { openRegistry, intakes, env }: Rooms,
  io: Streams,
): Promise<boolean> {
  const settings = readSettings(IMPORT_OPTIONS, request.flags, env)
  const words = readWords(request.scope)
  const intake = intakes.find(({ product }) => product === request.into)
  if (!intake) throw new Usage(`--into must be one of ${intakes.map(({ product }) => product).join(', ')}.`)
  if (request.paths.filter(path => path === STDIN).length > 1) throw new Usage('Standard input can be read once.')
  const registry = await openRegistry({ dataDir: settings.data, env })
  try {
    // Where no server has been yet; the first one writes its own endpoint over this.
    await makeFirstRun(registry, settings.data, 'http://127.0.0.1:8080')
    const destination = await enterFor(registry, intake, words)
    await using reader = new Reader(intake, destination.context, { dataDir: settings.data, env })
    return await bringAll(request, { registry, intake, destination, reader }, io)
  } finally {
    await registry.close()
  }
}

interface Parts {
  readonly registry: Registry
  readonly intake: Intake
  readonly destination: Destination
  readonly reader: Reader
}

async function bringAll(
  { paths, json }: ImportRequest,
  { registry, intake, destination, reader }: Parts,
  io: Streams,
): Promise<boolean> {
  const rules: FileRules = { keys: intake.privateKeys ?? 'files' }
  const progress = await ImportProgress.of(paths, rules, io.stderr)
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  const report = new ImportReport(json, io, progress)
  try {
    const options = { workers: reader, signal: stop.signal, onRead: progress.read }
    for await (const verdict of bringInto(registry, intake, destination, findings(paths, rules, io.stdin), options))
      report.add(verdict)
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
    progress.stop()
    report.finish(stop.signal.aborted)
  }
  return report.refused === 0 && !stop.signal.aborted
}

/** The files of the paths, standard input among them. */
async function* findings(paths: readonly string[], rules: FileRules, stdin: Readable): AsyncGenerator<Finding> {
  const at = paths.indexOf(STDIN)
  yield* findFiles(at < 0 ? paths : paths.slice(0, at), rules)
  if (at < 0) return
  yield await readStdin(stdin)
  yield* findFiles(paths.slice(at + 1), rules)
}

function readWords(scope: readonly string[]): ScopeWords {
  const words = new Map<string, string>()
  for (const piece of scope.flatMap(text => text.split(','))) {
    const [, word, value] = /^([a-z-]+)=(.+)$/.exec(piece) ?? []
    if (word === undefined || value === undefined)
      throw new Usage('--scope must be WORD=VALUE, for example workspace=10000.')
    if (words.has(word)) throw new Usage(`--scope names ${word} twice.`)
    words.set(word, value)
  }
  return Object.fromEntries(words)
}
