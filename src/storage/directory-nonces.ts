/** Nonces that were used: durable over a restart, and many of them in one transaction. */

import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Clock } from '../registry/record-number.ts'
import type { DirectoryTables } from './directory-tables.ts'

/** How often expired nonces are removed, in ms. */
const CLEAN_EVERY_MS = 60_000
/** Rows of one statement: SQLite takes 32,766 parameters, two a row. */
const MAX_ROWS = 1_000

interface Waiting {
  readonly digest: string
  readonly until: number
  readonly settle: (fresh: boolean) => void
  readonly fail: (error: unknown) => void
}

export class NonceMemory {
  readonly #database: Kysely<DirectoryTables>
  readonly #clock: Clock
  #waiting: Waiting[] = []
  #writing = false
  #cleanedAt: number

  constructor(database: Kysely<DirectoryTables>, clock: Clock) {
    this.#database = database
    this.#clock = clock
    this.#cleanedAt = clock()
  }

  /** @returns `false` where the key used the nonce before. Those who ask at one time share a transaction. */
  remember(accessKeyId: string, nonce: string, until: number): Promise<boolean> {
    // A digest bounds the row, whatever the caller sends; the lengths keep the two texts apart.
    const digest = createHash('sha256').update(`${accessKeyId.length}:${accessKeyId}${nonce}`).digest('base64url')
    return new Promise((settle, fail) => {
      this.#waiting.push({ digest, until, settle, fail })
      if (!this.#writing) void this.#write()
    })
  }

  async #write(): Promise<void> {
    this.#writing = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MAX_ROWS)
      try {
        const fresh = await this.#insert(batch)
        // Of two requests with one nonce in the same batch, the first is the fresh one.
        for (const { digest, settle } of batch) settle(fresh.delete(digest))
      } catch (error) {
        for (const { fail } of batch) fail(error)
      }
    }
    this.#writing = false
  }

  #insert(batch: readonly Waiting[]): Promise<Set<string>> {
    const rows = new Map(batch.map(({ digest, until }) => [digest, until]))
    const now = this.#clock()
    const clean = Math.abs(now - this.#cleanedAt) >= CLEAN_EVERY_MS
    return this.#database.transaction().execute(async database => {
      if (clean) {
        await database.deleteFrom('nonces').where('until', '<', now).execute()
        this.#cleanedAt = now
      }
      const inserted = await database
        .insertInto('nonces')
        .values([...rows].map(([digest, until]) => ({ digest, until })))
        .onConflict(conflict => conflict.column('digest').doNothing())
        .returning('digest')
        .execute()
      return new Set(inserted.map(row => row.digest))
    })
  }
}

/**
 * Lets a SQLite connection sync when the log is folded into the database, not at every commit: what it wrote survives
 * the end of the process, and only the last moment may be lost with the power. A hundred times as fast.
 */
export async function syncSeldom(database: Kysely<DirectoryTables>): Promise<void> {
  await sql`PRAGMA synchronous = NORMAL`.execute(database)
}
