/** The checks that an import must pass, in their order (reference §6.1). */
import type { Static } from 'typebox'
import type { Certificate } from '../../../x509/certificate.ts'
import { orderChain } from '../../../x509/chain.ts'
import { readCertificates } from '../../../x509/container.ts'
import { MAX_CHAIN } from '../../../x509/limits.ts'
import { matches, type PrivateKey, readPrivateKey } from '../../../x509/private-key.ts'
import { Unreadable } from '../../../x509/unreadable.ts'
import { DEFAULT_ENTERPRISE_PROJECT, type EncryptionPair, type Upload } from '../certificate-record.ts'
import { domainsOf, isDomain } from '../domains.ts'
import { badMember, cutOff, refusal, type ScmCode } from '../errors.ts'
import type { importBody } from '../wire.ts'

/**
 * What an import body brings.
 * @param now Unix milliseconds
 * @throws VendorError
 */
export function checkedUpload(body: Static<typeof importBody>, now: number): Upload {
  const { first: certificate, rest } = readUploaded(body.certificate)
  const domains = domainsOf(certificate)
  if (domains === undefined) throw refusal('SCM.0009')
  if (!isDomain(domains.domain)) throw refusal('SCM.0070')
  if (now >= certificate.notAfter) throw refusal('SCM.0042')
  // With a chain of its own, only the certificate is taken from the first member (reference §6.1).
  const chain = body.certificate_chain ? readChain(body.certificate_chain) : rest
  requireOrder(certificate, chain)
  const privateKey = readKey(body.private_key)
  if (!matches(privateKey, certificate)) throw refusal('SCM.0014')
  const encryption = encryptionPair(body, certificate)
  return {
    name: body.name,
    enterpriseProject: enterpriseProjectOf(body.enterprise_project_id),
    certificate,
    domains,
    chain,
    privateKey,
    ...(encryption && { encryption }),
    size: Buffer.byteLength(body.certificate) + Buffer.byteLength(body.certificate_chain ?? ''),
  }
}

const emptyBlock = /-----BEGIN [^-]{1,64}-----\s*-----END /

/** @throws VendorError unless a text has a BEGIN line and, behind it, an END line */
function requirePemLines(text: string, code: 'SCM.0053' | 'SCM.0114', what: 'certificate' | 'private key'): void {
  const begin = text.indexOf('-----BEGIN ')
  if (begin < 0) throw refusal(code)
  if (!text.includes('-----END ', begin)) throw cutOff(code, what)
}

/** The certificate, and what stands behind it; PEM alone, no DER and no PKCS#12. */
function readUploaded(text: string): { readonly first: Certificate; readonly rest: readonly Certificate[] } {
  requirePemLines(text, 'SCM.0053', 'certificate')
  if (emptyBlock.test(text)) throw refusal('SCM.0054')
  const [first, ...rest] = orRefuse('SCM.0006', () => readCertificates(text, { certificates: MAX_CHAIN }))
  if (first === undefined) throw refusal('SCM.0006', 'It holds no certificate.')
  return { first, rest }
}

function readChain(text: string): readonly Certificate[] {
  return orRefuse('SCM.0013', () => readCertificates(text, { certificates: MAX_CHAIN }))
}

function orRefuse<T>(code: ScmCode, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof Unreadable ? refusal(code, error.message) : error
  }
}

/** The certificate first, then each issuer upwards; a root at the end is tolerated. */
function requireOrder(certificate: Certificate, chain: readonly Certificate[]): void {
  const ordered = orRefuse('SCM.0079', () => orderChain(certificate, chain))
  // What is no part of the chain is left out of `ordered`, so a given one that is too long differs as well.
  if ([certificate, ...chain].some((one, at) => one.fingerprint !== ordered[at]?.fingerprint)) throw refusal('SCM.0079')
}

function readKey(text: string): PrivateKey {
  if (text.trim() === '') throw refusal('SCM.0059')
  requirePemLines(text, 'SCM.0114', 'private key')
  return orRefuse('SCM.0012', () => readPrivateKey(text))
}

/** SM2's second pair: whole, and only for SM2 (reference §6.1, check 15; §6.2). */
function encryptionPair(body: Static<typeof importBody>, certificate: Certificate): EncryptionPair | undefined {
  const { enc_certificate: pem, enc_private_key: key } = body
  const isSm2 = certificate.key.algorithm === 'SM2'
  if (!pem && !key) {
    if (isSm2) throw badMember('enc_certificate', 'is mandatory for an SM2 certificate')
    return undefined
  }
  if (!isSm2) throw badMember(pem ? 'enc_certificate' : 'enc_private_key', 'is for SM2 certificates only')
  if (!pem) throw badMember('enc_certificate', 'is mandatory with enc_private_key')
  if (!key) throw badMember('enc_private_key', 'is mandatory with enc_certificate')
  const { first: encryption, rest } = readUploaded(pem)
  if (rest.length > 0 || encryption.key.algorithm !== 'SM2')
    throw badMember('enc_certificate', 'must hold one SM2 certificate and no chain')
  const privateKey = readKey(key)
  if (!matches(privateKey, encryption)) throw refusal('SCM.0014')
  return { certificate: encryption, privateKey }
}

/** `all` means nothing for one certificate (reference §8.2), and clients send empty texts for what they leave out. */
function enterpriseProjectOf(id: string | undefined): string {
  return !id || id === 'all' ? DEFAULT_ENTERPRISE_PROJECT : id
}
