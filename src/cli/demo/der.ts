/**
 * Writes the few DER types that a certificate is made of (X.690). A demo has thousands of certificates to make before it
 * can be looked at, and the schema libraries take a millisecond for each.
 */

function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content])
  if (length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, length), content])
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 0xff), content])
}

export const sequence = (...parts: readonly Uint8Array[]) => tlv(0x30, ...parts)
export const set = (...parts: readonly Uint8Array[]) => tlv(0x31, ...parts)
export const octets = (content: Uint8Array) => tlv(0x04, content)
export const bits = (content: Uint8Array, unused = 0) => tlv(0x03, Buffer.of(unused), content)
export const yes = tlv(0x01, Buffer.of(0xff))
export const nothing = tlv(0x05)
export const utf8 = (text: string) => tlv(0x0c, Buffer.from(text))

/** Context-specific, constructed or primitive. */
export const context = (number: number, ...parts: readonly Uint8Array[]) => tlv(0xa0 | number, ...parts)
export const implicit = (number: number, content: Uint8Array) => tlv(0x80 | number, content)

/** A positive INTEGER of big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const start = bytes.findIndex(byte => byte !== 0)
  const magnitude = start < 0 ? Buffer.of(0) : bytes.subarray(start)
  return tlv(0x02, (magnitude[0] ?? 0) < 0x80 ? magnitude : Buffer.concat([Buffer.of(0), magnitude]))
}

/** An OBJECT IDENTIFIER; each arc below 2^28. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const octetsOf = (arc: number) => {
    const octets = [arc & 0x7f]
    for (let left = arc >> 7; left > 0; left >>= 7) octets.unshift((left & 0x7f) | 0x80)
    return octets
  }
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(octetsOf)))
}

/** UTCTime, for years from 1950 to 2049. @param time Unix ms */
export function utcTime(time: number): Buffer {
  const digits = new Date(time).toISOString().replace(/[-:T]|\.\d+/g, '')
  return tlv(0x17, Buffer.from(digits.slice(2)))
}
