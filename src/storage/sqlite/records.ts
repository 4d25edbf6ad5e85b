/** The record store on one SQLite connection. Every call does its work in one synchronous piece. */

import type { DatabaseSync } from 'node:sqlite'
import { RegistryFault } from '../../registry/fault.ts'
import type { Listing } from '../../registry/listing.ts'
import type { Content, Draft, RecordFacts, RegistryRecord, SealedSecret } from '../../registry/record.ts'
import type { Clock } from '../../registry/record-number.ts'
import type { Scope } from '../../registry/scope.ts'
import type { Added, AddOptions, Change, Key, Page, RecordStore } from '../../registry/store.ts'
import { storable } from '../columns.ts'
import { settled } from '../due-status.ts'
import type { TallyChanges } from '../tally.ts'
import { Contents } from './contents.ts'
import type { Edits } from './edits.ts'
import { faultOf } from './failure.ts'
import type { Lists } from './lists.ts'
import { Numbers } from './numbers.ts'
import type { Readers } from './readers.ts'
import { Rows } from './rows.ts'
import type { Scopes } from './scopes.ts'
import { Snapshot } from './snapshot.ts'
import type { Tallies } from './tallies.ts'
import type { Writer } from './writer.ts'

/** Statuses that become due in one transaction, so that very many do not hold up everything else. */
const DUE_AT_ONCE = 1000

/** What the records share with the storage that opens them. */
interface Parts {
  readonly writer: Writer
  readonly lists: Lists
  readonly tallies: Tallies
  readonly scopes: Scopes
  readonly edits: Edits
  readonly readers: Readers
}

export class SqliteRecords implements RecordStore {
  readonly #clock: Clock
  readonly #writer: Writer
  readonly #lists: Lists
  readonly #tallies: Tallies
  readonly #snapshot: Snapshot
  readonly #scopes: Scopes
  readonly #rows: Rows
  readonly #contents: Contents
  readonly #numbers: Numbers
  readonly #edits: Edits
  readonly #readers: Readers

  constructor(database: DatabaseSync, clock: Clock, { writer, lists, tallies, scopes, edits, readers }: Parts) {
    this.#clock = clock
    this.#writer = writer
    this.#lists = lists
    this.#tallies = tallies
    this.#snapshot = new Snapshot(database)
    this.#scopes = scopes
    this.#rows = new Rows(database)
    this.#contents = new Contents(database)
    this.#numbers = new Numbers(database, clock)
    this.#edits = edits
    this.#readers = readers
  }

