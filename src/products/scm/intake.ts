/** Files become SSL certificates by the operator's hand, without the vendor's API. */
import { parse } from 'node:path'
import type { Draft } from '../../registry/record.ts'
import type { Certificate } from '../../x509/certificate.ts'
import { isIssuedBy, orderChain } from '../../x509/chain.ts'
import { readCertificatesAndKeys } from '../../x509/container.ts'
import { Unreadable } from '../../x509/unreadable.ts'
import { ownersOfKeys } from '../shared/private-keys.ts'
import type { Intake, IntakeContext, IntakeFile } from '../shared/product.ts'
import { certificateIds } from './certificate-id.ts'
import { DEFAULT_ENTERPRISE_PROJECT, draftOf, keyContext, roles } from './certificate-record.ts'
import { type Domains, domainsOf } from './domains.ts'
import { enterpriseProjectForm } from './wire.ts'

/** Certificates of one file. A system's root store in one file has about 150. */
const MAX_CERTIFICATES_PER_FILE = 1000

/** Characters of the list's `domain` (seed 003, table 4). */
const MAX_DOMAIN = 255

export const intake: Intake = {
  product: 'scm',
  module: import.meta.url,
  placeKind: 'account',
  action: 'scm:cert:import',
  oncePerFingerprint: true,
  privateKeys: 'taken',
  completion: ({ facts: { deployable, updatedAt } }) => ({ deployable, updatedAt }),
  sealingContext: ({ fingerprint }, role, place) =>
    role === roles.privateKey || role === roles.encryptionPrivateKey ? keyContext(place, fingerprint, role) : undefined,
  drafts,
  renumber: (drafts, attempt, now) =>
    drafts.map((draft, index) => ({
      ...draft,
      facts: { ...draft.facts, vendorId: certificateIds.next(now, index === 0 ? attempt : 0) },
    })),
}

/**
 * One record for each certificate that issued no other one in the file; those that did become its chain. The vendor's
 * own rules for new certificates (not expired, a domain name as CN) are not asked: an inventory shows what is there.
 * @throws Unreadable when any certificate of the file cannot be taken, since nobody would learn what was left out
 */
function drafts(file: IntakeFile, context: IntakeContext): readonly Draft[] {
  const { compartment, clock } = context
  if (compartment !== '' && !enterpriseProjectForm.test(compartment))
    throw new Unreadable('the enterprise project is neither 0 nor a UUID', 'the scope')
  const limits = { certificates: MAX_CERTIFICATES_PER_FILE }
  const { certificates: all, privateKeys } = readCertificatesAndKeys(file.bytes, limits)
  const chains = chainsOf(all)
  const leaves = chains.flatMap(([certificate]) => certificate ?? [])
  const keys = ownersOfKeys(file, privateKeys, leaves)
  const now = clock()
  const by = { ...context, now }
  return chains.flatMap(chain => {
    const [certificate, ...issuers] = chain
    if (certificate === undefined) return []
    const domains = requireDomains(certificate, `certificate ${all.indexOf(certificate) + 1} of ${all.length}`)
    const upload = {
      name: nameOf(certificate, domains.domain, chains.length === 1 ? parse(file.name).name : ''),
      enterpriseProject: compartment || DEFAULT_ENTERPRISE_PROJECT,
      certificate,
      domains,
      chain: issuers,
      privateKey: keys.get(certificate),
      size: file.bytes.length,
    }
    return [draftOf(upload, certificateIds.next(now), by)]
  })
}

/** The certificates of a file, each with the issuers that the file has of it; whoever is an issuer stands with its own. */
function chainsOf(all: readonly Certificate[]): readonly (readonly Certificate[])[] {
  const distinct = [...new Map(all.map(certificate => [certificate.fingerprint, certificate])).values()]
  const bySubject = Map.groupBy(distinct, certificate => certificate.subject.text)
  const issuers = new Set<Certificate>()
  for (const certificate of distinct)
    for (const candidate of bySubject.get(certificate.issuer.text) ?? [])
      if (candidate !== certificate && isIssuedBy(certificate, candidate)) issuers.add(candidate)
  const chains = distinct
    .filter(certificate => !issuers.has(certificate))
    .map(certificate => orderChain(certificate, [...issuers]))
  const placed = new Set(chains.flat())
  // Two that issued each other are above nobody else: each stands for itself.
  return [...chains, ...distinct.filter(certificate => !placed.has(certificate)).map(certificate => [certificate])]
}

function requireDomains(certificate: Certificate, where: string): Domains {
  const domains = domainsOf(certificate)
  if (domains === undefined) throw new Unreadable('the certificate names no domain, neither as CN nor beside it', where)
  if (domains.domain.length > MAX_DOMAIN)
    throw new Unreadable(`the domain of the certificate is longer than ${MAX_DOMAIN} characters`, where)
  return domains
}

/** A name as SCM allows it (reference §1.2): of the file where it has one certificate, else of the domain. */
function nameOf(certificate: Certificate, domain: string, fileName: string): string {
  return nameFrom(fileName) ?? nameFrom(domain) ?? `cert-${certificate.fingerprint.slice(0, 16)}`
}

/** A text without what a name may not have; `undefined` where under 3 characters are left. */
function nameFrom(text: string): string | undefined {
  const name = text
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[-.]+/, '')
    .slice(0, 63)
    .replace(/[-.]+$/, '')
  return name.length < 3 ? undefined : name
}
