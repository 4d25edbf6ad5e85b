/** `DIR/first-run.json`: what a client needs, secrets included, so nobody but the owner may read it. */

import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FirstRun } from '../identity/first-account.ts'
import type { Registry } from './registry.ts'

type Founder = Pick<Registry, 'createFirstAccount'>

/**
 * Makes the first account where there is none, and writes the file.
 * @param endpoint the base URL that clients reach the server by
 * @returns what was made
 */
export async function makeFirstRun(
  registry: Founder,
  dataDir: string,
  endpoint: string,
): Promise<FirstRun | undefined> {
  const made = await registry.createFirstAccount(endpoint)
  if (made) await write(pathIn(dataDir), made)
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
  const present = await read(pathIn(dataDir))
  if (!present || present.endpoint === endpoint) return present
  const current = { ...present, endpoint }
  await write(pathIn(dataDir), current)
  return current
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'first-run.json')
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

/** Appears whole or not at all, and never with a mode that others could read. */
async function write(path: string, firstRun: FirstRun): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(firstRun, undefined, 2)}\n`)
    await file.sync()
    await file.close()
    await rename(draft, path)
  } catch (error) {
    await file.close()
    await rm(draft, { force: true })
    throw error
  }
}
