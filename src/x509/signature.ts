/** AlgorithmIdentifier of a signature (RFC 5280 §4.1.1.2). */
import { hashNames, rsassaPss, signatureNames } from './algorithms.ts'
import type { DerReader } from './der.ts'
import { Tag } from './der.ts'
import { takeOid } from './oid.ts'
import { Unreadable } from './unreadable.ts'

export interface SignatureAlgorithm {
  readonly oid: string
  /**
   * The standard's own name: `sha256WithRSAEncryption`, `ecdsa-with-SHA256`, `dsa-with-SHA256`, `Ed25519`,
   * `SM3withSM2`, `ML-DSA-65`; RSASSA-PSS by its hash, `rsassaPss-SHA256`; the OID where the algorithm is not known.
   */
  readonly name: string
}

/** Reads the next element as the AlgorithmIdentifier of a signature. */
export function takeSignatureAlgorithm(reader: DerReader): SignatureAlgorithm {
  const parts = reader.enter(Tag.sequence, 'the signature algorithm')
  const oid = takeOid(parts, 'the signature algorithm')
  return { oid, name: oid === rsassaPss ? `rsassaPss-${pssHash(parts)}` : (signatureNames.get(oid) ?? oid) }
}

/** `[0] hashAlgorithm DEFAULT sha1` of RSASSA-PSS-params (RFC 4055 §3.1); `unknown` where the parameters are broken. */
function pssHash(parts: DerReader): string {
  try {
    if (!parts.takeIf(Tag.sequence, 'the PSS parameters')) return 'SHA1'
    const parameters = parts.inside()
    if (!parameters.takeIf(0xa0, 'the PSS hash')) return 'SHA1'
    const oid = takeOid(parameters.inside().enter(Tag.sequence, 'the PSS hash'), 'the PSS hash')
    return hashNames.get(oid) ?? oid
  } catch (error) {
    if (error instanceof Unreadable) return 'unknown'
    throw error
  }
}
