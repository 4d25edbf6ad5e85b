/** Audit events as they are kept: appended, read newest first, forgotten when too old or too many. */

import type { Kysely, Selectable } from 'kysely'
import type { AuditEvent, AuditQuery, AuditVerdict, KeptAuditEvent } from '../identity/audit.ts'
import type { Clock } from '../registry/record-number.ts'
import type { DirectoryTables } from './directory-tables.ts'

/** How long events are kept, in ms: 180 days. */
const KEPT_MS = 180 * 24 * 3_600_000
/** How many events are kept: some 300 MB. */
const MAX_KEPT = 1_000_000
/** How often what is too old or too many is removed, in ms. */
const CLEAN_EVERY_MS = 60_000
/** Events that one query gives. */
const MAX_TAKE = 1_000
/** Rows of one statement: SQLite takes 32,766 parameters, thirteen a row. */
const MAX_ROWS = 500

export class AuditTable {
  readonly #database: Kysely<DirectoryTables>
  readonly #clock: Clock
  #cleanedAt = Number.NEGATIVE_INFINITY

  constructor(database: Kysely<DirectoryTables>, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  async append(events: readonly AuditEvent[]): Promise<void> {
    if (events.length === 0) return
    const now = this.#clock()
    await this.#database.transaction().execute(async database => {
      for (let at = 0; at < events.length; at += MAX_ROWS)
        await database
          .insertInto('audit_events')
          .values(events.slice(at, at + MAX_ROWS).map(ofEvent))
          .execute()
      if (Math.abs(now - this.#cleanedAt) < CLEAN_EVERY_MS) return
      const newest = await database
        .selectFrom('audit_events')
        .select('number')
        .orderBy('number', 'desc')
        .limit(1)
        .execute()
      await database
        .deleteFrom('audit_events')
        .where('number', '<=', Number(newest[0]?.number ?? 0) - MAX_KEPT)
        .execute()
      await database
        .deleteFrom('audit_events')
        .where('at', '<', now - KEPT_MS)
        .execute()
    })
    this.#cleanedAt = now
  }

  async list({ accountId, userId, verdict, from, to, before, take }: AuditQuery): Promise<readonly KeptAuditEvent[]> {
    let query = this.#database.selectFrom('audit_events').selectAll()
    if (accountId !== undefined) query = query.where('account_id', '=', accountId)
    if (userId !== undefined) query = query.where('user_id', '=', userId)
    if (verdict !== undefined) query = query.where('verdict', '=', verdict)
    if (from !== undefined) query = query.where('at', '>=', from)
    if (to !== undefined) query = query.where('at', '<=', to)
    if (before !== undefined) query = query.where('number', '<', before)
    const rows = await query.orderBy('number', 'desc').limit(Math.min(take, MAX_TAKE)).execute()
    return rows.map(toEvent)
  }
}

type Row = Selectable<DirectoryTables['audit_events']>

function ofEvent(event: AuditEvent): Omit<Row, 'number'> {
  return {
    at: event.at,
    request_id: event.requestId,
    account_id: event.accountId,
    user_id: event.userId,
    user_name: event.userName,
    access_key_id: event.accessKeyId,
    action: event.action,
    resource: event.resource,
    verdict: event.verdict,
    reason: event.reason,
    policy: event.policy,
    statement: event.statement,
    address: event.address,
  }
}

function toEvent(row: Row): KeptAuditEvent {
  return {
    number: Number(row.number),
    at: Number(row.at),
    requestId: row.request_id,
    accountId: row.account_id,
    userId: row.user_id,
    userName: row.user_name,
    accessKeyId: row.access_key_id,
    action: row.action,
    resource: row.resource,
    verdict: row.verdict as AuditVerdict,
    reason: row.reason,
    policy: row.policy,
    statement: row.statement,
    address: row.address,
  }
}
