/** Issues the demo's certificates: the same every time for the same subject, key and dates. */

import { createECDH, createPrivateKey, createPublicKey, hash, type KeyObject, sign } from 'node:crypto'
import { pemOf } from '../../x509/container.ts'
import { bits, context, implicit, integer, nothing, octets, oid, sequence, set, utcTime, utf8, yes } from './der.ts'

/** Attribute types in the order in which a name has them. */
const ATTRIBUTES = { C: '2.5.4.6', O: '2.5.4.10', OU: '2.5.4.11', CN: '2.5.4.3' } as const

export type Name = Readonly<Partial<Record<keyof typeof ATTRIBUTES, string>>>

export interface Subject {
  readonly name: Name
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array
  /** Unix ms. */
  readonly notBefore: number
  readonly notAfter: number
  readonly dnsNames?: readonly string[]
  /** What the key is for: signing other certificates, a server, a client. */
  readonly use: 'authority' | 'server' | 'client'
}

/** PKCS#1 v1.5 (RFC 8017 §8.2), because it signs the same bytes alike every time, which ECDSA does not. */
const SHA256_WITH_RSA = sequence(oid('1.2.840.113549.1.1.11'), nothing)

const KEY_USAGES = {
  authority: bits(Buffer.of(0x06), 1),
  server: bits(Buffer.of(0xa0), 5),
  client: bits(Buffer.of(0x80), 7),
} as const

const EXTENDED_KEY_USAGES = {
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
} as const

export class Authority {
  readonly #name: Name
  readonly #key: KeyObject
  readonly #spki: Buffer

  constructor(name: Name, keyPem: string) {
    this.#name = name
    this.#key = createPrivateKey(keyPem)
    this.#spki = spkiOf(keyPem)
  }

  /** What another authority certifies of this one. */
  get subject(): Pick<Subject, 'name' | 'spki' | 'use'> {
    return { name: this.#name, spki: this.#spki, use: 'authority' }
  }

  /** @returns the certificate as PEM */
  issue(subject: Subject): string {
    const tbs = sequence(
      context(0, integer(Buffer.of(2))),
      integer(serialOf(subject)),
      SHA256_WITH_RSA,
      nameOf(this.#name),
      sequence(utcTime(subject.notBefore), utcTime(subject.notAfter)),
      nameOf(subject.name),
      subject.spki,
      context(3, sequence(...extensionsOf(subject, this.#spki))),
    )
    return pemOf('CERTIFICATE', sequence(tbs, SHA256_WITH_RSA, bits(sign('sha256', tbs, this.#key))))
  }
}

export interface KeyPair {
  readonly spki: Uint8Array
  /** PKCS#8, unencrypted. */
  readonly keyPem: string
}

/** The RSA or other key of a PEM. */
export function pairOf(keyPem: string): KeyPair {
  return { spki: spkiOf(keyPem), keyPem }
}

function spkiOf(keyPem: string): Buffer {
  return createPublicKey(keyPem).export({ type: 'spki', format: 'der' })
}

/** id-ecPublicKey on P-256, up to the point. */
const P256_SPKI = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex')
/** PKCS#8 around an ECPrivateKey with its point, up to the scalar, and between the two. */
const P256_PKCS8 = Buffer.from('308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420', 'hex')
const P256_POINT = Buffer.from('a144034200', 'hex')

/** A P-256 key that belongs to a text: the same every time. */
export function ellipticPair(text: string): KeyPair {
  const scalar = hash('sha256', `certfolio demo key ${text}`, 'buffer')
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(scalar)
  const point = curve.getPublicKey()
  return {
    spki: Buffer.concat([P256_SPKI, point]),
    keyPem: pemOf('PRIVATE KEY', Buffer.concat([P256_PKCS8, scalar, P256_POINT, point])),
  }
}

function nameOf(name: Name): Buffer {
  const parts = Object.entries(ATTRIBUTES).flatMap(([type, id]) => {
    const value = name[type as keyof Name]
    return value === undefined ? [] : [set(sequence(oid(id), utf8(value)))]
  })
  return sequence(...parts)
}

/** 16 bytes that belong to the subject, its key and its dates. */
function serialOf({ name, spki, notBefore }: Subject): Buffer {
  const text = `${JSON.stringify(name)} ${hash('sha256', spki)} ${notBefore}`
  const serial = hash('sha256', text, 'buffer').subarray(0, 16)
  return Buffer.concat([Buffer.of((serial[0] ?? 0) & 0x7f), serial.subarray(1)])
}

function extension(id: string, value: Uint8Array, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [yes] : []), octets(value))
}

function extensionsOf({ use, spki, dnsNames = [] }: Subject, issuer: Uint8Array): Buffer[] {
  return [
    extension('2.5.29.19', use === 'authority' ? sequence(yes) : sequence(), true),
    extension('2.5.29.15', KEY_USAGES[use], true),
    ...(use === 'authority' ? [] : [extension('2.5.29.37', sequence(oid(EXTENDED_KEY_USAGES[use])))]),
    extension('2.5.29.14', octets(keyIdentifier(spki))),
    extension('2.5.29.35', sequence(implicit(0, keyIdentifier(issuer)))),
    ...(dnsNames.length === 0
      ? []
      : [extension('2.5.29.17', sequence(...dnsNames.map(name => implicit(2, Buffer.from(name)))))]),
  ]
}

/** Of the whole SubjectPublicKeyInfo: RFC 5280 §4.2.1.2 leaves the method open. */
function keyIdentifier(spki: Uint8Array): Buffer {
  return hash('sha1', spki, 'buffer')
}
