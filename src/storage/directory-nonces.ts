/** Nonces that were used: durable over a restart, and many of them in one transaction. */

import { createHash } from 'node:crypto'
import { CompiledQuery, type Kysely } from 'kysely'
import type { Clock } from '../registry/record-number.ts'
import type { DirectoryTables } from './directory-tables.ts'

/** How often expired nonces are removed, in ms. */
const CLEAN_EVERY_MS = 60_000
/** Rows of one statement, a power of two: SQLite takes 32,766 parameters, two a row. */
const MAX_ROWS = 1_024

interface Waiting {
  readonly digest: string
  readonly until: number
  readonly settle: (fresh: boolean) => void
  readonly fail: (error: unknown) => void
}

export class NonceMemory {
  readonly #database: Kysely<DirectoryTables>
  readonly #clock: Clock
  readonly #statements = new Map<number, string>()
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
    const rows = [...new Map(batch.map(({ digest, until }) => [digest, until]))]
    const now = this.#clock()
    const clean = Math.abs(now - this.#cleanedAt) >= CLEAN_EVERY_MS
    const statement = this.#statementFor(rows.length)
    return this.#database.transaction().execute(async database => {
      if (clean) {
        await database.deleteFrom('nonces').where('until', '<', now).execute()
        this.#cleanedAt = now
      }
      // A repeated row conflicts with itself and does nothing.
      const parameters = Array.from(
        { length: statement.rows },
        (_, i) => rows[Math.min(i, rows.length - 1)] ?? [],
      ).flat()
      const inserted = await database.executeQuery<{ digest: string }>(CompiledQuery.raw(statement.sql, parameters))
      return new Set(inserted.rows.map(row => row.digest))
    })
  }

  /** One statement for each power of two, made once: neither Kysely nor the engine compiles it again. */
  #statementFor(count: number): { readonly rows: number; readonly sql: string } {
    const rows = 2 ** Math.ceil(Math.log2(count))
    let text = this.#statements.get(rows)
    if (text === undefined) {
      const insert = this.#database
        .insertInto('nonces')
        .values(Array.from({ length: rows }, () => ({ digest: '', until: 0 })))
        .onConflict(conflict => conflict.column('digest').doNothing())
        .returning('digest')
      text = insert.compile().sql
      this.#statements.set(rows, text)
    }
    return { rows, sql: text }
  }
}
