/** The record store on PostgreSQL. */

import { RegistryFault } from '../../registry/fault.ts'
import type { Listing } from '../../registry/listing.ts'
import type { Content, Draft, RegistryRecord, SealedSecret } from '../../registry/record.ts'
import type { Clock } from '../../registry/record-number.ts'
import type { Scope } from '../../registry/scope.ts'
import type { Added, AddOptions, Change, Key, Page, RecordStore } from '../../registry/store.ts'
import { storable } from '../columns.ts'
import { settled } from '../due-status.ts'
import { addAll } from './add.ts'
import type { Connections } from './connections.ts'
import { contentsOf, removeContents, sealSecrets, secretOf } from './contents.ts'
import { faultOf } from './failure.ts'
import type { Lists } from './lists.ts'
import type { WorkerNumbers } from './numbers.ts'
import { anyDue, dueRows, findRow, removeRow, replaceRow, settleRows } from './record-statements.ts'
import type { Scopes } from './scopes.ts'
import type { WriteTransaction } from './transaction.ts'
import type { Writer } from './writer.ts'

/** Statuses that become due in one transaction, so that very many do not hold up everything else. */
const DUE_AT_ONCE = 1000

/** What the records share with the storage that opens them. */
interface Parts {
  readonly connections: Connections
  readonly writer: Writer
  readonly lists: Lists
  readonly scopes: Scopes
  readonly numbers: WorkerNumbers
}

export class PostgresRecords implements RecordStore {
  readonly #clock: Clock
  readonly #connections: Connections
  readonly #writer: Writer
  readonly #lists: Lists
  readonly #scopes: Scopes
  readonly #numbers: WorkerNumbers

  constructor(clock: Clock, { connections, writer, lists, scopes, numbers }: Parts) {
    this.#clock = clock
    this.#connections = connections
    this.#writer = writer
    this.#lists = lists
    this.#scopes = scopes
    this.#numbers = numbers
  }

  async list(scope: Scope, listing: Listing): Promise<Page> {
    if (scope.product !== listing.declaration.product)
      throw new Error(`a listing of ${listing.declaration.product} was asked of a scope of ${scope.product}`)
    for (;;) {
      const page = await this.#read(scope, id => this.#lists.page(id, listing, this.#clock()))
      if (page === undefined) return { records: [], total: 0 }
      const { due, records, total } = page
      if (!due) return { records, total }
      // A server that writes nothing still lists: then the records tell the status that the filters do not know yet.
      const now = this.#clock()
      if (!(await this.#applyDue(scope))) return { records: records.map(record => settled(record, now)), total }
    }
  }

  async find(scope: Scope, key: Key): Promise<RegistryRecord | undefined> {
    const row = await this.#read(scope, id => findRow((...asked) => this.#connections.rows(...asked), id, key))
    return row && settled(row, this.#clock())
  }

  async contents(scope: Scope, number: number, role: string): Promise<readonly Content[]> {
    return (await this.#read(scope, id => contentsOf(this.#connections, id, number, role))) ?? []
  }

  async secret(scope: Scope, number: number, role: string): Promise<Uint8Array | undefined> {
    return this.#read(scope, id => secretOf(this.#connections, id, number, role))
  }

  add(scope: Scope, drafts: readonly Draft[], options: AddOptions = {}): Promise<readonly Added[]> {
    return this.#write(scope, transaction => addAll(transaction, this.#numbers, this.#clock(), drafts, options))
  }

  change(
    scope: Scope,
    number: number,
    change: Change,
    secrets: readonly SealedSecret[] = [],
  ): Promise<RegistryRecord | undefined> {
    return this.#edit(scope, number, async (row, transaction) => {
      const now = this.#clock()
      const record = { ...settled(storable({ ...settled(row, now), ...change }), now), number }
      await refuseTaken(transaction, record, 'uniqueKey')
      await refuseTaken(transaction, record, 'vendorId')
      await replaceRow(transaction, row, record)
      await sealSecrets(transaction, [{ number, secrets }])
      return record
    })
  }

  async remove(scope: Scope, number: number): Promise<boolean> {
    const removed = await this.#edit(scope, number, async (row, transaction) => {
      await removeContents(transaction, number)
      await removeRow(transaction, row)
      return true
    })
    return removed === true
  }

  /** Has statuses that are due be so in the rows, before questions that do not come here are asked of them. */
  async becomeDue(scope: Scope): Promise<void> {
    const isDue = () => this.#read(scope, id => anyDue(this.#connections, id, this.#clock()))
    while (await isDue()) if (!(await this.#applyDue(scope))) return
  }

  /** Writes to one record, if there is one. */
  async #edit<T>(
    scope: Scope,
    number: number,
    edit: (row: RegistryRecord, transaction: WriteTransaction) => Promise<T>,
  ): Promise<T | undefined> {
    const id = await this.#read(scope, async id => id)
    if (id === undefined) return undefined
    return this.#writer.write({ id, product: scope.product }, async transaction => {
      const row = await findRow((...asked) => transaction.ask(...asked), id, { number })
      return row && edit(row, transaction)
    })
  }

  async #write<T>(scope: Scope, run: (transaction: WriteTransaction) => Promise<T>): Promise<T> {
    const id = await this.#scopes.ensure(scope).catch((error: unknown) => {
      throw faultOf(error)
    })
    return this.#writer.write({ id, product: scope.product }, run)
  }

  async #read<T>(scope: Scope, read: (id: number) => Promise<T>): Promise<T | undefined> {
    try {
      const id = await this.#scopes.find(scope)
      return id === undefined ? undefined : await read(id)
    } catch (error) {
      throw faultOf(error)
    }
  }

  /** @returns whether it could be done: `false` when the storage refuses writes */
  async #applyDue(scope: Scope): Promise<boolean> {
    try {
      await this.#write(scope, async transaction => {
        const now = this.#clock()
        const due = await dueRows(transaction, now, DUE_AT_ONCE)
        await settleRows(
          transaction,
          due.map(row => [row, settled(row, now)] as const),
        )
      })
      return true
    } catch (error) {
      if (error instanceof RegistryFault && error.fault.is === 'storage-failed') return false
      throw error
    }
  }
}

async function refuseTaken(
  transaction: WriteTransaction,
  record: RegistryRecord,
  by: 'vendorId' | 'uniqueKey',
): Promise<void> {
  const value = record[by]
  if (value === null) return
  const key: Key = by === 'vendorId' ? { vendorId: value } : { uniqueKey: value }
  const standing = await findRow((...asked) => transaction.ask(...asked), transaction.scope, key)
  if (standing !== undefined && standing.number !== record.number) throw new RegistryFault({ is: 'taken', by })
}
