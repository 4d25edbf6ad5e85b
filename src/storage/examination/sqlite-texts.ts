/** Holds SQLite's text index against the texts of the records. */

import type { DatabaseSync } from 'node:sqlite'
import { type IndexedText, indexedText } from '../sqlite/text-search.ts'

/** Sums that are kept, whatever the number of records: those whose sum differs are looked at one by one. */
const SUMS = 65_536
const TRIGRAM = 3

/**
 * Every trigram of every text has to be in the index, at its place, and nothing else: sums over both sides are compared,
 * and where they differ the records behind them are named.
 */
export function* textFindings(database: DatabaseSync): Generator<string> {
  const wanted = new Float64Array(SUMS)
  for (const { number, scope, text } of texts(database))
    for (const sum of occurrences(number, { scope, text })) add(wanted, number, sum)
  const present = new Float64Array(SUMS)
  for (const [number, sum] of indexed(database)) add(present, number, sum)
  const suspicious = new Set<number>()
  for (let at = 0; at < SUMS; at++) if (wanted[at] !== present[at]) suspicious.add(at)
  if (suspicious.size > 0) yield* differences(database, suspicious)
}

function* differences(database: DatabaseSync, suspicious: ReadonlySet<number>): Generator<string> {
  const sums = new Map<number, number>()
  const count = (number: number, sum: number) => {
    if (suspicious.has(placeOf(number))) sums.set(number, (sums.get(number) ?? 0) + sum)
  }
  for (const { number, scope, text } of texts(database))
    for (const sum of occurrences(number, { scope, text })) count(number, sum)
  for (const [number, sum] of indexed(database)) count(number, -sum)
  for (const [number, sum] of sums)
    if (sum !== 0) yield `The text index has something else for the record ${number} than the record's own text.`
}

function* texts(database: DatabaseSync): Generator<IndexedText & { readonly number: number }> {
  const select = database.prepare('SELECT number, scope, search_text FROM records')
  for (const { number, scope, search_text } of select.iterate()) {
    const entry = indexedText(Number(scope), String(search_text))
    if (entry) yield { number: Number(number), ...entry }
  }
}

/** What the index holds, occurrence by occurrence. */
function* indexed(database: DatabaseSync): Generator<[number, number]> {
  database.exec('CREATE VIRTUAL TABLE IF NOT EXISTS temp.text_occurrences USING fts5vocab(main, text_search, instance)')
  const select = database.prepare('SELECT doc, term, col, "offset" FROM temp.text_occurrences')
  for (const { doc, term, col, offset } of select.iterate())
    yield [Number(doc), sumOf(Number(doc), String(term), String(col), Number(offset))]
}

function* occurrences(number: number, { scope, text }: IndexedText): Generator<number> {
  for (const [column, value] of [
    ['scope', scope],
    ['text', text],
  ] as const) {
    const characters = Array.from(value)
    for (let at = 0; at + TRIGRAM <= characters.length; at++)
      yield sumOf(number, characters.slice(at, at + TRIGRAM).join(''), column, at)
  }
}

/** A number of 32 bits that stands for an occurrence (FNV-1a). Sums of a hundred million of them are exact. */
function sumOf(number: number, term: string, column: string, offset: number): number {
  const text = `${number}/${column}/${offset}/${term}`
  let sum = 0x811c9dc5
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193)
  return sum >>> 0
}

function placeOf(number: number): number {
  return number % SUMS
}

function add(sums: Float64Array, number: number, sum: number): void {
  const place = placeOf(number)
  sums[place] = (sums[place] ?? 0) + sum
}
