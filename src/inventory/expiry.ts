/** The buckets that expiries are counted in, the same wherever they are. */

const DAY = 86_400_000

/** By name, with the days from now that each ends before. */
const BUCKETS = [
  ['expired', 0],
  ['within-7-days', 7],
  ['within-30-days', 30],
  ['within-90-days', 90],
  ['within-a-year', 365],
] as const

export const EXPIRY_BUCKETS: readonly string[] = [...BUCKETS.map(([name]) => name), 'later', 'none']

/** The bounds to ask by. @param now Unix ms */
export function expiryBounds(now: number): number[] {
  return BUCKETS.map(([, days]) => now + days * DAY)
}

/** @param bucket as `Count.bucket` */
export function expiryBucket(bucket: number): string {
  return bucket < 0 ? 'none' : (EXPIRY_BUCKETS[bucket] ?? 'later')
}
