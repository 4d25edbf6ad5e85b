/** `certfolio import`: brings files into one product, on the data directory itself, also while a server runs on it. */

import { SingleBar } from 'cli-progress'
import { makeFirstRun } from '../server/first-run.ts'
import { countFiles, type FileRules, readFiles, type SourceFile, STDIN } from '../sources/files.ts'
import { bringInto, type Verdict } from './bring-in.ts'
import type { Rooms, Streams } from './cli.ts'
import { type OptionName, readSettings } from './options.ts'
import { enterFor, type ScopeWords } from './place.ts'
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

/** From this many files on, a bar shows on a terminal how far it is. */
const FILES_FOR_A_BAR = 20

/** @returns whether every file was taken. @throws Usage; Error with one line */
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
    const rules = { pairKeys: intake.takesPrivateKeys ?? false }
    const bar = await barFor(request.paths, rules, io.stderr)
    const files = counted(readFiles(request.paths, rules, io.stdin), () => bar?.increment())
    const report = new Report(request.json, io)
    try {
      for await (const verdict of bringInto(registry, intake, destination, files)) report.add(verdict)
    } finally {
      bar?.stop()
      report.finish()
    }
    return report.refusals.length === 0
  } finally {
    await registry.close()
  }
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

async function barFor(paths: readonly string[], rules: FileRules, stderr: Streams['stderr']) {
  if (stderr.isTTY !== true || paths.includes(STDIN)) return undefined
  const total = await countFiles(paths, rules)
  if (total < FILES_FOR_A_BAR) return undefined
  const bar = new SingleBar({ format: '{bar} {value}/{total} files, {eta_formatted} left', stream: stderr })
  bar.start(total, 0)
  return bar
}

async function* counted(files: AsyncIterable<SourceFile>, tick: () => void): AsyncGenerator<SourceFile> {
  for await (const file of files) {
    yield file
    tick()
  }
}

/** What is said of an import: a line for each file that was not taken, and the sums at the end. */
class Report {
  readonly refusals: { readonly path: string; readonly reason: string }[] = []
  readonly #json: boolean
  readonly #io: Streams
  #added = 0
  #present = 0

  constructor(json: boolean, io: Streams) {
    this.#json = json
    this.#io = io
  }

  add(verdict: Verdict): void {
    if (verdict.is === 'refused') this.refusals.push({ path: verdict.path, reason: verdict.why })
    else if (verdict.is === 'added') this.#added++
    else this.#present++
  }

  /** The lines come after the bar, which would overwrite them. */
  finish(): void {
    const [added, present, refused] = [this.#added, this.#present, this.refusals.length]
    if (this.#json) {
      this.#io.stdout.write(`${JSON.stringify({ added, present, refused, refusals: this.refusals })}\n`)
      return
    }
    for (const { path, reason } of this.refusals) this.#io.stderr.write(`${printable(path)}: ${reason}\n`)
    this.#io.stdout.write(`${added} added, ${present} already present, ${refused} refused\n`)
  }
}

/** A file name may hold what moves a terminal's cursor. */
function printable(path: string): string {
  return path.replace(/[\p{Cc}\p{Cf}]/gu, mark => `\\u${(mark.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
}
