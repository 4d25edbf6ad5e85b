/** A CA certificate as a record: which certificates are taken, what the columns mean here, what is kept beside them. */
import { randomUUID } from 'node:crypto'
import { type Draft, factsOf } from '../../registry/record.ts'
import { attributesOf, type Certificate } from '../../x509/certificate.ts'
import { isSelfIssued } from '../../x509/chain.ts'

/** The record's status: whether its owner has proved to hold the CA's private key (seed 002, `status`). */
export const VERIFIED = 'VERIFIED'
export const UNVERIFIED = 'UNVERIFIED'

/** What the vendor keeps for a CA besides the certificate (seed 002, table 5; reference iotda §1.3). */
export type CaAttributes = {
  /** A UUID, the same for the record's life: the CN of the certificate that proves possession. */
  readonly verifyCode: string
  readonly provisionEnable: boolean
  readonly templateId: string | null
  readonly ocspEnable: boolean
  readonly ocspServerCaId: string | null
  readonly ocspSslEnable: boolean
}

/**
 * Why a certificate cannot be a CA's; `undefined` when it can. A version 3 certificate says itself whether it is a CA.
 * One without basicConstraints is taken where it is its own issuer: a trust anchor needs no extensions, and the vendor's
 * own recipe makes version 1 certificates (reference iotda §5.1). Its signature is not asked: what an anchor says of
 * itself proves nothing, and SM2 and MD2 could not be verified here.
 */
export function whyNoCa(certificate: Certificate): string | undefined {
  const { basicConstraints } = certificate
  if (basicConstraints?.ca) return undefined
  if (basicConstraints) return 'the certificate is no CA certificate: its basicConstraints say so'
  if (isSelfIssued(certificate)) return undefined
  return 'the certificate is no CA certificate: it has no basicConstraints and another issuer'
}

export interface CaDraftContext {
  /** The resource space. */
  readonly appId: string
  /** The user's id. */
  readonly creator: string
  /** Unix milliseconds. */
  readonly now: number
}

/** A new CA certificate: not verified, every switch off (reference iotda §1.3, #1). */
export function caDraft(certificate: Certificate, { appId, creator, now }: CaDraftContext): Draft<CaAttributes> {
  const commonName = certificate.commonName ?? ''
  return {
    facts: {
      ...factsOf(certificate),
      vendorId: null,
      // Each resource space may hold a certificate once.
      uniqueKey: `${appId}/${certificate.fingerprint}`,
      compartment: appId,
      name: '',
      creator,
      owner: attributesOf(certificate.subject, 'O')[0] ?? commonName,
      status: UNVERIFIED,
      statusDueAt: null,
      statusWhenDue: '',
      updatedAt: now,
      deployable: false,
      contentSize: certificate.der.length,
      description: '',
      searchText: '',
      attributes: {
        verifyCode: randomUUID(),
        provisionEnable: false,
        templateId: null,
        ocspEnable: false,
        ocspServerCaId: null,
        ocspSslEnable: false,
      },
    },
    contents: [{ role: 'certificate', bytes: certificate.der }],
    secrets: [],
  }
}
