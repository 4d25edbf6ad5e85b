/**
 * Certificates for tests, made in the process: no openssl, no files, no network.
 *
 *     const ca = makeCertificate({ subject: 'CN=Test CA', ca: true })
 *     const leaf = makeCertificate({ subject: 'CN=a.test', sans: ['a.test', '10.0.0.1'], issuer: ca })
 *
 * Everything is synchronous and deterministic but for keys and signatures.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { isIP, SocketAddress } from 'node:net'
import * as der from './der.ts'
import {
  bits,
  boolean,
  context,
  ia5,
  implicit,
  integer,
  octets,
  oid,
  printable,
  sequence,
  set,
  time,
  utf8,
} from './der.ts'

export type KeyKind =
  | 'rsa'
  | 'rsa-1024'
  | 'rsa-3072'
  | 'ec'
  | 'p-384'
  | 'p-521'
  | 'sm2'
  | 'ed25519'
  | 'ed448'
  | 'ml-dsa-65'

export interface KeyPair {
  readonly kind: KeyKind
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array
  /** PKCS#8, unencrypted PEM. */
  readonly keyPem: string
}

/** A fresh key pair. `ec` (P-256) is the cheapest (under 1 ms); `rsa` is RSA 2048 (tens of milliseconds). */
export function makeKeyPair(kind: KeyKind = 'ec'): KeyPair {
  const { publicKey, privateKey } = generate(kind)
  return {
    kind,
    publicKey,
    privateKey,
    spki: publicKey.export({ type: 'spki', format: 'der' }),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function generate(kind: KeyKind): { publicKey: KeyObject; privateKey: KeyObject } {
  switch (kind) {
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: 2048 })
    case 'rsa-1024':
      return generateKeyPairSync('rsa', { modulusLength: 1024 })
    case 'rsa-3072':
      return generateKeyPairSync('rsa', { modulusLength: 3072 })
    case 'ec':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    case 'p-384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' })
    case 'p-521':
      return generateKeyPairSync('ec', { namedCurve: 'P-521' })
    case 'sm2':
      return generateKeyPairSync('ec', { namedCurve: 'SM2' })
    case 'ed25519':
      return generateKeyPairSync('ed25519')
    case 'ed448':
      return generateKeyPairSync('ed448')
    case 'ml-dsa-65':
      return generateKeyPairSync('ml-dsa-65')
  }
}

export interface CertificateOptions {
  /** In certificate order, without escapes: `C=CN,O=Example,CN=a.test`. The empty string is the empty name. */
  readonly subject?: string
  /** A whole Name as DER, for names that the text form cannot say. Wins over `subject`. */
  readonly subjectDer?: Uint8Array
  /** Who signs; without one the certificate signs itself. */
  readonly issuer?: MadeCertificate
  /** The subject's keys; a fresh P-256 pair without them. */
  readonly keys?: KeyPair
  /** The kind is seen from the value: IP address, `mail@…`, `scheme://…`, else a DNS name. */
  readonly sans?: readonly string[]
  /** Unix milliseconds or a Date. Default 2025-01-01T00:00:00Z. */
  readonly notBefore?: number | Date
  /** Unix milliseconds or a Date. Default 2035-01-01T00:00:00Z. */
  readonly notAfter?: number | Date
  /** Adds basicConstraints. Without it the extension is absent. */
  readonly ca?: boolean
  readonly pathLength?: number
  /** Default: the first 16 bytes of the SHA-256 of subject and key, positive. */
  readonly serialNumber?: bigint
  /** The whole serial number as DER, for wrong ones. Wins over `serialNumber`. */
  readonly serialNumberDer?: Uint8Array
  /** Default 3; version 1 has no extensions. */
  readonly version?: 1 | 3
  /** More extensions, each made by `extension()`. */
  readonly extensions?: readonly Uint8Array[]
  /** The whole Validity as DER, for wrong dates. Wins over notBefore and notAfter. */
  readonly validityDer?: Uint8Array
}

export interface MadeCertificate {
  readonly der: Uint8Array
  readonly pem: string
  /** PKCS#8 PEM of the certificate's own key. */
  readonly keyPem: string
  readonly keys: KeyPair
  /** The subject Name as DER. */
  readonly subjectDer: Uint8Array
}

/** One Extension (RFC 5280 §4.1): `value` is what stands inside the OCTET STRING. */
export function extension(id: string, value: Uint8Array, critical = false): Uint8Array {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value))
}

