/** Every listing that a product declares: the query-plan test walks all of them on each engine. One line a product. */

import { CERTIFICATES as APIC } from '../../src/products/apic/listing.ts'
import { CERTIFICATES as DATAWORKS } from '../../src/products/dataworks/listing.ts'
import { caCertificates as IOTDA_CAS, deviceCertificates as IOTDA_DEVICES } from '../../src/products/iotda/listing.ts'
import { certificates as SCM } from '../../src/products/scm/listing.ts'
import type { ListingDeclaration } from '../../src/registry/listing.ts'

export const REAL_DECLARATIONS: readonly ListingDeclaration[] = [DATAWORKS, IOTDA_DEVICES, IOTDA_CAS, SCM, APIC]
