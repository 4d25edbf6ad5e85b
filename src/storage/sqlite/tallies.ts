/** Totals that are kept up to date with each write, so that a page's total costs the same at any size. */

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { TallyColumn } from '../declared.ts'
import { type Tally, TallyChanges } from '../tally.ts'
import { TEXTS } from './text-search.ts'

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

  /** One count of the scope, by its name. */
  count(scope: number, key: string): number {
    return Number(this.#read.get(scope, key)?.count ?? 0)
  }

  /** Collects the changes of one write. Call it in the write transaction. */
  begin(product: string): TallyChanges {
    return new TallyChanges(this.#of(product), TEXTS.key)
  }

  /** Call it in the same transaction, when all changes are collected. */
  end(scope: number, changes: TallyChanges): void {
    for (const [key, change] of changes) {
      this.#write.run(scope, key, change)
      if (change < 0) this.#prune.run(scope, key)
    }
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
