/** Every figure of a run. `--json` writes them as they are: the names stay, so that runs can be compared. */

import type { ListName } from './questions.ts'

/** Milliseconds. */
export interface Latency {
  readonly median: number
  readonly p99: number
}

/** One question at one size. */
export interface QuestionFigures {
  readonly list: ListName
  readonly question: string
  /** One request after the other over HTTP, the exact total included. */
  readonly ours: Latency
  /** A prepared SELECT with LIMIT and OFFSET in the process, without HTTP. */
  readonly plainPage: Latency
  /** The COUNT(*) that a page of a plain table needs beside it. */
  readonly plainCount: Latency
}

/** Requests a second over several connections, and their share of a bare `node:http` server with the same bytes. */
export interface ThroughputFigures {
  readonly list: ListName
  readonly bare: number
  /** Pages anywhere in the list, hardly one asked twice. */
  readonly freshPages: number
  readonly freshRatio: number
  /** The first page, again and again, with nothing written in between. */
  readonly samePage: number
  readonly sameRatio: number
}

export interface SizeFigures {
  /** Of each list. */
  readonly records: number
  readonly questions: readonly QuestionFigures[]
  readonly throughput: readonly ThroughputFigures[]
  readonly process: {
    /** From the start of the process to its ready line. */
    readonly startMilliseconds: number
    readonly startResidentBytes: number
    /** After everything was asked. */
    readonly residentBytes: number
    readonly bytesOnDiskPerRecord: number
    /** Added by the generator, over all lists. */
    readonly filledPerSecond: number
  }
}

export interface ImportFigures {
  readonly certificates: number
  /** Certificates a second: `new X509Certificate` of each PEM and nothing else, in one thread and in one for each core. */
  readonly bareOneThread: number
  readonly bareAllCores: number
  /** `certfolio import` of the same file as a process, from its start to its end. */
  readonly imported: number
  readonly ratio: number
  readonly ratioOfOneThread: number
  /** The same import again: everything is present. */
  readonly presentAgain: number
  /** What the storage alone takes of ready drafts. */
  readonly stored: number
  readonly residentBytes: number
  /** In a process that also serves (transactions of 10 ms): how long its event loop stood still. */
  readonly loopDelay: { readonly p99: number; readonly max: number }
}

export interface Figures {
  readonly at: string
  readonly node: string
  readonly cores: number
  readonly sizes: readonly SizeFigures[]
  readonly import?: ImportFigures
  /** As bench/identity.ts writes them. */
  readonly identity?: unknown
}

export function latencyOf(milliseconds: readonly number[]): Latency {
  const sorted = milliseconds.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { median: at(0.5), p99: at(0.99) }
}
