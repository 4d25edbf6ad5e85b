/** Finds and reads files for an import: single ones, folders with all below them, standard input. */

import type { Stats } from 'node:fs'
import { open, readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'

/** Bytes of one file: 10,000 certificates of a fleet take 15 MiB. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024

/** Bytes of a private key beside a certificate. */
const MAX_KEY_BYTES = 64 * 1024

/** A file that was read, or why it was not. */
export type SourceFile =
  | { readonly path: string; readonly name: string; readonly bytes: Buffer; readonly privateKeyPem?: string }
  | { readonly path: string; readonly why: string }

export interface FileRules {
  /**
   * Whether a private key goes with the certificate that it lies beside (`x.crt` and `x.key`); otherwise it is a file
   * like any other.
   */
  readonly pairKeys: boolean
}

/** The path that stands for standard input. */
export const STDIN = '-'

/**
 * Every file of the paths, folders in the order of their names, each read only when it is asked for. Links to files are
 * followed; a folder that is reached twice is walked once.
 */
export async function* readFiles(
  paths: readonly string[],
  rules: FileRules,
  stdin: Readable,
): AsyncGenerator<SourceFile> {
  for await (const found of findFiles(paths, rules)) {
    if ('why' in found) yield found
    else if (found.path === STDIN) yield await readStdin(stdin)
    else yield await readOne(found)
  }
}

/** How many files the paths have. */
export async function countFiles(paths: readonly string[], rules: FileRules): Promise<number> {
  let count = 0
  for await (const _ of findFiles(paths, rules)) count++
  return count
}

interface Found {
  readonly path: string
  readonly keyPath: string | undefined
}

type Finding = Found | Extract<SourceFile, { why: string }>

async function* findFiles(paths: readonly string[], rules: FileRules): AsyncGenerator<Finding> {
  yield* among(paths, rules, new Set())
}

/** The files of a list of paths, seen together: a key whose certificate is in the list is no file of its own. */
async function* among(paths: readonly string[], rules: FileRules, walked: Set<string>): AsyncGenerator<Finding> {
  const keys = rules.pairKeys ? await keysAmong(paths) : new Set<string>()
  for (const path of paths) {
    if (path === STDIN) yield { path, keyPath: undefined }
    else if (!keys.has(path)) yield* at(path, rules, walked)
  }
}

async function* at(path: string, rules: FileRules, walked: Set<string>): AsyncGenerator<Finding> {
  try {
    const stats = await stat(path)
    if (!stats.isDirectory()) {
      const why = whyNot(stats)
      yield why === undefined ? { path, keyPath: rules.pairKeys ? await keyBeside(path) : undefined } : { path, why }
      return
    }
    const real = await realpath(path)
    if (walked.has(real)) return
    walked.add(real)
    const names = await readdir(path)
    const entries = names.sort().map(name => join(path, name))
    yield* among(entries, rules, walked)
  } catch (error) {
    yield { path, why: said(error) }
  }
}

function whyNot(stats: Stats): string | undefined {
  if (!stats.isFile()) return 'It is no regular file.'
  return stats.size > MAX_FILE_BYTES ? `It is larger than ${MAX_FILE_BYTES} bytes.` : undefined
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

async function keyBeside(path: string): Promise<string | undefined> {
  for (const name of keyNames(basename(path))) {
    const candidate = join(dirname(path), name)
    if ((await readKey(candidate)) !== undefined) return candidate
  }
  return undefined
}

async function keysAmong(paths: readonly string[]): Promise<Set<string>> {
  const all = new Set(paths)
  const keys = new Set<string>()
  for (const path of paths) {
    if (!keyNames(basename(path)).some(name => all.has(join(dirname(path), name)))) continue
    const key = await keyBeside(path)
    if (key !== undefined) keys.add(key)
  }
  return keys
}

/** The text of a file that holds a private key as PEM; `undefined` for any other. */
async function readKey(path: string): Promise<string | undefined> {
  try {
    const bytes = await readUpTo(path, MAX_KEY_BYTES)
    const text = bytes?.toString('latin1')
    return text?.includes('PRIVATE KEY-----') ? text : undefined
  } catch {
    return undefined
  }
}

async function readOne({ path, keyPath }: Found): Promise<SourceFile> {
  try {
    const bytes = await readUpTo(path, MAX_FILE_BYTES)
    if (!bytes) return { path, why: `It is no regular file of at most ${MAX_FILE_BYTES} bytes.` }
    const privateKeyPem = keyPath === undefined ? undefined : await readKey(keyPath)
    return { path, name: basename(path), bytes, ...(privateKeyPem !== undefined && { privateKeyPem }) }
  } catch (error) {
    return { path, why: said(error) }
  }
}

/** The file's bytes; `undefined` where it is not regular or has more. It may have changed since it was found. */
async function readUpTo(path: string, limit: number): Promise<Buffer | undefined> {
  if (!(await stat(path)).isFile()) return undefined
  await using file = await open(path)
  const stats = await file.stat()
  return stats.isFile() && stats.size <= limit ? await file.readFile() : undefined
}

async function readStdin(stdin: Readable): Promise<SourceFile> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stdin) {
    length += chunk.length
    if (length > MAX_FILE_BYTES) return { path: STDIN, why: `It is larger than ${MAX_FILE_BYTES} bytes.` }
    chunks.push(Buffer.from(chunk))
  }
  return { path: STDIN, name: 'stdin', bytes: Buffer.concat(chunks) }
}

function said(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const known = new Map([
    ['ENOENT', 'There is no such file, or it is a link to nothing.'],
    ['EACCES', 'It may not be read.'],
    ['ELOOP', 'It is a link to itself.'],
  ])
  return known.get(code ?? '') ?? message
}
