/** Cuts large PEM files between their blocks, so that many threads read one file and none holds it whole. */

import { readAt } from './read.ts'

/** Bytes of one part: some seven hundred certificates. */
export const PART_BYTES = 1024 * 1024
/** A block is looked for this far behind the end of a part; what has no end by then is refused as it is. */
const MAX_SEARCH_BYTES = 8 * 1024 * 1024
const WINDOW_BYTES = 64 * 1024
/** What stands before a place that is looked at: enough to see the beginning of its line. */
const CONTEXT_BYTES = 128

const BEGIN = '-----BEGIN '
const LINE_FEED = 0x0a

/**
 * The blocks that begin from `from` to before `to`, with the text between them. Parts that follow each other tile the
 * file: each ends where the next one begins.
 * @returns no bytes where no block begins there
 */
export function readPart(file: number, size: number, from: number, to: number): Buffer {
  const begin = from === 0 ? 0 : nextBlock(file, from, size)
  if (begin >= to) return Buffer.alloc(0)
  const end = nextBlock(file, to, size)
  return readAt(file, begin, end - begin)
}

/** Line feeds of a part: what has to be added to the lines of the parts behind it. */
export function countLines(bytes: Buffer): number {
  let lines = 0
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lines++
  return lines
}

/** Each block with the text behind it, and its line in the part, the first one being 1. */
export function* blocksOf(part: Buffer): Generator<{ readonly bytes: Buffer; readonly line: number }> {
  let line = 1
  for (let begin = blockIn(part, 0); begin >= 0; ) {
    if (line === 1) line += countLines(part.subarray(0, begin))
    const next = blockIn(part, begin + BEGIN.length)
    const bytes = part.subarray(begin, next < 0 ? part.length : next)
    yield { bytes, line }
    line += countLines(bytes)
    begin = next
  }
}

/** Where the first block begins that begins at `from` or later; the end of what was looked at without one. */
function nextBlock(file: number, from: number, size: number): number {
  const end = Math.min(size, from + MAX_SEARCH_BYTES)
  for (let at = from; at < end; at += WINDOW_BYTES) {
    const start = Math.max(0, at - CONTEXT_BYTES)
    const window = readAt(file, start, at - start + WINDOW_BYTES + BEGIN.length)
    const found = blockIn(window, at - start)
    if (found >= 0) return start + found
  }
  return end
}

/** As PEM is read elsewhere: BEGIN counts where nothing but blanks stands before it in its line. */
function blockIn(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(BEGIN, from)
  while (at >= 0 && !opensLine(bytes, at)) at = bytes.indexOf(BEGIN, at + 1)
  return at
}

function opensLine(bytes: Buffer, at: number): boolean {
  let before = at - 1
  while (bytes[before] === 0x20 || bytes[before] === 0x09) before--
  const byte = bytes[before]
  return byte === undefined || byte === LINE_FEED || byte === 0x0d
}
