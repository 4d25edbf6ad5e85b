/** An SSL certificate as a record of the registry: what SCM keeps of it, and how an upload becomes one. */
import type { Vault } from '../../identity/identity.ts'
import type { Principal } from '../../identity/principal.ts'
import { type Draft, factsOf, type RegistryRecord } from '../../registry/record.ts'
import type { Certificate } from '../../x509/certificate.ts'
import type { PrivateKey } from '../../x509/private-key.ts'
import { type DomainFacts, type Domains, domainFacts } from './domains.ts'
import { searchTextOf } from './listing.ts'

/** What SCM keeps of a record beyond the registry's columns. `commonName` holds the list's `domain`. */
export interface CertificateAttributes extends DomainFacts, Readonly<Record<string, unknown>> {
  /** As bought, for example `OV_SSL_CERT`; a file does not tell it (reference §2.6). */
  readonly type: string | null
  /** The seller, for example `GEOTRUST`; a file does not tell it. */
  readonly brand: string | null
  /** Months as bought. */
  readonly validityMonths: number
}

export type CertificateRecord = RegistryRecord<CertificateAttributes>

/** `validity_period` of what was not bought: the seed has 12 as the smallest and the largest value (table 4). */
const UNBOUGHT_VALIDITY_MONTHS = 12

/** The enterprise project of what names none (reference §1.1). */
export const DEFAULT_ENTERPRISE_PROJECT = '0'

/** SM2's second pair, for encryption (reference §6.2). */
export interface EncryptionPair {
  readonly certificate: Certificate
  readonly privateKey: PrivateKey
}

/** A certificate that was checked and is to be kept. */
export interface Upload {
  readonly name: string
  readonly enterpriseProject: string
  readonly certificate: Certificate
  readonly domains: Domains
  /** From the certificate's issuer upwards. */
  readonly chain: readonly Certificate[]
  readonly privateKey: PrivateKey | undefined
  readonly encryption?: EncryptionPair
  /** Bytes of the text that it came in. */
  readonly size: number
}

/** Roles of contents and secrets, beside the registry's own `certificate` and `chain`. */
export const roles = {
  privateKey: 'private-key',
  encryptionCertificate: 'encryption-certificate',
  encryptionPrivateKey: 'encryption-private-key',
} as const

/**
 * The text that a sealed key is bound to: its account, its certificate and its role. An id may still change while a
 * record is added, the certificate cannot.
 */
export function keyContext(domainId: string, fingerprint: string, role: string): string {
  return `scm/${domainId}/${fingerprint}/${role}`
}

/** The record of an uploaded certificate: UPLOAD until its time is up, EXPIRED from then on (reference §2.4). */
export function draftOf(
  upload: Upload,
  id: string,
  by: { readonly principal: Principal; readonly vault: Vault; readonly now: number },
): Draft<CertificateAttributes> {
  const { name, certificate, privateKey, encryption } = upload
  const names = domainFacts(upload.domains)
  const isExpired = by.now >= certificate.notAfter
  const sealed = (role: string, key: PrivateKey) => ({
    role,
    sealed: by.vault.seal(key.pem(), keyContext(by.principal.domainId, certificate.fingerprint, role)),
  })
  return {
    facts: {
      ...factsOf(certificate),
      vendorId: id,
      uniqueKey: null,
      compartment: upload.enterpriseProject,
      name,
      commonName: upload.domains.domain,
      creator: by.principal.userId,
      owner: '',
      status: isExpired ? 'EXPIRED' : 'UPLOAD',
      statusDueAt: isExpired ? null : certificate.notAfter,
      statusWhenDue: isExpired ? '' : 'EXPIRED',
      updatedAt: by.now,
      // Neither without its key nor with an algorithm that only China's services know (reference §6.2).
      deployable: privateKey !== undefined && certificate.key.algorithm !== 'SM2',
      contentSize: upload.size,
      description: '',
      searchText: searchTextOf(name, upload.domains.domain, names.sans),
      attributes: { ...names, type: null, brand: null, validityMonths: UNBOUGHT_VALIDITY_MONTHS },
    },
    contents: [
      { role: 'certificate', bytes: certificate.der },
      ...upload.chain.map(({ der }) => ({ role: 'chain', bytes: der })),
      ...(encryption ? [{ role: roles.encryptionCertificate, bytes: encryption.certificate.der }] : []),
    ],
    secrets: [
      ...(privateKey ? [sealed(roles.privateKey, privateKey)] : []),
      ...(encryption ? [sealed(roles.encryptionPrivateKey, encryption.privateKey)] : []),
    ],
  }
}
