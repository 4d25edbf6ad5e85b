/** What became of a commit whose answer was lost. */

import { setTimeout as wait } from 'node:timers/promises'
import { RegistryFault } from '../../registry/fault.ts'
import type { Client, Connections } from './connections.ts'
import { kindOf } from './failure.ts'
import type { WriteTransaction } from './transaction.ts'

/** Milliseconds between two questions for a transaction that is still under way, and how many are asked. */
const PAUSE = 100
const QUESTIONS = 20

/** The history that a transaction number belongs to: the server's own, and its count of promotions. */
const HISTORY = `(SELECT system_identifier FROM pg_control_system())::text
  || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)`

/**
 * Commits. Without an answer, the server is asked again what became of the transaction: after a crash it knows; after a
 * failover to another server nobody does.
 * @throws RegistryFault `storage-failed` when nobody knows: then nothing may be said to have happened or not
 * @throws what the connection threw, when nothing was committed
 */
export async function commit(
  client: Client,
  { wrote, xact, history }: WriteTransaction,
  connections: Connections,
): Promise<void> {
  if (!wrote) {
    await client.query('ROLLBACK')
    return
  }
  try {
    const { command } = await client.query('COMMIT')
    if (command !== 'COMMIT') throw new Error('the transaction was undone')
  } catch (error) {
    if (kindOf(error) !== 'lost') throw error
    const outcome = await outcomeOf(xact, history, connections)
    if (outcome === 'committed') return
    if (outcome === 'aborted') throw error
    throw new RegistryFault({ is: 'storage-failed', why: 'nobody knows whether it was written' }, { cause: error })
  }
}

/** Asked once a connection, outside of its transactions; `undefined` where the server does not tell. */
const histories = new WeakMap<Client, Promise<string | undefined>>()

export function historyOf(client: Client): Promise<string | undefined> {
  let history = histories.get(client)
  if (history === undefined) {
    history = client.query<{ history: string }>(`SELECT ${HISTORY} AS history`).then(
      ({ rows }) => rows[0]?.history,
      () => undefined,
    )
    histories.set(client, history)
  }
  return history
}

/** As `pg_xact_status` says it; `unknown` where it cannot be said. */
async function outcomeOf(xact: string, history: string | undefined, connections: Connections): Promise<string> {
  if (history === undefined) return 'unknown'
  for (let question = 0; question < QUESTIONS; question++) {
    const status = await statusOf(xact, history, connections)
    if (status !== 'in progress') return status
    await wait(PAUSE)
  }
  return 'unknown'
}

async function statusOf(xact: string, history: string, connections: Connections): Promise<string> {
  try {
    const { rows } = await connections.read(client =>
      client.query<{ status: string | null }>(
        `SELECT CASE WHEN ${HISTORY} = $1 THEN pg_xact_status($2::xid8) END AS status`,
        [history, xact],
      ),
    )
    return rows[0]?.status ?? 'unknown'
  } catch {
    return 'unknown'
  }
}
