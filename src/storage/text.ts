/** Text as every engine can keep it, so that a record reads back the same from each of them. */

const REPLACEMENT = '\ufffd'

/**
 * Half a surrogate pair has no UTF-8, and PostgreSQL's text has no NUL: both become U+FFFD, in what is stored and in what
 * is asked alike, so that a question finds what was stored from the same text.
 */
export function storedText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed()
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', REPLACEMENT) : wellFormed
}
