/** From files to drafts, the part of an import that takes the processor's time: in this thread or in another one. */

import { closeSync, openSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Vault } from '../identity/identity.ts'
import type { Principal } from '../identity/principal.ts'
import type { Draft } from '../registry/record.ts'
import type { Clock } from '../registry/record-number.ts'
import { Unreadable } from '../x509/unreadable.ts'
import type { Finding, Given, Missed } from './find.ts'
import { blocksOf, countLines, PART_BYTES, readPart } from './parts.ts'
import { readAt, readWhole, said } from './read.ts'

/** What makes drafts of files: an intake of a product, as far as it is needed here. */
export interface DraftMaker {
  readonly product: string
  /** `import.meta.url` of the module that exports it: a thread loads that one alone. */
  readonly module: string
  /** Whether each certificate of a bundle is a record whatever stands beside it, so that a large one may be cut. */
  readonly cutsBundles?: boolean
  /** @throws Unreadable */
  drafts(file: Omit<Given, 'path'>, context: MakerContext): readonly Draft[]
}

export interface MakerContext {
  readonly clock: Clock
  readonly vault: Vault
  readonly principal: Principal
  readonly compartment: string
}

/** A piece of work: some files, or a part of a large one. */
export type Task =
  | { readonly is: 'files'; readonly files: readonly Finding[] }
  | { readonly is: 'part'; readonly path: string; readonly size: number; readonly from: number; readonly to: number }

/** What came of a file, or of a part of one. */
export interface Outcome {
  readonly path: string
  readonly drafts: readonly Draft[]
  readonly refusals: readonly Refusal[]
  /** Of a part: its line feeds. */
  readonly lines: number
  /** How much of its file it is, from 0 to 1. */
  readonly share: number
}

export interface Refusal {
  /** What is wrong, beginning with what it is wrong with; a whole sentence where there is no line. */
  readonly why: string
  /** In the part, the first line being 1. */
  readonly line?: number
  /** Whether nothing is wrong: the file is just none for this product. */
  readonly isSkipped?: true
}

export interface Answer {
  readonly outcomes: readonly Outcome[]
  /** A file behind those of the outcomes that is to be read in parts: its bytes. */
  readonly large?: { readonly path: string; readonly size: number }
  /** The files that are left behind all this: what was read is enough for one answer. */
  readonly rest: readonly Finding[]
}

/** Bytes of files that one answer may come from; the last file may exceed it. */
export const ANSWER_BYTES = 2 * 1024 * 1024

/** Does a piece of work. @param enough bytes of files for one answer */
export function work(task: Task, maker: DraftMaker, context: MakerContext, enough = ANSWER_BYTES): Answer {
  if (task.is === 'part') return { outcomes: [outcomeOfPart(task, maker, context)], rest: [] }
  const outcomes: Outcome[] = []
  let bytes = 0
  for (const [i, finding] of task.files.entries()) {
    const rest = task.files.slice(i + 1)
    const size = unlessRefused(() => sizeToCut(finding, maker))
    if (size !== undefined) return { outcomes, large: { path: finding.path, size }, rest }
    const file = 'why' in finding || 'bytes' in finding ? finding : readWhole(finding)
    if ('why' in file) outcomes.push(missed(file))
    else if (file.bytes.length === 0) outcomes.push(refused(file.path, 'The file is empty.'))
    else {
      outcomes.push(outcomeOf(file, maker, context))
      bytes += file.bytes.length
      if (bytes >= enough) return { outcomes, rest }
    }
  }
  return { outcomes, rest: [] }
}

function refused(path: string, why: string): Outcome {
  return { path, drafts: [], refusals: [{ why }], lines: 0, share: 1 }
}

function missed({ path, why, isSkipped }: Missed): Outcome {
  return { ...refused(path, why), refusals: [{ why, ...(isSkipped && { isSkipped }) }] }
}

function outcomeOf(file: Given, maker: DraftMaker, context: MakerContext): Outcome {
  const drafts = unlessUnreadable(() => maker.drafts(file, context))
  if (drafts instanceof Unreadable) return refused(file.path, drafts.message)
  return { path: file.path, drafts, refusals: [], lines: 0, share: 1 }
}

function unlessUnreadable<T>(make: () => T): T | Unreadable {
  try {
    return make()
  } catch (error) {
    if (error instanceof Unreadable) return error
    throw error
  }
}

/** The bytes of a file that is larger than one part and may be cut; DER begins with a SEQUENCE and is never cut. */
function sizeToCut(finding: Finding, { cutsBundles = false }: DraftMaker): number | undefined {
  if (!cutsBundles || 'why' in finding || 'bytes' in finding || finding.keyPath !== undefined) return undefined
  // A device is never opened.
  const stats = statSync(finding.path, { throwIfNoEntry: false })
  if (stats?.isFile() !== true || stats.size <= PART_BYTES) return undefined
  return firstByte(finding.path) === 0x30 ? undefined : stats.size
}

/** What the file system refuses is said by whoever reads the file. */
function unlessRefused<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}

function firstByte(path: string): number | undefined {
  const file = openSync(path, 'r')
  try {
    return readAt(file, 0, 1)[0]
  } finally {
    closeSync(file)
  }
}

function outcomeOfPart(
  { path, size, from, to }: Extract<Task, { is: 'part' }>,
  maker: DraftMaker,
  context: MakerContext,
): Outcome {
  const share = (to - from) / size
  try {
    const file = openSync(path, 'r')
    try {
      const part = readPart(file, size, from, to)
      return { path, ...draftsOfPart(part, basename(path), maker, context), lines: countLines(part), share }
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    return { path, drafts: [], refusals: [{ why: said(error) }], lines: 0, share }
  }
}

/** The drafts of a part; where it cannot be read as a whole, those of the blocks that can, and what is wrong with the others. */
function draftsOfPart(
  part: Buffer,
  name: string,
  maker: DraftMaker,
  context: MakerContext,
): Pick<Outcome, 'drafts' | 'refusals'> {
  if (part.length === 0) return { drafts: [], refusals: [] }
  const make = (bytes: Buffer) => unlessUnreadable(() => maker.drafts({ name, bytes }, context))
  const whole = make(part)
  if (!(whole instanceof Unreadable)) return { drafts: whole, refusals: [] }
  const good: Buffer[] = []
  const refusals: Refusal[] = []
  for (const { bytes, line } of blocksOf(part)) {
    const made = make(bytes)
    if (made instanceof Unreadable) refusals.push({ why: whyOfBlock(made), line })
    else good.push(bytes)
  }
  const drafts = good.length === 0 ? [] : make(Buffer.concat(good))
  return drafts instanceof Unreadable
    ? { drafts: [], refusals: [...refusals, { why: drafts.message }] }
    : { drafts, refusals }
}

/** `The PEM block is empty` without where it is within its block: the block's own line is known better. */
function whyOfBlock({ message }: Unreadable): string {
  return message.replace(/ \([^()]*\)\.$/, '')
}
