/** The certificate of a record, from the bytes that the registry keeps of it. */

import type { FoundRecord } from '../registry/inventory.ts'
import type { RecordReader } from '../registry/store.ts'
import type { Certificate } from '../x509/certificate.ts'
import { readCertificates } from '../x509/container.ts'
import { Unreadable } from '../x509/unreadable.ts'

/** Certificates of one file that are looked through for the record's own. */
const MAX_IN_FILE = 1_000

/**
 * `undefined` for a record without one, and where it lies in a file that is sealed because a key may be in it: what the
 * list says of it is all that may be said.
 */
export async function certificateOf(records: RecordReader, found: FoundRecord): Promise<Certificate | undefined> {
  const { fingerprint } = found.record
  if (fingerprint === '') return undefined
  return (await contentsOf(records, found, ['certificate', 'file'])).find(each => each.fingerprint === fingerprint)
}

/** What came with the record, its issuer first. */
export function chainOf(records: RecordReader, found: FoundRecord): Promise<readonly Certificate[]> {
  return contentsOf(records, found, ['chain', 'file'])
}

async function contentsOf(
  records: RecordReader,
  { scope, record }: FoundRecord,
  roles: readonly string[],
): Promise<readonly Certificate[]> {
  const certificates: Certificate[] = []
  for (const role of roles)
    for (const { bytes } of await records.contents(scope, record.number, role)) certificates.push(...readable(bytes))
  return certificates
}

function readable(bytes: Uint8Array): readonly Certificate[] {
  try {
    return readCertificates(bytes, { certificates: MAX_IN_FILE })
  } catch (error) {
    if (error instanceof Unreadable) return []
    throw error
  }
}
