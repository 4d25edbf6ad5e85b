/** Files on their way to drafts: several at once, the answers in the order of the files, and never many of them. */

import type { Answer, Outcome, Refusal, Task } from './drafts.ts'
import type { Finding } from './find.ts'
import { PART_BYTES } from './parts.ts'

/** What does the work: `Reader` with its threads. */
export interface Workers {
  /** Tasks that may be under way at once. */
  readonly width: number
  run(task: Task): Promise<Answer>
}

/** Files of one task: enough that handing it over does not count. */
const FILES_AT_ONCE = 64

/** The outcomes of files, in their order. The line of a refusal is the file's own. */
export async function* outcomesOf(
  findings: AsyncIterable<Finding> | Iterable<Finding>,
  workers: Workers,
): AsyncGenerator<Outcome> {
  yield* inOrder(tasksOf(findings), workers)
}

async function* tasksOf(findings: AsyncIterable<Finding> | Iterable<Finding>): AsyncGenerator<Task> {
  let files: Finding[] = []
  for await (const finding of findings) {
    files.push(finding)
    if (files.length < FILES_AT_ONCE) continue
    yield { is: 'files', files }
    files = []
  }
  if (files.length > 0) yield { is: 'files', files }
}

async function* inOrder(tasks: AsyncIterable<Task> | Iterable<Task>, workers: Workers): AsyncGenerator<Outcome> {
  const waiting: Promise<Answer>[] = []
  for await (const task of tasks) {
    const answer = workers.run(task)
    // Whoever takes it hears of its failure; nobody may, where the import ends before.
    answer.catch(() => undefined)
    waiting.push(answer)
    if (waiting.length >= workers.width) yield* all(await waiting.shift(), workers)
  }
  for (const answer of waiting) yield* all(await answer, workers)
}

/** What an answer leaves behind stands before the tasks that follow it. */
async function* all(answer: Answer | undefined, workers: Workers): AsyncGenerator<Outcome> {
  if (answer === undefined) return
  yield* answer.outcomes
  if (answer.large !== undefined) yield* largeFile(answer.large, workers)
  if (answer.rest.length > 0) yield* inOrder(tasksOf(answer.rest), workers)
}

async function* largeFile({ path, size }: NonNullable<Answer['large']>, workers: Workers): AsyncGenerator<Outcome> {
  let lines = 0
  let isEmpty = true
  for await (const outcome of inOrder(partsOf(path, size), workers)) {
    isEmpty &&= outcome.drafts.length === 0 && outcome.refusals.length === 0
    yield { ...outcome, refusals: outcome.refusals.map(refusal => inFile(refusal, lines)) }
    lines += outcome.lines
  }
  const refusals = [{ why: 'The input is neither PEM nor DER (the input).' }]
  if (isEmpty) yield { path, drafts: [], refusals, lines: 0, share: 0 }
}

function* partsOf(path: string, size: number): Generator<Task> {
  for (let from = 0; from < size; from += PART_BYTES)
    yield { is: 'part', path, size, from, to: Math.min(size, from + PART_BYTES) }
}

function inFile({ why, line }: Refusal, linesBefore: number): Refusal {
  return line === undefined ? { why } : { why: `${why} (line ${linesBefore + line}).` }
}
