/** Asks a server everything about its lists at one size. */

import { join } from 'node:path'
import type { FirstRun } from '../src/identity/first-account.ts'
import { Caller } from './caller.ts'
import type { QuestionFigures, SizeFigures, ThroughputFigures } from './figures.ts'
import { load } from './load.ts'
import type { Plain } from './plain.ts'
import { residentBytes, start } from './process.ts'
import { LISTS, type ListName, type Question, questionsOf } from './questions.ts'
import { throughputOf } from './throughput.ts'

const MAIN = new URL('../src/main.ts', import.meta.url).pathname

export interface Asking {
  readonly dataDir: string
  readonly firstRun: FirstRun
  readonly plain: Plain
  readonly lists: readonly ListName[]
  /** For each question; each throughput takes twice as long. */
  readonly seconds: number
}

type Asked = Pick<SizeFigures, 'questions' | 'throughput'> & {
  readonly process: Pick<SizeFigures['process'], 'startMilliseconds' | 'startResidentBytes' | 'residentBytes'>
}

export async function askServer(asking: Asking): Promise<Asked> {
  const { plain, lists, seconds, firstRun, dataDir } = asking
  const samples = new Map(lists.map(list => [list, plain.sample(list)]))
  const questions = [...samples].flatMap(([list, sample]) => questionsOf(list, sample, firstRun, Date.now()))
  const plainFigures = new Map(
    questions.map(question => [question, plain.measure(question.list, question.plain, seconds / 4)]),
  )
  const started = performance.now()
  const server = await start([MAIN, 'serve', '--data', dataDir, '--port', '0', '--log-level', 'error'])
  const startMilliseconds = performance.now() - started
  try {
    const startResidentBytes = await residentBytes(server.pid)
    const caller = await Caller.at(server.endpoint, firstRun)
    const asked: QuestionFigures[] = []
    for (const question of questions) {
      const { page, count } = plainFigures.get(question) ?? plain.measure(question.list, question.plain, seconds)
      const ours = await latencyOf(caller, question, seconds)
      asked.push({ list: question.list, question: question.name, ours, plainPage: page, plainCount: count })
    }
    const throughput: ThroughputFigures[] = []
    for (const [list, sample] of samples)
      throughput.push(await throughputOf(caller, { list, sample, firstRun, seconds, scratch: join(dataDir, 'answer') }))
    const process = { startMilliseconds, startResidentBytes, residentBytes: await residentBytes(server.pid) }
    return { questions: asked, throughput, process }
  } finally {
    await server.stop()
  }
}

async function latencyOf(caller: Caller, { list, name, path }: Question, seconds: number) {
  // Whatever is made at the first question of its kind is made before it counts.
  await caller.ask(path)
  const headers = (asked: string) => caller.headers(asked)
  const asked = { name: `${list} ${name}`, path: () => path, headers, connections: 1, seconds }
  const { median, p99 } = await load(caller.endpoint, asked)
  return { median, p99 }
}

/** The lists that are asked for by name. @throws Error for a name that is none */
export function listsNamed(names: string): readonly ListName[] {
  return names.split(',').map(name => {
    const list = LISTS.find(each => each === name)
    if (list === undefined) throw new Error(`--lists has some of ${LISTS.join(',')}`)
    return list
  })
}
