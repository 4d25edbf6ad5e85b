/** How the inventory writes a record: every product's alike, times as ISO 8601 in UTC, absent values as `null`. */

import { type Static, Type } from 'typebox'
import type { FoundRecord } from '../registry/inventory.ts'
import { timeOfNumber } from '../registry/record-number.ts'
import { FINDINGS } from './findings.ts'
import { holds } from './holds.ts'

const DAY = 86_400_000

const time = (description: string) => Type.String({ description: `${description}, ISO 8601` })
const timeOrNull = (description: string) =>
  Type.Union([Type.String(), Type.Null()], { description: `${description}, ISO 8601; null without a certificate` })

export const CERTIFICATE_ENTRY = Type.Object({
  id: Type.String({ description: 'Of the record, in all products.' }),
  product: Type.String(),
  scope: Type.String({ description: 'Where it stands in the product.' }),
  vendorId: Type.Union([Type.String(), Type.Null()], { description: 'The id that the product stores for it.' }),
  name: Type.String(),
  commonName: Type.String(),
  subjectAltNames: Type.Array(Type.String()),
  subject: Type.String({ description: 'RFC 4514.' }),
  issuer: Type.String({ description: 'RFC 4514.' }),
  serialNumber: Type.String({ description: 'Lower-case hex.' }),
  sha256: Type.String({ description: 'Of the certificate, lower-case hex; empty without one.' }),
  sha1: Type.String(),
  spki: Type.String({ description: 'SHA-256 of the public key, lower-case hex.' }),
  keyAlgorithm: Type.String(),
  keySize: Type.Union([Type.Integer(), Type.Null()]),
  signatureAlgorithm: Type.String(),
  notBefore: timeOrNull('From when it is valid'),
  notAfter: timeOrNull('Until when it is valid'),
  daysLeft: Type.Union([Type.Integer(), Type.Null()], { description: 'Whole days until it expires.' }),
  status: Type.String({ description: 'The product’s own word.' }),
  owner: Type.String(),
  creator: Type.String(),
  description: Type.String(),
  findings: Type.Array(Type.String(), { description: 'The ids of what is wrong with it.' }),
  created: time('When it was brought in'),
  updated: time('When it was last changed'),
})

export type CertificateEntry = Static<typeof CERTIFICATE_ENTRY>

/** @param now Unix ms that days left count from */
export function entryOf(found: FoundRecord, now: number): CertificateEntry {
  const { scope, record } = found
  const { notAfter, notBefore } = record
  return {
    id: String(record.number),
    product: scope.product,
    scope: scope.key,
    vendorId: record.vendorId,
    name: record.name,
    commonName: record.commonName,
    subjectAltNames: [...record.subjectAltNames],
    subject: record.subject,
    issuer: record.issuer,
    serialNumber: record.serialNumber,
    sha256: record.fingerprint,
    sha1: record.fingerprintSha1,
    spki: record.spkiFingerprint,
    keyAlgorithm: record.keyAlgorithm,
    keySize: record.keyBits,
    signatureAlgorithm: record.signatureAlgorithm,
    notBefore: notBefore === null ? null : iso(notBefore),
    notAfter: notAfter === null ? null : iso(notAfter),
    daysLeft: notAfter === null ? null : Math.floor((notAfter - now) / DAY),
    status: record.status,
    owner: record.owner,
    creator: record.creator,
    description: record.description,
    findings: findingsOf(found, now),
    created: iso(timeOfNumber(record.number)),
    updated: iso(record.updatedAt),
  }
}

function findingsOf(found: FoundRecord, now: number): string[] {
  return [...FINDINGS].flatMap(([id, { where }]) => (holds(where(now), found) ? [id] : []))
}

export function iso(time: number): string {
  return new Date(time).toISOString()
}
