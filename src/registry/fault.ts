/** What can go wrong below the products, in words of the registry. Each product translates them into its vendor's. */

export type Fault =
  | { readonly is: 'not-found' }
  /** `uniqueKey` or `vendorId` of a new record stands already in its scope. */
  | { readonly is: 'taken'; readonly by: 'uniqueKey' | 'vendorId' | 'fingerprint' }
  | { readonly is: 'busy'; readonly retryAfterSeconds: number }
  /** The storage refuses writes: disk full, read-only, or a failed sync. */
  | { readonly is: 'storage-failed'; readonly why: string }

/** The one error class that the registry and its storages throw on purpose. */
export class RegistryFault extends Error {
  readonly fault: Fault

  constructor(fault: Fault, options?: ErrorOptions) {
    super(`registry fault: ${fault.is}`, options)
    this.name = 'RegistryFault'
    this.fault = fault
  }
}
