/**
 * The outer form of private key files, looked at before OpenSSL is asked: an encrypted one must not start a derivation
 * whose cost its maker chose, and RSA numbers that no key has must not get as far as a computation.
 */
import { DerReader, Tag } from './der.ts'
import { MAX_RSA_BITS, MIN_RSA_BITS } from './limits.ts'
import { takeOid } from './oid.ts'
import { bitsOf } from './public-key.ts'

const rsaAlgorithms: ReadonlySet<string> = new Set(['1.2.840.113549.1.1.1', '1.2.840.113549.1.1.10'])

/** Throws Unreadable for a key that is encrypted, not DER, or RSA beyond use; `label` is that of its PEM block. */
export function requireSound(label: string, der: Uint8Array): void {
  const file = new DerReader(Buffer.from(der))
  const key = file.enter(Tag.sequence, 'the private key')
  file.finish('the private key')
  // EncryptedPrivateKeyInfo begins with an algorithm, all plain forms with a version number (RFC 5958 §2, §3).
  if (key.peek() === Tag.sequence) throw key.fault('the private key is encrypted')
  key.take(Tag.integer, 'the private key')
  if (label === 'RSA PRIVATE KEY') requireSoundRsa(key)
  if (label !== 'PRIVATE KEY') return
  const algorithm = takeOid(key.enter(Tag.sequence, 'the private key'), 'the private key')
  if (!rsaAlgorithms.has(algorithm)) return
  key.take(Tag.octetString, 'the private key')
  const numbers = key.inside().enter(Tag.sequence, 'the RSA key')
  numbers.take(Tag.integer, 'the RSA key')
  requireSoundRsa(numbers)
}

/** Modulus and exponent, which come next (RFC 8017 §A.1.2): numbers by which a signature can mean something. */
function requireSoundRsa(numbers: DerReader): void {
  const bits = bitsOf(numbers, 'the RSA modulus') ?? 0
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
    throw numbers.fault(`the RSA modulus has not from ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits`)
  }
  if (isEven(numbers)) throw numbers.fault('the RSA modulus is even')
  if ((bitsOf(numbers, 'the RSA exponent') ?? 0) < 2 || isEven(numbers))
    throw numbers.fault('the RSA exponent is not an odd number above 1')
}

function isEven(numbers: DerReader): boolean {
  return ((numbers.bytes[numbers.end - 1] ?? 0) & 1) === 0
}
