/** The checks on what a certificate form holds, in the order of apic.md §5.1, steps 6 to 15. */

import type { Certificate } from '../../x509/certificate.ts'
import { orderChain } from '../../x509/chain.ts'
import { readCertificates } from '../../x509/container.ts'
import { matches, type PrivateKey, readPrivateKey } from '../../x509/private-key.ts'
import { Unreadable } from '../../x509/unreadable.ts'
import { type AlgorithmType, algorithmTypeOf } from './algorithms.ts'
import type { NewCertificate } from './certificate.ts'
import { refuse, refuseInvalid, refuseMissing } from './errors.ts'
import { EXPIRY_LIMIT } from './limits.ts'

/** The PEM members of `CertificateForm` (apic.md §1.0.1); none of them is empty. */
export interface PemForm {
  readonly cert_content: string
  readonly private_key: string
  readonly trusted_root_ca?: string | undefined
  readonly cert_content_sign?: string | undefined
  readonly private_key_sign?: string | undefined
}

export interface MaterialRules {
  /** Unix ms. */
  readonly now: number
  /** What the form says that the key is. */
  readonly algorithmType: AlgorithmType | undefined
  /** Whether the trusted root must have issued the certificate: API Gateway verifies the server by it as well. */
  readonly rootMustIssue: boolean
}

type Material = Omit<NewCertificate, 'name' | 'compartment'>

/** @throws VendorError for the first check that fails; its words hold nothing of the form */
export function readMaterial(form: PemForm, { now, algorithmType, rootMustIssue }: MaterialRules): Material {
  const { certificates, key } = readPair(form, 'cert_content', 'private_key')
  const [certificate, ...chain] = certificates
  checkValidity(certificate, now)
  if (certificate.subjectAltNames.length === 0) throw refuse('no-san')
  checkChain(certificate, chain)
  const trustedRootCa = readTrustedRoot(form.trusted_root_ca)
  if (rootMustIssue && trustedRootCa.length > 0) checkRoot(certificate, chain, trustedRootCa)
  const actual = algorithmTypeOf(certificate.key.algorithm)
  if (actual === undefined || (algorithmType !== undefined && algorithmType !== actual)) throw refuse('wrong-algorithm')
  return {
    certificate,
    chain,
    trustedRootCa,
    privateKeyPem: key.pem(),
    signing: readSigningPair(form, certificate, actual, now),
  }
}

interface Pair {
  /** The leaf first. */
  readonly certificates: readonly [Certificate, ...Certificate[]]
  readonly key: PrivateKey
}

function readPair(form: PemForm, contentField: keyof PemForm, keyField: keyof PemForm): Pair {
  const certificates = readChain(form, contentField)
  const keyPem = form[keyField] ?? ''
  if (isEncrypted(keyPem)) throw refuse('encrypted-key')
  const key = readable(keyField, () => readPrivateKey(keyPem))
  if (!matches(key, certificates[0])) throw refuse('key-mismatch')
  return { certificates, key }
}

function readChain(form: PemForm, field: keyof PemForm): readonly [Certificate, ...Certificate[]] {
  const [leaf, ...rest] = readable(field, () => readCertificates(form[field] ?? ''))
  if (!leaf) throw refuse('unreadable', `${field}: The input holds no certificate.`)
  return [leaf, ...rest]
}

function readTrustedRoot(pem: string | undefined): readonly Certificate[] {
  return pem === undefined ? [] : readable('trusted_root_ca', () => readCertificates(pem))
}

/** Encrypted PKCS#8, or the headers of the older way (apic.md §5.1, step 7). */
function isEncrypted(pem: string): boolean {
  return pem.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----') || /^Proc-Type:[ \t]*4,[ \t]*ENCRYPTED/m.test(pem)
}

function checkValidity({ notAfter }: Certificate, now: number): void {
  if (notAfter <= now) throw refuse('expired')
  if (notAfter >= EXPIRY_LIMIT) throw refuse('expires-too-late')
}

/** The leaf first, each certificate issued by the next one, and nothing else. */
function checkChain(leaf: Certificate, rest: readonly Certificate[]): void {
  const ordered = upwards(leaf, rest)
  const inOrder = ordered.length === rest.length + 1 && rest.every((link, i) => ordered[i + 1] === link)
  if (!inOrder) throw refuse('broken-chain')
}

function checkRoot(leaf: Certificate, chain: readonly Certificate[], roots: readonly Certificate[]): void {
  const reached = new Set(upwards(leaf, [...chain, ...roots]).map(({ fingerprint }) => fingerprint))
  if (!roots.some(({ fingerprint }) => reached.has(fingerprint))) throw refuse('broken-chain')
}

function upwards(leaf: Certificate, others: readonly Certificate[]): readonly Certificate[] {
  try {
    return orderChain(leaf, others)
  } catch (error) {
    // Too long, or too many certificates of one name.
    if (error instanceof Unreadable) throw refuse('broken-chain')
    throw error
  }
}

/** An SM2 certificate is double: the plain fields hold the pair that encrypts, the `_sign` fields the one that signs. */
function readSigningPair(
  form: PemForm,
  encrypting: Certificate,
  type: AlgorithmType,
  now: number,
): NewCertificate['signing'] {
  const fields = ['cert_content_sign', 'private_key_sign'] as const
  if (type !== 'SM2') {
    const [given] = fields.filter(field => form[field] !== undefined)
    if (given) throw refuseInvalid(given)
    return undefined
  }
  const [absent] = fields.filter(field => form[field] === undefined)
  if (absent) throw refuseMissing(absent)
  const { certificates, key } = readPair(form, ...fields)
  const [signing, ...chain] = certificates
  checkValidity(signing, now)
  checkChain(signing, chain)
  if (algorithmTypeOf(signing.key.algorithm) !== 'SM2') throw refuse('wrong-algorithm')
  if (!mayUse(signing, SIGNING_USES) || !mayUse(encrypting, ENCRYPTING_USES)) throw refuse('wrong-key-usage')
  return { certificates, privateKeyPem: key.pem() }
}

const SIGNING_USES: ReadonlySet<string> = new Set(['digitalSignature', 'nonRepudiation'])
const ENCRYPTING_USES: ReadonlySet<string> = new Set(['keyEncipherment', 'dataEncipherment', 'keyAgreement'])

/** Without the extension a key may be used for anything (RFC 5280 §4.2.1.3). */
function mayUse({ keyUsage }: Certificate, uses: ReadonlySet<string>): boolean {
  return keyUsage === undefined || keyUsage.some(use => uses.has(use))
}

/** What a reader of x509 says, as the gateway's refusal that names the field. */
function readable<T>(field: keyof PemForm, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof Unreadable) throw refuse('unreadable', `${field}: ${error.message}`)
    throw error
  }
}
