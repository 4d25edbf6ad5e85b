/** Turns files into records of one product and adds them in batches; says what became of each. */

import { setTimeout as pause } from 'node:timers/promises'
import type { Intake, IntakeContext } from '../products/shared/product.ts'
import { RegistryFault } from '../registry/fault.ts'
import type { Draft } from '../registry/record.ts'
import type { Scope } from '../registry/scope.ts'
import type { Added } from '../registry/store.ts'
import type { Registry } from '../server/registry.ts'
import type { SourceFile } from '../sources/files.ts'
import { Unreadable } from '../x509/unreadable.ts'
import type { Destination } from './place.ts'

/** Drafts of one transaction: large enough that syncs do not count, small enough that a server beside it can write. */
const BATCH_DRAFTS = 500
/** Bytes of one transaction. */
const BATCH_BYTES = 16 * 1024 * 1024
/** How often ids that are taken are made anew, and how often a busy storage is asked again. */
const MAX_ATTEMPTS = 20

/** What became of one record, or of one file that was not taken. */
export type Verdict =
  | { readonly is: Added['is']; readonly path: string }
  | { readonly is: 'refused'; readonly path: string; readonly why: string }

interface Pending {
  readonly path: string
  readonly draft: Draft
}

/**
 * @param files taken one after the other; at most one batch of drafts is in memory
 * @throws RegistryFault where the storage fails: what was said to be added until then is added
 */
export async function* bringInto(
  registry: Registry,
  intake: Intake,
  { scope, context }: Destination,
  files: AsyncIterable<SourceFile> | Iterable<SourceFile>,
): AsyncGenerator<Verdict> {
  let batch: Pending[] = []
  let bytes = 0
  for await (const file of files) {
    if ('why' in file) {
      yield { is: 'refused', path: file.path, why: file.why }
      continue
    }
    const drafts = draftsOf(intake, file, context)
    if (typeof drafts === 'string') {
      yield { is: 'refused', path: file.path, why: drafts }
      continue
    }
    for (const draft of drafts) {
      batch.push({ path: file.path, draft })
      bytes += draft.facts.contentSize
      if (batch.length < BATCH_DRAFTS && bytes < BATCH_BYTES) continue
      yield* flush(registry, scope, intake, batch)
      batch = []
      bytes = 0
    }
  }
  yield* flush(registry, scope, intake, batch)
}

/** A file's drafts, or why it has none. */
function draftsOf(
  intake: Intake,
  file: Extract<SourceFile, { bytes: Uint8Array }>,
  context: IntakeContext,
): readonly Draft[] | string {
  try {
    return intake.drafts(file, context)
  } catch (error) {
    if (error instanceof Unreadable) return error.message
    throw error
  }
}

async function* flush(
  registry: Registry,
  scope: Scope,
  intake: Intake,
  batch: readonly Pending[],
): AsyncGenerator<Verdict> {
  if (batch.length === 0) return
  const drafts = batch.map(({ draft }) => draft)
  const added = await add(registry, scope, intake, drafts)
  for (const [i, { path, draft }] of batch.entries()) {
    const verdict = added[i]
    if (verdict?.is === 'present' && intake.isSame?.(verdict.record, draft) === false)
      yield { is: 'refused', path, why: 'Another file of this name is there already.' }
    else yield { is: verdict?.is ?? 'present', path }
  }
}

async function add(
  { storage }: Registry,
  scope: Scope,
  intake: Intake,
  drafts: readonly Draft[],
): Promise<readonly Added[]> {
  let current = drafts
  for (let attempt = 1; ; attempt++) {
    try {
      return await storage.records.add(scope, current, { oncePerFingerprint: intake.oncePerFingerprint ?? false })
    } catch (error) {
      if (!(error instanceof RegistryFault) || attempt >= MAX_ATTEMPTS) throw error
      if (error.fault.is === 'busy') await pause(error.fault.retryAfterSeconds * 1000)
      else if (error.fault.is === 'taken' && intake.renumber) current = intake.renumber(drafts, attempt)
      else throw error
    }
  }
}
