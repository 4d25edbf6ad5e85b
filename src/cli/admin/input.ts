/** What the commands read besides their arguments. */

import { readFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'

/** Bytes that are read at most: policies have 6 KB, passwords 1 KB. */
const MAX_BYTES = 64 * 1024

/** The first line of a stream, without its end. */
export async function firstLine(stream: Readable): Promise<string> {
  const [line = ''] = (await whole(stream)).split(/\r?\n/, 1)
  return line
}

/** A file, or standard input for `-`. @throws Error with one line */
export async function readText(path: string, stdin: Readable): Promise<string> {
  if (path === '-') return whole(stdin)
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new Error(`The file cannot be read: ${(error as Error).message}.`, { cause: error })
  }
}

async function whole(stream: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > MAX_BYTES) throw new Error(`Standard input has more than ${MAX_BYTES} bytes.`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}
