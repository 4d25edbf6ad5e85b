/**
 * A backup's content: lines of JSON, compressed with gzip. `docs/reliability.md` describes it for those who read it
 * without us.
 *
 *     {"certfolio":"backup","format":1,…}                       the header
 *     {"table":"accounts","columns":["id",…],"rows":2}          then each table: what it has,
 *     ["0a1b…",1,null,{"base64":"MII…"}]                        its rows,
 *     {"end":"accounts","rows":2,"sha256":"…"}                  and the SHA-256 of the lines before, from its first on
 *     {"end":"backup","sha256":"…"}                             the SHA-256 of all lines before
 */

import type { EngineName } from '../../registry/archive.ts'
import type { RawRow, RawTable, RawValue } from './raw-store.ts'

/** Goes up when an older version could misread what is written. */
export const FORMAT = 1

export interface Header {
  readonly certfolio: 'backup'
  readonly format: number
  /** Of Certfolio. */
  readonly version: string
  /** When, as ISO 8601. */
  readonly at: string
  readonly engine: EngineName
  /** Names of the migrations that the database had seen. */
  readonly schema: readonly string[]
  readonly lastNumber: number
  /** A known text, sealed (base64): who can open it has the master key of the secrets. `null` where nothing is sealed. */
  readonly masterKeyCheck: string | null
  /** Rows of each table, in order. */
  readonly tables: Readonly<Record<string, number>>
}

export interface TableLine extends RawTable {
  readonly rows: number
}

export interface EndLine {
  readonly end: string
  readonly rows?: number
  readonly sha256: string
}

export function lineOf(value: Header | EndLine): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}

export function tableLine({ name, columns, rows }: TableLine): Buffer {
  return Buffer.from(`${JSON.stringify({ table: name, columns, rows })}\n`)
}

export function rowLines(rows: readonly RawRow[]): Buffer {
  return Buffer.from(rows.map(row => `${JSON.stringify(row.map(written))}\n`).join(''))
}

function written(value: RawValue): unknown {
  if (!(value instanceof Uint8Array)) return value
  return { base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
}

/** @returns `undefined` for what is no row of that many columns */
export function rowOf(value: unknown, columns: number): RawRow | undefined {
  if (!Array.isArray(value) || value.length !== columns) return undefined
  const row: RawValue[] = []
  for (const item of value) {
    const read = readValue(item)
    if (read === undefined) return undefined
    row.push(read)
  }
  return row
}

function readValue(item: unknown): RawValue | undefined {
  if (item === null || typeof item === 'string') return item
  if (typeof item === 'number') return Number.isSafeInteger(item) ? item : undefined
  const { base64 } = item as { base64?: unknown }
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64') : undefined
}

export function isHeader(value: unknown): value is Header {
  const header = value as Partial<Header> | null
  return typeof header === 'object' && header?.certfolio === 'backup' && Number.isInteger(header.format)
}

export function tableOf(value: unknown): TableLine | undefined {
  const line = value as { table?: unknown; columns?: unknown; rows?: unknown } | null
  if (typeof line !== 'object' || line === null || typeof line.table !== 'string') return undefined
  const { table: name, columns, rows } = line
  if (!Array.isArray(columns) || !columns.every(column => typeof column === 'string')) return undefined
  return typeof rows === 'number' && Number.isSafeInteger(rows) ? { name, columns, rows } : undefined
}

export function endOf(value: unknown): EndLine | undefined {
  const line = value as Partial<EndLine> | null
  if (typeof line !== 'object' || line === null || Array.isArray(line)) return undefined
  return typeof line.end === 'string' && typeof line.sha256 === 'string' ? (line as EndLine) : undefined
}
