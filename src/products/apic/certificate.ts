/** A gateway certificate as a record: what its columns mean here, and what is kept beside them. */

import { randomBytes } from 'node:crypto'
import type { Vault } from '../../identity/identity.ts'
import { type Content, type Draft, factsOf, type RegistryRecord, type SealedSecret } from '../../registry/record.ts'
import type { Certificate } from '../../x509/certificate.ts'

/** The `instance_id` of a certificate that serves every instance (seed 004, Table 5), and its compartment. */
export const COMMON = 'common'

export type ApicAttributes = {
  /** The dNSName values among the SANs, which is what `san` shows (apic.md §7.2, question 16). */
  readonly dnsNames: readonly string[]
  readonly hasTrustedRootCa: boolean
}

export type ApicRecord = RegistryRecord<ApicAttributes>

/**
 * `certificate` is the leaf, `chain` what followed it. The others are the vendor's `trusted_root_ca` and
 * `cert_content_sign`, in the order they were sent.
 */
export type ContentRole = 'certificate' | 'chain' | 'trusted-root-ca' | 'sign-certificate'

/** The vendor's `private_key` and `private_key_sign`. */
export type SecretRole = 'private-key' | 'private-key-sign'

/** A certificate that is about to become a record. Keys are PEM and belong to the certificate that they stand with. */
export interface NewCertificate {
  readonly name: string
  /** An instance's id, or `common`. */
  readonly compartment: string
  readonly certificate: Certificate
  readonly chain: readonly Certificate[]
  readonly trustedRootCa: readonly Certificate[]
  readonly privateKeyPem: string | undefined
  /** The signing pair of an SM2 double certificate. */
  readonly signing?: { readonly certificates: readonly Certificate[]; readonly privateKeyPem: string } | undefined
}

export interface DraftContext {
  readonly vault: Vault
  readonly creator: string
  /** Unix ms. */
  readonly now: number
}

/**
 * Under which text a key is sealed: a key only opens beside the certificate that it was matched to.
 * @param fingerprint of that certificate, SHA-256
 */
export function sealContext(role: SecretRole, fingerprint: string): string {
  return `apic/${role}/${fingerprint}`
}

/** What makes the same certificate in the same compartment the same record, where something has to be unique. */
export function uniqueKeyOf(compartment: string, fingerprint: string): string {
  return `${compartment}/${fingerprint}`
}

export function draftOf(material: NewCertificate, { vault, creator, now }: DraftContext): Draft<ApicAttributes> {
  const { name, compartment, certificate, chain, trustedRootCa, signing } = material
  return {
    facts: {
      ...factsOf(certificate),
      vendorId: randomBytes(16).toString('hex'),
      uniqueKey: uniqueKeyOf(compartment, certificate.fingerprint),
      compartment,
      name,
      creator,
      owner: '',
      status: '',
      statusDueAt: null,
      statusWhenDue: '',
      updatedAt: now,
      deployable: false,
      contentSize: certificate.der.length,
      description: '',
      searchText: name,
      attributes: {
        dnsNames: certificate.subjectAltNames.filter(({ kind }) => kind === 'dns').map(({ value }) => value),
        hasTrustedRootCa: trustedRootCa.length > 0,
      },
    },
    contents: [
      content('certificate', certificate),
      ...chain.map(link => content('chain', link)),
      ...trustedRootCa.map(root => content('trusted-root-ca', root)),
      ...(signing?.certificates ?? []).map(link => content('sign-certificate', link)),
    ],
    secrets: [
      ...secret('private-key', material.privateKeyPem, certificate, vault),
      ...secret('private-key-sign', signing?.privateKeyPem, signing?.certificates[0], vault),
    ],
  }
}

function content(role: ContentRole, { der }: Certificate): Content {
  return { role, bytes: der }
}

function secret(
  role: SecretRole,
  pem: string | undefined,
  certificate: Certificate | undefined,
  vault: Vault,
): readonly SealedSecret[] {
  if (pem === undefined || certificate === undefined) return []
  return [{ role, sealed: vault.seal(pem, sealContext(role, certificate.fingerprint)) }]
}
