/** The vendor's spellings of algorithms beside the registry's. Closed tables, looked up both ways. */

import type { PublicKeyFacts } from '../../x509/certificate.ts'

/** `algorithm_type` (seed 004, Tables 2 and 5): what the subject's key is. */
export const ALGORITHM_TYPES = ['RSA', 'ECC', 'SM2'] as const
export type AlgorithmType = (typeof ALGORITHM_TYPES)[number]

const KEY_ALGORITHMS = {
  RSA: 'RSA',
  ECC: 'EC',
  SM2: 'SM2',
} as const satisfies Record<AlgorithmType, PublicKeyFacts['algorithm']>

const ALGORITHM_TYPE_OF: ReadonlyMap<string, AlgorithmType> = new Map(
  ALGORITHM_TYPES.map(type => [KEY_ALGORITHMS[type], type]),
)

export function keyAlgorithmOf(type: AlgorithmType): PublicKeyFacts['algorithm'] {
  return KEY_ALGORITHMS[type]
}

/** @returns `undefined` for a key that no gateway takes */
export function algorithmTypeOf(keyAlgorithm: string): AlgorithmType | undefined {
  return ALGORITHM_TYPE_OF.get(keyAlgorithm)
}

/**
 * `signature_algorithm`: how the issuer signed. The seed documents `SHA256-RSA`; the others are the list that its
 * spelling belongs to (apic.md §1.0.4).
 */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['md5WithRSAEncryption', 'MD5-RSA'],
  ['sha1WithRSAEncryption', 'SHA1-RSA'],
  ['sha256WithRSAEncryption', 'SHA256-RSA'],
  ['sha384WithRSAEncryption', 'SHA384-RSA'],
  ['sha512WithRSAEncryption', 'SHA512-RSA'],
  ['rsassaPss-SHA256', 'SHA256-RSAPSS'],
  ['rsassaPss-SHA384', 'SHA384-RSAPSS'],
  ['rsassaPss-SHA512', 'SHA512-RSAPSS'],
  ['dsa-with-SHA1', 'DSA-SHA1'],
  ['dsa-with-SHA256', 'DSA-SHA256'],
  ['ecdsa-with-SHA1', 'ECDSA-SHA1'],
  ['ecdsa-with-SHA256', 'ECDSA-SHA256'],
  ['ecdsa-with-SHA384', 'ECDSA-SHA384'],
  ['ecdsa-with-SHA512', 'ECDSA-SHA512'],
  ['Ed25519', 'Ed25519'],
  ['SM3withSM2', 'SM2-SM3'],
])

const NAMES: ReadonlyMap<string, string> = new Map([...SPELLINGS].map(([name, spelling]) => [spelling, name]))

/** A signature algorithm as the vendor spells it; one that the vendor has no word for keeps the registry's name. */
export function spellSignatureAlgorithm(name: string): string {
  return SPELLINGS.get(name) ?? name
}

/** The reverse. @returns `undefined` for a text that no row can show */
export function readSignatureAlgorithm(spelling: string): string | undefined {
  return NAMES.get(spelling) ?? (SPELLINGS.has(spelling) ? undefined : spelling)
}
