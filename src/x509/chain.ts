/** Who issued whom (RFC 5280 §6.1.3 (a)(1) and (a)(4)). Whether anybody should be trusted is not asked here. */
import { X509Certificate } from 'node:crypto'
import type { Certificate } from './certificate.ts'
import { MAX_CHAIN, MAX_SIGNATURE_CHECKS } from './limits.ts'
import type { DistinguishedName } from './name.ts'
import { Unreadable } from './unreadable.ts'

/**
 * Whether `issuer` signed `certificate`: the names meet and the signature verifies with the issuer's key. False, never
 * a throw, where the key or the algorithm is none that `node:crypto` verifies; SM2 is among them, since OpenSSL needs
 * the signer's identity beside the key and Node has no way to say it.
 */
export function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  return sameName(certificate.issuer, issuer.subject) && isSignedBy(certificate, issuer)
}

/** Whether subject and issuer are one name (RFC 5280 §3.2): a root, or a link between two keys of one authority. */
export function isSelfIssued(certificate: Certificate): boolean {
  return sameName(certificate.issuer, certificate.subject)
}

/**
 * The chain from the leaf upwards, as far as `others` reaches; what is no part of it is left out, duplicates too.
 * Among several issuers the first in `others` that fits is taken. Where a signature cannot be verified because its
 * algorithm is not known here (SM2), names and key identifiers decide instead, so that such chains are in order as
 * well; `isIssuedBy` stays false for them.
 *
 * @param maxDepth certificates, the leaf counted
 * @throws Unreadable when the chain is longer, or so made that ordering it would take too many signature checks
 */
export function orderChain(leaf: Certificate, others: readonly Certificate[], maxDepth = MAX_CHAIN): Certificate[] {
  const chain = [leaf]
  const left = new Map(others.map(other => [other.fingerprint, other]))
  left.delete(leaf.fingerprint)
  let checks = 0
  for (let last = leaf; ; ) {
    if (isSelfSigned(last)) return chain
    let next: Certificate | undefined
    for (const candidate of left.values()) {
      if (!sameName(last.issuer, candidate.subject) || contradict(last, candidate)) continue
      if (++checks > MAX_SIGNATURE_CHECKS) {
        throw new Unreadable('the chain has too many certificates of one name', 'the chain')
      }
      if (isLinked(last, candidate)) {
        next = candidate
        break
      }
    }
    if (next === undefined) return chain
    if (chain.length >= maxDepth) throw new Unreadable(`the chain is longer than ${maxDepth}`, 'the chain')
    left.delete(next.fingerprint)
    chain.push(next)
    last = next
  }
}

/** A root ends the chain, without its signature being looked at: nothing can stand above its own name and key. */
function isSelfSigned(certificate: Certificate): boolean {
  const { authorityKeyIdentifier, subjectKeyIdentifier } = certificate
  if (!isSelfIssued(certificate)) return false
  return authorityKeyIdentifier === undefined || authorityKeyIdentifier === subjectKeyIdentifier
}

/** Key identifiers that are both there and differ (RFC 5280 §4.2.1.1). */
function contradict(certificate: Certificate, issuer: Certificate): boolean {
  const { authorityKeyIdentifier: wanted } = certificate
  const { subjectKeyIdentifier: found } = issuer
  return wanted !== undefined && found !== undefined && wanted !== found
}

function isLinked(certificate: Certificate, issuer: Certificate): boolean {
  const { name, oid } = certificate.signatureAlgorithm
  if (name !== oid && name !== 'SM3withSM2') return isSignedBy(certificate, issuer)
  const { authorityKeyIdentifier: wanted } = certificate
  return wanted !== undefined && wanted === issuer.subjectKeyIdentifier
}

function isSignedBy(certificate: Certificate, issuer: Certificate): boolean {
  try {
    return new X509Certificate(certificate.der).verify(new X509Certificate(issuer.der).publicKey)
  } catch {
    return false
  }
}

/** Names as RFC 5280 §7.1 compares them: case and runs of blanks do not count, the string type does not either. */
function sameName(one: DistinguishedName, other: DistinguishedName): boolean {
  if (Buffer.compare(one.der, other.der) === 0) return true
  if (one.attributes.length !== other.attributes.length) return false
  return one.attributes.every((attribute, index) => {
    const counterpart = other.attributes[index]
    return attribute.oid === counterpart?.oid && folded(attribute.value) === folded(counterpart.value)
  })
}

function folded(value: string): string {
  return value.trim().replace(/\s+/g, ' ').toLowerCase()
}
