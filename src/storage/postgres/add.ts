/** Adds many records at once, as if one after the other: what stands is read first, then all is written together. */

import { RegistryFault } from '../../registry/fault.ts'
import type { Draft, RecordFacts, RegistryRecord } from '../../registry/record.ts'
import type { Added, AddOptions } from '../../registry/store.ts'
import { storable } from '../columns.ts'
import { settled } from '../due-status.ts'
import { keepContents } from './contents.ts'
import type { WorkerNumbers } from './numbers.ts'
import { insertRows, presentRows } from './record-statements.ts'
import type { WriteTransaction } from './transaction.ts'

/** A draft's facts as they can be stored, or the record that stands in its place. */
interface Verdict {
  readonly draft: Draft
  readonly facts: RecordFacts
  /** The place in the batch of the draft that was first; or a record that stood before it. */
  readonly present: number | RegistryRecord | undefined
}

/** @param now Unix ms @throws RegistryFault `taken` by `vendorId`; nothing was written then */
export async function addAll(
  transaction: WriteTransaction,
  numbers: WorkerNumbers,
  now: number,
  drafts: readonly Draft[],
  options: AddOptions,
): Promise<readonly Added[]> {
  const verdicts = await judge(
    transaction,
    drafts.map(draft => ({ draft, facts: settled(storable(draft.facts), now) })),
    options,
  )
  const fresh = verdicts.filter(({ present }) => present === undefined)
  const assigned = await numbers.take(fresh.length, transaction.lastNumber)
  const records = new Map(fresh.map((verdict, at) => [verdict, { ...verdict.facts, number: assigned[at] ?? 0 }]))
  await insertRows(transaction, [...records.values()])
  await keepContents(
    transaction,
    [...records].map(([{ draft }, { number }]) => ({ ...draft, number })),
  )
  transaction.lastNumber = assigned.at(-1) ?? transaction.lastNumber
  return verdicts.map((verdict): Added => {
    const record = records.get(verdict)
    if (record !== undefined) return { is: 'added', record }
    const { present } = verdict
    const first = typeof present === 'number' ? verdicts[present] : undefined
    const standing = typeof present === 'object' ? settled(present, now) : first && records.get(first)
    if (standing === undefined) throw new Error('a draft is neither added nor present')
    return { is: 'present', record: standing }
  })
}

async function judge(
  transaction: WriteTransaction,
  drafts: readonly Omit<Verdict, 'present'>[],
  { oncePerFingerprint }: AddOptions,
): Promise<readonly Verdict[]> {
  const values = (field: 'uniqueKey' | 'vendorId' | 'fingerprint') =>
    new Set(
      drafts.flatMap(({ facts }) =>
        facts[field] || (facts[field] === '' && field !== 'fingerprint') ? [facts[field] ?? ''] : [],
      ),
    )
  const standing = {
    uniqueKey: new Map<string, number | RegistryRecord>(
      await presentRows(transaction, 'uniqueKey', values('uniqueKey')),
    ),
    vendorId: new Map<string, number | RegistryRecord>(await presentRows(transaction, 'vendorId', values('vendorId'))),
    fingerprint: new Map<string, number | RegistryRecord>(
      oncePerFingerprint ? await presentRows(transaction, 'fingerprint', values('fingerprint')) : [],
    ),
  }
  return drafts.map(({ draft, facts }, at) => {
    const { uniqueKey, vendorId, fingerprint } = facts
    const byKey = uniqueKey === null ? undefined : standing.uniqueKey.get(uniqueKey)
    const present =
      byKey ?? (oncePerFingerprint && fingerprint !== '' ? standing.fingerprint.get(fingerprint) : undefined)
    if (present !== undefined) return { draft, facts, present }
    if (vendorId !== null && standing.vendorId.has(vendorId)) throw new RegistryFault({ is: 'taken', by: 'vendorId' })
    if (uniqueKey !== null) standing.uniqueKey.set(uniqueKey, at)
    if (vendorId !== null) standing.vendorId.set(vendorId, at)
    if (oncePerFingerprint && fingerprint !== '') standing.fingerprint.set(fingerprint, at)
    return { draft, facts, present: undefined }
  })
}
