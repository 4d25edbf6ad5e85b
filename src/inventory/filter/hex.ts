/** Serial numbers and fingerprints as people copy them from elsewhere. */

const COLONS = /^[0-9a-f]{1,2}(?::[0-9a-f]{2})+$/i

/** @returns lower-case hex, `undefined` for what is no fingerprint of so many digits */
export function fingerprintOf(text: string, digits: number): string | undefined {
  const hex = (COLONS.test(text) ? text.replaceAll(':', '') : text).toLowerCase()
  return hex.length === digits && /^[0-9a-f]*$/.test(hex) ? hex : undefined
}

/** Digits of a serial number that are read: RFC 5280 allows 40 of hex, some authorities more. */
const MAX_DIGITS = 256

/**
 * The serial numbers that a text may stand for, as `Certificate.serialNumber` writes them: digits alone may be decimal
 * or hex, and both are meant; letters, colons or `0x` make it hex.
 */
export function serialsOf(text: string): readonly string[] | undefined {
  const [, minus = '', prefix = '', rest = ''] = /^(-?)(0x)?(.+)$/i.exec(text) ?? []
  const hex = (COLONS.test(rest) ? rest.replaceAll(':', '') : rest).toLowerCase()
  if (!/^[0-9a-f]+$/.test(hex) || hex.length > MAX_DIGITS) return undefined
  const plain = hex.replace(/^0+(?=.)/, '')
  const isHex = prefix !== '' || rest.includes(':') || /[a-f]/.test(hex)
  const magnitudes = isHex ? [plain] : [plain, BigInt(hex).toString(16)]
  return [...new Set(magnitudes)].map(magnitude => (magnitude === '0' ? '0' : minus + magnitude))
}