export function makeCertificate(options: CertificateOptions = {}): MadeCertificate {
  const keys = options.keys ?? makeKeyPair()
  const subjectDer = options.subjectDer ?? nameOf(options.subject ?? 'CN=example.test')
  const signer = options.issuer?.keys ?? keys
  const hash = createHash('sha256').update(subjectDer).update(keys.spki).digest('hex')
  const algorithm = signatureAlgorithm(signer.kind)
  const notBefore = Number(options.notBefore ?? Date.UTC(2025, 0, 1))
  const notAfter = Number(options.notAfter ?? Date.UTC(2035, 0, 1))
  const version = options.version ?? 3
  const tbs = sequence(
    ...(version === 3 ? [context(0, integer(2n))] : []),
    options.serialNumberDer ?? integer(options.serialNumber ?? BigInt(`0x1${hash.slice(0, 30)}`)),
    algorithm,
    options.issuer?.subjectDer ?? subjectDer,
    options.validityDer ?? sequence(time(notBefore), time(notAfter)),
    subjectDer,
    keys.spki,
    ...(version === 3 ? extensionsOf(options) : []),
  )
  const certificate = sequence(tbs, algorithm, bits(sign(digestOf(signer.kind), tbs, signer.privateKey)))
  return { der: certificate, pem: pem('CERTIFICATE', certificate), keyPem: keys.keyPem, keys, subjectDer }
}

/** Root, intermediate and leaf, each issued by the one before; the leaf is `leaf.test`. */
export function makeChain(kind: KeyKind = 'ec'): {
  root: MadeCertificate
  intermediate: MadeCertificate
  leaf: MadeCertificate
} {
  const root = makeCertificate({ subject: 'O=Certfolio,CN=Test Root', ca: true, keys: makeKeyPair(kind) })
  const intermediate = makeCertificate({
    subject: 'O=Certfolio,CN=Test Intermediate',
    ca: true,
    pathLength: 0,
    keys: makeKeyPair(kind),
    issuer: root,
  })
  const leaf = makeCertificate({
    subject: 'O=Certfolio,CN=leaf.test',
    sans: ['leaf.test', '*.leaf.test'],
    keys: makeKeyPair(kind),
    issuer: intermediate,
  })
  return { root, intermediate, leaf }
}

/** PEM with lines of 64 characters (RFC 7468), written apart from `src/x509` so that tests do not test it with itself. */
export function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.map(line => `${line}\n`).join('')}-----END ${label}-----\n`
}

const attributeOids: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  SERIALNUMBER: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  DC: '0.9.2342.19200300.100.1.25',
}

function nameOf(text: string): Uint8Array {
  const parts = text === '' ? [] : text.split(',')
  return sequence(
    ...parts.map(part => {
      const [type = '', ...value] = part.trim().split('=')
      const string = type === 'C' ? printable : type === 'DC' ? ia5 : utf8
      return set(sequence(oid(attributeOids[type] ?? type), string(value.join('='))))
    }),
  )
}

function generalName(san: string): Uint8Array {
  if (isIP(san) === 4) return implicit(7, Uint8Array.from(san.split('.').map(Number)))
  if (isIP(san) === 6) return implicit(7, addressOf(san))
  if (san.includes('://')) return implicit(6, Buffer.from(san))
  if (san.includes('@')) return implicit(1, Buffer.from(san))
  return implicit(2, Buffer.from(san))
}

/** The 16 bytes of an IPv6 address; `::` stands for the missing groups of zeros. */
function addressOf(san: string): Uint8Array {
  const { address } = new SocketAddress({ address: san, family: 'ipv6' })
  const [head = '', tail] = address.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const front = groups(head)
  const back = groups(tail ?? '')
  const middle = Array.from({ length: 8 - front.length - back.length }, () => '0')
  return Buffer.from([...front, ...middle, ...back].map(group => group.padStart(4, '0')).join(''), 'hex')
}

function extensionsOf(options: CertificateOptions): Uint8Array[] {
  const list = [...(options.extensions ?? [])]
  if (options.ca !== undefined) {
    const pathLength = options.pathLength === undefined ? [] : [integer(BigInt(options.pathLength))]
    list.push(extension('2.5.29.19', sequence(...(options.ca ? [boolean(true)] : []), ...pathLength), true))
  }
  if (options.sans) list.push(extension('2.5.29.17', sequence(...options.sans.map(generalName))))
  return list.length === 0 ? [] : [context(3, sequence(...list))]
}

function digestOf(kind: KeyKind): string | null {
  if (kind.startsWith('rsa') || kind === 'ec') return 'sha256'
  if (kind === 'p-384') return 'sha384'
  // Without the signer's identity (GM/T 0009), which Node cannot be told: such a signature stands, but nobody accepts it.
  if (kind === 'sm2') return 'sm3'
  return kind === 'p-521' ? 'sha512' : null
}

function signatureAlgorithm(kind: KeyKind): Uint8Array {
  if (kind.startsWith('rsa')) return sequence(oid('1.2.840.113549.1.1.11'), der.nothing())
  const ids: Readonly<Record<string, string>> = {
    ec: '1.2.840.10045.4.3.2',
    'p-384': '1.2.840.10045.4.3.3',
    'p-521': '1.2.840.10045.4.3.4',
    sm2: '1.2.156.10197.1.501',
    ed25519: '1.3.101.112',
    ed448: '1.3.101.113',
    'ml-dsa-65': '2.16.840.1.101.3.4.3.18',
  }
  return sequence(oid(ids[kind] ?? kind))
}
