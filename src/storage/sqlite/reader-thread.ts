/**
 * A thread of `Readers`. Several lists go on at the same time, each on a connection of its own and in one read
 * transaction: between two pieces of its work a list lets the others go on, so that a long one does not hold up a short.
 */

import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { setImmediate as others } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { RegistryFault } from '../../registry/fault.ts'
import type { ListingDeclaration } from '../../registry/listing.ts'
import { Edits } from './edits.ts'
import { faultOf } from './failure.ts'
import { Lists } from './lists.ts'
import type { Answer, Message, ThreadData } from './readers.ts'
import { Tallies } from './tallies.ts'

/** Lists that go on at the same time. */
const DESKS = 4
/** Page cache of each connection, in KiB. */
const CACHE = 8 * 1024
/** Milliseconds of one list before the others go on. */
const SLICE = 10
/** Of the places that are remembered, what each connection may remember beside the thread that serves. */
const SHARE = 0.05

interface Desk {
  readonly lists: Lists
  readonly begin: StatementSync
  readonly end: StatementSync
}

type Ask = Extract<Message, { is: 'ask' }>

const { path, limits } = workerData as ThreadData
const ownLimits = { ...limits, places: limits.places * SHARE }
const declarations: ListingDeclaration[] = []
const desks: Desk[] = []
const idle: Desk[] = []
const waiting: Ask[] = []

function openDesk(): Desk {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 1_000 })
  database.exec(`PRAGMA cache_size = -${CACHE}`)
  const lists = new Lists(database, { tallies: new Tallies(database), edits: new Edits(database), limits: ownLimits })
  for (const declaration of declarations) lists.declare(declaration)
  return { lists, begin: database.prepare('BEGIN'), end: database.prepare('COMMIT') }
}

async function serve(desk: Desk): Promise<void> {
  for (let ask = waiting.shift(); ask !== undefined; ask = waiting.shift()) say(await answerTo(ask, desk))
  idle.push(desk)
}

async function answerTo({ ask, scope, listing }: Ask, { lists, begin, end }: Desk): Promise<Answer> {
  try {
    begin.run()
    try {
      const declaration = declarations[listing.declaration]
      if (declaration === undefined) throw new Error('a listing that was never declared')
      const work = lists.patiently(scope, { ...listing, declaration })
      for (let since = performance.now(); ; ) {
        const step = work.next()
        if (step.done) return { ask, ...step.value }
        if (performance.now() - since < SLICE) continue
        await others()
        since = performance.now()
      }
    } finally {
      end.run()
    }
  } catch (thrown) {
    const fault = faultOf(thrown)
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    return { ask, error, fault: fault instanceof RegistryFault ? fault.fault : undefined }
  }
}

function say(answer: Answer): void {
  parentPort?.postMessage(answer)
}

parentPort?.on('message', (message: Message) => {
  if (message.is === 'declare') {
    declarations.push(...message.declarations)
    for (const { lists } of desks) for (const declaration of message.declarations) lists.declare(declaration)
    return
  }
  waiting.push(message)
  let desk = idle.pop()
  if (desk === undefined && desks.length < DESKS) {
    try {
      desk = openDesk()
      desks.push(desk)
    } catch (error) {
      waiting.pop()
      say({ ask: message.ask, error: error instanceof Error ? error : new Error(String(error)), fault: undefined })
      return
    }
  }
  if (desk !== undefined) void serve(desk)
})
