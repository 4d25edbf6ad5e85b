/** IoTDA v5, Upload a Device CA Certificate (reference iotda §1.3, #1). */
import { Type } from 'typebox'
import type { RecordStore } from '../../../registry/store.ts'
import type { Certificate } from '../../../x509/certificate.ts'
import { readCertificates } from '../../../x509/container.ts'
import { Unreadable } from '../../../x509/unreadable.ts'
import type { Reply } from '../../shared/failure.ts'
import { readJsonBody } from '../../shared/json-body.ts'
import type { Call } from '../../shared/product.ts'
import { caDraft, whyNoCa } from '../ca-certificate.ts'
import { refusal } from '../errors.ts'
import { APP_ID_FORM } from '../listing.ts'
import { caCertificateOf } from '../wire.ts'
import { enterInstance, resourceSpace } from './enter.ts'

export const addCertificateBody = Type.Object({
  content: Type.String({ minLength: 1, maxLength: 65_535, description: 'The CA certificate as PEM, exactly one.' }),
  app_id: Type.Optional(Type.String({ ...APP_ID_FORM, description: 'Resource space; the default one without it.' })),
})

/** Answers 201 with the certificate as lists show it, not yet verified. */
export async function addCertificate(call: Call<RecordStore>): Promise<Reply> {
  const scope = await enterInstance(call, 'iotda-cas')
  const body = readJsonBody(addCertificateBody, call.request)
  const appId = await resourceSpace(call, scope, body.app_id)
  const certificate = caCertificateIn(body.content)
  const draft = caDraft(certificate, { appId, creator: call.principal.userId, now: call.clock() })
  const [added] = await call.records.add(scope, [draft])
  if (added?.is !== 'added') throw refusal('certificateTaken', 'The resource space holds it already.')
  return { status: 201, body: caCertificateOf(added.record) }
}

/** @throws VendorError `IOTDA.014301` for anything but one certificate of a CA */
function caCertificateIn(content: string): Certificate {
  const certificates = readable(content)
  const [certificate] = certificates
  if (certificate === undefined || certificates.length > 1)
    throw refusal('badCertificate', `The content must hold exactly one certificate, it holds ${certificates.length}.`)
  const why = whyNoCa(certificate)
  if (why !== undefined) throw refusal('badCertificate', new Unreadable(why, 'the content').message)
  return certificate
}

function readable(content: string): readonly Certificate[] {
  try {
    return readCertificates(content)
  } catch (error) {
    // Tells what is wrong and where, and holds none of the content.
    throw error instanceof Unreadable ? refusal('badCertificate', error.message) : error
  }
}
