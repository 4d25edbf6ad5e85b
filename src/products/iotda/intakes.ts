/** How files become CA certificates and device certificates by the operator's hand, without the vendor's API. */
import type { Certificate } from '../../x509/certificate.ts'
import { readCertificates } from '../../x509/container.ts'
import { Unreadable } from '../../x509/unreadable.ts'
import type { Intake } from '../shared/product.ts'
import { caDraft, whyNoCa } from './ca-certificate.ts'
import { deviceDraft } from './device-certificate.ts'
import { caCertificates, deviceCertificates } from './listing.ts'

/** Certificates of one file. A system's root store in one file has about 150; a fleet's export has more. */
const MAX_CERTIFICATES_PER_FILE = 10_000

function certificatesOf(bytes: Uint8Array): readonly Certificate[] {
  return readCertificates(bytes, { certificates: MAX_CERTIFICATES_PER_FILE })
}

/**
 * CA certificates, a record each. They come in unverified, like uploaded ones: bringing in a root store must not make
 * every public CA's customers into devices. Only the proof of possession verifies.
 */
export const caIntake: Intake = {
  product: caCertificates.product,
  module: import.meta.url,
  compartmentKind: 'iotda-app',
  placeKind: 'project',
  partKind: 'iotda-instance',
  action: 'iotda:certificates:upload',
  cutsBundles: true,
  privateKeys: 'skipped',
  drafts({ bytes }, { compartment, principal, clock }) {
    const certificates = certificatesOf(bytes)
    return certificates.map((certificate, index) => {
      const why = whyNoCa(certificate)
      // The whole file is refused: nobody would learn what was left out of it.
      if (why !== undefined) throw new Unreadable(why, `certificate ${index + 1} of ${certificates.length}`)
      return caDraft(certificate, { appId: compartment, creator: principal.userId, now: clock() })
    })
  },
}

/** Device certificates, a record each. A self-signed one that calls itself a CA is one too: `openssl req -x509` makes such. */
export const deviceIntake: Intake = {
  product: deviceCertificates.product,
  module: import.meta.url,
  placeKind: 'project',
  partKind: 'iotda-instance',
  // The vendor has no call that brings in device certificates, so no action either: this one is the registry's own.
  action: 'iotda:devicecertificates:import',
  cutsBundles: true,
  privateKeys: 'skipped',
  drafts({ bytes }, { principal, clock }) {
    return certificatesOf(bytes).map(certificate =>
      deviceDraft(certificate, { creator: principal.userId, now: clock() }),
    )
  },
}
