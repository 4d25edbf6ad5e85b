/** Where the master key comes from: the environment, or a file of the data directory that nobody else can read. */

import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

const KEY_BYTES = 32
const VARIABLE = 'CERTFOLIO_MASTER_KEY'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * @param make whether a key is made where there is none
 * @returns 32 bytes. @throws Error that names the variable or the file and what to do, never the key
 */
export function loadMasterKey(dataDir: string, env: Environment, make: boolean): Buffer {
  const given = env[VARIABLE]
  if (given !== undefined && given !== '') {
    const key = parseKey(given)
    if (key === undefined) throw new Error(`${VARIABLE} must be 32 bytes, written as 64 hex digits or as base64.`)
    return key
  }
  const path = whereMasterKeyIs(dataDir, env)
  const key = readKeyFile(path) ?? (make ? makeKeyFile(path) : undefined)
  if (key === undefined)
    throw new Error(
      `The master key ${path} is missing, and the secrets of this registry are sealed with it. Put it back from its copy, or set ${VARIABLE}.`,
    )
  return key
}

/** The variable or the file that the master key is taken from. */
export function whereMasterKeyIs(dataDir: string, env: Environment): string {
  return env[VARIABLE] ? VARIABLE : join(dataDir, 'master.key')
}

/** 64 hex digits, or 43 base64 or base64url characters with or without padding. */
function parseKey(text: string): Buffer | undefined {
  const word = text.trim()
  if (/^[0-9a-f]{64}$/i.test(word)) return Buffer.from(word, 'hex')
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(word)) return undefined
  const key = Buffer.from(word, 'base64')
  return key.length === KEY_BYTES ? key : undefined
}

function readKeyFile(path: string): Buffer | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`The master key ${path} cannot be read: ${(error as Error).message}`)
  }
  try {
    const { mode } = fstatSync(file)
    if ((mode & 0o077) !== 0)
      throw new Error(
        `The master key ${path} can be read by others (mode ${(mode & 0o777).toString(8)}). Run: chmod 600 ${path}`,
      )
    const key = parseKey(readFileSync(file, 'utf8'))
    if (key === undefined) throw new Error(`The master key ${path} must hold 32 bytes as base64 or as 64 hex digits.`)
    return key
  } finally {
    closeSync(file)
  }
}

/** Appears whole or not at all; of two processes that start together, both use the key of the first. */
function makeKeyFile(path: string): Buffer {
  const key = randomBytes(KEY_BYTES)
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeSync(file, `${key.toString('base64')}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  try {
    linkSync(draft, path)
    syncDirectory(dirname(path))
    return key
  } catch (error) {
    const present = (error as NodeJS.ErrnoException).code === 'EEXIST' ? readKeyFile(path) : undefined
    if (present === undefined) throw error
    return present
  } finally {
    unlinkSync(draft)
  }
}

/** A name is on the disk only once its directory is: what is sealed with the key outlives a power cut, so must the key. */
function syncDirectory(path: string): void {
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
