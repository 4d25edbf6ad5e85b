/** A device certificate as a record: what its columns mean here. */
import { randomUUID } from 'node:crypto'
import { type Draft, factsOf } from '../../registry/record.ts'
import type { Certificate } from '../../x509/certificate.ts'

/** Seed 001, table 5: the default status. The other is `INACTIVE`. */
export const ACTIVE = 'ACTIVE'

export interface DeviceDraftContext {
  /** The user's id. */
  readonly creator: string
  /** Unix milliseconds. */
  readonly now: number
}

/** A new device certificate. Device certificates have no resource space (reference iotda §1.4). */
export function deviceDraft(certificate: Certificate, { creator, now }: DeviceDraftContext): Draft {
  return {
    facts: {
      ...factsOf(certificate),
      vendorId: randomUUID(),
      // Devices and certificates are linked by fingerprint alone, so each stands once (reference iotda §5.2).
      uniqueKey: certificate.fingerprint,
      compartment: '',
      name: '',
      creator,
      owner: '',
      status: ACTIVE,
      statusDueAt: null,
      statusWhenDue: '',
      updatedAt: now,
      deployable: false,
      contentSize: certificate.der.length,
      description: '',
      searchText: certificate.commonName ?? '',
      attributes: {},
    },
    contents: [{ role: 'certificate', bytes: certificate.der }],
    secrets: [],
  }
}
