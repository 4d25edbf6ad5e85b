/** Reads everything again and holds it against itself. */

import { hash } from 'node:crypto'
import { setImmediate as otherWork } from 'node:timers/promises'
import { accessKeyContext } from '../../identity/directory.ts'
import type { Vault } from '../../identity/identity.ts'
import type { Archive, ArchiveOptions, Examined } from '../../registry/archive.ts'
import { fileFindings } from './files.ts'
import type { ExaminedMoment, ExaminedStore } from './moment.ts'
import { certificateFindings, openSecrets, type SealingContext } from './records.ts'

/** Findings of one check that are told; the rest is counted. */
const MOST_TOLD = 100
/** Rows after which other work of the process has its turn. */
const ROWS_AT_ONCE = 200

export interface ExaminationMeans {
  readonly dataDir: string
  readonly sealingContext: SealingContext
  /** As `ArchiveMeans.vault`. */
  vault(): Vault | undefined
  open(options: { readonly make: boolean }): Promise<ExaminedStore & { close(): Promise<void> }>
  readonly report: Parameters<Archive['examine']>[0]
}

export async function examine(means: ExaminationMeans, options: ArchiveOptions = {}): Promise<Examined> {
  const store = await means.open({ make: false })
  try {
    return await store.examine(moment => new Examination(means, moment, options).run())
  } finally {
    await store.close()
  }
}

class Examination {
  readonly #means: ExaminationMeans
  readonly #moment: ExaminedMoment
  readonly #options: ArchiveOptions
  #vault: Vault | undefined
  #done = 0
  #total = 0

  constructor(means: ExaminationMeans, moment: ExaminedMoment, options: ArchiveOptions) {
    this.#means = means
    this.#moment = moment
    this.#options = options
  }

  async run(): Promise<Examined> {
    const { dataDir } = this.#means
    await this.#check('files', () => fileFindings(dataDir))
    await this.#check('master key', () => this.#takeVault())
    for (const { name, run } of this.#moment.checks) await this.#check(name, run)
    let examined: Examined = { records: 0, contents: 0, secrets: 0 }
    const count = async () => {
      examined = await this.#moment.count()
      this.#total = examined.records + examined.contents
      return []
    }
    await this.#check('tables', count)
    await this.#check('access keys', () => this.#accessKeys())
    await this.#check('contents', () => this.#contents())
    await this.#check('records', () => this.#records())
    return examined
  }

  /** A check that cannot be finished has found something too, and keeps no other one from being made. */
  async #check(
    name: string,
    run: () => Iterable<string> | AsyncIterable<string> | Promise<Iterable<string>>,
  ): Promise<void> {
    let found = 0
    const { report } = this.#means
    try {
      for await (const says of await run()) if (++found <= MOST_TOLD) report({ check: name, says })
    } catch (error) {
      if (this.#options.signal?.aborted) throw error
      const why = error instanceof Error ? error.message : String(error)
      report({ check: name, says: `The check could not be finished: ${why.replace(/\.$/, '')}.` })
    }
    if (found > MOST_TOLD) report({ check: name, says: `And ${found - MOST_TOLD} more of this check.` })
  }

  *#takeVault(): Generator<string> {
    this.#vault = this.#means.vault()
    if (this.#vault === undefined) yield 'There is no master key, so no secret can be opened.'
  }

  async *#accessKeys(): AsyncGenerator<string> {
    for await (const { id, sealedSecret } of this.#moment.accessKeys())
      if (!opens(this.#vault, sealedSecret, accessKeyContext(id)))
        yield `The secret of the access key ${id} does not open with the master key.`
  }

  async *#contents(): AsyncGenerator<string> {
    for await (const { scope, sha256, bytes } of this.#moment.contents()) {
      await this.#step()
      if (hash('sha256', bytes, 'hex') !== sha256)
        yield `A content of ${scope} is not what was stored: its SHA-256 is not ${sha256}.`
    }
  }

  async *#records(): AsyncGenerator<string> {
    const vault = this.#vault
    for await (const examined of this.#moment.records()) {
      await this.#step()
      const secrets = vault && openSecrets(examined, vault, this.#means.sealingContext)
      yield* secrets?.findings ?? []
      // A certificate may lie in a sealed file, which says nothing as long as it is closed.
      const isClosed = examined.secrets.length > 0 && (secrets === undefined || secrets.findings.length > 0)
      if (!isClosed) yield* certificateFindings(examined, secrets?.opened ?? [])
    }
  }

  async #step(): Promise<void> {
    this.#done++
    if (this.#done % ROWS_AT_ONCE !== 0) return
    this.#options.progress?.(this.#done, this.#total)
    await otherWork()
    this.#options.signal?.throwIfAborted()
  }
}

/** Without a master key nothing more is said than that. */
function opens(vault: Vault | undefined, sealed: Uint8Array, context: string): boolean {
  try {
    vault?.open(sealed, context)
    return true
  } catch {
    return false
  }
}
