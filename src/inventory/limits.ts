/** The bounds of the inventory's own API, each with its unit and its reason. */

/** Characters of a filter. What people and dashboards write stays below a tenth. */
export const MAX_FILTER = 4_096
/** Comparisons of a filter: each is made on every record that is read. */
export const MAX_TERMS = 64
/** Parentheses and `not` within each other. */
export const MAX_NESTING = 16
/** Values in one list of `in (…)`. */
export const MAX_VALUES = 100
/** Characters of one text of a filter. No column that is filtered has longer ones of use. */
export const MAX_TEXT = 512

/** Records of a page. */
export const MAX_PAGE = 1_000
export const DEFAULT_PAGE = 100

/** Milliseconds that a cursor is good for: a walk that pauses longer begins anew. */
export const CURSOR_LIFE = 24 * 3_600_000
/** Characters of a cursor. */
export const MAX_CURSOR = 16_384
/** Characters of an order's value that a cursor carries; a longer one is looked up again. */
export const MAX_CARRIED = 4_096
