/** Text as every engine can keep it, so that a record reads back the same from each of them. */

const REPLACEMENT = '\ufffd'
const LAST_CODE_POINT = 0x10ffff
const FIRST_SURROGATE = 0xd800
const AFTER_SURROGATES = 0xe000

/**
 * Half a surrogate pair has no UTF-8, and PostgreSQL's text has no NUL: both become U+FFFD, in what is stored and in what
 * is asked alike, so that a question finds what was stored from the same text.
 */
export function storedText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed()
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', REPLACEMENT) : wellFormed
}

/**
 * The least text that comes after all texts with this prefix, in the order of code points, which is the order of their
 * bytes; `undefined` where there is none.
 */
export function afterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, character => character.codePointAt(0) ?? 0)
  while (points.at(-1) === LAST_CODE_POINT) points.pop()
  const last = points.pop()
  if (last === undefined) return undefined
  return String.fromCodePoint(...points, last + 1 === FIRST_SURROGATE ? AFTER_SURROGATES : last + 1)
}
