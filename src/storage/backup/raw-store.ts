/** The port of backup and restore: an engine's tables as plain rows, the same from every engine. */

import type { EngineName } from '../../registry/archive.ts'

/** Booleans are 0 and 1, times and counts are integers up to 2^53, JSON is its text. */
export type RawValue = string | number | Uint8Array | null

/** A value for each of the table's columns, in their order. */
export type RawRow = readonly RawValue[]

/**
 * What is the same on every engine: its name, its columns (by name), and the order of its rows (by its key, texts by
 * their bytes). So the same registry gives the same rows, whatever engine keeps it.
 */
export interface RawTable {
  readonly name: string
  readonly columns: readonly string[]
}

/** Everything, as of one moment. */
export interface RawMoment {
  /** Each table comes after those that its rows refer to. What can be derived from others is not among them. */
  tables(): Promise<readonly (RawTable & { readonly rows: number })[]>
  /** The largest record number that was ever assigned. */
  lastNumber(): Promise<number>
  /** Names of the migrations that were run, in order. */
  schema(): Promise<readonly string[]>
  /** The rows in batches, none of which is larger than a megabyte or one row. */
  rows(table: RawTable): AsyncIterable<readonly RawRow[]>
}

/** An empty registry that is being filled. */
export interface RawTarget {
  /** The tables that it has, with their columns. */
  readonly tables: readonly RawTable[]
  insert(table: RawTable, rows: readonly RawRow[]): Promise<void>
}

export interface RawStore {
  readonly engine: EngineName
  /** What is read within is of one moment, whatever is written meanwhile. */
  read<T>(work: (moment: RawMoment) => Promise<T>): Promise<T>
  /**
   * Fills an empty registry: all of it, once `work` has ended, or nothing. What is derived from the rows is derived.
   * @param lastNumber no smaller one is assigned from then on
   * @throws Error with one line where the registry holds anything
   */
  fill<T>(lastNumber: number, work: (target: RawTarget) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Rows of one table that refer to those of others, whether or not an engine has a constraint that says so. */
const REFERENCES: ReadonlyMap<string, readonly string[]> = new Map([
  ['records', ['scopes']],
  ['contents', ['scopes']],
  ['record_contents', ['records', 'contents']],
  ['secrets', ['records']],
])

/** Each after those that it refers to, otherwise as they come. */
export function inOrder<T extends { readonly name: string }>(
  tables: readonly T[],
  referredTo: (name: string) => readonly string[],
): readonly T[] {
  const ordered = new Set<T>()
  const visit = (table: T) => {
    const others = new Set([...(REFERENCES.get(table.name) ?? []), ...referredTo(table.name)])
    others.delete(table.name)
    for (const other of tables) if (others.has(other.name) && !ordered.has(other)) visit(other)
    ordered.add(table)
  }
  for (const table of tables) if (!ordered.has(table)) visit(table)
  return [...ordered]
}

/** Bytes after which a batch of rows is full. */
const BATCH_BYTES = 1024 * 1024
/** Rows after which it is. */
const BATCH_ROWS = 500

export function isFull(rows: number, bytes: number): boolean {
  return rows >= BATCH_ROWS || bytes >= BATCH_BYTES
}

/** Gathers rows into batches. */
export async function* batches(rows: Iterable<RawRow> | AsyncIterable<RawRow>): AsyncGenerator<readonly RawRow[]> {
  let batch: RawRow[] = []
  let bytes = 0
  for await (const row of rows) {
    batch.push(row)
    for (const value of row) bytes += typeof value === 'string' || value instanceof Uint8Array ? value.length : 8
    if (!isFull(batch.length, bytes)) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}
