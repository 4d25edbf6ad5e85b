/** Connections to the one server that can be written to, wherever that is now. */

import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { kindOf, NotPrimary } from './failure.ts'
import type { ServerUrl } from './server-url.ts'

export type Client = pg.PoolClient

/** SQL that each connection prepares once, under its name. Rows come as arrays. */
export interface Statement {
  readonly name: string
  readonly text: string
}

export interface ConnectionOptions {
  /** Connections at most. */
  readonly size: number
  /** Milliseconds that a statement may take; 0 for any time. */
  readonly statementTimeout: number
  /** What each connection is set to, by the names of PostgreSQL's settings. */
  readonly settings?: Readonly<Record<string, string>>
  /** Whether a commit may be acknowledged before it is on the disk: killing the server may then lose the last moment. */
  readonly mayLoseLast?: boolean
}

/** Milliseconds to wait for a free connection, or for a new one. */
const CONNECT_TIMEOUT = 5_000
/** Milliseconds beyond the statement's own timeout, after which the server is taken to be gone. */
const SILENCE = 5_000
/** Milliseconds to wait before each further attempt after a connection was lost: a failover takes a moment. */
const RETRY_AFTER = [20, 100, 400, 1_000] as const
/** Seconds after which a connection is replaced, and with it what it has prepared. */
const MAX_LIFETIME = 3_600

const SYNCHRONOUS = `set_config('synchronous_commit',
  CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)`

const INT8 = 20

/** Integers of 64 bits as numbers: those of the registry are safe. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}

export class Connections {
  readonly #url: ServerUrl
  readonly #options: ConnectionOptions
  #at = 0
  #pool: pg.Pool
  #closed = false

  constructor(url: ServerUrl, options: ConnectionOptions) {
    this.#url = url
    this.#options = options
    this.#pool = this.#open()
  }

  /** Call `release` on it exactly once; with `true` if it is of no more use. */
  async connect(): Promise<Client> {
    let failure: unknown
    for (const _ of this.#url.perHost) {
      const pool = this.#pool
      try {
        return await pool.connect()
      } catch (error) {
        failure = error
        if (kindOf(error) !== 'lost') break
        this.#turnFrom(pool)
      }
    }
    throw failure
  }

  /** Works on a connection of its own. A transaction that the work leaves open by throwing is undone. */
  async with<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.connect()
    const pool = this.#pool
    try {
      const result = await work(client)
      client.release()
      return result
    } catch (error) {
      const lost =
        kindOf(error) === 'lost' ||
        (await client.query('ROLLBACK').then(
          () => false,
          () => true,
        ))
      client.release(lost)
      if (lost) this.#turnFrom(pool)
      throw error
    }
  }

  /** Reads, again if the connection was lost meanwhile. */
  read<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return this.persist(() => this.with(work))
  }

  /** One prepared statement that only reads. */
  async rows(statement: Statement, values: readonly unknown[]): Promise<unknown[][]> {
    return this.read(client => ask(client, statement, values))
  }

  /** Tries again after losses and conflicts, for a moment. `work` must be safe to repeat whenever it throws these. */
  async persist<T>(work: () => Promise<T>): Promise<T> {
    for (const pause of [...RETRY_AFTER, undefined]) {
      try {
        return await work()
      } catch (error) {
        const kind = kindOf(error)
        if ((kind !== 'lost' && kind !== 'conflict') || pause === undefined || this.#closed) throw error
        await wait(pause * (0.5 + Math.random() / 2))
      }
    }
    throw new Error('the last attempt returns or throws')
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#pool.end()
  }

  /** The next host, once a server of this pool is gone or takes no writes. Several may notice; one turns. */
  #turnFrom(pool: pg.Pool): void {
    if (this.#pool !== pool || this.#closed || this.#url.perHost.length === 1) return
    this.#at = (this.#at + 1) % this.#url.perHost.length
    this.#pool = this.#open()
    void pool.end()
  }

  #open(): pg.Pool {
    const { size, statementTimeout } = this.#options
    const pool = new pg.Pool({
      connectionString: this.#url.perHost[this.#at],
      max: size,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      maxLifetimeSeconds: MAX_LIFETIME,
      keepAlive: true,
      application_name: 'certfolio',
      types,
      ...(statementTimeout > 0 && { query_timeout: statementTimeout + SILENCE }),
      onConnect: client => this.#greet(client),
    })
    // A connection that ends while nobody uses it is no event; the next one is opened when it is needed.
    pool.on('error', () => undefined)
    return pool
  }

  async #greet(client: pg.ClientBase): Promise<void> {
    // Of one that is in use, the query under way tells.
    client.on('error', () => undefined)
    const settings = { ...this.#options.settings, statement_timeout: String(this.#options.statementTimeout) }
    const set = [
      ...Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', false)`),
      // A server that acknowledges early does so for others, not for the registry.
      this.#options.mayLoseLast ? `set_config('synchronous_commit', 'off', false)` : SYNCHRONOUS,
    ]
    const result = await client.query<unknown[]>({
      text: `SELECT pg_is_in_recovery(), current_setting('transaction_read_only'), ${set.join(', ')}`,
      rowMode: 'array',
    })
    const [inRecovery, readOnly] = result.rows[0] ?? []
    if (inRecovery === true || readOnly === 'on') throw new NotPrimary()
  }
}

export async function ask(
  client: pg.ClientBase,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<unknown[][]> {
  const result = await client.query<unknown[]>({ name, text, rowMode: 'array', values: [...values] })
  return result.rows
}
