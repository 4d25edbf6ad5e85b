/** Kysely over the registry's connections, with one transaction at a time, as on SQLite. */

import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type pg from 'pg'
import type { Client, Connections } from './connections.ts'
import { faultOf, kindOf } from './failure.ts'

/**
 * @param lock the advisory lock that each transaction holds, so that what the directory does in one it does alone,
 *   whatever process it is in; it is written for an engine that has one writer
 */
export function kyselyDialect(connections: Connections, lock: string): Dialect {
  return {
    createDriver: () => new LockingDriver(connections, lock),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: <DB>(kysely: Kysely<DB>) => new PostgresIntrospector(kysely),
  }
}

/** The storage closes the connections, not Kysely. */
class LockingDriver implements Driver {
  readonly #connections: Connections
  readonly #lock: string

  constructor(connections: Connections, lock: string) {
    this.#connections = connections
    this.#lock = lock
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DirectoryConnection> {
    try {
      return new DirectoryConnection(await this.#connections.connect(), this.#connections)
    } catch (error) {
      throw faultOf(error)
    }
  }

  async beginTransaction(connection: DirectoryConnection): Promise<void> {
    connection.inTransaction = true
    await connection.executeQuery(CompiledQuery.raw('BEGIN'))
    await connection.executeQuery(CompiledQuery.raw(`SELECT pg_advisory_xact_lock(${this.#lock})`))
  }

  async commitTransaction(connection: DirectoryConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('COMMIT'))
    connection.inTransaction = false
  }

  async rollbackTransaction(connection: DirectoryConnection): Promise<void> {
    // Of a connection that is lost, the server undoes what it began; nobody is helped by a second error.
    await connection.executeQuery(CompiledQuery.raw('ROLLBACK')).catch(() => undefined)
    connection.inTransaction = false
  }

  async releaseConnection(connection: DirectoryConnection): Promise<void> {
    connection.release()
  }

  async destroy(): Promise<void> {}
}

class DirectoryConnection implements DatabaseConnection {
  inTransaction = false
  readonly #client: Client
  readonly #connections: Connections
  #lost = false

  constructor(client: Client, connections: Connections) {
    this.#client = client
    this.#connections = connections
  }

  /** @throws RegistryFault */
  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      return told(await this.#ask(sql, parameters))
    } catch (error) {
      throw faultOf(error)
    }
  }

  // biome-ignore lint/correctness/useYield: the directory's answers are small, and nobody streams them
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('queries of the directory are not streamed')
  }

  release(): void {
    this.#client.release(this.#lost)
  }

  async #ask(sql: string, parameters: readonly unknown[]): Promise<pg.QueryResult> {
    try {
      return await this.#client.query(sql, [...parameters])
    } catch (error) {
      this.#lost ||= kindOf(error) === 'lost'
      // What only reads is asked again over another connection, if there is one.
      if (!this.#lost || this.inTransaction || !sql.startsWith('select ')) throw error
      return this.#connections.read(client => client.query(sql, [...parameters]))
    }
  }
}

function told<Row>({ command, rowCount, rows }: pg.QueryResult): QueryResult<Row> {
  const changed = ['INSERT', 'UPDATE', 'DELETE'].includes(command)
  return { rows, ...(changed && { numAffectedRows: BigInt(rowCount ?? 0) }) }
}
