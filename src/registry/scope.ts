/** A scope: what a list is a list of. The registry only carries it; making one is the right of `identity` alone. */

declare const minted: unique symbol

/**
 * The part of the registry that one list is a list of: a DataWorks workspace, an IoTDA project and instance, an account
 * for SCM, a project for APIC. It comes first in every storage call and leads every key, so that crossing a tenant's
 * border is a type error before it is a test. Only `identity` makes one, after it has checked the principal.
 */
export interface Scope {
  /** Unique over all products, for example `scm/0a1b…` (the product, then what the product's lists are divided by). */
  readonly key: string
  /** The product whose records the scope holds, for example `iotda-cas`. */
  readonly product: string
  /** The part of the scope that the caller may do its action in; the whole scope without. Every storage call keeps to it. */
  readonly within?: Within
  readonly [minted]: 'identity'
}

/** Some compartments of a scope. Records of the others are not there; nothing is written into them. */
export interface Within {
  readonly compartments: readonly string[]
  /** What is thrown where a record would come to stand in another compartment. */
  refusal(): Error
}

/** Whether records of the compartment are in the caller's part of the scope. */
export function reaches({ within }: Scope, compartment: string): boolean {
  return within === undefined || within.compartments.includes(compartment)
}
