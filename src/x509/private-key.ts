/**
 * Private keys: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) and SEC1 (RFC 5915) in PEM, unencrypted. Encrypted ones are
 * refused by their outer form, before anything is derived: the cost of a derivation is chosen by whoever made the
 * file. No message, log line or JSON of this room ever holds a byte of a key.
 */
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify, X509Certificate } from 'node:crypto'
import { inspect } from 'node:util'
import type { Certificate } from './certificate.ts'
import { DerReader } from './der.ts'
import { requireSound } from './key-form.ts'
import { MAX_PRIVATE_KEY_BYTES, MAX_PROVEN_RSA_BITS } from './limits.ts'
import { parameterLabels, pemBlocks, pemOf } from './pem.ts'
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

/** Reads the one private key of a PEM text. Throws Unreadable, whose message holds nothing of the key. */
export function readPrivateKey(pem: string): PrivateKey {
  const blocks = [...pemBlocks(pem, MAX_PRIVATE_KEY_BYTES)].filter(block => !parameterLabels.has(block.label))
  const [block, more] = blocks
  if (block === undefined) throw new Unreadable('the input holds no PEM block', 'the input')
  if (more) throw new Unreadable('the input holds more than the private key', `PEM block 2, line ${more.line}`)
  const where = `PEM block 1, line ${block.line}`
  if (block.label === 'ENCRYPTED PRIVATE KEY') throw new Unreadable('the private key is encrypted', where)
  if (!labels.has(block.label)) throw new Unreadable('the PEM block holds no private key', where)
  try {
    requireSound(block.label, block.der)
  } catch (error) {
    throw error instanceof Unreadable ? error.within(where) : error
  }
  const text = pemOf(block.label, block.der)
  try {
    return new PrivateKey(text, parsed(text))
  } catch {
    // The library's own reason is dropped: it is of no help to the sender, and may quote the input.
    throw new Unreadable('the private key is broken, or of an algorithm that is not known', where)
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

/**
 * Node 24 fails in createPrivateKey with an error that an earlier, unrelated call left in OpenSSL's queue (a comparison
 * of keys of two types does it), however good the key. The failing call empties the queue, so the second one tells.
 */
function parsed(text: string): KeyObject {
  try {
    return createPrivateKey(text)
  } catch {
    return createPrivateKey(text)
  }
}
