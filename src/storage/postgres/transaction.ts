/** One write transaction: it has the scope for itself, and collects what the scope's totals change by. */

import type { Tally } from '../tally.ts'
import { TallyChanges } from '../tally.ts'
import { ask, type Client, type Statement } from './connections.ts'
import { writing } from './locks.ts'
import { historyOf } from './outcome.ts'
import { key } from './texts.ts'

/** Who holds the row has the scope: it is the first that a transaction locks, and the only one that others wait for. */
const LOCK: Statement = {
  name: 'scope_lock',
  text: `SELECT last_number, pg_current_xact_id()::text,
      ARRAY(SELECT columns FROM tally_columns WHERE product = $2)
    FROM scope_states WHERE scope = $1 FOR UPDATE`,
}
const BEGIN_STATE: Statement = {
  name: 'scope_begin',
  text: 'INSERT INTO scope_states (scope) VALUES ($1) ON CONFLICT DO NOTHING',
}
const CHANGED: Statement = {
  name: 'scope_changed',
  text: 'UPDATE scope_states SET changes = changes + 1, last_number = $2 WHERE scope = $1',
}
const COUNT: Statement = {
  name: 'tallies_count',
  text: `INSERT INTO tallies SELECT $1, * FROM unnest($2::text[], $3::bigint[])
    ON CONFLICT (scope, tally) DO UPDATE SET count = tallies.count + excluded.count`,
}
const PRUNE: Statement = {
  name: 'tallies_prune',
  text: 'DELETE FROM tallies WHERE scope = $1 AND tally = ANY ($2::text[]) AND count = 0',
}

export interface ScopeId {
  readonly id: number
  readonly product: string
}

export class WriteTransaction {
  readonly scope: number
  readonly product: string
  /** What the totals of the scope change by. */
  readonly tallies: TallyChanges
  /** The transaction's number on the server, by which its end can be asked for, and the history it belongs to. */
  readonly xact: string
  readonly history: string | undefined
  /** The largest record number of the scope so far. */
  lastNumber: number
  /** Whether anything was written. */
  wrote = false
  readonly #client: Client

  private constructor(client: Client, { id, product }: ScopeId, history: string | undefined, row: readonly unknown[]) {
    this.history = history
    this.#client = client
    this.scope = id
    this.product = product
    this.lastNumber = Number(row[0])
    this.xact = String(row[1])
    const columns = row[2] as readonly string[]
    this.tallies = new TallyChanges([[], ...columns.map(names => names.split(',') as unknown as Tally)], key)
  }

  /** Waits for whoever writes to the scope, on any machine. */
  static async begin(client: Client, scope: ScopeId): Promise<WriteTransaction> {
    const history = await historyOf(client)
    // Each statement sees what was committed before it: so it is what is committed when the locks are held.
    await client.query(
      `BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock_shared(${writing(scope.product)})`,
    )
    const lock = async () => (await ask(client, LOCK, [scope.id, scope.product]))[0]
    let row = await lock()
    if (row === undefined) {
      await ask(client, BEGIN_STATE, [scope.id])
      row = await lock()
    }
    if (row === undefined) throw new Error('a scope has no state')
    return new WriteTransaction(client, scope, history, row)
  }

  ask(statement: Statement, values: readonly unknown[]): Promise<unknown[][]> {
    return ask(this.#client, statement, values)
  }

  /** Writes the totals. Call it once, before the commit. */
  async finish(): Promise<void> {
    if (!this.wrote) return
    const changes = [...this.tallies].map(([name, change]) => [key(name), change] as const)
    const names = changes.map(([name]) => name)
    if (names.length > 0) await this.ask(COUNT, [this.scope, names, changes.map(([, change]) => change)])
    const fewer = changes.filter(([, change]) => change < 0).map(([name]) => name)
    if (fewer.length > 0) await this.ask(PRUNE, [this.scope, fewer])
    await this.ask(CHANGED, [this.scope, this.lastNumber])
  }
}
