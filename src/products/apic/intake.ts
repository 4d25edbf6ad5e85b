/** Files become gateway certificates: one record for each certificate of a file. */

import { hash } from 'node:crypto'
import { parse } from 'node:path'
import type { Content, Draft, RegistryRecord } from '../../registry/record.ts'
import type { Certificate } from '../../x509/certificate.ts'
import { readCertificatesAndKeys } from '../../x509/container.ts'
import { Unreadable } from '../../x509/unreadable.ts'
import { ownersOfKeys } from '../shared/private-keys.ts'
import type { Intake, IntakeContext, IntakeFile } from '../shared/product.ts'
import { algorithmTypeOf } from './algorithms.ts'
import { COMMON, draftOf, sealContext } from './certificate.ts'
import { MAX_CERTIFICATES_PER_FILE } from './limits.ts'
import { PRODUCT } from './listing.ts'
import { nameFrom } from './name.ts'

export const intake: Intake = {
  product: PRODUCT,
  module: import.meta.url,
  compartmentKind: 'apic-instance',
  otherCompartments: [COMMON],
  cutsBundles: true,
  privateKeys: 'taken',
  completion: ({ facts: { updatedAt } }) => ({ updatedAt }),
  placeKind: 'project',
  action: 'apig:certificate:create',
  sealingContext,
  drafts,
}

function sealingContext(record: RegistryRecord, role: string, _place: string, contents: readonly Content[]) {
  if (role === 'private-key') return sealContext(role, record.fingerprint)
  const signing = contents.find(content => content.role === 'sign-certificate')
  return role === 'private-key-sign' && signing ? sealContext(role, hash('sha256', signing.bytes)) : undefined
}

/**
 * A gateway's own rules for new certificates (validity, SAN, chain) are not asked: what a gateway holds already may be
 * expired. What its rows cannot say is refused: a key that is none of RSA, ECC and SM2.
 * @throws Unreadable also when a private key of the file, or beside it, belongs to none of its certificates
 */
function drafts(file: IntakeFile, { vault, principal, clock, compartment }: IntakeContext): readonly Draft[] {
  const limits = { certificates: MAX_CERTIFICATES_PER_FILE }
  const { certificates, privateKeys } = readCertificatesAndKeys(file.bytes, limits)
  const context = { vault, creator: principal.userId, now: clock() }
  const keys = ownersOfKeys(file, privateKeys, certificates)
  const stem = parse(file.name).name
  return certificates.map((certificate, i) => {
    if (algorithmTypeOf(certificate.key.algorithm) === undefined)
      throw new Unreadable(
        `the key of the certificate is of the algorithm ${certificate.key.algorithm}, which no gateway takes`,
        `certificate ${i + 1}`,
      )
    const material = {
      name: nameOf(certificate, certificates.length === 1 ? stem : `${stem}_${i + 1}`, certificates.length === 1),
      compartment: compartment || COMMON,
      certificate,
      chain: [],
      trustedRootCa: [],
      privateKeyPem: keys.get(certificate)?.pem(),
    }
    return draftOf(material, context)
  })
}

/** A file with one certificate gives its own name to it; in a bundle the CN says more. */
function nameOf(certificate: Certificate, fileName: string, isAlone: boolean): string {
  const [first, second] = isAlone ? [fileName, certificate.commonName] : [certificate.commonName, fileName]
  return nameFrom(first ?? '') ?? nameFrom(second ?? '') ?? `cert_${certificate.fingerprint.slice(0, 16)}`
}
