/** Fills a registry with made-up records by the way that an import takes. */

import { bringInto } from '../../src/cli/bring-in.ts'
import { enterFor } from '../../src/cli/place.ts'
import type { Intake } from '../../src/products/shared/product.ts'
import type { Registry } from '../../src/server/registry.ts'
import { Reader } from '../../src/sources/reader.ts'
import { fileOf } from './intakes.ts'

/** Records of one task of a thread. */
const RECORDS_AT_ONCE = 250
/** Milliseconds of one transaction: nobody else is there. */
const TRANSACTION_TIME = 1000

export interface Filling {
  /** The records that the list has, and those that it is to have. */
  readonly from: number
  readonly to: number
  /** Unix ms: certificates expire up to two years before and after it. The same filling has the same one. */
  readonly now: number
  readonly dataDir: string
}

/** The first moment of the month: fillings of one month are the same. */
export function monthOf(now: number): number {
  const date = new Date(now)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
}

/** @returns records a second */
export async function fill(registry: Registry, intake: Intake, { from, to, now, dataDir }: Filling): Promise<number> {
  const started = performance.now()
  const destination = await enterFor(registry, intake, {})
  await using reader = new Reader(intake, destination.context, { dataDir, env: {}, startHere: to - from < 1000 })
  const files = function* () {
    for (let at = from; at < to; at += RECORDS_AT_ONCE)
      yield fileOf({ from: at, to: Math.min(to, at + RECORDS_AT_ONCE), now })
  }
  const options = { workers: reader, transactionTime: TRANSACTION_TIME }
  for await (const verdict of bringInto(registry, intake, destination, files(), options))
    if (verdict.is !== 'added') throw new Error(`a record of ${intake.product} was not added: ${verdict.is}`)
  return (to - from) / ((performance.now() - started) / 1000)
}
