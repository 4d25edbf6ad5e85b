/** What SCM's requests and answers look like (seed 003; what it lacks: reference §1). */
import { Type } from 'typebox'
import type { RegistryRecord } from '../../registry/record.ts'
import { oneOf, oneOfIntegers } from '../shared/parameters.ts'
import type { CertificateAttributes } from './certificate-record.ts'
import { deployableStatuses } from './listing.ts'
import { signatureAlgorithmOf } from './signature-algorithm.ts'

/** `0` is the default enterprise project; `all` every one (reference §2.5). */
const enterpriseProject = '0|[0-9a-z]{8}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{12}'

/** An enterprise project that a certificate can belong to. */
export const enterpriseProjectForm = new RegExp(`^(?:${enterpriseProject})$`)

/** The states that can be asked for (seed 003, table 1), then those that its answers may have besides (table 4). */
const statusFilters = [
  'ALL',
  'PAID',
  'ISSUED',
  'CHECKING',
  'CANCELCHECKING',
  'UNPASSED',
  'EXPIRED',
  'REVOKING',
  'REVOKED',
  'UPLOAD',
  'CHECKING_ORG',
  'ISSUING',
  'SUPPLEMENTCHECKING',
  'CANCLEREVOKING',
  'CANCELSUPPLEMENTING',
  'CHECKING_DOMAIN',
] as const

/** Query of ListCertificates: seed 003, table 1; from `enterprise_project_id` on reference §1.1. */
export const listQuery = Type.Object({
  limit: oneOfIntegers([10, 20, 50], { default: 10, description: 'Certificates on a page.' }),
  offset: Type.Integer({ minimum: 0, default: 0, description: 'Certificates to leave out first.' }),
  sort_dir: oneOf(['ASC', 'DESC'], { anyCase: true, default: 'DESC' }),
  sort_key: oneOf(['certExpiredTime', 'certStatus', 'certUpdateTime'], { default: 'certUpdateTime' }),
  status: oneOf(statusFilters, { default: 'ALL' }),
  enterprise_project_id: Type.String({ maxLength: 64, pattern: `^(?:all|${enterpriseProject})$`, default: 'all' }),
  deploy_support: Type.Boolean({ default: false, description: 'true: only certificates that can be deployed.' }),
  owned_by_self: Type.Boolean({ default: true, description: 'Nothing is shared between accounts: both are the same.' }),
  expired_days_since: Type.Integer({
    minimum: 0,
    maximum: 1095,
    default: 0,
    description: 'Valid certificates, and those that expired at most so many days ago; 0: all.',
  }),
  content: Type.Optional(Type.String({ maxLength: 255, description: 'Part of a name or domain name, in any case.' })),
})

/** Body of ImportCertificate: reference §1.2, lengths as §6.1 (check 2) widens them. */
export const importBody = Type.Object({
  name: Type.String({ minLength: 3, maxLength: 63, pattern: '^[A-Za-z0-9_.-]+$' }),
  certificate: Type.String({ maxLength: 12_288, description: 'PEM: the certificate, then its chain if any.' }),
  certificate_chain: Type.Optional(Type.String({ maxLength: 8192, description: 'PEM: the chain alone.' })),
  private_key: Type.String({ maxLength: 4096, description: 'PEM, without a passphrase.' }),
  duplicate_check: Type.Optional(Type.Boolean({ description: 'true: refuse a certificate that is there already.' })),
  enterprise_project_id: Type.Optional(Type.String({ maxLength: 64, pattern: `^(?:|all|${enterpriseProject})$` })),
  enc_certificate: Type.Optional(Type.String({ maxLength: 4096 })),
  enc_private_key: Type.Optional(Type.String({ maxLength: 4096 })),
})

/** The zone of every time that is a text, ahead of UTC: GMT+08:00 (reference §2.7). */
const ZONE_AHEAD = 8 * 3_600_000

/** The last second that four digits of a year can say. RFC 5280's "no expiry", 9999-12-31T23:59:59Z, lies beyond it here. */
const LAST_TIME = Date.UTC(9999, 11, 31, 23, 59, 59)

/** A time as SCM writes it, `2021-05-27 16:46:25.0` (seed 003): the text form of a Java SQL timestamp, without zone. */
export function timeText(at: number): string {
  const time = new Date(Math.min(at + ZONE_AHEAD, LAST_TIME))
  const two = (value: number) => String(value).padStart(2, '0')
  const year = String(time.getUTCFullYear()).padStart(4, '0')
  const day = `${year}-${two(time.getUTCMonth() + 1)}-${two(time.getUTCDate())}`
  return `${day} ${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())}.0`
}

function timeOrNull(at: number | null): string | null {
  return at === null ? null : timeText(at)
}

function textOrNull(text: string): string | null {
  return text === '' ? null : text
}

/** Whether the certificate can be deployed to other services now. */
function isDeployable(record: RegistryRecord): boolean {
  return record.deployable && deployableStatuses.includes(record.status)
}

/** CertificateDetail (seed 003, table 4); the last two members are newer (reference §1.1). */
export function certificateDetail(record: RegistryRecord<CertificateAttributes>, domainId: string) {
  const { attributes } = record
  return {
    id: record.vendorId,
    name: record.name,
    domain: record.commonName,
    sans: textOrNull(attributes.sans),
    signature_algorithm: signatureAlgorithmOf(record.signatureAlgorithm),
    deploy_support: isDeployable(record),
    type: attributes.type,
    brand: attributes.brand,
    expire_time: timeOrNull(record.notAfter),
    domain_type: attributes.domainType,
    validity_period: attributes.validityMonths,
    status: record.status,
    domain_count: attributes.domainCount,
    wildcard_count: attributes.wildcardCount,
    description: textOrNull(record.description),
    domain_id: domainId,
    enterprise_project_id: record.compartment,
  }
}

/** Answer of ShowCertificate (reference §1.3), with its own spelling of `authentification`. */
export function shownCertificate(record: RegistryRecord<CertificateAttributes>) {
  const { attributes } = record
  const signatureAlgorithm = signatureAlgorithmOf(record.signatureAlgorithm)
  const isMultiDomain = attributes.domainType === 'MULTI_DOMAIN'
  return {
    id: record.vendorId,
    status: record.status,
    order_id: null,
    name: record.name,
    type: attributes.type,
    brand: attributes.brand,
    push_support: isDeployable(record) ? 'ON' : 'OFF',
    revoke_reason: null,
    signature_algorithm: signatureAlgorithm,
    // As an older edition spelt it; Terraform's legacy resource reads this one (reference §1.3).
    signature_algrithm: signatureAlgorithm,
    issue_time: timeOrNull(record.notBefore),
    not_before: timeOrNull(record.notBefore),
    not_after: timeOrNull(record.notAfter),
    validity_period: attributes.validityMonths,
    validation_method: null,
    domain_type: attributes.domainType,
    multi_domain_type: isMultiDomain ? multiDomainType(record.commonName) : null,
    domain: record.commonName,
    sans: textOrNull(attributes.sans),
    domain_count: attributes.domainCount,
    wildcard_count: attributes.wildcardCount,
    fingerprint: textOrNull(record.fingerprintSha1),
    authentification: [],
    shared: false,
    description: textOrNull(record.description),
    enterprise_project_id: record.compartment,
  }
}

function multiDomainType(domain: string): string {
  return domain.startsWith('*.') ? 'primary_wildcard' : 'primary_single'
}
