/** Finds the files of an import: single ones, folders with all below them. Reads none of them but keys. */

import { opendir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { readKey, said } from './read.ts'

/** Something to bring in, or why it is not. */
export type Finding = Found | Given | Missed

/** A file that is to be read. */
export interface Found {
  readonly path: string
  /** The private key that goes with it. */
  readonly keyPath?: string
}

/** A file that was read already. */
export interface Given {
  readonly path: string
  readonly name: string
  readonly bytes: Uint8Array
  readonly privateKeyPem?: string
}

export interface Missed {
  readonly path: string
  readonly why: string
  /** Whether nothing is wrong with it. */
  readonly isSkipped?: true
}

export interface FileRules {
  /**
   * What becomes of a private key that lies beside its certificate (`x.crt` and `x.key`): it is `taken` with it, is
   * `skipped` with a word, or is a file like any other.
   */
  readonly keys: 'taken' | 'skipped' | 'files'
}

/** Entries of a folder that are asked for at once. */
const ENTRIES_AT_ONCE = 1024

/**
 * Every file of the paths, folders in the order of their names. Links to files are followed; a folder that is reached
 * twice is walked once. Of a folder its names are held in memory, since they are put in order, and nothing else.
 */
export async function* findFiles(paths: readonly string[], rules: FileRules): AsyncGenerator<Found | Missed> {
  const walked = new Set<string>()
  const given = new Set(paths)
  const keys = rules.keys === 'files' ? new Set<string>() : keysAmong(paths, path => given.has(path))
  for (const path of paths)
    if (!keys.has(path)) yield* at(path, rules, walked)
    else if (rules.keys === 'skipped') yield skipped(path)
}

async function* at(path: string, rules: FileRules, walked: Set<string>): AsyncGenerator<Found | Missed> {
  try {
    const stats = await stat(path)
    if (stats.isFile()) yield foundAt(path, rules.keys === 'taken' ? keyBeside(path) : undefined)
    else if (stats.isDirectory()) yield* below(path, rules, walked)
    else yield { path, why: 'It is no regular file.' }
  } catch (error) {
    yield { path, why: said(error) }
  }
}

async function* below(folder: string, rules: FileRules, walked: Set<string>): AsyncGenerator<Found | Missed> {
  const real = await realpath(folder)
  if (walked.has(real)) return
  walked.add(real)
  const names: string[] = []
  const others = new Set<string>()
  for await (const entry of await opendir(folder, { bufferSize: ENTRIES_AT_ONCE })) {
    names.push(entry.name)
    if (!entry.isFile()) others.add(entry.name)
  }
  names.sort()
  const all = new Set(rules.keys === 'files' ? [] : names)
  const keys = keysAmong([...all], name => all.has(name), folder)
  for (const name of names) {
    const path = join(folder, name)
    if (keys.has(name)) {
      if (rules.keys === 'skipped') yield skipped(path)
    } else if (others.has(name)) yield* at(path, rules, walked)
    // Nothing but what the folder lists can lie beside it: no other name has to be tried.
    else yield foundAt(path, rules.keys === 'taken' ? keyBeside(path, all) : undefined)
  }
}

function skipped(path: string): Missed {
  return { path, why: 'Skipped: a private key, which this product does not keep.', isSkipped: true }
}

function foundAt(path: string, keyPath: string | undefined): Found {
  return keyPath === undefined ? { path } : { path, keyPath }
}

/** The names that the key of a certificate file goes by: `x.key`, `x.key.pem`, `x-key.pem`, and certbot's. */
function keyNames(name: string): readonly string[] {
  const [, stem] = /^(.+)\.(?:crt|cer|cert|pem|der)$/i.exec(name) ?? []
  if (stem === undefined || /[.-]key$/i.test(stem)) return []
  return [
    `${stem}.key`,
    `${stem}.key.pem`,
    `${stem}-key.pem`,
    ...(/^(?:full)?chain$|^cert$/.test(stem) ? ['privkey.pem'] : []),
  ]
}

/** @param beside the names in the file's folder, where they are known */
function keyBeside(path: string, beside?: ReadonlySet<string>): string | undefined {
  for (const name of keyNames(basename(path))) {
    if (beside?.has(name) === false) continue
    const candidate = join(dirname(path), name)
    if (readKey(candidate) !== undefined) return candidate
  }
  return undefined
}

/** Those of the files that are the key of another one: they are no files of their own. */
function keysAmong(files: readonly string[], isAmong: (file: string) => boolean, folder = ''): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const file of files) {
    const named = keyNames(basename(file)).map(name => join(dirname(file), name))
    const standing = named.find(key => isAmong(key) && readKey(join(folder, key)) !== undefined)
    if (standing !== undefined) keys.add(standing)
  }
  return keys
}
