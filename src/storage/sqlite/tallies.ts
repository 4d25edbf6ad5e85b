/** Totals that are kept up to date with each write, so that a page's total costs the same at any size. */

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { RecordFacts } from '../../registry/record.ts'
import type { TallyColumn } from './declared.ts'

/** The columns of one tally, in a fixed order; none for the total of the scope. */
export type Tally = readonly TallyColumn[]

/** The value of a column as it stands in a tally's key, and as a filter binds it. */
type TallyValue = SQLInputValue

/** Names one count of a scope. */
export function tallyKey(tally: Tally, values: readonly TallyValue[]): string {
  return tally.length === 0 ? '' : `${tally.join(',')}=${JSON.stringify(values)}`
}

function keyOf(tally: Tally, facts: RecordFacts): string {
  return tallyKey(
    tally,
    tally.map(column => {
      const value = facts[column]
      return typeof value === 'boolean' ? Number(value) : value
    }),
  )
}

export class Tallies {
  readonly #version: StatementSync
  readonly #columns: StatementSync
  readonly #read: StatementSync
  readonly #write: StatementSync
  readonly #prune: StatementSync
  #byProduct = new Map<string, readonly Tally[]>()
  #asOf: unknown

  constructor(database: DatabaseSync) {
    this.#version = database.prepare('PRAGMA data_version')
    this.#columns = database.prepare('SELECT columns FROM tally_columns WHERE product = ?')
    this.#read = database.prepare('SELECT count FROM tallies WHERE scope = ? AND tally = ?')
    this.#write = database.prepare(
      'INSERT INTO tallies VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
    )
    this.#prune = database.prepare('DELETE FROM tallies WHERE scope = ? AND tally = ? AND count = 0')
  }

  count(scope: number, tally: Tally, values: readonly TallyValue[]): number {
    return Number(this.#read.get(scope, tallyKey(tally, values))?.count ?? 0)
  }

  /** Collects the changes of one write. Call it in the write transaction. */
  begin(scope: number, product: string): TallyChanges {
    return new TallyChanges(this.#of(product), (key, change) => {
      this.#write.run(scope, key, change)
      if (change < 0) this.#prune.run(scope, key)
    })
  }

  /** Forgets which tallies there are: this connection has just declared some. */
  forget(): void {
    this.#byProduct.clear()
  }

  /** Which tallies a write keeps is said by the database, not by the process: another one may have declared more. */
  #of(product: string): readonly Tally[] {
    const version = this.#version.get()?.data_version
    if (version !== this.#asOf) this.forget()
    this.#asOf = version
    let tallies = this.#byProduct.get(product)
    if (tallies === undefined) {
      tallies = [[], ...this.#columns.all(product).map(({ columns }) => String(columns).split(',') as TallyColumn[])]
      this.#byProduct.set(product, tallies)
    }
    return tallies
  }
}

/** What one write changes in the tallies of its scope. */
export class TallyChanges {
  readonly #tallies: readonly Tally[]
  readonly #write: (key: string, change: number) => void
  readonly #changes = new Map<string, number>()

  constructor(tallies: readonly Tally[], write: (key: string, change: number) => void) {
    this.#tallies = tallies
    this.#write = write
  }

  count(facts: RecordFacts, change: 1 | -1): void {
    for (const tally of this.#tallies) {
      const key = keyOf(tally, facts)
      this.#changes.set(key, (this.#changes.get(key) ?? 0) + change)
    }
  }

  /** Call it in the same transaction. */
  end(): void {
    for (const [key, change] of this.#changes) if (change !== 0) this.#write(key, change)
  }
}
