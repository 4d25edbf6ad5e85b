/**
 * What a certificate says, read once and whole (RFC 5280 §4.1, X.509 versions 1 to 3).
 *
 * Which parser is the authority: this walk over the DER, for every field. `node:crypto` and the schema libraries
 * disagree with each other where certificates are odd (negative serial numbers, old time spellings, trailing bytes),
 * their accessors throw on certificates that they accepted, OpenSSL refuses keys that it does not know, and either
 * alone takes longer than the whole of this. So nothing is asked of them here; the tests hold this reading against
 * both. `node:crypto` is the authority for what needs the key itself: signatures (`chain.ts`) and private keys.
 */
import { hash } from 'node:crypto'
import { DerReader, Tag } from './der.ts'
import { type BasicConstraints, type Extensions, noExtensions, takeExtensions } from './extensions.ts'
import type { SubjectAltName } from './general-name.ts'
import { MAX_CERTIFICATE_BYTES } from './limits.ts'
import { type DistinguishedName, takeName } from './name.ts'
import { type PublicKeyFacts, takePublicKey } from './public-key.ts'
import { type SignatureAlgorithm, takeSignatureAlgorithm } from './signature.ts'
import { takeTime } from './time.ts'
import { Unreadable } from './unreadable.ts'

export type { BasicConstraints } from './extensions.ts'
export type { SubjectAltName } from './general-name.ts'
export { attributesOf, type DistinguishedName } from './name.ts'
export type { PublicKeyFacts } from './public-key.ts'
export type { SignatureAlgorithm } from './signature.ts'

export interface Certificate {
  /** Exactly the certificate, in memory of its own. */
  readonly der: Uint8Array
  /** SHA-256 of `der`, 64 lower-case hex digits. */
  readonly fingerprint: string
  /** SHA-1 of `der`, 40 lower-case hex digits. */
  readonly fingerprintSha1: string
  /** SHA-256 of the SubjectPublicKeyInfo, 64 lower-case hex digits. */
  readonly spkiFingerprint: string
  readonly version: 1 | 2 | 3
  /**
   * The INTEGER's value in lower-case hex: no leading zeros (`0` for zero), and a `-` before the magnitude where the
   * issuer wrongly encoded a negative number (RFC 5280 §4.1.2.2). So `02 01 ff` is `-1` and `02 02 00 ff` is `ff`.
   */
  readonly serialNumber: string
  readonly subject: DistinguishedName
  readonly issuer: DistinguishedName
  /** The subject's last CN, which is the most specific one. */
  readonly commonName: string | undefined
  /** In certificate order; empty without the extension. */
  readonly subjectAltNames: readonly SubjectAltName[]
  /** Unix milliseconds. */
  readonly notBefore: number
  /** Unix milliseconds; 253402300799000 (the end of 9999) says "no expiry" (RFC 5280 §4.1.2.5). */
  readonly notAfter: number
  readonly key: PublicKeyFacts
  /** How the issuer signed: the outer identifier, by which a signature is verified. */
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly basicConstraints: BasicConstraints | undefined
  /** Lower-case hex. */
  readonly subjectKeyIdentifier: string | undefined
  /** Lower-case hex. */
  readonly authorityKeyIdentifier: string | undefined
  /** Names of RFC 5280 §4.2.1.3 in bit order, `digitalSignature` first; undefined without the extension. */
  readonly keyUsage: readonly string[] | undefined
  /** Names of RFC 5280 §4.2.1.12 (`serverAuth`), else OIDs, in certificate order; undefined without the extension. */
  readonly extendedKeyUsage: readonly string[] | undefined
}

/**
 * Reads one DER certificate. Nothing may follow it: a byte behind the end would travel unseen, and two uploads of one
 * certificate would differ. Returns a certificate whose every field is a plain value, or throws Unreadable.
 *
 * @param maxBytes refuses longer input before it is looked at
 */
export function readCertificate(input: Uint8Array, maxBytes: number = MAX_CERTIFICATE_BYTES): Certificate {
  if (input.length > maxBytes) throw new Unreadable(`the certificate is larger than ${maxBytes} bytes`, 'byte 0')
  // A copy: the caller's buffer may be a window of a large upload, or change.
  const der = new Uint8Array(input)
  const file = new DerReader(Buffer.from(der.buffer))
  const certificate = file.enter(Tag.sequence, 'the certificate')
  file.finish('the certificate')
  const tbs = certificate.enter(Tag.sequence, 'the certificate')
  const signatureAlgorithm = takeSignatureAlgorithm(certificate)
  certificate.take(Tag.bitString, 'the signature')
  certificate.finish('the certificate')

  const version = takeVersion(tbs)
  const serialNumber = takeSerialNumber(tbs)
  tbs.take(Tag.sequence, 'the signature algorithm')
  const issuer = takeName(tbs, 'the issuer')
  const validity = tbs.enter(Tag.sequence, 'the validity')
  const notBefore = takeTime(validity, 'notBefore')
  const notAfter = takeTime(validity, 'notAfter')
  validity.finish('the validity')
  const subject = takeName(tbs, 'the subject')
  const key = takePublicKey(tbs)
  const spkiFingerprint = hash('sha256', der.subarray(tbs.head, tbs.end))
  const extensions = takeTail(tbs)
  return {
    der,
    fingerprint: hash('sha256', der),
    fingerprintSha1: hash('sha1', der),
    spkiFingerprint,
    version,
    serialNumber,
    subject,
    issuer,
    commonName: subject.attributes.findLast(attribute => attribute.type === 'CN')?.value,
    notBefore,
    notAfter,
    key,
    signatureAlgorithm,
    ...extensions,
  }
}

/** `[0] EXPLICIT INTEGER DEFAULT v1`, where 0 is version 1. */
function takeVersion(tbs: DerReader): 1 | 2 | 3 {
  if (!tbs.takeIf(0xa0, 'the version')) return 1
  const inside = tbs.inside()
  inside.take(Tag.integer, 'the version')
  const number = inside.end - inside.start === 1 ? inside.bytes[inside.start] : undefined
  if (number === 0) return 1
  if (number === 1) return 2
  if (number === 2) return 3
  throw inside.fault('the version is none of 1, 2 and 3')
}

function takeSerialNumber(tbs: DerReader): string {
  tbs.take(Tag.integer, 'the serial number')
  if (tbs.start === tbs.end) throw tbs.fault('the serial number is empty')
  const hex = tbs.hex()
  if ((tbs.bytes[tbs.start] ?? 0) < 0x80) return hex.replace(/^0+(?=.)/, '')
  return BigInt.asIntN((tbs.end - tbs.start) * 8, BigInt(`0x${hex}`)).toString(16)
}

/** What may follow the key: the unique identifiers of version 2, which nobody uses, and the extensions. */
function takeTail(tbs: DerReader): Extensions {
  for (const tag of [0x81, 0x82]) tbs.takeIf(tag, 'a unique identifier')
  if (!tbs.takeIf(0xa3, 'the extensions')) {
    tbs.finish('the certificate')
    return noExtensions()
  }
  const inside = tbs.inside()
  const extensions = takeExtensions(inside)
  inside.finish('the extensions')
  tbs.finish('the certificate')
  return extensions
}
