/** Holds records against their certificates, and secrets against the master key. */

import type { Vault } from '../../identity/identity.ts'
import { type Content, factsOf, type RegistryRecord } from '../../registry/record.ts'
import { type Certificate, readCertificate } from '../../x509/certificate.ts'
import { pemBlocks, readCertificates } from '../../x509/container.ts'
import { MAX_CERTIFICATE_BYTES } from '../../x509/limits.ts'
import { Unreadable } from '../../x509/unreadable.ts'
import type { ExaminedRecord } from './moment.ts'

/**
 * The text that a record's secret was sealed for; `undefined` where its product seals none of that role.
 * @see Intake.sealingContext
 */
export type SealingContext = (examined: ExaminedRecord, role: string) => string | undefined

export function nameOf({ record, scope }: ExaminedRecord): string {
  return `The record ${record.number} of ${scope}`
}

/** What the certificate says otherwise than the record. A record's `commonName` is the product's to choose. */
const COMPARED = [
  'notBefore',
  'notAfter',
  'fingerprint',
  'fingerprintSha1',
  'spkiFingerprint',
  'serialNumber',
  'subject',
  'issuer',
  'subjectAltNames',
  'keyAlgorithm',
  'keyBits',
  'signatureAlgorithm',
] as const

/** Sentences about a record whose certificate is not what the record says. */
export function* certificateFindings(examined: ExaminedRecord, opened: readonly Content[]): Generator<string> {
  const { record } = examined
  const name = nameOf(examined)
  const certificate = certificateOf(record, [...examined.contents, ...opened])
  if (certificate === 'missing') yield `${name} has the fingerprint of a certificate whose bytes are not there.`
  else if (certificate === 'unreadable') yield `${name} has a certificate that cannot be read.`
  else if (certificate !== undefined) {
    const facts = factsOf(certificate)
    const wrong = COMPARED.filter(field => !same(record[field], facts[field]))
    if (wrong.length > 0) yield `${name} differs from its certificate in ${wrong.join(', ')}.`
  }
}

function same(stored: unknown, read: unknown): boolean {
  // As it was stored: lists through JSON, halves of surrogate pairs and NULs replaced.
  const text = (value: unknown) =>
    JSON.stringify(value)
      .toWellFormed()
      .replaceAll('\\u0000', '\ufffd')
      .replace(/\\ud[89a-f][0-9a-f]{2}/g, '\ufffd')
  return text(stored) === text(read)
}

function certificateOf(
  record: RegistryRecord,
  contents: readonly Content[],
): Certificate | 'missing' | 'unreadable' | undefined {
  const own = contents.find(({ role }) => role === 'certificate')
  if (own) return unlessUnreadable(() => readCertificate(own.bytes, MAX_CERTIFICATE_BYTES)) ?? 'unreadable'
  if (record.fingerprint === '') return undefined
  const files = contents.filter(({ role }) => role === 'file')
  return (
    files.map(({ bytes }) => certificateIn(bytes, record.fingerprint)).find(found => found !== undefined) ?? 'missing'
  )
}

/** The certificate of that fingerprint in a file, whatever else the file holds. */
function certificateIn(bytes: Uint8Array, fingerprint: string): Certificate | undefined {
  const isWanted = (certificate: Certificate) => certificate.fingerprint === fingerprint
  const found = unlessUnreadable(() => readCertificates(bytes, { certificates: bytes.length }))?.find(isWanted)
  if (found) return found
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  return unlessUnreadable(() => {
    for (const { der } of pemBlocks(text)) {
      const certificate = unlessUnreadable(() => readCertificate(der, MAX_CERTIFICATE_BYTES))
      if (certificate && isWanted(certificate)) return certificate
    }
    return undefined
  })
}

function unlessUnreadable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}

/** Opens the record's secrets. @returns what they held, and sentences about those that do not open */
export function openSecrets(
  examined: ExaminedRecord,
  vault: Vault,
  contextOf: SealingContext,
): { readonly opened: readonly Content[]; readonly findings: readonly string[] } {
  const opened: Content[] = []
  const findings: string[] = []
  for (const { role, sealed } of examined.secrets) {
    const context = contextOf(examined, role)
    if (context === undefined)
      findings.push(`${nameOf(examined)} has a secret of a role that its product does not have.`)
    else
      try {
        opened.push({ role, bytes: vault.open(sealed, context) })
      } catch {
        findings.push(`${nameOf(examined)} has a secret (${role}) that the master key does not open.`)
      }
  }
  return { opened, findings }
}
