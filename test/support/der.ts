/**
 * A DER writer for tests: enough of X.690 to say any certificate, also the wrong ones that no library would write.
 * It checks nothing on purpose.
 */

/** One tag-length-value with the shortest definite length. `tag` is the whole identifier octet. */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts)
  const length = content.length
  if (length < 0x80) return Buffer.concat([Uint8Array.of(tag, length), content])
  const digits = Buffer.from(length.toString(16).padStart(length > 0xffffff ? 8 : length > 0xffff ? 6 : 4, '0'), 'hex')
  const trimmed = digits[0] === 0 ? digits.subarray(1) : digits
  return Buffer.concat([Uint8Array.of(tag, 0x80 | trimmed.length), trimmed, content])
}

export const sequence = (...parts: readonly Uint8Array[]) => tlv(0x30, ...parts)
export const set = (...parts: readonly Uint8Array[]) => tlv(0x31, ...parts)
export const octets = (content: Uint8Array) => tlv(0x04, content)
export const bits = (content: Uint8Array, unused = 0) => tlv(0x03, Uint8Array.of(unused), content)
export const boolean = (value: boolean) => tlv(0x01, Uint8Array.of(value ? 0xff : 0))
export const nothing = () => tlv(0x05)
export const utf8 = (text: string) => tlv(0x0c, Buffer.from(text, 'utf8'))
export const printable = (text: string) => tlv(0x13, Buffer.from(text, 'latin1'))
export const ia5 = (text: string) => tlv(0x16, Buffer.from(text, 'latin1'))

/** Context-specific `[number]`, constructed (EXPLICIT or a structure) or primitive. */
export const context = (number: number, ...parts: readonly Uint8Array[]) => tlv(0xa0 | number, ...parts)
export const implicit = (number: number, content: Uint8Array) => tlv(0x80 | number, content)

/** INTEGER in the shortest two's complement form. */
export function integer(value: bigint): Uint8Array {
  let length = 1
  while (BigInt.asIntN(length * 8, value) !== value) length++
  const hex = BigInt.asUintN(length * 8, value).toString(16)
  return tlv(0x02, Buffer.from(hex.padStart(length * 2, '0'), 'hex'))
}

/** OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Uint8Array {
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt)
  const octetsOf = (arc: bigint) => {
    const out = [Number(arc & 0x7fn)]
    for (let left = arc >> 7n; left > 0n; left >>= 7n) out.unshift(Number(left & 0x7fn) | 0x80)
    return out
  }
  return tlv(0x06, Uint8Array.from([first * 40n + second, ...rest].flatMap(octetsOf)))
}

/** UTCTime from 1950 to 2049, GeneralizedTime outside (RFC 5280 §4.1.2.5). */
export function time(at: number): Uint8Array {
  const digits = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')
  const year = new Date(at).getUTCFullYear()
  return year >= 1950 && year < 2050 ? tlv(0x17, Buffer.from(digits.slice(2))) : tlv(0x18, Buffer.from(digits))
}
