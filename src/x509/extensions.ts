/** The extensions that the registry shows or decides by (RFC 5280 §4.2.1); all others are passed over unread. */
import { extendedKeyUsageNames } from './algorithms.ts'
import { type DerReader, Tag } from './der.ts'
import { type SubjectAltName, takeGeneralName } from './general-name.ts'
import { takeOid } from './oid.ts'

export interface BasicConstraints {
  readonly ca: boolean
  /** CA certificates that may follow below this one; undefined is no bound. */
  readonly pathLength: number | undefined
}

export interface Extensions {
  subjectAltNames: readonly SubjectAltName[]
  basicConstraints: BasicConstraints | undefined
  subjectKeyIdentifier: string | undefined
  authorityKeyIdentifier: string | undefined
  keyUsage: readonly string[] | undefined
  extendedKeyUsage: readonly string[] | undefined
}

const readers: ReadonlyMap<string, (value: DerReader, into: Extensions) => void> = new Map([
  ['2.5.29.14', readSubjectKeyIdentifier],
  ['2.5.29.15', readKeyUsage],
  ['2.5.29.17', readSubjectAltNames],
  ['2.5.29.19', readBasicConstraints],
  ['2.5.29.35', readAuthorityKeyIdentifier],
  ['2.5.29.37', readExtendedKeyUsage],
])

export function noExtensions(): Extensions {
  return {
    subjectAltNames: [],
    basicConstraints: undefined,
    subjectKeyIdentifier: undefined,
    authorityKeyIdentifier: undefined,
    keyUsage: undefined,
    extendedKeyUsage: undefined,
  }
}

/** Reads the next element as Extensions. One that is understood but broken, or there twice, makes the whole unreadable. */
export function takeExtensions(reader: DerReader): Extensions {
  const found = noExtensions()
  const seen = new Set<string>()
  const list = reader.enter(Tag.sequence, 'the extensions')
  while (list.peek() >= 0) {
    const extension = list.enter(Tag.sequence, 'an extension')
    const oid = takeOid(extension, 'an extension')
    extension.takeIf(Tag.boolean, 'the critical flag of an extension')
    extension.take(Tag.octetString, 'an extension')
    const value = extension.inside()
    extension.finish('an extension')
    const read = readers.get(oid)
    if (read === undefined) continue
    // RFC 5280 §4.2 forbids it, and readers differ in which one they believe.
    if (seen.has(oid)) throw extension.fault('an extension stands there twice')
    seen.add(oid)
    read(value, found)
    value.finish('an extension')
  }
  return found
}

function readSubjectKeyIdentifier(value: DerReader, into: Extensions): void {
  value.take(Tag.octetString, 'subjectKeyIdentifier')
  into.subjectKeyIdentifier = value.hex()
}

/** `keyIdentifier [0]` only: issuer and serial number, where they are there at all, say what the name says. */
function readAuthorityKeyIdentifier(value: DerReader, into: Extensions): void {
  const parts = value.enter(Tag.sequence, 'authorityKeyIdentifier')
  if (parts.takeIf(0x80, 'authorityKeyIdentifier')) into.authorityKeyIdentifier = parts.hex()
  while (parts.peek() >= 0) parts.next('authorityKeyIdentifier')
}

const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
]

/** Bits count from the highest of the first octet behind the one that counts the unused (X.690 §8.6.2). */
function readKeyUsage(value: DerReader, into: Extensions): void {
  value.take(Tag.bitString, 'keyUsage')
  const { bytes, start, end } = value
  into.keyUsage = keyUsages.filter((_, bit) => {
    const at = start + 1 + (bit >> 3)
    return at < end && ((bytes[at] ?? 0) & (0x80 >> (bit & 7))) !== 0
  })
}

function readSubjectAltNames(value: DerReader, into: Extensions): void {
  const list = value.enter(Tag.sequence, 'subjectAltName')
  const names: SubjectAltName[] = []
  while (list.peek() >= 0) names.push(takeGeneralName(list, 'subjectAltName'))
  into.subjectAltNames = names
}

function readBasicConstraints(value: DerReader, into: Extensions): void {
  const parts = value.enter(Tag.sequence, 'basicConstraints')
  const ca = parts.takeIf(Tag.boolean, 'basicConstraints') && parts.bytes[parts.start] !== 0
  let pathLength: number | undefined
  if (parts.takeIf(Tag.integer, 'basicConstraints')) {
    const size = parts.end - parts.start
    // Four octets hold more than any path; a negative length means nothing.
    if (size < 1 || size > 4) throw parts.fault('basicConstraints has no possible path length')
    pathLength = parts.bytes.readIntBE(parts.start, size)
    if (pathLength < 0) throw parts.fault('basicConstraints has no possible path length')
  }
  parts.finish('basicConstraints')
  into.basicConstraints = { ca, pathLength }
}

function readExtendedKeyUsage(value: DerReader, into: Extensions): void {
  const list = value.enter(Tag.sequence, 'extendedKeyUsage')
  const usages: string[] = []
  while (list.peek() >= 0) {
    const oid = takeOid(list, 'extendedKeyUsage')
    usages.push(extendedKeyUsageNames.get(oid) ?? oid)
  }
  into.extendedKeyUsage = usages
}
