/** Opens the shared storage: a PostgreSQL, which any number of processes on any machines use together. */

import type { Dialect } from 'kysely'
import type { InventoryReader } from '../../registry/inventory.ts'
import type { ListingDeclaration } from '../../registry/listing.ts'
import type { Clock } from '../../registry/record-number.ts'
import type { RecordStore, Storage } from '../../registry/store.ts'
import { MAX_AT_ONCE, MAX_WORK } from '../inventory/limits.ts'
import { NarrowedRecords } from '../narrowed-records.ts'
import { Connections } from './connections.ts'
import { haveTrigrams, supplyIndexes, supplyTallies } from './declare.ts'
import { kindOf, NotPrimary } from './failure.ts'
import { PostgresInventory } from './inventory.ts'
import { kyselyDialect } from './kysely.ts'
import { Lists } from './lists.ts'
import { DIRECTORY, EVENTS } from './locks.ts'
import { migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations.ts'
import { WorkerNumbers } from './numbers.ts'
import { AS_SAID } from './planner.ts'
import { PostgresRecords } from './records.ts'
import { Scopes } from './scopes.ts'
import { parseServerUrl, type ServerUrl } from './server-url.ts'
import { indexedTexts } from './texts.ts'
import { Writer } from './writer.ts'

export interface PostgresOptions {
  readonly clock: Clock
  /** Connections for records, at most. */
  readonly poolSize?: number
  /** Milliseconds after which a statement is given up, and who asked is told that the registry is busy. */
  readonly statementTimeout?: number
  /** Whether indexes for parts of texts may be used; where the server has none, they are not. */
  readonly trigrams?: boolean
}

const POOL_SIZE = 10
const STATEMENT_TIMEOUT = 10_000
/** Connections for the directory, and for what may lose its last moment. */
const DIRECTORY_SIZE = 3
const EVENTS_SIZE = 1

/**
 * Opens the database, migrating it as needed.
 * @param url as `parseServerUrl` reads it
 * @throws Error with one line that names hosts and database, never the password
 */
export async function openPostgres(url: string, options: PostgresOptions): Promise<PostgresStorage> {
  const server = parseServerUrl(url)
  const storage = new PostgresStorage(server, options)
  try {
    await storage.migrate()
    return storage
  } catch (error) {
    await storage.close()
    throw opening(server, error)
  }
}

export class PostgresStorage implements Storage {
  readonly records: RecordStore
  /** Questions across scopes. */
  readonly inventory: InventoryReader
  readonly #server: ServerUrl
  readonly #connections: Connections
  readonly #directory: Connections
  readonly #events: Connections
  readonly #questions: Connections
  readonly #lists: Lists
  readonly #writer: Writer
  readonly #numbers: WorkerNumbers
  readonly #mayUseTrigrams: boolean

  constructor(server: ServerUrl, options: PostgresOptions) {
    const { clock, poolSize = POOL_SIZE, statementTimeout = STATEMENT_TIMEOUT, trigrams = true } = options
    this.#server = server
    this.#mayUseTrigrams = trigrams
    this.#connections = new Connections(server, { size: poolSize, statementTimeout, settings: AS_SAID })
    this.#directory = new Connections(server, { size: DIRECTORY_SIZE, statementTimeout })
    this.#events = new Connections(server, { size: EVENTS_SIZE, statementTimeout, mayLoseLast: true })
    this.#lists = new Lists(this.#connections, indexedTexts(false))
    this.#writer = new Writer(this.#connections, Math.max(1, Math.ceil(poolSize / 2)))
    this.#numbers = new WorkerNumbers(this.#directory, clock)
    const records = new PostgresRecords(clock, {
      connections: this.#connections,
      writer: this.#writer,
      lists: this.#lists,
      scopes: new Scopes(this.#connections),
      numbers: this.#numbers,
    })
    this.records = new NarrowedRecords(records)
    this.#questions = new Connections(server, { size: MAX_AT_ONCE, statementTimeout: MAX_WORK })
    this.inventory = new PostgresInventory({
      connections: this.#questions,
      clock,
      becomeDue: scope => records.becomeDue(scope),
    })
  }

  /** For Kysely: the directory's connections. */
  dialect(): Dialect {
    return kyselyDialect(this.#directory, DIRECTORY)
  }

  /** For what is written often and may lose its last moment: nonces and events. */
  eventsDialect(): Dialect {
    return kyselyDialect(this.#events, EVENTS)
  }

  migrate(): Promise<void> {
    return this.#directory.with(client => migrate(client, this.#server.shown, MIGRATIONS))
  }

  async declare(declarations: readonly ListingDeclaration[]): Promise<void> {
    await this.#directory.with(async client => {
      const trigrams = this.#mayUseTrigrams && (await haveTrigrams(client))
      const searchable = await supplyIndexes(client, declarations, trigrams)
      await supplyTallies(client, declarations)
      this.#lists.declare(declarations, indexedTexts(searchable))
    })
  }

  async ready(): Promise<boolean> {
    try {
      // A connection is to a server that takes writes, or there is none.
      await this.#directory.with(client => client.query('SELECT FROM workers LIMIT 1'))
      return true
    } catch {
      return false
    }
  }

  /** Finishes the writes under way, then closes. */
  async close(): Promise<void> {
    await this.#writer.idle()
    await this.#numbers.release()
    const all = [this.#connections, this.#directory, this.#events, this.#questions]
    await Promise.all(all.map(connections => connections.close()))
  }
}

function opening({ shown }: ServerUrl, error: unknown): Error {
  if (error instanceof NotPrimary)
    return new Error(`${shown} takes no writes; name the primary as well`, { cause: error })
  if (kindOf(error) === 'lost' || kindOf(error) === 'busy')
    return new Error(`${shown} cannot be reached: ${messageOf(error)}; check that it runs and listens there`, {
      cause: error,
    })
  return error instanceof Error ? new Error(`${shown}: ${error.message}`, { cause: error }) : new Error(String(error))
}

/** The first line: of several addresses of a host, each has one. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return messageOf(error.errors[0])
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
}
