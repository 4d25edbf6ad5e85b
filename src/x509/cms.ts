/**
 * Certificates of a PKCS#7 / CMS file (RFC 5652 §5.1, the "certs only" form of RFC 5751 §3.2.2, `.p7b`). Signatures in
 * it are not looked at; the certificates are all that is wanted, each exactly as it stands.
 *
 * Most such files are DER, and are walked: the schema library takes half a millisecond a certificate and stops at a
 * fixed number of elements. What is BER with indefinite lengths (streaming writers) goes through the library, with a
 * bound that keeps the event loop.
 */
import { ContentInfo, id_signedData } from '@peculiar/asn1-cms'
import { AsnArray, AsnConvert, AsnProp, AsnPropTypes, AsnType, AsnTypeTypes } from '@peculiar/asn1-schema'
import { DerReader, Tag } from './der.ts'
import { MAX_BER_ELEMENTS } from './limits.ts'
import { takeOid } from './oid.ts'
import { Unreadable } from './unreadable.ts'

/** CertificateSet with every member left as it stands: a certificate that is taken apart and put together may change. */
class Certificates extends AsnArray<ArrayBuffer> {
  constructor(items?: ArrayBuffer[]) {
    super(items)
    // AsnArray returns a plain Array under some targets; the library asks for this in every subclass.
    Object.setPrototypeOf(this, Certificates.prototype)
  }
}
AsnType({ type: AsnTypeTypes.Set, itemType: AsnPropTypes.Any })(Certificates)

/** SignedData down to its certificates. The schema's members are told by calls: decorators are no erasable syntax. */
class SignedData {
  version = 0
  digestAlgorithms = new ArrayBuffer(0)
  encapContentInfo = new ArrayBuffer(0)
  certificates?: Certificates
  crls?: ArrayBuffer
  signerInfos = new ArrayBuffer(0)
}
const member = (name: keyof SignedData, options: Parameters<typeof AsnProp>[0]) =>
  AsnProp(options)(SignedData.prototype, name)
member('version', { type: AsnPropTypes.Integer })
member('digestAlgorithms', { type: AsnPropTypes.Any })
member('encapContentInfo', { type: AsnPropTypes.Any })
member('certificates', { type: Certificates, context: 0, implicit: true, optional: true })
member('crls', { type: AsnPropTypes.Any, context: 1, implicit: true, optional: true })
member('signerInfos', { type: AsnPropTypes.Any })

/** The DER of each certificate in the file's order; attribute certificates and other kinds are refused. */
export function signedDataCertificates(bytes: Uint8Array): Uint8Array[] {
  const found = walked(bytes) ?? parsed(bytes)
  if (found.length === 0) throw new Unreadable('the PKCS#7 file holds no certificate', 'the PKCS#7 file')
  const stranger = found.findIndex(der => der[0] !== Tag.sequence)
  if (stranger < 0) return found
  throw new Unreadable('the PKCS#7 file holds something that is no X.509 certificate', `member ${stranger + 1}`)
}

/** The members of the certificate set; undefined where the frame around them is not DER. */
function walked(bytes: Uint8Array): Uint8Array[] | undefined {
  try {
    const file = new DerReader(Buffer.from(bytes))
    const info = file.enter(Tag.sequence, 'the PKCS#7 file')
    file.finish('the PKCS#7 file')
    if (takeOid(info, 'the content type') !== id_signedData) return undefined
    const data = info.enter(0xa0, 'the content').enter(Tag.sequence, 'the signed data')
    data.take(Tag.integer, 'the version')
    data.take(Tag.set, 'the digest algorithms')
    data.take(Tag.sequence, 'the signed content')
    if (!data.takeIf(0xa0, 'the certificates')) return []
    const members: Uint8Array[] = []
    for (const set = data.inside(); set.peek() >= 0; ) {
      set.next('a certificate')
      members.push(bytes.subarray(set.head, set.end))
    }
    return members
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}

function parsed(bytes: Uint8Array): Uint8Array[] {
  const options = { berOptions: { maxNodes: MAX_BER_ELEMENTS, maxDepth: 32 } }
  let info: ContentInfo
  try {
    info = AsnConvert.parse(bytes, ContentInfo, options)
  } catch {
    // The library's message may quote the input.
    throw new Unreadable('the PKCS#7 file is broken', 'byte 0')
  }
  if (info.contentType !== id_signedData) {
    throw new Unreadable('the PKCS#7 file is of another kind than signed data', 'byte 0')
  }
  try {
    const { certificates } = AsnConvert.parse(info.content, SignedData, options)
    return (certificates ?? []).map(raw => new Uint8Array(raw))
  } catch {
    throw new Unreadable('the signed data of the PKCS#7 file is broken', 'byte 0')
  }
}
