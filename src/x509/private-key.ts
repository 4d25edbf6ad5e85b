/**
 * Private keys: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) and SEC1 (RFC 5915) in PEM, unencrypted. Encrypted ones are
 * refused by their outer form, before anything is derived: the cost of a derivation is chosen by whoever made the
 * file. No message, log line or JSON of this room ever holds a byte of a key.
 */
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify, X509Certificate } from 'node:crypto'
import { inspect } from 'node:util'
import type { Certificate } from './certificate.ts'
import { DerReader, Tag } from './der.ts'
import { MAX_PRIVATE_KEY_BYTES, MAX_PROVEN_RSA_BITS, MIN_RSA_BITS } from './limits.ts'
import { type PemBlock, pemBlocks, pemOf } from './pem.ts'
import { type PublicKeyFacts, takePublicKey } from './public-key.ts'
import { Unreadable } from './unreadable.ts'

/** A private key that can be shown, logged and serialised by mistake without harm: every way says `[key]`. */
export class PrivateKey {
  /** What the public half says. */
  readonly key: PublicKeyFacts
  /** SHA-256 of the public half's SubjectPublicKeyInfo, lower-case hex, as of a certificate. */
  readonly spkiFingerprint: string
  readonly #pem: string
  readonly #object: KeyObject

  constructor(pem: string, object: KeyObject) {
    const spki = createPublicKey(object).export({ type: 'spki', format: 'der' })
    this.key = takePublicKey(new DerReader(spki))
    this.spkiFingerprint = hash('sha256', spki)
    this.#pem = pem
    this.#object = object
  }

  /** The key itself: PEM in the form that it was read from, unencrypted. For sealing and for export, nothing else. */
  pem(): string {
    return this.#pem
  }

  /** Whether this is the private half of `publicKey`, shown by a signature where the file only claims it. */
  isHalfOf(publicKey: KeyObject): boolean {
    const mine = createPublicKey(this.#object)
    // Comparing keys of two types leaves an error behind in OpenSSL, for which the next key that is read is refused.
    return mine.asymmetricKeyType === publicKey.asymmetricKeyType && mine.equals(publicKey) && this.#proves(publicKey)
  }

  /**
   * RSA and EC files state the public half beside the secret one, so that the two can be of different keys. The other
   * algorithms derive it.
   */
  #proves(publicKey: KeyObject): boolean {
    const { algorithm, bits = 0 } = this.key
    if (algorithm !== 'EC' && algorithm !== 'SM2' && algorithm !== 'RSA') return true
    if (algorithm === 'RSA' && bits > MAX_PROVEN_RSA_BITS) return true
    const digest = algorithm === 'SM2' ? 'sm3' : 'sha256'
    const message = Buffer.from('certfolio')
    return verify(digest, message, publicKey, sign(digest, message, this.#object))
  }

  toString(): string {
    return '[key]'
  }

  toJSON(): string {
    return '[key]'
  }

  [inspect.custom](): string {
    return '[key]'
  }
}

const labels: ReadonlySet<string> = new Set(['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'DSA PRIVATE KEY'])

/** `openssl ecparam -genkey` writes the curve before the key, which names it again. */
const parameterLabels: ReadonlySet<string> = new Set(['EC PARAMETERS', 'SM2 PARAMETERS', 'DSA PARAMETERS'])

/** Reads the one private key of a PEM text. Throws Unreadable, whose message holds nothing of the key. */
export function readPrivateKey(pem: string): PrivateKey {
  const blocks = [...pemBlocks(pem, MAX_PRIVATE_KEY_BYTES)].filter(block => !parameterLabels.has(block.label))
  const [block, more] = blocks
  if (block === undefined) throw new Unreadable('the input holds no PEM block', 'the input')
  if (more) throw new Unreadable('the input holds more than the private key', `PEM block 2, line ${more.line}`)
  const where = `PEM block 1, line ${block.line}`
  if (block.label === 'ENCRYPTED PRIVATE KEY') throw new Unreadable('the private key is encrypted', where)
  if (!labels.has(block.label)) throw new Unreadable('the PEM block holds no private key', where)
  requirePlain(block, where)
  const text = pemOf(block.label, block.der)
  try {
    const object = createPrivateKey(text)
    requireSound(object, where)
    return new PrivateKey(text, object)
  } catch (error) {
    if (error instanceof Unreadable) throw error
    // The library's own reason is dropped: it is of no help to the sender, and may quote the input.
    throw new Unreadable('the private key is broken, or of an algorithm or size that is not known', where)
  }
}

/** Whether the certificate's public key belongs to this private key. */
export function matches(key: PrivateKey, certificate: Certificate): boolean {
  try {
    return key.isHalfOf(new X509Certificate(certificate.der).publicKey)
  } catch {
    return false
  }
}

/** All plain forms begin with a version number, EncryptedPrivateKeyInfo with an algorithm (RFC 5958 §3). */
function requirePlain(block: PemBlock, where: string): void {
  try {
    const reader = new DerReader(Buffer.from(block.der))
    const inside = reader.enter(Tag.sequence, 'the private key')
    reader.finish('the private key')
    if (inside.peek() === Tag.sequence) throw new Unreadable('the private key is encrypted', 'byte 0')
    inside.take(Tag.integer, 'the private key')
  } catch (error) {
    throw error instanceof Unreadable ? error.within(where) : error
  }
}

/** RSA numbers with which OpenSSL would compute, though no signature would mean anything. */
function requireSound(object: KeyObject, where: string): void {
  if (object.asymmetricKeyType !== 'rsa' && object.asymmetricKeyType !== 'rsa-pss') return
  const { modulusLength = 0, publicExponent = 0n } = object.asymmetricKeyDetails ?? {}
  if (modulusLength < MIN_RSA_BITS) {
    throw new Unreadable(`the RSA modulus has fewer than ${MIN_RSA_BITS} bits`, where)
  }
  if (publicExponent < 3n || publicExponent % 2n === 0n) {
    throw new Unreadable('the RSA exponent is not an odd number above 1', where)
  }
  // Node writes no JWK of a PSS key; such a key has to prove itself when it is matched.
  if (object.asymmetricKeyType === 'rsa' && isEven(createPublicKey(object).export({ format: 'jwk' }).n)) {
    throw new Unreadable('the RSA modulus is even', where)
  }
}

function isEven(base64url: string | undefined): boolean {
  return (Buffer.from(base64url ?? '', 'base64url').at(-1) ?? 0) % 2 === 0
}
