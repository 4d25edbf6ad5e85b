/** Kysely over `node:sqlite`: Kysely's own SQLite dialect, with an adapter for the statements and turns for the writes. */

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import {
  type DatabaseConnection,
  type Dialect,
  type Kysely,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
} from 'kysely'
import type { WriteTurns } from '../write-turns.ts'
import { blockLong } from './connection.ts'
import { endIfDoubtful } from './failure.ts'
import { blockBriefly, patiently } from './patience.ts'

/** Prepared statements that are kept, so that a repeated query is compiled by SQLite once. */
const MAX_STATEMENTS = 256

/**
 * A dialect on a connection of its own: never the one of the records, whose transactions it would otherwise share.
 * Kysely closes the connection when it is destroyed.
 */
export class NodeSqliteDialect implements Dialect {
  readonly #database: DatabaseSync
  readonly #turns: WriteTurns

  constructor(database: DatabaseSync, turns: WriteTurns) {
    this.#database = database
    this.#turns = turns
  }

  createDriver(): SqliteDriver {
    return new TurnTakingDriver(this.#database, this.#turns)
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler()
  }

  createAdapter(): SqliteAdapter {
    return new SqliteAdapter()
  }

  createIntrospector<DB>(kysely: Kysely<DB>): SqliteIntrospector {
    return new SqliteIntrospector(kysely)
  }
}

/** Kysely's driver, whose transactions take a turn at writing before they begin and hand it on when they end. */
class TurnTakingDriver extends SqliteDriver {
  readonly #database: DatabaseSync
  readonly #turns: WriteTurns
  #endTurn: (() => void) | undefined

  constructor(database: DatabaseSync, turns: WriteTurns) {
    super({ database: adapted(database) })
    this.#database = database
    this.#turns = turns
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const endTurn = await this.#turns.take()
    try {
      await patiently(() => this.#begin(connection))
      this.#endTurn = endTurn
    } catch (error) {
      endTurn()
      throw error
    }
  }

  async #begin(connection: DatabaseConnection): Promise<void> {
    blockBriefly(this.#database)
    try {
      await super.beginTransaction(connection)
    } finally {
      blockLong(this.#database)
    }
  }

  /** A failed commit keeps the turn: Kysely rolls back next. */
  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.commitTransaction(connection)
    } catch (error) {
      endIfDoubtful(error, this.#turns)
      throw error
    }
    this.#finish()
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.rollbackTransaction(connection)
    } finally {
      this.#finish()
    }
  }

  #finish(): void {
    this.#endTurn?.()
    this.#endTurn = undefined
  }
}

function adapted(database: DatabaseSync): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>()
  return {
    close() {
      if (database.isOpen) database.close()
    },
    prepare(sql) {
      let statement = kept.get(sql)
      if (statement === undefined) {
        statement = new AdaptedStatement(database, sql)
        const oldest = kept.size >= MAX_STATEMENTS ? kept.keys().next() : undefined
        if (oldest?.done === false) kept.delete(oldest.value)
      } else kept.delete(sql)
      kept.set(sql, statement)
      return statement
    },
  }
}

class AdaptedStatement implements SqliteStatement {
  readonly reader: boolean
  readonly #database: DatabaseSync
  readonly #sql: string
  readonly #statement: StatementSync

  constructor(database: DatabaseSync, sql: string) {
    this.#database = database
    // A transaction that turns from reading to writing midway could only fail; one that is going to write says so.
    this.#sql = sql === 'begin' ? 'begin immediate' : sql
    this.#statement = database.prepare(this.#sql)
    this.reader = this.#statement.columns().length > 0
  }

  all(parameters: readonly unknown[]): unknown[] {
    return this.#statement.all(...parameters.map(bindable))
  }

  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint } {
    return this.#statement.run(...parameters.map(bindable))
  }

  /** Streams on a statement of its own: a kept one could be asked again before the stream ends. */
  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return this.#database.prepare(this.#sql).iterate(...parameters.map(bindable))
  }
}

/** What Kysely passes, as SQLite takes it: booleans are 0 and 1, `undefined` is null. */
function bindable(value: unknown): SQLInputValue {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value
  if (value instanceof Uint8Array) return value
  throw new TypeError(`SQLite has no column type for a ${typeof value}`)
}
