/** `certfolio serve --demo`: a registry that is filled with a made-up company's certificates and forgotten at the end. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FirstRun } from '../../identity/first-account.ts'
import type { Clock } from '../../registry/record-number.ts'
import type { Registry } from '../../server/registry.ts'
import { DemoClock } from './clock.ts'
import { guideOf } from './guide.ts'
import { seedDemo } from './seed.ts'

export interface Demo {
  readonly dataDir: string
  /** @throws Error with one line where the directory has an account already: sample data is not mixed into real data */
  check(registry: Registry): Promise<void>
  /** What the registry has to be opened with. */
  readonly clock: Clock
  /** Fills the registry. Nobody may use it before this is done. */
  fill(registry: Registry): Promise<void>
  /** What to print once the server is ready. */
  guide(firstRun: FirstRun): Promise<string>
  /** Forgets everything, unless the directory was given. */
  remove(): Promise<void>
}

/**
 * @param given the data directory; without it, a temporary one
 * @param present the time of the demo, in Unix ms; the machine's without it
 */
export async function prepareDemo(given?: string, present?: Clock): Promise<Demo> {
  const dataDir = given ?? (await mkdtemp(join(tmpdir(), 'certfolio-demo-')))
  const clock = new DemoClock(present)
  return {
    dataDir,
    clock: clock.now,
    async check(registry) {
      if (!(await isFounded(registry))) return
      throw new Error(`The data directory ${dataDir} is in use already; --demo needs a new one.`)
    },
    fill: registry => seedDemo(registry, clock),
    guide: async firstRun => guideOf(firstRun, await tokenOf(firstRun), given),
    async remove() {
      if (given === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function isFounded(registry: Registry): Promise<boolean> {
  return registry.operator().then(
    () => true,
    () => false,
  )
}

/** A token as any client gets one. */
async function tokenOf({ endpoint, account, user, project }: FirstRun): Promise<string> {
  const password = { user: { name: user.name, password: user.password, domain: { name: account.name } } }
  const auth = { identity: { methods: ['password'], password }, scope: { project: { id: project.id } } }
  const response = await fetch(`${endpoint}/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth }),
  })
  const token = response.headers.get('x-subject-token')
  if (token === null) throw new Error(`The demo could not get a token: ${response.status}.`)
  return token
}
