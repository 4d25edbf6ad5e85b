/** Writers against a real server that is killed at random moments, again and again. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Dice } from '../../src/cli/demo/dice.ts'
import type { FirstRun } from '../../src/identity/first-account.ts'
import { makeKeyPair } from '../support/certificates.ts'
import { certfolio } from '../support/command.ts'
import { Client } from './client.ts'
import { type Engine, Servers, type Victim } from './engines.ts'
import { type Counts, Journal, type Violations } from './journal.ts'
import { type Item, itemCalled, SERVICES } from './services.ts'
import { TokenJournal } from './tokens.ts'

export interface CrashOptions {
  readonly engine: Engine
  /** Where the data directory is. */
  readonly dataDir: string
  readonly cycles: number
  /** What is done and when it is killed follows from it; what the machine has done by then does not. */
  readonly seed: string
  readonly writers?: number
  /** Server processes on the same registry. */
  readonly servers?: number
  /** Milliseconds of writing before a kill, at most. */
  readonly longest?: number
  /** Told after each cycle. */
  readonly progress?: (done: number, journal: Journal) => void
}

export interface CrashSummary extends Violations, Counts {
  readonly engine: Engine['name']
  readonly seed: string
  readonly cycles: number
  readonly writers: number
  readonly servers: number
  readonly kills: Readonly<Record<Victim, number>>
  readonly tokens: number
  /** Tokens that were refused although they stand, or accepted although they were revoked. */
  readonly wrongTokens: number
  readonly records: number
  /** What `certfolio doctor` says at the end. */
  readonly doctor: string
  readonly seconds: number
  /** What went wrong, in words. */
  readonly stories: readonly string[]
}

/** Records that the writers keep: above it they delete more than they create. */
const STANDING = 300
/** Milliseconds of writing before a kill, at least and at most. */
const SHORTEST = 50
const LONGEST = 2_000
/** Writes that are acknowledged before a kill: one that comes earlier, on a busy machine, has shown nothing. */
const LEAST = 12
/** Milliseconds to wait for them; a server that acknowledges nothing is killed all the same, and the summary tells. */
const PATIENCE = 20_000

async function acknowledged(journal: Journal, created: number): Promise<void> {
  for (const until = Date.now() + PATIENCE; journal.counts.created < created && Date.now() < until; ) await wait(10)
}

export async function runCrashCycles(options: CrashOptions): Promise<CrashSummary> {
  const { engine, seed, cycles, writers = 8, servers: count = 1, longest = LONGEST } = options
  const started = performance.now()
  const dice = new Dice(seed)
  const servers = new Servers(engine, count)
  const journal = new Journal()
  const tokens = new TokenJournal()
  const kills: Record<Victim, number> = { server: 0, database: 0, both: 0 }
  try {
    let endpoints = await servers.start()
    const client = new Client(JSON.parse(await readFile(join(options.dataDir, 'first-run.json'), 'utf8')) as FirstRun)
    client.endpoints = endpoints
    for (let cycle = 0; cycle < cycles; cycle++) {
      const load = new Load(client, journal, tokens, `${seed} ${cycle}`, writers)
      await acknowledged(journal, journal.counts.created + LEAST)
      await wait(SHORTEST + dice.below(longest - SHORTEST))
      const victim = dice.pick(engine.victims)
      kills[victim]++
      if (victim !== 'server') await engine.killDatabase()
      if (victim !== 'database') await servers.kill()
      await load.stop()
      if (victim !== 'server') await engine.startDatabase()
      if (victim !== 'database') endpoints = await servers.start()
      client.endpoints = endpoints
      await untilReady(endpoints)
      await journal.check(client)
      await tokens.check(client)
      options.progress?.(cycle + 1, journal)
    }
    await journal.check(client, true)
    await servers.stop()
  } catch (error) {
    await servers.kill()
    throw error
  }
  const { stdout, stderr } = await certfolio(['doctor', ...engine.options])
  return {
    engine: engine.name,
    seed,
    cycles,
    writers,
    servers: count,
    kills,
    ...journal.counts,
    tokens: tokens.count,
    ...journal.violations,
    wrongTokens: tokens.violations,
    records: journal.present,
    doctor: `${stdout}${stderr}`.trim(),
    seconds: Math.round((performance.now() - started) / 1000),
    stories: journal.stories,
  }
}

/** Whether nothing went wrong. */
export function isClean({ lost, altered, duplicated, undead, foreign, wrongTokens, doctor }: CrashSummary): boolean {
  return lost + altered + duplicated + undead + foreign + wrongTokens === 0 && /nothing is wrong\.$/.test(doctor)
}

/** After a database came back, the servers find out by themselves. */
async function untilReady(endpoints: readonly string[]): Promise<void> {
  for (const endpoint of endpoints) while (!(await fetch(`${endpoint}/readyz`)).ok) await wait(50)
}

class Load {
  readonly #client: Client
  readonly #journal: Journal
  readonly #dice: Dice
  readonly #writers: readonly Promise<unknown>[]
  readonly #keys = makeKeyPair()
  readonly #seed: string
  #made = 0
  #isOver = false

  constructor(client: Client, journal: Journal, tokens: TokenJournal, seed: string, writers: number) {
    this.#client = client
    this.#journal = journal
    this.#seed = seed
    this.#dice = new Dice(seed)
    this.#writers = [
      ...Array.from({ length: writers }, () => this.#write()),
      // Once: hashing a password takes as long as many certificates.
      this.#untilDown(() => tokens.revokeOne(client).then(() => tokens.issue(client))),
    ]
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await Promise.all(this.#writers)
  }

  async #write(): Promise<void> {
    while (!this.#isOver) {
      const removes = this.#dice.below(100) < (this.#journal.present > STANDING ? 70 : 20)
      const isDown = await this.#untilDown(() =>
        removes
          ? this.#journal.remove(this.#client, names => names[this.#dice.below(Math.max(names.length, 1))])
          : this.#journal.create(this.#client, this.#dice.pick([...SERVICES] as typeof SERVICES), this.#item()),
      )
      // Connections are refused at once: without a pause this would be a busy loop.
      if (isDown) await wait(5)
    }
  }

  /** @returns whether no answer came */
  async #untilDown(work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return false
    } catch (error) {
      // What `fetch` throws for a connection that ended; anything else is a defect of ours.
      if (error instanceof TypeError) return true
      throw error
    }
  }

  #item(): Item {
    return itemCalled(`cert${Buffer.from(this.#seed).toString('hex').slice(-24)}n${this.#made++}`, this.#keys)
  }
}
