/**
 * ASN.1 character strings as JavaScript strings that every database and every JSON reader can hold: lone surrogates,
 * bytes that are no text and U+0000 become U+FFFD. Nothing else is changed, so markup, line breaks and bidirectional
 * controls come through; whoever shows a name escapes it. The exact bytes stay in the DER.
 */
import type { DerReader } from './der.ts'
import { Tag } from './der.ts'

/** The string types of DirectoryString and their kin (RFC 5280 §4.1.2.4), each with how its bytes become text. */
const decoders: ReadonlyMap<number, (bytes: Buffer) => string | undefined> = new Map([
  [Tag.utf8String, bytes => bytes.toString('utf8')],
  [Tag.printableString, narrow],
  [Tag.ia5String, narrow],
  [Tag.visibleString, narrow],
  [Tag.numericString, narrow],
  // T.61 proper is extinct: what calls itself TeletexString is Latin-1 (as in OpenSSL).
  [Tag.teletexString, bytes => bytes.toString('latin1')],
  [Tag.bmpString, bytes => (bytes.length % 2 === 0 ? Buffer.from(bytes).swap16().toString('utf16le') : undefined)],
  [Tag.universalString, universal],
])

/** The element read last as text; undefined when its type is no character string or its length cannot be one. */
export function textOf(reader: DerReader): string | undefined {
  const decode = decoders.get(reader.tag)
  if (decode === undefined) return undefined
  if (reader.tag < Tag.universalString && isPlain(reader)) return reader.latin1()
  const text = decode(reader.bytes.subarray(reader.start, reader.end))
  return text === undefined ? undefined : storable(text)
}

/** The element read last as an IA5String, whatever its tag (IMPLICIT tagging in GeneralName). */
export function ia5Content(reader: DerReader): string {
  return isPlain(reader) ? reader.latin1() : storable(narrow(reader.bytes.subarray(reader.start, reader.end)))
}

/** ASCII without NUL: the same in every one-byte encoding, and all that most names hold. */
function isPlain(reader: DerReader): boolean {
  for (let at = reader.start; at < reader.end; at++) {
    const octet = reader.bytes[at] ?? 0
    if (octet === 0 || octet > 0x7f) return false
  }
  return true
}

/** The seven-bit types when they hold more: UTF-8 where it is valid, since that is the common mistake, else Latin-1. */
function narrow(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  return text.includes('\ufffd') ? bytes.toString('latin1') : text
}

/** UCS-4, big-endian (X.690 §8.23.7). */
function universal(bytes: Buffer): string | undefined {
  if (bytes.length % 4 !== 0) return undefined
  let text = ''
  for (let at = 0; at < bytes.length; at += 4) {
    const point = bytes.readUInt32BE(at)
    text += point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point)
  }
  return text
}

function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}
