/** Writes a backup: into a file of another name first, which gets its own name when it is whole and on the disk. */

import { createHash, type Hash, randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createGzip } from 'node:zlib'
import type { ArchiveOptions, BackupSummary } from '../../registry/archive.ts'
import { FORMAT, type Header, lineOf, rowLines, tableLine } from './format.ts'
import type { RawMoment, RawStore, RawTable } from './raw-store.ts'

export interface BackupMeans {
  /** Of Certfolio. */
  readonly version: string
  /** Unix ms. */
  readonly now: number
  /** As `Header.masterKeyCheck`. */
  readonly masterKeyCheck: string | null
}

/**
 * Writes all tables of one moment to `path`.
 * @throws Error with one line; then there is no file, and one that stood there before stands there still
 */
export async function writeBackup(
  store: RawStore,
  path: string,
  means: BackupMeans,
  { progress, signal }: ArchiveOptions = {},
): Promise<BackupSummary> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  try {
    const file = await open(draft, 'wx', 0o600)
    let summary: BackupSummary
    try {
      summary = await store.read(async moment => {
        const content = new BackupContent(store.engine, moment, means, progress)
        // An online backup holds back what it reads from: fast is better than small.
        const gzip = createGzip({ level: constants.Z_BEST_SPEED })
        const intoFile = async (compressed: AsyncIterable<Buffer>) => {
          for await (const chunk of compressed) await file.writeFile(chunk)
        }
        await pipeline(Readable.from(content.chunks()), gzip, intoFile, { ...(signal && { signal }) })
        return content.summary()
      })
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
    await syncDirectory(dirname(path))
    return summary
  } catch (error) {
    await rm(draft, { force: true })
    throw unwritable(path, error)
  }
}

class BackupContent {
  readonly #engine: RawStore['engine']
  readonly #moment: RawMoment
  readonly #means: BackupMeans
  readonly #progress: ArchiveOptions['progress']
  readonly #whole = createHash('sha256')
  readonly #tables: BackupSummary['tables'][number][] = []
  #sha256 = ''

  constructor(engine: RawStore['engine'], moment: RawMoment, means: BackupMeans, progress: ArchiveOptions['progress']) {
    this.#engine = engine
    this.#moment = moment
    this.#means = means
    this.#progress = progress
  }

  async *chunks(): AsyncGenerator<Buffer> {
    const tables = await this.#moment.tables()
    const total = tables.reduce((sum, { rows }) => sum + rows, 0)
    let done = 0
    yield this.#hashed(lineOf(await this.#header(tables)))
    for (const table of tables) {
      const section = createHash('sha256')
      yield this.#hashed(tableLine(table), section)
      for await (const rows of this.#moment.rows(table)) {
        yield this.#hashed(rowLines(rows), section)
        done += rows.length
        this.#progress?.(done, total)
      }
      const sha256 = section.digest('hex')
      this.#tables.push({ name: table.name, rows: table.rows, sha256 })
      yield this.#hashed(lineOf({ end: table.name, rows: table.rows, sha256 }))
    }
    this.#sha256 = this.#whole.digest('hex')
    yield lineOf({ end: 'backup', sha256: this.#sha256 })
  }

  summary(): BackupSummary {
    const { version, now } = this.#means
    return { version, at: now, engine: this.#engine, tables: this.#tables, sha256: this.#sha256 }
  }

  async #header(tables: readonly (RawTable & { readonly rows: number })[]): Promise<Header> {
    return {
      certfolio: 'backup',
      format: FORMAT,
      version: this.#means.version,
      at: new Date(this.#means.now).toISOString(),
      engine: this.#engine,
      schema: await this.#moment.schema(),
      lastNumber: await this.#moment.lastNumber(),
      masterKeyCheck: this.#means.masterKeyCheck,
      tables: Object.fromEntries(tables.map(({ name, rows }) => [name, rows])),
    }
  }

  #hashed(chunk: Buffer, section?: Hash): Buffer {
    this.#whole.update(chunk)
    section?.update(chunk)
    return chunk
  }
}

/** Makes the new name survive a loss of power. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } catch (error) {
    // Some file systems cannot sync a directory, and say so.
    if (!['EINVAL', 'ENOTSUP', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await directory.close()
  }
}

function unwritable(path: string, error: unknown): Error {
  const { code, name } = error as NodeJS.ErrnoException
  if (name === 'AbortError') return new Error(`The backup was stopped; ${path} was not written.`, { cause: error })
  const why = new Map([
    ['ENOENT', 'its directory does not exist; create it, or name another one'],
    ['ENOTDIR', 'its directory is none; name another one'],
    ['EISDIR', 'it is a directory; name a file'],
    ['EACCES', 'its directory cannot be written; check its owner and its mode'],
    ['EPERM', 'its directory cannot be written; check its owner and its mode'],
    ['EROFS', 'its file system is read-only; name another one'],
    ['ENOSPC', 'the disk is full; free some space, or name another one'],
    ['EIO', 'input/output error; check the disk'],
  ]).get(code ?? '')
  if (why === undefined) return error instanceof Error ? error : new Error(String(error))
  return new Error(`The backup ${path} cannot be written: ${why}.`, { cause: error })
}
