/** Hashes and comparisons of what was signed. Texts are latin-1: the bytes as they came over the wire. */

import { createHmac, hash, timingSafeEqual } from 'node:crypto'

/** SHA-256 as 64 lower-case hex digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', typeof data === 'string' ? Buffer.from(data, 'latin1') : data, 'hex')
}

export function hmac(algorithm: 'sha1' | 'sha256', key: string | Uint8Array, text: string): Buffer {
  return createHmac(algorithm, key).update(text, 'latin1').digest()
}

/** Compares in constant time. Bytes of another length are different; lengths are no secret. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
