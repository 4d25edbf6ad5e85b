/** Failed attempts, counted over all processes. */

import type { Transaction } from 'kysely'
import type { FailureLog, LockRule } from '../identity/failures.ts'
import { type DirectoryMeans, inFaults } from './directory-means.ts'
import type { DirectoryTables } from './directory-tables.ts'

/** How long failures that locked nobody are remembered, in ms; no rule looks back further. */
const REMEMBERED_MS = 24 * 3_600_000
/** Locks that are kept in memory; those that end last. */
const MAX_LOCKS = 10_000
/** Longest subject that is kept, in characters. */
const MAX_SUBJECT = 200

export function failuresIn({ database, memory, change, clock }: DirectoryMeans): FailureLog {
  const locks = () =>
    memory.find('locks', 'all', async () => {
      const query = database.selectFrom('failures').select(['subject', 'locked_until'])
      const locked = query.where('locked_until', '>', clock()).orderBy('locked_until', 'desc').limit(MAX_LOCKS)
      return new Map((await locked.execute()).map(row => [row.subject, Number(row.locked_until)]))
    })

  return {
    async countFailure(subject, rule) {
      const now = clock()
      const name = subject.slice(0, MAX_SUBJECT)
      const until = await inFaults(database.transaction().execute(transaction => count(transaction, name, rule, now)))
      if (until === undefined) return undefined
      // A lock is a change that other processes have to notice; a failure alone is not.
      await change(async () => undefined)
      return until
    },
    async lockedUntil(subject) {
      const until = (await locks())?.get(subject.slice(0, MAX_SUBJECT))
      return until !== undefined && until > clock() ? until : undefined
    },
    async clearFailures(subject) {
      const name = subject.slice(0, MAX_SUBJECT)
      const known = await database
        .selectFrom('failures')
        .select('subject')
        .where('subject', '=', name)
        .executeTakeFirst()
      // Whoever logs in without a failure before changes nothing.
      if (known === undefined) return
      await change(transaction => transaction.deleteFrom('failures').where('subject', '=', name).execute())
    },
  }
}

/** @returns until when the subject is locked by this failure, or was already */
async function count(
  transaction: Transaction<DirectoryTables>,
  subject: string,
  { most, withinMs, lockMs }: LockRule,
  now: number,
): Promise<number | undefined> {
  const forgotten = transaction.deleteFrom('failures').where('since', '<', now - REMEMBERED_MS)
  await forgotten.where('locked_until', '<', now).execute()
  const row = await transaction.selectFrom('failures').selectAll().where('subject', '=', subject).executeTakeFirst()
  if (row && Number(row.locked_until) > now) return Number(row.locked_until)
  // A lock that has ended starts a new count, as does a time without failures.
  const fresh = !row || Number(row.locked_until) > 0 || now - Number(row.since) >= withinMs || Number(row.since) > now
  const failures = fresh ? 1 : Number(row.count) + 1
  const until = failures >= most ? now + lockMs : 0
  const counted = { count: failures, since: fresh ? now : Number(row.since), locked_until: until }
  await transaction
    .insertInto('failures')
    .values({ subject, ...counted })
    .onConflict(conflict => conflict.column('subject').doUpdateSet(counted))
    .execute()
  return until > 0 ? until : undefined
}
