import { RegistryFault } from '../../../registry/fault.ts'
import { readJsonBody } from '../../shared/json-body.ts'
import type { Writes } from '../../shared/product.ts'
import { enterAccount } from '../account.ts'
import { certificateIds, MAX_ATTEMPTS } from '../certificate-id.ts'
import { draftOf } from '../certificate-record.ts'
import { refusal } from '../errors.ts'
import { importBody } from '../wire.ts'
import { checkedUpload } from './upload-checks.ts'

/** ImportCertificate (reference §1.2, §6): a new certificate with a new id, never in the place of another. */
export const importCertificate: Writes = async call => {
  const scope = await enterAccount(call)
  const body = readJsonBody(importBody, call.request)
  const now = call.clock()
  const upload = checkedUpload(body, now)
  const { principal, vault } = call
  const added = await withFreshId(now, id =>
    call.records.add(scope, [draftOf(upload, id, { principal, vault, now })], {
      oncePerFingerprint: body.duplicate_check === true,
    }),
  )
  const id = added[0]?.record.vendorId
  // `true` refuses, as the vendor documents it since 2026 (reference §6.3).
  if (added[0]?.is === 'present')
    throw refusal('SCM.0005', `The parameter 'duplicate_check' forbids a certificate that is there already, as ${id}.`)
  return { status: 200, body: { certificate_id: id } }
}

/** Tries ids until one is free: another process on the same registry may have given out the same. */
async function withFreshId<T>(now: number, add: (id: string) => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await add(certificateIds.next(now, attempt))
    } catch (error) {
      const isTaken = error instanceof RegistryFault && error.fault.is === 'taken' && error.fault.by === 'vendorId'
      if (!isTaken || attempt + 1 >= MAX_ATTEMPTS) throw error
    }
  }
}
