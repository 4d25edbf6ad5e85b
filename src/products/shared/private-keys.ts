/** Private keys of a file that is brought in: those among its certificates, and the one that lies beside it. */

import type { Certificate } from '../../x509/certificate.ts'
import { matches, type PrivateKey, readPrivateKey } from '../../x509/private-key.ts'
import { Unreadable } from '../../x509/unreadable.ts'
import type { IntakeFile } from './product.ts'

/**
 * The keys, each with the certificate that it belongs to.
 * @param among PEM texts out of the file itself
 * @param owners the certificates that may have a key
 * @throws Unreadable for a key that cannot be read, and one that belongs to none of them
 */
export function ownersOfKeys(
  file: IntakeFile,
  among: readonly string[],
  owners: readonly Certificate[],
): ReadonlyMap<Certificate, PrivateKey> {
  const beside = file.privateKeyPem === undefined ? [] : [file.privateKeyPem]
  const keys = new Map<Certificate, PrivateKey>()
  for (const pem of [...beside, ...among]) {
    const key = readPrivateKey(pem)
    const owner = owners.find(certificate => matches(key, certificate))
    if (!owner) throw new Unreadable('the private key belongs to no certificate of the file', file.name)
    keys.set(owner, key)
  }
  return keys
}
