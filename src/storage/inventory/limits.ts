/** What one question of the inventory may cost, each with its reason. */

/** Milliseconds that a question may work: some hundred thousand records are compared within it. */
export const MAX_WORK = 3_000

/** Records that are read and compared in one piece; between pieces others are served. About 2 ms. */
export const PIECE = 1_000

/** Entries of an index that are counted in one piece. About 2 ms. */
export const INDEX_PIECE = 20_000

/** Records that are read and sorted sooner than searched for in order. */
export const FEW = 2_000

/** Combinations of values that are counted at once: some MiB. */
export const MAX_COMBINATIONS = 50_000

/** Questions that are answered at once, each in a snapshot of its own. */
export const MAX_AT_ONCE = 4

/** Questions that wait for their turn; further ones are told to come back. */
export const MAX_WAITING = 100
