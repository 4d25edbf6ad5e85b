/**
 * Answers on their way between threads. JSON and one run of bytes take a third of the receiving thread's time that
 * cloning a thousand small objects and arrays takes, and that thread is the one that also writes.
 */

import type { Draft } from '../registry/record.ts'
import type { Answer, Outcome } from './drafts.ts'
import type { Finding, Given } from './find.ts'

export interface Packed {
  /** The answer, each run of bytes in a draft replaced by its length. */
  readonly json: string
  /** All those bytes, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

interface PackedDraft {
  readonly facts: Draft['facts']
  readonly contents: readonly (readonly [role: string, length: number])[]
  readonly secrets: readonly (readonly [role: string, length: number])[]
}

type PackedOutcome = Omit<Outcome, 'drafts'> & { readonly drafts: readonly PackedDraft[] }
type PackedFinding = Exclude<Finding, Given> | (Omit<Given, 'bytes'> & { readonly length: number })
type PackedAnswer = Omit<Answer, 'outcomes' | 'rest'> & {
  readonly outcomes: readonly PackedOutcome[]
  readonly rest: readonly PackedFinding[]
}

export function pack({ outcomes, rest, ...more }: Answer): Packed {
  const runs: Uint8Array[] = []
  const lengthOf = (bytes: Uint8Array) => {
    runs.push(bytes)
    return bytes.length
  }
  const draft = ({ facts, contents, secrets }: Draft): PackedDraft => ({
    facts,
    contents: contents.map(({ role, bytes }) => [role, lengthOf(bytes)] as const),
    secrets: secrets.map(({ role, sealed }) => [role, lengthOf(sealed)] as const),
  })
  const finding = (each: Finding): PackedFinding => {
    if (!('bytes' in each)) return each
    const { bytes, ...file } = each
    return { ...file, length: lengthOf(bytes) }
  }
  const answer: PackedAnswer = {
    ...more,
    outcomes: outcomes.map(outcome => ({ ...outcome, drafts: outcome.drafts.map(draft) })),
    rest: rest.map(finding),
  }
  return { json: JSON.stringify(answer), bytes: joined(runs) }
}

function joined(runs: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(runs.reduce((sum, run) => sum + run.length, 0))
  let at = 0
  for (const run of runs) {
    bytes.set(run, at)
    at += run.length
  }
  return bytes
}

/** The bytes of drafts and files are windows of the packed ones. */
export function unpack({ json, bytes }: Packed): Answer {
  const { outcomes, rest, ...more }: PackedAnswer = JSON.parse(json)
  let at = 0
  const take = (length: number) => {
    at += length
    return bytes.subarray(at - length, at)
  }
  const draft = ({ facts, contents, secrets }: PackedDraft): Draft => ({
    facts,
    contents: contents.map(([role, length]) => ({ role, bytes: take(length) })),
    secrets: secrets.map(([role, length]) => ({ role, sealed: take(length) })),
  })
  const finding = (each: PackedFinding): Finding => {
    if (!('length' in each)) return each
    const { length, ...file } = each
    return { ...file, bytes: take(length) }
  }
  return {
    ...more,
    outcomes: outcomes.map(outcome => ({ ...outcome, drafts: outcome.drafts.map(draft) })),
    rest: rest.map(finding),
  }
}
