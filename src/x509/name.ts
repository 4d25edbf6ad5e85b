/** Distinguished names: Name of RFC 5280 §4.1.2.4, text of RFC 4514. */
import type { DerReader } from './der.ts'
import { Tag } from './der.ts'
import { takeOid } from './oid.ts'
import { textOf } from './text.ts'

export interface NameAttribute {
  readonly oid: string
  /** The short name (`CN`, `O`, `OU`, `C`, `ST`, `L`, `emailAddress`, …), or the OID where there is none. */
  readonly type: string
  /** Text as in the certificate; `#` and the hex of the DER where the value is no character string (RFC 4514 §2.4). */
  readonly value: string
}

export interface DistinguishedName {
  /** In certificate order: the most general first. */
  readonly attributes: readonly NameAttribute[]
  /** RFC 4514: the most specific first, joined by `,`, escaped. Empty for the empty name. */
  readonly text: string
  /** The Name as it stands in the certificate. */
  readonly der: Uint8Array
}

/** Descriptors of RFC 4514 §3 first, then those of the IANA LDAP registry and PKCS#9 that are in use. */
const descriptors: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.6', 'C'],
  ['2.5.4.9', 'STREET'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
  ['2.5.4.4', 'SN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.12', 'title'],
  ['2.5.4.13', 'description'],
  ['2.5.4.15', 'businessCategory'],
  ['2.5.4.17', 'postalCode'],
  ['2.5.4.41', 'name'],
  ['2.5.4.42', 'givenName'],
  ['2.5.4.43', 'initials'],
  ['2.5.4.44', 'generationQualifier'],
  ['2.5.4.46', 'dnQualifier'],
  ['2.5.4.65', 'pseudonym'],
  ['2.5.4.97', 'organizationIdentifier'],
])

/** All values of one attribute, in certificate order; `type` is a short name as above or an OID. */
export function attributesOf(name: DistinguishedName, type: string): readonly string[] {
  return name.attributes
    .filter(attribute => attribute.type === type || attribute.oid === type)
    .map(attribute => attribute.value)
}

/** Reads the next element as a Name. */
export function takeName(reader: DerReader, field: string): DistinguishedName {
  const sets = reader.enter(Tag.sequence, field)
  const der = asBytes(reader.bytes, reader.head, reader.end)
  const attributes: NameAttribute[] = []
  let text = ''
  while (sets.peek() >= 0) {
    const set = sets.enter(Tag.set, field)
    let relative = ''
    while (set.peek() >= 0) {
      const pair = set.enter(Tag.sequence, field)
      const oid = takeOid(pair, `an attribute type of ${field}`)
      pair.next(`an attribute of ${field}`)
      const string = textOf(pair)
      const type = descriptors.get(oid) ?? oid
      const value = string ?? encodingOf(pair)
      attributes.push({ oid, type, value })
      // Where there is no descriptor, RFC 4514 §2.4 wants the encoding also of what is text.
      const shown = string === undefined ? value : type === oid ? encodingOf(pair) : escaped(string)
      pair.finish(`an attribute of ${field}`)
      relative = relative === '' ? `${type}=${shown}` : `${relative}+${type}=${shown}`
    }
    text = text === '' ? relative : `${relative},${text}`
  }
  return { attributes, text, der }
}

/** The element read last as RFC 4514 §2.4 writes an encoding. */
function encodingOf(reader: DerReader): string {
  return `#${reader.bytes.toString('hex', reader.head, reader.end)}`
}

const special = /["+,;<>\\]|^[ #]| $/

/** RFC 4514 §2.4. U+0000 needs no escape: `text.ts` leaves none. */
function escaped(value: string): string {
  if (!special.test(value)) return value
  if (value === ' ') return '\\ '
  return value
    .replace(/["+,;<>\\]/g, '\\$&')
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, '\\ ')
}

/** A view, typed and shaped as plain bytes. */
function asBytes(buffer: Buffer, start: number, end: number): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset + start, end - start)
}
