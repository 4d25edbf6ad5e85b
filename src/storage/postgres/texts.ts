/**
 * Text that is indexed. An index of PostgreSQL holds keys of up to 2,704 bytes, so a longer text stands in its column by
 * its beginning and its SHA-256, and whole beside it. Texts of registries are short; those of hostile certificates need
 * not be.
 */

import { hash } from 'node:crypto'
import type { IndexedTexts } from '../indexed-texts.ts'
import { afterPrefix } from '../text.ts'

/** Bytes of UTF-8 that an index holds of a text as they are. Two of them and a digest each are within the limit. */
const KEPT = 1_000
/** More bytes than any text in a column has, each the greatest: after every text. */
const LAST_TEXT = '\u{10ffff}'.repeat(300)
/** What pg_trgm makes its keys of, whatever the database's locale. */
const TRIGRAMS = /[0-9A-Za-z]{3,}/g

/** @param trigrams whether there is an index for parts of texts */
export function indexedTexts(trigrams: boolean): IndexedTexts {
  return {
    key,
    isSearchable: (kind, text) => trigrams && kind === 'contains' && text.search(TRIGRAMS) !== -1,
    isAmbiguous: isLong,
  }
}

export function isLong(text: string): boolean {
  return text.length > KEPT / 3 && Buffer.byteLength(text) > KEPT
}

/** Two long texts that begin with the same thousand bytes are ordered by their digests; all others by their bytes. */
export function key(text: string): string {
  return isLong(text) ? kept(text) + hash('sha256', text, 'hex') : text
}

/** The range of keys in which all texts with this prefix are: from, inclusive, and to, exclusive. */
export function prefixBounds(prefix: string): readonly [from: string, to: string] {
  const from = isLong(prefix) ? kept(prefix) : prefix
  return [from, afterPrefix(from) ?? LAST_TEXT]
}

/** The beginning, cut between two characters. */
function kept(text: string): string {
  return new TextDecoder().decode(Buffer.from(text).subarray(0, KEPT), { stream: true })
}

/** A LIKE pattern that every text with this part matches: its runs of letters and digits, which are never special. */
export function partPattern(part: string): string {
  return `%${(part.match(TRIGRAMS) ?? []).join('%')}%`
}

/** An array of values as PostgreSQL reads it in a parameter. */
export function arrayText(values: readonly unknown[]): string {
  return `{${values.map(value => `"${String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`
}
