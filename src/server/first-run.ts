/** `DIR/first-run.json`: what a client needs, secrets included, so nobody but the owner may read it. */

import { randomBytes } from 'node:crypto'
import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FirstRun } from '../identity/first-account.ts'
import type { Registry } from './registry.ts'

const NAME = 'first-run.json'

type Founder = Pick<Registry, 'createFirstAccount' | 'operator'>

/**
 * Makes the first account where there is none, and writes the file. The secrets are on the disk before the account
 * stands, so that no kill in between makes an account that nobody can enter: see `recovered`.
 * @param endpoint the base URL that clients reach the server by
 * @returns what was made
 */
export async function makeFirstRun(
  registry: Founder,
  dataDir: string,
  endpoint: string,
): Promise<FirstRun | undefined> {
  const draft = draftIn(dataDir)
  const made = await registry.createFirstAccount(endpoint, firstRun => write(draft, firstRun))
  if (made) await rename(draft, join(dataDir, NAME))
  else await rm(draft, { force: true })
  return made
}

/**
 * As `makeFirstRun`; where the file stands already, its endpoint is brought up to date. An operator who has removed it
 * does not get it back.
 * @returns what the file holds now
 */
export async function bringFirstRun(
  registry: Founder,
  dataDir: string,
  endpoint: string,
): Promise<FirstRun | undefined> {
  const made = await makeFirstRun(registry, dataDir, endpoint)
  if (made) return made
  const present = (await read(join(dataDir, NAME))) ?? (await recovered(registry, dataDir))
  if (!present || present.endpoint === endpoint) return present
  const current = { ...present, endpoint }
  const draft = draftIn(dataDir)
  await write(draft, current)
  await rename(draft, join(dataDir, NAME))
  return current
}

/** What a start has left that was killed after it made the account and before it gave the file its name. */
async function recovered(registry: Founder, dataDir: string): Promise<FirstRun | undefined> {
  const drafts = (await readdir(dataDir)).filter(name => name.startsWith(`${NAME}.`))
  if (drafts.length === 0) return undefined
  const { principal } = await registry.operator()
  for (const draft of drafts) {
    const firstRun = await read(join(dataDir, draft))
    if (firstRun?.account?.domainId !== principal.domainId) continue
    await rename(join(dataDir, draft), join(dataDir, NAME))
    return firstRun
  }
  return undefined
}

async function read(path: string): Promise<FirstRun | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as FirstRun
  } catch (error) {
    // Removed, or no longer JSON: it is the operator's, and nothing depends on it.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Under this name first, so that `first-run.json` appears whole or not at all. */
function draftIn(dataDir: string): string {
  return join(dataDir, `${NAME}.${randomBytes(6).toString('hex')}`)
}

async function write(path: string, firstRun: FirstRun): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(firstRun, undefined, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}
