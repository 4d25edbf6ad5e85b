/** Reads a backup from its first line to its last, and refuses it where it is not what was written. */

import { createHash, type Hash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import type { ArchiveOptions, BackupSummary } from '../../registry/archive.ts'
import { endOf, FORMAT, type Header, isHeader, rowOf, type TableLine, tableOf } from './format.ts'
import { isFull, type RawRow } from './raw-store.ts'

/** Bytes of one line: ten times the largest content. */
const MAX_LINE_BYTES = 64 * 1024 * 1024

/** What is wrong with a backup. The message is one line that names the file. */
export class UnusableBackup extends Error {
  constructor(path: string, what: string, options?: ErrorOptions) {
    super(`${path} ${what}`, options)
    this.name = 'UnusableBackup'
  }
}

export interface BackupVisitor {
  /** Comes first. What it throws ends the reading. */
  header?(header: Header): Promise<void> | void
  /** Batches in the order of the file. Not until the table's end is it known that they are as they were written. */
  rows?(table: TableLine, rows: readonly RawRow[]): Promise<void> | void
}

/**
 * Reads the whole file, a batch of rows at a time.
 * @throws UnusableBackup: no backup, cut off, altered, or of a format that this version does not know
 */
export async function readBackup(
  path: string,
  visitor: BackupVisitor,
  { progress, signal }: ArchiveOptions = {},
): Promise<BackupSummary> {
  const reading = new Reading(path, visitor, { progress, signal })
  try {
    for await (const line of linesOf(path, signal)) {
      const step = reading.take(line)
      if (step !== undefined) await step
    }
  } catch (error) {
    throw reading.explain(error)
  }
  return reading.end()
}

type ReadingOptions = { readonly [Name in keyof ArchiveOptions]: ArchiveOptions[Name] | undefined }

class Reading {
  readonly #path: string
  readonly #visitor: BackupVisitor
  readonly #options: ReadingOptions
  readonly #whole = createHash('sha256')
  readonly #tables: BackupSummary['tables'][number][] = []
  #header: Header | undefined
  #table: TableLine | undefined
  #section: Hash = createHash('sha256')
  #rows = 0
  #batch: RawRow[] = []
  #bytes = 0
  #done = 0
  #sha256: string | undefined

  constructor(path: string, visitor: BackupVisitor, options: ReadingOptions) {
    this.#path = path
    this.#visitor = visitor
    this.#options = options
  }

  /** @param line with its line feed. @returns what has to be awaited before the next line */
  take(line: Buffer): Promise<void> | void {
    if (this.#sha256 !== undefined) throw this.#altered('it goes on after its end')
    const value = this.#parse(line)
    if (this.#header === undefined) return this.#takeHeader(line, value)
    const end = endOf(value)
    if (end?.end === 'backup' && this.#table === undefined) return this.#takeLast(end.sha256)
    this.#whole.update(line)
    if (end !== undefined) return this.#takeEnd(end.end, end.sha256)
    this.#section.update(line)
    if (this.#table === undefined) return this.#takeTable(value)
    return this.#takeRow(this.#table, value, line.length)
  }

  /** @throws UnusableBackup where the file ended before its end */
  end(): BackupSummary {
    if (this.#header === undefined) throw this.#foreign()
    if (this.#sha256 === undefined) throw this.#cutOff()
    const { version, at, engine } = this.#header
    return { version, at: Date.parse(at), engine, tables: this.#tables, sha256: this.#sha256 }
  }

  /** An error of reading, in words. */
  explain(error: unknown): unknown {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return new UnusableBackup(this.#path, 'does not exist; name a backup', { cause: error })
    if (code === 'EISDIR') return new UnusableBackup(this.#path, 'is a directory; name a backup', { cause: error })
    if (code === 'EACCES') return new UnusableBackup(this.#path, 'cannot be read; check its owner and its mode')
    if (code === 'Z_BUF_ERROR') return this.#header === undefined ? this.#foreign() : this.#cutOff()
    if (code === 'Z_DATA_ERROR')
      return this.#header === undefined ? this.#foreign() : this.#altered(`${this.#where()} cannot be decompressed`)
    return error
  }

  #takeHeader(line: Buffer, value: unknown): Promise<void> | void {
    if (!isHeader(value)) throw this.#foreign()
    if (value.format > FORMAT)
      throw new UnusableBackup(
        this.#path,
        `has backup format ${value.format}, and this version of Certfolio knows up to ${FORMAT}; use version ${value.version}`,
      )
    this.#header = value
    this.#whole.update(line)
    return this.#visitor.header?.(value)
  }

  #takeTable(value: unknown): void {
    const table = tableOf(value)
    if (table === undefined) throw this.#altered(`${this.#where()} has a line that is neither a table nor an end`)
    this.#table = table
    this.#rows = 0
  }

  #takeRow(table: TableLine, value: unknown, bytes: number): Promise<void> | void {
    const row = rowOf(value, table.columns.length)
    if (row === undefined) throw this.#altered(`${this.#where()} has a line that is no row of it`)
    this.#rows++
    this.#batch.push(row)
    this.#bytes += bytes
    if (isFull(this.#batch.length, this.#bytes)) return this.#flush(table)
  }

  async #flush(table: TableLine): Promise<void> {
    const rows = this.#batch
    if (rows.length === 0) return
    this.#batch = []
    this.#bytes = 0
    await this.#visitor.rows?.(table, rows)
    this.#done += rows.length
    this.#options.signal?.throwIfAborted()
    const total = Object.values(this.#header?.tables ?? {}).reduce((sum, count) => sum + count, 0)
    this.#options.progress?.(this.#done, total)
  }

  async #takeEnd(name: string, sha256: string): Promise<void> {
    const table = this.#table
    if (table?.name !== name) throw this.#altered(`${this.#where()} ends as if it were another table`)
    if (this.#rows !== table.rows)
      throw this.#altered(`the table ${name} has ${this.#rows} rows where ${table.rows} were written`)
    if (this.#section.digest('hex') !== sha256) throw this.#altered(`the table ${name} is not what was written`)
    await this.#flush(table)
    this.#tables.push({ name, rows: table.rows, sha256 })
    this.#table = undefined
    this.#section = createHash('sha256')
  }

  #takeLast(sha256: string): void {
    const expected = Object.entries(this.#header?.tables ?? {})
    const found = new Map(this.#tables.map(({ name, rows }) => [name, rows]))
    const missing = expected.find(([name, rows]) => found.get(name) !== rows)
    if (missing) throw this.#altered(`the table ${missing[0]} is not what its header says`)
    if (this.#whole.digest('hex') !== sha256) throw this.#altered('its checksum is not that of its content')
    this.#sha256 = sha256
  }

  #parse(line: Buffer): unknown {
    try {
      return JSON.parse(line.toString('utf8'))
    } catch (error) {
      if (this.#header === undefined) throw this.#foreign()
      if (line.at(-1) !== LINE_FEED) throw this.#cutOff()
      throw this.#altered(`${this.#where()} has a line that is no JSON`, error)
    }
  }

  #where(): string {
    if (this.#table === undefined)
      return this.#tables.length === 0 ? 'the part before the tables' : 'a part between tables'
    return `the table ${this.#table.name}, after ${this.#rows} of ${this.#table.rows} rows,`
  }

  #foreign(): UnusableBackup {
    return new UnusableBackup(this.#path, 'is not a backup of Certfolio')
  }

  #cutOff(): UnusableBackup {
    const where = this.#table
      ? `within the table ${this.#table.name}, after ${this.#rows} of ${this.#table.rows} rows`
      : `after ${this.#tables.length} of ${Object.keys(this.#header?.tables ?? {}).length} tables`
    return new UnusableBackup(this.#path, `is cut off: it ends ${where}; use another backup`)
  }

  #altered(what: string, cause?: unknown): UnusableBackup {
    return new UnusableBackup(this.#path, `was altered or damaged: ${what}; use another backup`, { cause })
  }
}

const LINE_FEED = 0x0a

/** The lines of a compressed file, each with its line feed; what follows the last one comes as it is. */
async function* linesOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const gunzip = createGunzip()
    const source = file.createReadStream({ autoClose: false, ...(signal && { signal }) })
    source.on('error', error => gunzip.destroy(error))
    let rest: Buffer[] = []
    let bytes = 0
    for await (const chunk of source.pipe(gunzip) as AsyncIterable<Buffer>) {
      let from = 0
      for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
        const piece = chunk.subarray(from, at + 1)
        yield rest.length === 0 ? piece : Buffer.concat([...rest, piece])
        rest = []
        bytes = 0
        from = at + 1
      }
      if (from === chunk.length) continue
      rest.push(chunk.subarray(from))
      bytes += chunk.length - from
      if (bytes > MAX_LINE_BYTES) throw Object.assign(new Error('a line without an end'), { code: 'Z_DATA_ERROR' })
    }
    if (rest.length > 0) yield Buffer.concat(rest)
    // Bytes behind the compressed content: somebody has added to the file.
    if (gunzip.bytesWritten < size) throw Object.assign(new Error('bytes after the end'), { code: 'Z_DATA_ERROR' })
  } finally {
    await file.close()
  }
}
