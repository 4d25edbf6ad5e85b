/**
 * PEM (RFC 7468), read as the field writes it: text before, between and behind blocks, any line ending, any line
 * length, blanks around lines. What it does not read is what hides things: headers inside a block, base64 with
 * foreign characters, a block without its end. Linear in the input, whatever the input.
 */
import { Unreadable } from './unreadable.ts'

export interface PemBlock {
  /** What stands behind BEGIN: `CERTIFICATE`. From the input, so not for messages. */
  readonly label: string
  readonly der: Uint8Array
  /** Line of BEGIN, the first line of the input being 1. */
  readonly line: number
}

/** `openssl ecparam -genkey` writes the curve before the key, which names it again. */
export const parameterLabels: ReadonlySet<string> = new Set(['EC PARAMETERS', 'SM2 PARAMETERS', 'DSA PARAMETERS'])

const BEGIN = '-----BEGIN '
const DASHES = '-----'

/** All blocks in order, also when there are none. One that cannot be read makes the whole unreadable. */
export function readPemBlocks(text: string): PemBlock[] {
  return [...pemBlocks(text)]
}

/**
 * Reads block by block, so that a caller can stop at its limit.
 *
 * @param maxBytes refuses a block whose content is larger, before it is decoded
 */
export function* pemBlocks(text: string, maxBytes: number = Number.POSITIVE_INFINITY): Generator<PemBlock> {
  const lines = lineCounter(text)
  let block = 0
  for (let begin = nextBegin(text, 0); begin >= 0; ) {
    block++
    const line = lines(begin)
    const where = `PEM block ${block}, line ${line}`
    const label = labelAt(text, begin, where)
    const body = begin + BEGIN.length + label.length + DASHES.length
    const end = text.indexOf(DASHES, body)
    const foot = `${DASHES}END ${label}${DASHES}`
    if (end < 0) throw new Unreadable('the PEM block has no END line', where)
    if (!text.startsWith(foot, end)) throw new Unreadable('the PEM block does not end with its own label', where)
    if (end - body > maxBytes * 2) throw new Unreadable(`the PEM block holds more than ${maxBytes} bytes`, where)
    yield { label, der: decode(text.slice(body, end), where), line }
    begin = nextBegin(text, end + foot.length)
  }
}

/** PEM text of one block: lines of 64 characters and a line feed at the end (RFC 7468 §3). */
export function pemOf(label: string, der: Uint8Array): string {
  const base64 = Buffer.from(der.buffer, der.byteOffset, der.length).toString('base64')
  let lines = ''
  for (let at = 0; at < base64.length; at += 64) lines += `${base64.slice(at, at + 64)}\n`
  return `${BEGIN}${label}${DASHES}\n${lines}${DASHES}END ${label}${DASHES}\n`
}

/** The next BEGIN that opens a line; in the middle of one it is part of the text. */
function nextBegin(text: string, from: number): number {
  let at = text.indexOf(BEGIN, from)
  while (at > 0 && !opensLine(text, at)) at = text.indexOf(BEGIN, at + 1)
  return at
}

function opensLine(text: string, at: number): boolean {
  let before = at - 1
  while (text[before] === ' ' || text[before] === '\t') before--
  const character = text[before]
  return character === undefined || character === '\n' || character === '\r' || isByteOrderMark(text, before)
}

/** The mark of UTF-8 at the beginning, as text and as the bytes that stand for it. */
function isByteOrderMark(text: string, at: number): boolean {
  return (at === 0 && text[0] === '\ufeff') || (at === 2 && text.startsWith('\u00ef\u00bb\u00bf'))
}

function labelAt(text: string, begin: number, where: string): string {
  const start = begin + BEGIN.length
  const end = text.indexOf(DASHES, start)
  // No label is longer; the bound keeps a message, and the search for the END line, small.
  if (end < 0 || end - start > 64) throw new Unreadable('the BEGIN line of a PEM block is broken', where)
  const label = text.slice(start, end)
  if (/[\r\n]/.test(label)) throw new Unreadable('the BEGIN line of a PEM block is broken', where)
  return label
}

const base64 = /^[A-Za-z0-9+/]+={0,2}$/

function decode(body: string, where: string): Uint8Array {
  // Headers (RFC 1421) mean an old way of encryption, or metadata between the lines that nobody would see.
  if (body.includes(':'))
    throw new Unreadable('the PEM block has headers, such as Proc-Type of an encrypted key', where)
  const characters = body.replace(/[\r\n\t ]+/g, '')
  if (characters === '') throw new Unreadable('the PEM block is empty', where)
  if (characters.length % 4 !== 0 || !base64.test(characters)) {
    throw new Unreadable('the PEM block is cut off or holds what is no base64', where)
  }
  return Buffer.from(characters, 'base64')
}

/** Tells lines of growing offsets, each line feed being looked at once. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1
  let counted = -1
  return offset => {
    for (let at = text.indexOf('\n', counted + 1); at >= 0 && at < offset; at = text.indexOf('\n', counted + 1)) {
      line++
      counted = at
    }
    return line
  }
}
