/** Reads files for an import. Nothing is awaited: this runs in threads that have nothing else to do. */

import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import type { Found, Given, Missed } from './find.ts'

/** Bytes of one file that is read whole: 10,000 certificates of a fleet take 15 MiB. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024

/** Bytes of a private key beside a certificate. */
const MAX_KEY_BYTES = 64 * 1024

/** The path that stands for standard input. */
export const STDIN = '-'

/** The file's bytes, or why it has none. */
export function readWhole({ path, keyPath }: Found): Given | Missed {
  try {
    const bytes = readUpTo(path, MAX_FILE_BYTES)
    if (typeof bytes === 'string') return { path, why: bytes }
    const privateKeyPem = keyPath === undefined ? undefined : readKey(keyPath)
    return { path, name: basename(path), bytes, ...(privateKeyPem !== undefined && { privateKeyPem }) }
  } catch (error) {
    return { path, why: said(error) }
  }
}

export async function readStdin(stdin: Readable): Promise<Given | Missed> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stdin) {
    length += chunk.length
    if (length > MAX_FILE_BYTES) return { path: STDIN, why: tooLarge }
    chunks.push(Buffer.from(chunk))
  }
  return { path: STDIN, name: 'stdin', bytes: Buffer.concat(chunks) }
}

const tooLarge = `It is larger than ${MAX_FILE_BYTES} bytes.`

/** The text of a file that holds a private key as PEM; `undefined` for any other. */
export function readKey(path: string): string | undefined {
  try {
    const bytes = readUpTo(path, MAX_KEY_BYTES)
    const text = typeof bytes === 'string' ? undefined : bytes.toString('latin1')
    return text?.includes('PRIVATE KEY-----') ? text : undefined
  } catch {
    return undefined
  }
}

/** The file's bytes, or why they are not read. It may have changed since it was found; a device is never opened. */
function readUpTo(path: string, limit: number): Buffer | string {
  if (!statSync(path).isFile()) return 'It is no regular file.'
  const file = openSync(path, 'r')
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) return 'It is no regular file.'
    return stats.size > limit ? tooLarge : readAt(file, 0, stats.size)
  } finally {
    closeSync(file)
  }
}

/** The bytes from `from` on, `length` of them or as many as there are. */
export function readAt(file: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const read = readSync(file, bytes, filled, length - filled, from + filled)
    if (read === 0) break
    filled += read
  }
  return bytes.subarray(0, filled)
}

/** Why the file system refused, in a sentence. */
export function said(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const known = new Map([
    ['ENOENT', 'There is no such file, or it is a link to nothing.'],
    ['EACCES', 'It may not be read.'],
    ['ELOOP', 'It is a link to itself.'],
  ])
  return known.get(code ?? '') ?? message
}
