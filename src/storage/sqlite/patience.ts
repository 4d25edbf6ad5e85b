/** Waiting for another process that writes: with timers, so that whoever only reads is answered meanwhile. */

import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import { primaryCode, SQLITE } from './failure.ts'

/** Milliseconds that a statement itself blocks the thread for another process. */
const BLOCKING = 2
/** Milliseconds between two attempts: a bulk import leaves 10 between its transactions, which must not be missed. */
const PAUSE = 3
/** Milliseconds after which a write is `busy`. */
const PATIENCE = 1_000

/** From here on, waiting for another process is the business of `patiently`. */
export function blockBriefly(database: DatabaseSync): void {
  database.exec(`PRAGMA busy_timeout = ${BLOCKING}`)
}

/** Begins a write transaction, again and again while another process writes. @throws what `begin` threw last */
export async function patiently(begin: () => unknown): Promise<void> {
  const end = performance.now() + PATIENCE
  for (;;) {
    try {
      await begin()
      return
    } catch (error) {
      if (primaryCode(error) !== SQLITE.BUSY || performance.now() >= end) throw error
      await wait(PAUSE)
    }
  }
}
