/** Percent-encoding over bytes, as every signature here needs it. Bytes are the characters of a latin-1 string. */

const UNRESERVED = /^[A-Za-z0-9\-_.~]*$/
const ESCAPES = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte)
  return UNRESERVED.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
})

/** Every byte but `A-Z a-z 0-9 - _ . ~` as `%` and two upper-case hex digits. */
export function encodeBytes(bytes: string): string {
  if (UNRESERVED.test(bytes)) return bytes
  let encoded = ''
  for (let i = 0; i < bytes.length; i++) encoded += ESCAPES[bytes.charCodeAt(i) & 0xff]
  return encoded
}

/** What was percent-encoded, as bytes; a `%` that encodes nothing stands for itself. */
export function decodeBytes(encoded: string): string {
  if (!encoded.includes('%')) return encoded
  return encoded.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** As `decodeBytes`, with `+` for a space: the form encoding, which some clients use in queries. */
export function decodeFormBytes(encoded: string): string {
  return decodeBytes(encoded.includes('+') ? encoded.replaceAll('+', ' ') : encoded)
}

/** Decoded name and value. */
export type Pair = readonly [name: string, value: string]

/** Takes a query or a form apart, as bytes: empty pieces are dropped, a missing `=` gives an empty value. */
export function splitPairs(encoded: string): Pair[] {
  const pairs: Pair[] = []
  for (const piece of encoded.split('&')) {
    if (piece === '') continue
    const mark = piece.indexOf('=')
    pairs.push(
      mark < 0
        ? [decodeFormBytes(piece), '']
        : [decodeFormBytes(piece.slice(0, mark)), decodeFormBytes(piece.slice(mark + 1))],
    )
  }
  return pairs
}

/**
 * The pairs in canonical order and spelling. The vendors' documents sort the decoded texts, and their clients do it in
 * two ways: by bytes (Go, Python) and by UTF-16 code units (Node). Only beyond U+D7FF do these differ.
 * @returns the one form, or both
 */
export function canonicalPairs(pairs: readonly Pair[]): string[] {
  const join = (sorted: readonly Pair[]) =>
    sorted.map(([name, value]) => `${encodeBytes(name)}=${encodeBytes(value)}`).join('&')
  const byBytes = join(pairs.toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y)))
  // UTF-8 of U+E000 and above begins with a byte from 0xEE on.
  if (!pairs.some(([name, value]) => /[\xee-\xff]/.test(name) || /[\xee-\xff]/.test(value))) return [byBytes]
  const asText = pairs.map(pair => ({ pair, name: utf8(pair[0]), value: utf8(pair[1]) }))
  const byUnits = asText.toSorted((a, b) => compare(a.name, b.name) || compare(a.value, b.value))
  return [...new Set([byBytes, join(byUnits.map(({ pair }) => pair))])]
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
