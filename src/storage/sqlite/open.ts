/** Opens the embedded storage: one SQLite file, which one or more processes of a machine share. */

import type { DatabaseSync } from 'node:sqlite'
import type { Dialect } from 'kysely'
import type { RegistryFault } from '../../registry/fault.ts'
import type { InventoryReader } from '../../registry/inventory.ts'
import type { ListingDeclaration } from '../../registry/listing.ts'
import type { Clock } from '../../registry/record-number.ts'
import type { RecordStore, Storage } from '../../registry/store.ts'
import { NarrowedRecords } from '../narrowed-records.ts'
import { WriteTurns } from '../write-turns.ts'
import { connect, opening } from './connection.ts'
import { lacking, supply } from './declare.ts'
import { Edits } from './edits.ts'
import { SqliteInventory } from './inventory.ts'
import { NodeSqliteDialect } from './kysely.ts'
import { LIST_LIMITS, type ListLimits } from './list-limits.ts'
import { Lists } from './lists.ts'
import { migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations.ts'
import { blockBriefly } from './patience.ts'
import { Readers } from './readers.ts'
import { SqliteRecords } from './records.ts'
import { Scopes } from './scopes.ts'
import { Tallies } from './tallies.ts'
import { Writer } from './writer.ts'

export interface SqliteOptions {
  readonly clock: Clock
  readonly limits?: Partial<ListLimits>
}

/**
 * Opens the file at `path`, creating and migrating it as needed.
 * @throws Error with one line that names the path and the remedy: no directory, not writable, not a database, locked, of
 *   a newer version, of another program
 */
export async function openSqlite(path: string, { clock, limits }: SqliteOptions): Promise<SqliteStorage> {
  const database = connect(path)
  try {
    migrate(database, path, MIGRATIONS)
    blockBriefly(database)
    return new SqliteStorage(path, database, clock, { ...LIST_LIMITS, ...limits })
  } catch (error) {
    database.close()
    throw opening(path, error)
  }
}

export class SqliteStorage implements Storage {
  readonly records: RecordStore
  readonly #inventory: SqliteInventory
  /** The records' own connection. Nobody else begins a transaction on it. */
  readonly database: DatabaseSync
  readonly #path: string
  readonly #turns = new WriteTurns()
  readonly #tallies: Tallies
  readonly #lists: Lists
  readonly #readers: Readers
  readonly #writer: Writer
  readonly #connections: DatabaseSync[]

  constructor(path: string, database: DatabaseSync, clock: Clock, limits: ListLimits) {
    this.#path = path
    this.database = database
    this.#connections = [database]
    this.#tallies = new Tallies(database)
    const scopes = new Scopes(database)
    const edits = new Edits(database)
    const lists = new Lists(database, { tallies: this.#tallies, edits, limits })
    this.#lists = lists
    this.#readers = new Readers(path, limits, learned => lists.learn(learned))
    this.#writer = new Writer(database, this.#turns)
    const records = new SqliteRecords(database, clock, {
      writer: this.#writer,
      lists: this.#lists,
      tallies: this.#tallies,
      scopes,
      edits,
      readers: this.#readers,
    })
    this.records = new NarrowedRecords(records)
    this.#inventory = new SqliteInventory({ path, clock, becomeDue: scope => records.becomeDue(scope) })
  }

  /** Questions across scopes. */
  get inventory(): InventoryReader {
    return this.#inventory
  }

  /** For Kysely: another connection to the same file, whose transactions take turns with the records' writes. */
  dialect(): Dialect {
    const connection = connect(this.#path)
    this.#connections.push(connection)
    return new NodeSqliteDialect(connection, this.#turns)
  }

  /**
   * For what is written often and may lose its last moment: nonces and events. It syncs when the log is folded into the
   * database, not at every commit: what was written survives the end of the process, and only the last moment may be
   * lost with the power. A hundred times as fast.
   */
  eventsDialect(): Dialect {
    const connection = connect(this.#path)
    connection.exec('PRAGMA synchronous = NORMAL')
    this.#connections.push(connection)
    return new NodeSqliteDialect(connection, this.#turns)
  }

  async declare(declarations: readonly ListingDeclaration[]): Promise<void> {
    const missing = lacking(this.database, declarations)
    if (missing.indexes.length > 0 || missing.tallies.length > 0)
      await this.#writer.write(() => supply(this.database, missing))
    this.#tallies.forget()
    for (const declaration of declarations) this.#lists.declare(declaration)
    this.#readers.declare(declarations)
  }

  get failed(): Promise<RegistryFault> {
    return this.#turns.ended
  }

  async ready(): Promise<boolean> {
    try {
      return this.#turns.fault === undefined && this.database.prepare('SELECT 1 FROM last_number').get() !== undefined
    } catch {
      return false
    }
  }

  /** Finishes the writes under way, then closes. */
  async close(): Promise<void> {
    await this.#writer.idle()
    await this.#readers.close()
    this.#inventory.close()
    // Closing folds the log into the database. Of a disk that lost what it was to sync, nothing is to be built upon: the
    // next process reads the log, which it checks.
    if (this.#turns.fault !== undefined) return
    for (const connection of this.#connections) if (connection.isOpen) connection.close()
  }
}