  async list(scope: Scope, listing: Listing): Promise<Page> {
    if (scope.product !== listing.declaration.product)
      throw new Error(`a listing of ${listing.declaration.product} was asked of a scope of ${scope.product}`)
    for (;;) {
      const page = this.#read(scope, id =>
        this.#snapshot.of(() => (this.#isDue(id) ? 'due' : this.#lists.page(id, listing))),
      )
      if (page === undefined) return { records: [], total: 0 }
      if (page === 'slow') return this.#slow(scope, listing)
      if (page !== 'due') return page
      const applied = await this.#applyDue(scope)
      // A full disk stops writes, never lists: then the records tell the status that the filters do not know yet.
      if (!applied) return this.#stale(scope, listing)
    }
  }

  /** Has statuses that became due be so in the rows, as far as the storage can still be written. */
  async becomeDue(scope: Scope): Promise<void> {
    while (this.#read(scope, id => this.#isDue(id))) if (!(await this.#applyDue(scope))) return
  }

  async find(scope: Scope, key: Key): Promise<RegistryRecord | undefined> {
    return this.#read(scope, id => this.#find(id, key))
  }

  async contents(scope: Scope, number: number, role: string): Promise<readonly Content[]> {
    return this.#read(scope, id => this.#contents.ofRole(id, number, role)) ?? []
  }

  async secret(scope: Scope, number: number, role: string): Promise<Uint8Array | undefined> {
    return this.#read(scope, id => this.#contents.secret(id, number, role))
  }

  async add(scope: Scope, drafts: readonly Draft[], options: AddOptions = {}): Promise<readonly Added[]> {
    return this.#writer.write(() => {
      const id = this.#scopes.ensure(scope)
      const tallies = this.#tallies.begin(scope.product)
      this.#numbers.begin()
      const added = drafts.map((draft): Added => {
        const facts = settled(storable(draft.facts), this.#clock())
        const present = this.#present(id, facts, options)
        if (present !== undefined) return { is: 'present', record: present }
        const record = { ...facts, number: this.#numbers.next() }
        this.#refuseTaken(id, record, 'vendorId')
        this.#rows.add(id, scope.product, record, tallies)
        this.#contents.add(id, record.number, draft.contents, draft.secrets)
        return { is: 'added', record }
      })
      this.#numbers.end()
      this.#tallies.end(id, tallies)
      this.#scopes.changed(id)
      return added
    })
  }

  async change(
    scope: Scope,
    number: number,
    change: Change,
    secrets: readonly SealedSecret[] = [],
  ): Promise<RegistryRecord | undefined> {
    return this.#edit(scope, number, (id, row, tallies) => {
      const now = this.#clock()
      const record = { ...settled(storable({ ...settled(row, now), ...change }), now), number }
      this.#refuseTaken(id, record, 'uniqueKey')
      this.#refuseTaken(id, record, 'vendorId')
      this.#rows.replace(id, row, record, tallies)
      this.#contents.seal(id, number, secrets)
      return record
    })
  }

  async remove(scope: Scope, number: number): Promise<boolean> {
    const removed = await this.#edit(scope, number, (id, row, tallies) => {
      this.#contents.remove(id, number)
      this.#rows.remove(id, row, tallies)
      return true
    })
    return removed === true
  }

  /** Writes to one record, if there is one. */
  #edit<T>(
    scope: Scope,
    number: number,
    edit: (id: number, row: RegistryRecord, tallies: TallyChanges) => T,
  ): Promise<T | undefined> {
    return this.#writer.write(() => {
      const id = this.#scopes.find(scope)
      const row = id === undefined ? undefined : this.#rows.find(id, { number })
      if (id === undefined || row === undefined) return undefined
      const tallies = this.#tallies.begin(scope.product)
      const result = edit(id, row, tallies)
      this.#tallies.end(id, tallies)
      this.#edits.write(id, this.#scopes.changed(id), [row])
      return result
    })
  }

  #read<T>(scope: Scope, read: (id: number) => T): T | undefined {
    try {
      const id = this.#scopes.find(scope)
      return id === undefined ? undefined : read(id)
    } catch (error) {
      throw faultOf(error)
    }
  }

  #find(id: number, key: Key): RegistryRecord | undefined {
    const row = this.#rows.find(id, key)
    return row === undefined ? undefined : settled(row, this.#clock())
  }

  #present(id: number, facts: RecordFacts, { oncePerFingerprint }: AddOptions): RegistryRecord | undefined {
    const byKey = facts.uniqueKey === null ? undefined : this.#find(id, { uniqueKey: facts.uniqueKey })
    return byKey ?? (oncePerFingerprint ? this.#find(id, { fingerprint: facts.fingerprint }) : undefined)
  }

  #refuseTaken(id: number, record: RegistryRecord, by: 'vendorId' | 'uniqueKey'): void {
    const value = record[by]
    if (value === null) return
    const standing = this.#rows.find(id, by === 'vendorId' ? { vendorId: value } : { uniqueKey: value })
    if (standing !== undefined && standing.number !== record.number) throw new RegistryFault({ is: 'taken', by })
  }

  #isDue(id: number): boolean {
    return this.#rows.due(id, this.#clock(), 1).length > 0
  }

  /** @returns whether it could be done: `false` when the storage refuses writes */
  async #applyDue(scope: Scope): Promise<boolean> {
    try {
      await this.#writer.write(() => {
        const id = this.#scopes.ensure(scope)
        const now = this.#clock()
        const tallies = this.#tallies.begin(scope.product)
        const due = this.#rows.due(id, now, DUE_AT_ONCE)
        for (const row of due) this.#rows.replace(id, row, settled(row, now), tallies)
        this.#tallies.end(id, tallies)
        this.#edits.write(id, this.#scopes.changed(id), due)
      })
      return true
    } catch (error) {
      if (error instanceof RegistryFault && error.fault.is === 'storage-failed') return false
      throw error
    }
  }

  async #stale(scope: Scope, listing: Listing): Promise<Page> {
    const page = this.#read(scope, id => this.#snapshot.of(() => this.#lists.page(id, listing)))
    const { records, total } = (page === 'slow' ? await this.#slow(scope, listing) : page) ?? { records: [], total: 0 }
    const now = this.#clock()
    return { records: records.map(record => settled(record, now)), total }
  }

  #slow(scope: Scope, listing: Listing): Promise<Page> {
    const id = this.#scopes.find(scope)
    if (id === undefined) throw new Error('a slow list of nothing')
    return this.#readers.page(id, listing)
  }
}
