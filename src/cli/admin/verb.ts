/** What every command of identity administration is: a noun, a verb, work on the data directory, and what is said of it. */

import type { Command } from 'commander'
import type { Administration } from '../../identity/administration/means.ts'
import { makeFirstRun } from '../../server/first-run.ts'
import type { Registry } from '../../server/registry.ts'
import type { Rooms, Streams } from '../cli.ts'
import { byName, withOptions } from '../flags.ts'
import { type OptionName, readSettings } from '../options.ts'
import { printed, type Said } from './say.ts'

const ADMIN_OPTIONS = ['data', 'master-key'] as const satisfies OptionName[]

/** What the flags of a command hold: by commander's names, texts, lists of texts, or whether they are there. */
export type Flags = Readonly<Record<string, string | readonly string[] | boolean | undefined>>

export interface Job {
  readonly means: Administration
  /** The arguments in order; one that was left out is `undefined`. */
  readonly args: readonly (string | undefined)[]
  readonly flags: Flags
  readonly stdin: Streams['stdin']
}

export type Work = (job: Job) => Promise<Said>

/** Adds a verb to a noun. @param usage as commander has it, for example `create <name>` */
export type AddVerb = (noun: Command, usage: string, description: string, work: Work) => Command

export function verbs(rooms: Rooms, io: Streams): AddVerb {
  return (noun, usage, description, work) =>
    withOptions(noun.command(usage), ADMIN_OPTIONS)
      .description(description)
      .option('--json', 'say the result as JSON')
      .action(async (...given: unknown[]) => {
        const flags = given.at(-2) as Flags
        const args = given.slice(0, -2) as (string | undefined)[]
        const settings = readSettings(ADMIN_OPTIONS, byName(ADMIN_OPTIONS, flags), rooms.env)
        const registry = await rooms.openRegistry({ dataDir: settings.data, env: rooms.env })
        try {
          // Where no server has been yet; the first one writes its own endpoint over this.
          await makeFirstRun(registry, settings.data, 'http://127.0.0.1:8080')
          const said = await work({ means: await meansOf(registry), args, flags, stdin: io.stdin })
          io.stdout.write(flags.json === true ? `${JSON.stringify(said.json)}\n` : printed(said))
        } finally {
          await registry.close()
        }
      })
}

/** Whoever can read the data directory is the first account's own user. */
async function meansOf({ directory, identity, passwords, clock, ...registry }: Registry): Promise<Administration> {
  const { principal } = await registry.operator()
  const account = await directory.account(principal.domainId)
  if (!account) throw new Error('The first account is gone.')
  const { userId, userName } = principal
  const actor = { requestId: '', userId, userName, accessKeyId: '', address: '' }
  return { directory, vault: identity.vault, passwords, clock, account, actor }
}

/** An argument that commander has made sure of. */
export function first({ args }: Job): string {
  return args[0] ?? ''
}

export function second({ args }: Job): string {
  return args[1] ?? ''
}

/** The text of a flag. */
export function textOf({ flags }: Job, name: string): string | undefined {
  const value = flags[name]
  return typeof value === 'string' ? value : undefined
}

export function listOf({ flags }: Job, name: string): readonly string[] {
  const value = flags[name]
  return Array.isArray(value) ? value : []
}

/** For flags that may be given several times. */
export function collect(text: string, all: readonly string[] = []): string[] {
  return [...all, text]
}
