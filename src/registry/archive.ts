/** The registry as a whole: into a file, out of a file, and held against itself. */

/** How far long work is: rows done, of all. */
export type Progress = (done: number, total: number) => void

export interface ArchiveOptions {
  readonly progress?: Progress
  /** Ends the work; what was begun is undone. */
  readonly signal?: AbortSignal
}

/** What a backup holds. */
export interface BackupSummary {
  /** Version of Certfolio that wrote it. */
  readonly version: string
  /** The moment that it shows, in Unix ms. */
  readonly at: number
  /** The engine that it was taken from; it goes into either. */
  readonly engine: EngineName
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly sha256: string }[]
  /** Of the whole content before compression: two backups that show the same registry differ in nothing but their times. */
  readonly sha256: string
}

export type EngineName = 'sqlite' | 'postgres'

/** Something that is wrong. */
export interface Finding {
  /** Which check found it, for example `fingerprints`. */
  readonly check: string
  /** A sentence. It holds no secret, no key and no bytes of a certificate. */
  readonly says: string
}

/** What a check of everything looked at. */
export interface Examined {
  readonly records: number
  readonly contents: number
  readonly secrets: number
}

/** One registry, from outside: nothing of it is served meanwhile by the process that holds this. */
export interface Archive {
  /**
   * Writes everything as of one moment to `path`, which appears whole or not at all, readable by its owner alone.
   * Others go on reading and writing.
   * @throws Error with one line
   */
  backup(path: string, options?: ArchiveOptions): Promise<BackupSummary>
  /** Reads a backup to its end. @throws Error with one line that says what is wrong with it, and where */
  verify(path: string, options?: ArchiveOptions): Promise<BackupSummary>
  /**
   * Puts a backup into the registry, all of it or nothing.
   * @param keyMayDiffer puts it in although its secrets cannot be opened with the master key here
   * @throws Error with one line: the backup is cut off or altered, the registry is not empty, the master key is another
   */
  restore(path: string, options?: ArchiveOptions & { readonly keyMayDiffer?: boolean }): Promise<BackupSummary>
  /** Reads everything again and holds it against itself; changes nothing. @param report told of each finding */
  examine(report: (finding: Finding) => void, options?: ArchiveOptions): Promise<Examined>
}
