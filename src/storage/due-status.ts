/** Statuses that change by themselves when their time has come. */

import type { RecordFacts } from '../registry/record.ts'

/**
 * The facts as they are at `now` (Unix ms). A status that became due was updated at its due time, unless the record was
 * changed later than that.
 */
export function settled<F extends RecordFacts>(facts: F, now: number): F {
  const { statusDueAt } = facts
  if (statusDueAt === null || statusDueAt > now) return facts
  const updatedAt = Math.max(facts.updatedAt, statusDueAt)
  return { ...facts, status: facts.statusWhenDue, statusDueAt: null, updatedAt }
}
