/** The port of the examination: an engine's registry as of one moment, to be held against itself. */

import type { Content, RegistryRecord, SealedSecret } from '../../registry/record.ts'

/** A record with all that belongs to it. */
export interface ExaminedRecord {
  readonly record: RegistryRecord
  readonly product: string
  /** The key of its scope, for example `scm/0a1b…`. */
  readonly scope: string
  /** Roles together, each in order. */
  readonly contents: readonly Content[]
  readonly secrets: readonly SealedSecret[]
}

export interface ExaminedContent {
  readonly scope: string
  /** What it is kept under, hex. */
  readonly sha256: string
  readonly bytes: Uint8Array
}

/** What only the engine can hold against itself. Each finding is a sentence. */
export interface EngineCheck {
  readonly name: string
  run(): Iterable<string> | AsyncIterable<string>
}

export interface ExaminedMoment {
  readonly checks: readonly EngineCheck[]
  count(): Promise<{ readonly records: number; readonly contents: number; readonly secrets: number }>
  records(): Iterable<ExaminedRecord> | AsyncIterable<ExaminedRecord>
  contents(): Iterable<ExaminedContent> | AsyncIterable<ExaminedContent>
  accessKeys(): Iterable<SealedAccessKey> | AsyncIterable<SealedAccessKey>
}

export interface SealedAccessKey {
  readonly id: string
  readonly sealedSecret: Uint8Array
}

export interface ExaminedStore {
  /** What is read within is of one moment. Nothing is changed. */
  examine<T>(work: (moment: ExaminedMoment) => Promise<T>): Promise<T>
}
