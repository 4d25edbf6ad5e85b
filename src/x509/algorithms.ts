/** Names of signature algorithms, hashes and extended key usages by object identifier. Data only. */

const nist = '2.16.840.1.101.3.4'

const slhDsa = [
  'SHA2-128s',
  'SHA2-128f',
  'SHA2-192s',
  'SHA2-192f',
  'SHA2-256s',
  'SHA2-256f',
  'SHAKE-128s',
  'SHAKE-128f',
  'SHAKE-192s',
  'SHAKE-192f',
  'SHAKE-256s',
  'SHAKE-256f',
]

interface ParameterSet {
  readonly family: 'ML-DSA' | 'ML-KEM' | 'SLH-DSA'
  readonly name: string
}

/** Parameter sets of the post-quantum algorithms (FIPS 203, 204, 205), for signatures and keys alike. */
export const postQuantum: ReadonlyMap<string, ParameterSet> = new Map<string, ParameterSet>([
  [`${nist}.3.17`, { family: 'ML-DSA', name: 'ML-DSA-44' }],
  [`${nist}.3.18`, { family: 'ML-DSA', name: 'ML-DSA-65' }],
  [`${nist}.3.19`, { family: 'ML-DSA', name: 'ML-DSA-87' }],
  ...slhDsa.map((set, at): [string, ParameterSet] => [
    `${nist}.3.${20 + at}`,
    { family: 'SLH-DSA', name: `SLH-DSA-${set}` },
  ]),
  [`${nist}.4.1`, { family: 'ML-KEM', name: 'ML-KEM-512' }],
  [`${nist}.4.2`, { family: 'ML-KEM', name: 'ML-KEM-768' }],
  [`${nist}.4.3`, { family: 'ML-KEM', name: 'ML-KEM-1024' }],
])

/** RSASSA-PSS says its hash in its parameters (RFC 4055 §3.1). */
export const rsassaPss = '1.2.840.113549.1.1.10'

export const hashNames: ReadonlyMap<string, string> = new Map([
  ['1.3.14.3.2.26', 'SHA1'],
  [`${nist}.2.4`, 'SHA224'],
  [`${nist}.2.1`, 'SHA256'],
  [`${nist}.2.2`, 'SHA384'],
  [`${nist}.2.3`, 'SHA512'],
  [`${nist}.2.5`, 'SHA512-224'],
  [`${nist}.2.6`, 'SHA512-256'],
  [`${nist}.2.7`, 'SHA3-224'],
  [`${nist}.2.8`, 'SHA3-256'],
  [`${nist}.2.9`, 'SHA3-384'],
  [`${nist}.2.10`, 'SHA3-512'],
])

/** Named as their own standards do (RFC 3279, 4055, 5758, 8410, 9814, 9881; GM/T 0006), beside PSS. */
export const signatureNames: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.2', 'md2WithRSAEncryption'],
  ['1.2.840.113549.1.1.3', 'md4WithRSAEncryption'],
  ['1.2.840.113549.1.1.4', 'md5WithRSAEncryption'],
  ['1.2.840.113549.1.1.5', 'sha1WithRSAEncryption'],
  // The OIW's older identifiers of the same two algorithms.
  ['1.3.14.3.2.3', 'md5WithRSAEncryption'],
  ['1.3.14.3.2.29', 'sha1WithRSAEncryption'],
  ['1.2.840.113549.1.1.14', 'sha224WithRSAEncryption'],
  ['1.2.840.113549.1.1.11', 'sha256WithRSAEncryption'],
  ['1.2.840.113549.1.1.12', 'sha384WithRSAEncryption'],
  ['1.2.840.113549.1.1.13', 'sha512WithRSAEncryption'],
  ['1.2.840.113549.1.1.15', 'sha512-224WithRSAEncryption'],
  ['1.2.840.113549.1.1.16', 'sha512-256WithRSAEncryption'],
  [`${nist}.3.13`, 'sha3-224WithRSAEncryption'],
  [`${nist}.3.14`, 'sha3-256WithRSAEncryption'],
  [`${nist}.3.15`, 'sha3-384WithRSAEncryption'],
  [`${nist}.3.16`, 'sha3-512WithRSAEncryption'],
  ['1.2.840.10045.4.1', 'ecdsa-with-SHA1'],
  ['1.2.840.10045.4.3.1', 'ecdsa-with-SHA224'],
  ['1.2.840.10045.4.3.2', 'ecdsa-with-SHA256'],
  ['1.2.840.10045.4.3.3', 'ecdsa-with-SHA384'],
  ['1.2.840.10045.4.3.4', 'ecdsa-with-SHA512'],
  [`${nist}.3.9`, 'ecdsa-with-SHA3-224'],
  [`${nist}.3.10`, 'ecdsa-with-SHA3-256'],
  [`${nist}.3.11`, 'ecdsa-with-SHA3-384'],
  [`${nist}.3.12`, 'ecdsa-with-SHA3-512'],
  ['1.2.840.10040.4.3', 'dsa-with-SHA1'],
  [`${nist}.3.1`, 'dsa-with-SHA224'],
  [`${nist}.3.2`, 'dsa-with-SHA256'],
  [`${nist}.3.3`, 'dsa-with-SHA384'],
  [`${nist}.3.4`, 'dsa-with-SHA512'],
  ['1.3.101.112', 'Ed25519'],
  ['1.3.101.113', 'Ed448'],
  ['1.2.156.10197.1.501', 'SM3withSM2'],
  ['1.2.156.10197.1.504', 'SM3withRSA'],
  ...[...postQuantum].filter(([, { family }]) => family !== 'ML-KEM').map(([oid, { name }]) => [oid, name] as const),
])

/** RFC 5280 §4.2.1.12; others are told by their OID. */
export const extendedKeyUsageNames: ReadonlyMap<string, string> = new Map([
  ['2.5.29.37.0', 'anyExtendedKeyUsage'],
  ['1.3.6.1.5.5.7.3.1', 'serverAuth'],
  ['1.3.6.1.5.5.7.3.2', 'clientAuth'],
  ['1.3.6.1.5.5.7.3.3', 'codeSigning'],
  ['1.3.6.1.5.5.7.3.4', 'emailProtection'],
  ['1.3.6.1.5.5.7.3.8', 'timeStamping'],
  ['1.3.6.1.5.5.7.3.9', 'OCSPSigning'],
])
