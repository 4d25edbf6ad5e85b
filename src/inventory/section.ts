/** What the inventory knows of a product; `main.ts` hands it in. */

import type { Division } from '../identity/visible.ts'
import type { RegistryRecord } from '../registry/record.ts'

/** A request to the vendor's own API, to be signed by whoever sends it. */
export interface VendorRequest {
  readonly method: 'GET' | 'POST'
  /** With its query, encoded. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Section extends Division {
  /** For people, for example `SSL certificates (SCM)`. */
  readonly title: string
  /**
   * How the vendor's API is asked for one record, or for the list that it is in where that is all there is.
   * @param place what follows the product in the key of the record's scope
   */
  request(record: RegistryRecord, place: string): VendorRequest
}
