/** SCM's spelling of signature algorithms: upper case, as Java names them (seed 003; reference §2.6). */

const hashes = ['MD2', 'MD4', 'MD5', 'SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512', 'SHA512-224', 'SHA512-256']
const sha3 = ['SHA3-224', 'SHA3-256', 'SHA3-384', 'SHA3-512']

/** By the names of `x509`: those of the standards. */
const spellings: ReadonlyMap<string, string> = new Map([
  ...[...hashes, ...sha3].flatMap((hash): [string, string][] => [
    [`${hash.toLowerCase()}WithRSAEncryption`, `${hash}WITHRSA`],
    [`ecdsa-with-${hash}`, `${hash}WITHECDSA`],
    [`dsa-with-${hash}`, `${hash}WITHDSA`],
    [`rsassaPss-${hash}`, `${hash}WITHRSAANDMGF1`],
  ]),
  ['SM3withSM2', 'SM3WITHSM2'],
  ['SM3withRSA', 'SM3WITHRSA'],
  ['Ed25519', 'ED25519'],
  ['Ed448', 'ED448'],
])

/** What SCM calls a signature algorithm; what it has no word for is left as it is; `null` before there is one. */
export function signatureAlgorithmOf(name: string): string | null {
  return name === '' ? null : (spellings.get(name) ?? name)
}
