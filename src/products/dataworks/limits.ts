/** What this product takes before it refuses, each with its unit and reason. */

/** Entries per page at most (seed 000, `PageSize`). */
export const MAX_PAGE_SIZE = 100
/** The vendor's `int32`: Java, Go and C# clients cannot say a larger page number (reference §1.0). */
export const MAX_PAGE_NUMBER = 2 ** 31 - 1
/** Characters of a file name; the vendor publishes no bound, file systems have this one (reference §8). */
export const MAX_NAME_CHARACTERS = 255
/** Characters of a user id; the vendor's have 16 to 18 digits. */
export const MAX_USER_ID_CHARACTERS = 64
/** Bytes of a file, 1 MiB; the vendor publishes no bound, key stores and bundles stay far below (reference §8). */
export const MAX_FILE_BYTES = 1024 * 1024
