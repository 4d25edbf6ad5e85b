/** How records are written in IoTDA's answers. Spellings and formats are those of seeds 001 and 002. */
import type { RegistryRecord } from '../../registry/record.ts'
import { timeOfNumber } from '../../registry/record-number.ts'
import type { Page } from '../../registry/store.ts'
import { type CaAttributes, VERIFIED } from './ca-certificate.ts'
import { recordIdOf } from './record-id.ts'

/** A device certificate in a list (seed 001, table 5). */
export function deviceCertificateOf(record: RegistryRecord) {
  return {
    certificate_id: record.vendorId,
    common_name: record.commonName,
    expiry_date: wireTime(record.notAfter),
    fingerprint: record.fingerprint.toUpperCase(),
    status: record.status,
  }
}

/**
 * A CA certificate in a list (seed 002, table 5), with the members that are newer than the seed (`ocsp_…`, reference
 * iotda §1.3). Its `status` is a boolean, unlike a device certificate's.
 */
export function caCertificateOf(record: RegistryRecord) {
  const attributes = record.attributes as CaAttributes
  return {
    certificate_id: recordIdOf(record.number),
    cn_name: record.commonName,
    owner: record.owner,
    status: record.status === VERIFIED,
    verify_code: attributes.verifyCode,
    provision_enable: attributes.provisionEnable,
    template_id: attributes.templateId,
    ocsp_enable: attributes.ocspEnable,
    ocsp_server_ca_id: attributes.ocspServerCaId,
    ocsp_ssl_enable: attributes.ocspSslEnable,
    create_date: wireTime(timeOfNumber(record.number)),
    effective_date: wireTime(record.notBefore),
    expiry_date: wireTime(record.notAfter),
  }
}

/**
 * Seeds 001 and 002, table 6: `count` is the filtered total on every page, `marker` the record id of this page's last
 * record. An empty page has a null marker: clients loop until it is gone (reference iotda §2.3).
 */
export function pageOf({ records, total }: Page) {
  const last = records.at(-1)
  return { count: total, marker: last === undefined ? null : recordIdOf(last.number) }
}

/** `yyyyMMdd'T'HHmmss'Z'` in UTC (seed 002), always 16 characters: a year that has no four digits is the nearest that has. */
export function wireTime(milliseconds: number | null): string | null {
  if (milliseconds === null) return null
  const time = new Date(Math.min(Math.max(milliseconds, FIRST_TIME), LAST_TIME))
  return time.toISOString().replace(/[-:]|\.\d+/g, '')
}

/** 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z in Unix milliseconds. */
const FIRST_TIME = -62_167_219_200_000
const LAST_TIME = 253_402_300_799_000
