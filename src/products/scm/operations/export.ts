import type { Scope } from '../../../registry/scope.ts'
import type { RecordStore } from '../../../registry/store.ts'
import { pemOf } from '../../../x509/container.ts'
import type { Call, Writes } from '../../shared/product.ts'
import { enterAccount, findCertificate } from '../account.ts'
import { type CertificateRecord, keyContext, roles } from '../certificate-record.ts'
import { refusal } from '../errors.ts'

/** The states in which a certificate can be exported (reference §3, §6.4): whoever renews wants the old key. */
const exportable: readonly string[] = ['ISSUED', 'SUPPLEMENTCHECKING', 'CANCELSUPPLEMENTING', 'UPLOAD', 'EXPIRED']

/**
 * ExportCertificate (reference §1.4, §6.4): the certificate, its chain and its private key, which is empty where none is
 * held. It changes nothing, but only a writer may reach secrets.
 */
export const exportCertificate: Writes = async call => {
  const scope = await enterAccount(call)
  const record = await findCertificate(call, scope)
  if (!exportable.includes(record.status)) throw refusal('SCM.0010')
  const pemsOf = async (role: string) => {
    const contents = await call.records.contents(scope, record.number, role)
    return contents.map(({ bytes }) => pemOf('CERTIFICATE', bytes)).join('')
  }
  const keyOf = (role: string) => privateKeyOf(call, scope, record, role)
  const chain = await pemsOf('chain')
  const privateKey = await keyOf(roles.privateKey)
  const encryption = await pemsOf(roles.encryptionCertificate)
  const encryptionKey = encryption && (await keyOf(roles.encryptionPrivateKey))
  // Last: where it is still there, nothing that was read before was already deleted.
  const certificate = await pemsOf('certificate')
  if (certificate === '') throw refusal('SCM.0020')
  return {
    status: 200,
    headers: { 'Cache-Control': 'no-store' },
    body: {
      entire_certificate: certificate + chain,
      certificate,
      certificate_chain: chain,
      private_key: privateKey,
      ...(encryption && { enc_certificate: encryption, enc_private_key: encryptionKey }),
    },
  }
}

async function privateKeyOf(
  call: Call<RecordStore>,
  scope: Scope,
  record: CertificateRecord,
  role: string,
): Promise<string> {
  const sealed = await call.records.secret(scope, record.number, role)
  if (sealed === undefined) return ''
  return call.vault.open(sealed, keyContext(call.principal.domainId, record.fingerprint, role)).toString('utf8')
}
