/** The one record shape of all products. It is poor on purpose: a vendor's words and formats never come this far down. */

import type { Certificate } from '../x509/certificate.ts'

/** What a product keeps beyond the columns; each product types its own. Never filtered, sorted or searched. */
export type Attributes = Readonly<Record<string, unknown>>

/**
 * The facts of a record. Every field is a column: what any product filters, sorts or shows in lists.
 * Times are Unix milliseconds. An absent text is the empty string; an absent time or number is `null`.
 */
export interface RecordFacts<A extends Attributes = Attributes> {
  /** The vendor's public id where it is not an encoding of the record number; unique in its scope. */
  readonly vendorId: string | null
  /** What may stand only once in its scope (a file's name, a fingerprint); `null` if nothing has to be unique. */
  readonly uniqueKey: string | null
  /** The part of its scope: APIC gateway instance or `common`, IoTDA resource space, SCM enterprise project. */
  readonly compartment: string
  readonly name: string
  /** The subject's CN, or what a product shows in its place; empty without one. */
  readonly commonName: string
  /** Id of the user who created the record. */
  readonly creator: string
  /** Who answers for it, as people write it. */
  readonly owner: string
  /** The product's own state word, for example `UPLOAD`, `ACTIVE`. */
  readonly status: string
  /** From `statusDueAt` on, the status is `statusWhenDue`. Storage makes it so before any list can tell otherwise. */
  readonly statusDueAt: number | null
  readonly statusWhenDue: string
  readonly updatedAt: number
  readonly notBefore: number | null
  readonly notAfter: number | null
  /** SHA-256 of the certificate's DER, 64 lower-case hex digits; empty for a record without a certificate. */
  readonly fingerprint: string
  /** SHA-1 of the certificate's DER, 40 lower-case hex digits. */
  readonly fingerprintSha1: string
  /** SHA-256 of the SubjectPublicKeyInfo, 64 lower-case hex digits. */
  readonly spkiFingerprint: string
  /** As `Certificate.serialNumber`. */
  readonly serialNumber: string
  /** RFC 4514 text. */
  readonly subject: string
  readonly issuer: string
  /** SAN values in certificate order. */
  readonly subjectAltNames: readonly string[]
  /** As `PublicKeyFacts.algorithm`: `RSA`, `EC`, `SM2`, … */
  readonly keyAlgorithm: string
  readonly keyBits: number | null
  /** As `Certificate.signatureAlgorithm.name`. */
  readonly signatureAlgorithm: string
  /** Whether the certificate may be deployed to other services (SCM). */
  readonly deployable: boolean
  /** Bytes of the file as it was uploaded. */
  readonly contentSize: number
  readonly description: string
  /** What the product's text filter looks at, already folded as the product compares (see `ListingDeclaration`). */
  readonly searchText: string
  readonly attributes: A
}

/** One entry of the registry. */
export interface RegistryRecord<A extends Attributes = Attributes> extends RecordFacts<A> {
  /** Record number: unique, time-ordered; `timeOfNumber` of it is the creation time. */
  readonly number: number
}

/** Bytes that belong to a record: kept once per scope by their SHA-256, never touched by a list. */
export interface Content {
  /** `certificate` (DER), `chain` (DER, in order), `file` (as uploaded), or a role that a product names. */
  readonly role: string
  readonly bytes: Uint8Array
}

/** Something of a record that no list, log or error may ever hold, sealed by `identity` before it comes here. */
export interface SealedSecret {
  /** For example `private-key`. */
  readonly role: string
  readonly sealed: Uint8Array
}

/** A record that is about to be added. */
export interface Draft<A extends Attributes = Attributes> {
  readonly facts: RecordFacts<A>
  readonly contents: readonly Content[]
  readonly secrets: readonly SealedSecret[]
}

type CertificateFacts = Pick<
  RecordFacts,
  | 'commonName'
  | 'notBefore'
  | 'notAfter'
  | 'fingerprint'
  | 'fingerprintSha1'
  | 'spkiFingerprint'
  | 'serialNumber'
  | 'subject'
  | 'issuer'
  | 'subjectAltNames'
  | 'keyAlgorithm'
  | 'keyBits'
  | 'signatureAlgorithm'
>

/** The facts that a record takes from its certificate; all empty without one. */
export function factsOf(certificate: Certificate | undefined): CertificateFacts {
  return {
    commonName: certificate?.commonName ?? '',
    notBefore: certificate?.notBefore ?? null,
    notAfter: certificate?.notAfter ?? null,
    fingerprint: certificate?.fingerprint ?? '',
    fingerprintSha1: certificate?.fingerprintSha1 ?? '',
    spkiFingerprint: certificate?.spkiFingerprint ?? '',
    serialNumber: certificate?.serialNumber ?? '',
    subject: certificate?.subject.text ?? '',
    issuer: certificate?.issuer.text ?? '',
    subjectAltNames: certificate?.subjectAltNames.map(name => name.value) ?? [],
    keyAlgorithm: certificate?.key.algorithm ?? '',
    keyBits: certificate?.key.bits ?? null,
    signatureAlgorithm: certificate?.signatureAlgorithm.name ?? '',
  }
}
