/**
 * Text filters by an FTS5 trigram index, keyed by record number. It has two columns: the scope as three characters,
 * which are one trigram, so that a question meets its own scope's records only; and the text with a mark before it, so
 * that a prefix is a phrase that begins with the mark. A phrase of trigrams is a substring, compared exactly, and record
 * numbers come out in order. The records with a prefix also stand together in an ordinary index, which counts them
 * faster, knows prefixes of any length, and is read where they are few.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { IndexedTexts } from '../indexed-texts.ts'
import type { TextFilterKind } from '../question.ts'

/** Stands before each text. It cannot come from a user: there it is replaced. */
const START = '\u0002'
const REPLACEMENT = '\ufffd'
const TRIGRAM = 3

/** The private use area of Unicode, whose characters serve as the digits of a scope. */
const FIRST_DIGIT = 0xe000
const DIGITS = 6400

/** Three characters for a scope: room for 2.6e11 scopes. */
function scopeToken(scope: number): string {
  const digits = [Math.floor(scope / DIGITS ** 2), Math.floor(scope / DIGITS) % DIGITS, scope % DIGITS]
  return String.fromCharCode(...digits.map(digit => FIRST_DIGIT + digit))
}

function withoutMarks(text: string): string {
  return text.includes(START) ? text.replaceAll(START, REPLACEMENT) : text
}

function markedText(kind: TextFilterKind, text: string): string {
  return (kind === 'prefix' ? START : '') + withoutMarks(text)
}

function hasTrigram(text: string): boolean {
  let characters = 0
  for (const _ of text) if (++characters >= TRIGRAM) return true
  return false
}

/** The text index knows nothing of texts shorter than a trigram. */
function isSearchable(kind: TextFilterKind, text: string): boolean {
  return hasTrigram(markedText(kind, text))
}

/** The text index may also find texts that differ where a character was replaced. */
function isAmbiguous(text: string): boolean {
  return withoutMarks(text).includes(REPLACEMENT)
}

/** An index of SQLite holds text of any length as it is. */
export const TEXTS: IndexedTexts = { key: text => text, isSearchable, isAmbiguous }

/** The FTS5 expression of a filter: two quoted strings, in which nothing but the quote has a meaning. */
export function matchExpression(scope: number, kind: TextFilterKind, text: string): string {
  return `scope : "${scopeToken(scope)}" AND text : "${markedText(kind, text).replaceAll('"', '""')}"`
}

/** What the index holds of a record, column by column. */
export interface IndexedText {
  readonly scope: string
  readonly text: string
}

/** `undefined` for a text that is too short to be in the index. */
export function indexedText(scope: number, searchText: string): IndexedText | undefined {
  const text = START + withoutMarks(searchText)
  return hasTrigram(text) ? { scope: scopeToken(scope), text } : undefined
}

/** The index, kept in the same transaction as the records. */
export class TextIndex {
  readonly #insert: StatementSync
  readonly #delete: StatementSync

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare('INSERT INTO text_search (rowid, scope, text) VALUES (?, ?, ?)')
    this.#delete = database.prepare('DELETE FROM text_search WHERE rowid = ?')
  }

  add(scope: number, number: number, searchText: string): void {
    const entry = indexedText(scope, searchText)
    if (entry) this.#insert.run(number, entry.scope, entry.text)
  }

  remove(number: number, searchText: string): void {
    if (hasTrigram(START + searchText)) this.#delete.run(number)
  }
}
