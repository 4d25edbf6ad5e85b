/**
 * Certificates of a PKCS#7 / CMS file (RFC 5652 §5.1, the "certs only" form of RFC 5751 §3.2.2, `.p7b`). Read by the
 * schema library: such files come in BER with indefinite lengths too, and their number is small. Signatures in them
 * are not looked at; the certificates are all that is wanted.
 */
import { ContentInfo, id_signedData } from '@peculiar/asn1-cms'
import { AsnArray, AsnConvert, AsnProp, AsnPropTypes, AsnType, AsnTypeTypes } from '@peculiar/asn1-schema'
import { Tag } from './der.ts'
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
  const found = parse(bytes)
  if (found.length === 0) throw new Unreadable('the PKCS#7 file holds no certificate', 'the PKCS#7 file')
  return found.map((raw, index) => {
    const der = new Uint8Array(raw)
    if (der[0] === Tag.sequence) return der
    throw new Unreadable('the PKCS#7 file holds something that is no X.509 certificate', `member ${index + 1}`)
  })
}

function parse(bytes: Uint8Array): ArrayBuffer[] {
  let info: ContentInfo
  try {
    info = AsnConvert.parse(bytes, ContentInfo)
  } catch {
    // The library's message may quote the input.
    throw new Unreadable('the PKCS#7 file is broken', 'byte 0')
  }
  if (info.contentType !== id_signedData) {
    throw new Unreadable('the PKCS#7 file is of another kind than signed data', 'byte 0')
  }
  try {
    return [...(AsnConvert.parse(info.content, SignedData).certificates ?? [])]
  } catch {
    throw new Unreadable('the signed data of the PKCS#7 file is broken', 'byte 0')
  }
}
