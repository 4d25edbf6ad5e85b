/** Every limit of the lists, with its unit and its reason. Small ones make every list a long one, for tests. */

export interface ListLimits {
  /** Records that an index is asked for where others wait. */
  readonly light: number
  /** Records that a page passes over without a ranking. */
  readonly shallow: number
  /** Records between two fences of a ranking. */
  readonly block: number
  /** Records of a list of which every place is remembered. */
  readonly whole: number
  /** Places that are remembered in all. */
  readonly places: number
  /** Records that were written since, which a ranking follows; after more it is made anew. */
  readonly followed: number
  /** Milliseconds after which a page was so slow that its question is not answered where others wait. */
  readonly tedious: number
  /** Milliseconds that a list may take, waiting included; then its caller is told to come again. */
  readonly patience: number
}

export const LIST_LIMITS: ListLimits = {
  // About a millisecond.
  light: 2000,
  // Some 20 µs.
  shallow: 1000,
  // Passing over half of them, 6 µs, is little beside a page; ten million records have 20 000 fences.
  block: 512,
  // A tenth of a second to make, and then each page is found by its numbers.
  whole: 4096,
  // At 60 to 120 bytes each: 25 lists of ten million records, or 120 that are remembered whole.
  places: 500_000,
  // A few milliseconds.
  followed: 2000,
  // What another caller notices.
  tedious: 20,
  // Clients wait for 30 s and more; at ten million records the longest count takes half of this.
  patience: 10_000,
}
