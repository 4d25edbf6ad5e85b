/** Every extension of a certificate as it stands there, also those that nobody here reads (RFC 5280 §4.2). */
import type { Certificate } from './certificate.ts'
import { DerReader, Tag } from './der.ts'
import { takeOid } from './oid.ts'

export interface ListedExtension {
  readonly oid: string
  /** As its standard calls it; undefined where the identifier is not known. */
  readonly name: string | undefined
  readonly critical: boolean
  /** What stands inside the OCTET STRING, lower-case hex. */
  readonly hex: string
}

const names: ReadonlyMap<string, string> = new Map([
  ['2.5.29.9', 'subjectDirectoryAttributes'],
  ['2.5.29.14', 'subjectKeyIdentifier'],
  ['2.5.29.15', 'keyUsage'],
  ['2.5.29.16', 'privateKeyUsagePeriod'],
  ['2.5.29.17', 'subjectAltName'],
  ['2.5.29.18', 'issuerAltName'],
  ['2.5.29.19', 'basicConstraints'],
  ['2.5.29.30', 'nameConstraints'],
  ['2.5.29.31', 'cRLDistributionPoints'],
  ['2.5.29.32', 'certificatePolicies'],
  ['2.5.29.33', 'policyMappings'],
  ['2.5.29.35', 'authorityKeyIdentifier'],
  ['2.5.29.36', 'policyConstraints'],
  ['2.5.29.37', 'extKeyUsage'],
  ['2.5.29.46', 'freshestCRL'],
  ['2.5.29.54', 'inhibitAnyPolicy'],
  ['1.3.6.1.5.5.7.1.1', 'authorityInfoAccess'],
  ['1.3.6.1.5.5.7.1.3', 'qcStatements'],
  ['1.3.6.1.5.5.7.1.11', 'subjectInfoAccess'],
  ['1.3.6.1.5.5.7.1.24', 'tlsFeature'],
  ['1.3.6.1.5.5.7.48.1.5', 'ocspNoCheck'],
  ['1.3.6.1.4.1.11129.2.4.2', 'signedCertificateTimestampList'],
  ['1.3.6.1.4.1.11129.2.4.3', 'precertificatePoison'],
  ['2.16.840.1.113730.1.1', 'netscapeCertType'],
  ['2.16.840.1.113730.1.13', 'netscapeComment'],
])

/** In certificate order; none in versions 1 and 2. */
export function listExtensions({ der }: Certificate): ListedExtension[] {
  const file = new DerReader(Buffer.from(der.buffer, der.byteOffset, der.byteLength))
  const tbs = file.enter(Tag.sequence, 'the certificate').enter(Tag.sequence, 'the certificate')
  while (tbs.peek() >= 0) {
    tbs.next('the certificate')
    if (tbs.tag === 0xa3) return listed(tbs.inside().enter(Tag.sequence, 'the extensions'))
  }
  return []
}

function listed(list: DerReader): ListedExtension[] {
  const extensions: ListedExtension[] = []
  while (list.peek() >= 0) {
    const extension = list.enter(Tag.sequence, 'an extension')
    const oid = takeOid(extension, 'an extension')
    const flag = extension.takeIf(Tag.boolean, 'the critical flag of an extension')
    const critical = flag && extension.bytes[extension.start] !== 0
    extension.take(Tag.octetString, 'an extension')
    extensions.push({ oid, name: names.get(oid), critical, hex: extension.hex() })
  }
  return extensions
}
