/** Kysely over the registry's connections: its own PostgreSQL dialect, with one transaction at a time as on SQLite. */

import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  PostgresDialect,
  PostgresDriver,
  type TransactionSettings,
} from 'kysely'
import type { Connections } from './connections.ts'
import { faultOf } from './failure.ts'

/**
 * @param lock the advisory lock that each transaction holds, so that what the directory does in one it does alone,
 *   whatever process it is in; it is written for an engine that has one writer
 */
export function kyselyDialect(connections: Connections, lock: string): Dialect {
  const pool = { connect: () => connections.connect(), end: async () => undefined }
  const plain = new PostgresDialect({ pool })
  return {
    createDriver: () => new LockingDriver({ pool }, lock),
    createQueryCompiler: () => plain.createQueryCompiler(),
    createAdapter: () => plain.createAdapter(),
    createIntrospector: kysely => plain.createIntrospector(kysely),
  }
}

class LockingDriver extends PostgresDriver {
  readonly #lock: string

  constructor(config: ConstructorParameters<typeof PostgresDriver>[0], lock: string) {
    super(config)
    this.#lock = lock
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    try {
      const connection = await super.acquireConnection()
      return connection
    } catch (error) {
      throw faultOf(error)
    }
  }

  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    await super.beginTransaction(connection, settings)
    await connection.executeQuery(CompiledQuery.raw(`select pg_advisory_xact_lock(${this.#lock})`))
  }
}
