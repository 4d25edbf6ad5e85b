/** Finds out what an upload is and reads the certificates in it: PEM, DER or PKCS#7. */
import { type Certificate, readCertificate } from './certificate.ts'
import { signedDataCertificates } from './cms.ts'
import { Tag } from './der.ts'
import { MAX_CERTIFICATE_BYTES, MAX_CERTIFICATES, type ReadLimits } from './limits.ts'
import { type PemBlock, parameterLabels, pemBlocks, pemOf } from './pem.ts'
import { Unreadable } from './unreadable.ts'

export type { ReadLimits } from './limits.ts'
export { pemBlocks, pemOf, readPemBlocks } from './pem.ts'

/** What a PEM label says of its block, as far as it is read (RFC 7468 §4, and OpenSSL's own). */
const certificateLabels: ReadonlySet<string> = new Set(['CERTIFICATE', 'X509 CERTIFICATE', 'X.509 CERTIFICATE'])
const signedDataLabels: ReadonlySet<string> = new Set(['PKCS7', 'CMS', 'PKCS #7 SIGNED DATA'])

/** Why the others are not read. The label itself comes from the input and is not repeated. */
const refusals: ReadonlyMap<string, string> = new Map([
  [
    'TRUSTED CERTIFICATE',
    "the PEM block holds OpenSSL's own trust settings beside the certificate; `openssl x509` writes the certificate alone",
  ],
  ['CERTIFICATE REQUEST', 'the PEM block holds a certificate request, not a certificate'],
  ['NEW CERTIFICATE REQUEST', 'the PEM block holds a certificate request, not a certificate'],
  ['X509 CRL', 'the PEM block holds a revocation list, not a certificate'],
  ['PUBLIC KEY', 'the PEM block holds a public key, not a certificate'],
  ['ATTRIBUTE CERTIFICATE', 'the PEM block holds an attribute certificate, which has no key'],
])

/**
 * Reads one or more certificates, in the order of the input. All of it must be readable: a key, a request or a broken
 * block beside good certificates refuses the whole, since nobody would learn what was left out.
 *
 * @param leaveOut whether a PEM block is the caller's own matter and no certificate
 * @throws Unreadable, which tells the PEM block and line, or the byte
 */
export function readCertificates(
  bytes: Uint8Array | string,
  limits: ReadLimits = {},
  leaveOut: (block: PemBlock) => boolean = () => false,
): Certificate[] {
  const maxBytes = limits.certificateBytes ?? MAX_CERTIFICATE_BYTES
  const maxCount = limits.certificates ?? MAX_CERTIFICATES
  if (typeof bytes !== 'string' && bytes[0] === Tag.sequence) return readDer(bytes, maxBytes, maxCount)
  const text = typeof bytes === 'string' ? bytes : asBuffer(bytes).toString('latin1')
  const certificates: Certificate[] = []
  let number = 0
  for (const block of pemBlocks(text, maxBytes * maxCount)) {
    number++
    const where = `PEM block ${number}, line ${block.line}`
    if (leaveOut(block)) continue
    if (certificates.length >= maxCount) throw tooMany(maxCount, where)
    for (const certificate of readBlock(block, where, maxBytes, maxCount - certificates.length)) {
      certificates.push(certificate)
    }
  }
  if (number === 0) throw new Unreadable('the input is neither PEM nor DER', 'the input')
  return certificates
}

/** What a file holds where the private key stands beside the certificates, as HAProxy keeps them. */
export interface CertificatesAndKeys {
  readonly certificates: readonly Certificate[]
  /** Each as the PEM that it came in; not looked into. */
  readonly privateKeys: readonly string[]
}

/**
 * As `readCertificates`, but private keys among the PEM blocks are handed out instead of refused.
 * @throws Unreadable
 */
export function readCertificatesAndKeys(bytes: Uint8Array | string, limits: ReadLimits = {}): CertificatesAndKeys {
  const privateKeys: string[] = []
  const certificates = readCertificates(bytes, limits, ({ label, der }) => {
    if (label.endsWith('PRIVATE KEY')) privateKeys.push(pemOf(label, der))
    return label.endsWith('PRIVATE KEY') || parameterLabels.has(label)
  })
  if (certificates.length === 0) throw new Unreadable('the input holds a private key and no certificate', 'the input')
  return { certificates, privateKeys }
}

function readBlock(block: PemBlock, where: string, maxBytes: number, maxCount: number): Certificate[] {
  try {
    if (certificateLabels.has(block.label)) return [readCertificate(block.der, maxBytes)]
    if (signedDataLabels.has(block.label)) return readSignedData(block.der, maxBytes, maxCount)
  } catch (error) {
    throw error instanceof Unreadable ? error.within(where) : error
  }
  const isKey = block.label.endsWith('PRIVATE KEY')
  const why = isKey
    ? 'the PEM block holds a private key, not a certificate; leave it out of the file'
    : refusals.get(block.label)
  throw new Unreadable(why ?? 'the PEM block is of an unknown kind', where)
}

/**
 * A certificate begins with a SEQUENCE inside of its SEQUENCE, PKCS#7 with an OBJECT IDENTIFIER; keys and PKCS#12
 * begin with an INTEGER, and are told so without being looked into.
 */
function readDer(bytes: Uint8Array, maxBytes: number, maxCount: number): Certificate[] {
  const inner = innerTag(bytes)
  if (inner === Tag.objectIdentifier) return readSignedData(bytes, maxBytes, maxCount)
  if (inner === Tag.integer) {
    throw new Unreadable('the input is a private key or a PKCS#12 file, not a certificate', 'byte 0')
  }
  return [readCertificate(bytes, maxBytes)]
}

/** The second identifier octet of the input, behind the first one's length in any form; -1 where there is none. */
function innerTag(bytes: Uint8Array): number {
  const length = bytes[1] ?? 0
  return bytes[2 + (length > 0x80 ? length & 0x7f : 0)] ?? -1
}

function readSignedData(bytes: Uint8Array, maxBytes: number, maxCount: number): Certificate[] {
  if (bytes.length > maxBytes * maxCount) {
    throw new Unreadable(`the PKCS#7 file is larger than ${maxCount} certificates of ${maxBytes} bytes`, 'byte 0')
  }
  const found = signedDataCertificates(bytes)
  if (found.length > maxCount) throw tooMany(maxCount, 'the PKCS#7 file')
  return found.map((der, index) => {
    try {
      return readCertificate(der, maxBytes)
    } catch (error) {
      throw error instanceof Unreadable ? error.within(`PKCS#7 certificate ${index + 1}`) : error
    }
  })
}

function tooMany(maxCount: number, where: string): Unreadable {
  return new Unreadable(`the input holds more than ${maxCount} certificates`, where)
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
