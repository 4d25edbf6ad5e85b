/** Object identifiers (X.690 §8.19) in dotted form. */
import type { DerReader } from './der.ts'
import { Tag } from './der.ts'
import { MAX_OID_BYTES } from './limits.ts'

/**
 * Dotted forms by content octets. Certificates repeat a few dozen identifiers, and a lookup is cheaper than writing
 * one out. Bounded: an upload of made-up identifiers only fills it once.
 */
const remembered = new Map<string, string>()
const MAX_REMEMBERED = 512

/** Reads the next element as an OBJECT IDENTIFIER. */
export function takeOid(reader: DerReader, field: string): string {
  reader.take(Tag.objectIdentifier, field)
  return oidContent(reader, field)
}

/** The element read last as an object identifier, whatever its tag (IMPLICIT tagging). */
export function oidContent(reader: DerReader, field: string): string {
  if (reader.end - reader.start > MAX_OID_BYTES) throw reader.fault(`${field} is longer than ${MAX_OID_BYTES} bytes`)
  const key = reader.latin1()
  const known = remembered.get(key)
  if (known !== undefined) return known
  const dotted = dottedOf(reader, field)
  if (remembered.size < MAX_REMEMBERED) remembered.set(key, dotted)
  return dotted
}

function dottedOf(reader: DerReader, field: string): string {
  const arcs: bigint[] = []
  let arc = 0n
  let open = true
  for (let at = reader.start; at < reader.end; at++) {
    const octet = reader.bytes[at] ?? 0
    // A leading 0x80 adds nothing: the same identifier would have two spellings (X.690 §8.19.2).
    if (arc === 0n && octet === 0x80) throw reader.fault(`${field} is no object identifier`)
    arc = (arc << 7n) | BigInt(octet & 0x7f)
    open = octet >= 0x80
    if (open) continue
    arcs.push(arc)
    arc = 0n
  }
  const [first, ...rest] = arcs
  if (open || first === undefined) throw reader.fault(`${field} is no object identifier`)
  const root = first < 80n ? first / 40n : 2n
  return [root, first - root * 40n, ...rest].join('.')
}
