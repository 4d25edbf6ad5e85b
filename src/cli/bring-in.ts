/** Turns files into records of one product and adds them in batches; says what became of each. */

import { setTimeout as pause } from 'node:timers/promises'
import type { Intake } from '../products/shared/product.ts'
import { RegistryFault } from '../registry/fault.ts'
import type { Draft, RegistryRecord, SealedSecret } from '../registry/record.ts'
import type { Added } from '../registry/store.ts'
import type { Registry } from '../server/registry.ts'
import { type Outcome, type Refusal, work } from '../sources/drafts.ts'
import type { Finding } from '../sources/find.ts'
import { outcomesOf, type Workers } from '../sources/pipeline.ts'
import { BatchSize } from './bring-in-size.ts'
import type { Destination } from './place.ts'

/** Bytes of one transaction. */
const BATCH_BYTES = 16 * 1024 * 1024
/** How often ids that are taken are made anew, and how often a busy storage is asked again. */
const MAX_ATTEMPTS = 20
/**
 * Milliseconds that one transaction may take. A large one costs each record half of what a small one does, and nobody
 * else writes meanwhile; a server beside it waits up to a second before it says that it is busy.
 */
const TRANSACTION_TIME = 400
/** Of the time of a transaction, the part that is left free behind it: whoever waits to write gets to it then. */
const GAP_SHARE = 1 / 16

/** What became of one record, or of one file that was not taken. */
export type Verdict =
  /** `completed`: the record stood already, without a secret that it now has. */
  { readonly is: Added['is'] | 'completed'; readonly path: string } | NotTaken

interface NotTaken {
  /** `skipped`: nothing is wrong with the file, it is just none for this product. */
  readonly is: 'refused' | 'skipped'
  readonly path: string
  readonly why: string
}

export interface BringInOptions {
  /** What reads the files; without it they are read one after the other, in this thread. */
  readonly workers?: Workers
  /** Milliseconds that one transaction may take, about. A process that also serves passes 10: its loop stands still. */
  readonly transactionTime?: number
  /** Ends the import between two transactions: what was read until then is added, the verdicts say how far it came. */
  readonly signal?: AbortSignal
  /** Told how many files more, or what part of one, are read. */
  readonly onRead?: (files: number) => void
}

type Pending = { readonly path: string } & ({ readonly draft: Draft } | Omit<Refusal, 'line'>)

/**
 * The verdicts are in the order of the files. At most one batch of drafts, and what the workers hold, is in memory.
 * @throws RegistryFault where the storage fails: what was said to be added until then is added
 */
export async function* bringInto(
  registry: Registry,
  intake: Intake,
  destination: Destination,
  findings: AsyncIterable<Finding> | Iterable<Finding>,
  options: BringInOptions = {},
): AsyncGenerator<Verdict> {
  const here: Workers = { width: 1, run: async task => work(task, intake, destination.context) }
  const transactionTime = options.transactionTime ?? TRANSACTION_TIME
  const size = new BatchSize(transactionTime)
  let batch: Pending[] = []
  let bytes = 0
  for await (const outcome of outcomesOf(findings, options.workers ?? here)) {
    for (const pending of pendingOf(outcome)) {
      batch.push(pending)
      if ('draft' in pending) bytes += bytesOf(pending.draft)
      if (batch.length < size.records && bytes < BATCH_BYTES) continue
      yield* flush(registry, intake, destination, batch, size)
      await pause(transactionTime * GAP_SHARE)
      batch = []
      bytes = 0
    }
    options.onRead?.(outcome.share)
    if (options.signal?.aborted) break
  }
  yield* flush(registry, intake, destination, batch, size)
}

function pendingOf({ path, drafts, refusals }: Outcome): readonly Pending[] {
  return [...drafts.map(draft => ({ path, draft })), ...refusals.map(refusal => ({ path, ...refusal }))]
}

function bytesOf({ contents, secrets }: Draft): number {
  let bytes = 0
  for (const content of contents) bytes += content.bytes.length
  for (const secret of secrets) bytes += secret.sealed.length
  return bytes
}

async function* flush(
  registry: Registry,
  intake: Intake,
  destination: Destination,
  batch: readonly Pending[],
  size: BatchSize,
): AsyncGenerator<Verdict> {
  const drafts = batch.flatMap(pending => ('draft' in pending ? [pending.draft] : []))
  const started = performance.now()
  const added = drafts.length === 0 ? [] : await add(registry, intake, destination, drafts)
  if (drafts.length > 0) size.learn(drafts.length, performance.now() - started)
  let next = 0
  for (const pending of batch) {
    if ('why' in pending) {
      yield { is: pending.isSkipped ? 'skipped' : 'refused', path: pending.path, why: pending.why }
      continue
    }
    const verdict = added[next++]
    if (verdict?.is === 'present' && intake.isSame?.(verdict.record, pending.draft) === false)
      yield { is: 'refused', path: pending.path, why: 'Another file of this name is there already.' }
    else if (
      verdict?.is === 'present' &&
      (await complete(registry, intake, destination, verdict.record, pending.draft))
    )
      yield { is: 'completed', path: pending.path }
    else yield { is: verdict?.is ?? 'present', path: pending.path }
  }
}

/** Gives a standing record the secrets of a draft that it does not have. @returns whether there were any */
async function complete(
  { storage }: Registry,
  intake: Intake,
  { scope }: Destination,
  { number }: RegistryRecord,
  draft: Draft,
): Promise<boolean> {
  if (!intake.completion) return false
  const missing: SealedSecret[] = []
  for (const secret of draft.secrets)
    if ((await storage.records.secret(scope, number, secret.role)) === undefined) missing.push(secret)
  if (missing.length === 0) return false
  const change = intake.completion(draft)
  for (let attempt = 1; ; attempt++) {
    try {
      return (await storage.records.change(scope, number, change, missing)) !== undefined
    } catch (error) {
      if (!(error instanceof RegistryFault) || error.fault.is !== 'busy' || attempt >= MAX_ATTEMPTS) throw error
      await pause(error.fault.retryAfterSeconds * 1000)
    }
  }
}

async function add(
  { storage, clock }: Registry,
  intake: Intake,
  { scope }: Destination,
  drafts: readonly Draft[],
): Promise<readonly Added[]> {
  let current = intake.renumber?.(drafts, 0, clock()) ?? drafts
  for (let attempt = 1; ; attempt++) {
    try {
      return await storage.records.add(scope, current, { oncePerFingerprint: intake.oncePerFingerprint ?? false })
    } catch (error) {
      if (!(error instanceof RegistryFault) || attempt >= MAX_ATTEMPTS) throw error
      if (error.fault.is === 'busy') await pause(error.fault.retryAfterSeconds * 1000)
      else if (error.fault.is === 'taken' && intake.renumber) current = intake.renumber(drafts, attempt, clock())
      else throw error
    }
  }
}
