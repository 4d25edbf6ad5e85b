/** How the vendor writes gateway certificates: member names, empty values, times. */

import type { RegistryRecord } from '../../registry/record.ts'
import { timeOfNumber } from '../../registry/record-number.ts'
import { attributesOf, type Certificate } from '../../x509/certificate.ts'
import { algorithmTypeOf, spellSignatureAlgorithm } from './algorithms.ts'
import { type ApicRecord, COMMON } from './certificate.ts'

/** A row of the list (seed 004, Table 5). Every member is always there (apic.md §1.0.3). */
export interface CertBase {
  readonly id: string
  readonly name: string
  readonly type: 'global' | 'instance'
  readonly project_id: string
  readonly instance_id: string
  readonly common_name: string
  readonly san: readonly string[]
  readonly not_after: string
  readonly signature_algorithm: string
  readonly create_time: string
  readonly update_time: string
  readonly algorithm_type: string
  readonly is_has_trusted_root_ca: boolean
}

/** What create and show answer: the row and what else the leaf says (apic.md §1.0.3). */
export interface CertificateDetail extends CertBase {
  readonly version: number
  readonly organization: readonly string[]
  readonly organizational_unit: readonly string[]
  readonly locality: readonly string[]
  readonly state: readonly string[]
  readonly country: readonly string[]
  readonly not_before: string
  /** Decimal digits. */
  readonly serial_number: string
  /** The issuer's organisations, neither its DN nor its CN. */
  readonly issuer: readonly string[]
}

export function certBaseOf(record: RegistryRecord, projectId: string): CertBase {
  const { attributes, number, updatedAt, compartment } = record as ApicRecord
  const created = timeOfNumber(number)
  return {
    id: record.vendorId ?? '',
    name: record.name,
    type: compartment === COMMON ? 'global' : 'instance',
    project_id: projectId,
    instance_id: compartment,
    common_name: record.commonName,
    san: attributes.dnsNames,
    not_after: record.notAfter === null ? '' : validityTime(record.notAfter),
    signature_algorithm: spellSignatureAlgorithm(record.signatureAlgorithm),
    create_time: recordTime(created),
    // A record's number is assigned after its facts are made: until it is changed, both times are the same.
    update_time: recordTime(Math.max(updatedAt, created)),
    algorithm_type: algorithmTypeOf(record.keyAlgorithm) ?? '',
    is_has_trusted_root_ca: attributes.hasTrustedRootCa,
  }
}

export function detailOf(record: RegistryRecord, certificate: Certificate, projectId: string): CertificateDetail {
  const { subject, issuer } = certificate
  return {
    ...certBaseOf(record, projectId),
    version: certificate.version,
    organization: attributesOf(subject, 'O'),
    organizational_unit: attributesOf(subject, 'OU'),
    locality: attributesOf(subject, 'L'),
    state: attributesOf(subject, 'ST'),
    country: attributesOf(subject, 'C'),
    not_before: validityTime(certificate.notBefore),
    serial_number: decimal(certificate.serialNumber),
    issuer: attributesOf(issuer, 'O'),
  }
}

/** `2021-04-26T09:03:30Z`: UTC, no fraction (seed 004). @param time Unix ms */
export function validityTime(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+/, '')
}

/**
 * `2021-08-26T07:27:06.304Z`: UTC, trailing zeros of the fraction left out, as the vendor's samples show none to nine
 * digits (apic.md §1.0.3). The registry keeps milliseconds, so there are three at most. @param time Unix ms
 */
export function recordTime(time: number): string {
  return new Date(time).toISOString().replace(/\.?0*Z$/, 'Z')
}

/** @param hex as `Certificate.serialNumber` */
function decimal(hex: string): string {
  return hex.startsWith('-') ? `-${BigInt(`0x${hex.slice(1)}`)}` : BigInt(`0x${hex}`).toString()
}
