/** Every listing that a product declares: the query-plan test walks all of them on each engine. One line a product. */

import { CERTIFICATES as DATAWORKS } from '../../src/products/dataworks/listing.ts'
import type { ListingDeclaration } from '../../src/registry/listing.ts'

export const REAL_DECLARATIONS: readonly ListingDeclaration[] = [
  DATAWORKS, //
]
