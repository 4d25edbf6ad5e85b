/** What every engine promises. A test file of an engine calls this with the real engine. */

import { describe } from 'vitest'
import { contentPromises } from './conformance/contents.ts'
import { duePromises } from './conformance/due.ts'
import type { Engine } from './conformance/engine.ts'
import { hostilePromises } from './conformance/hostile.ts'
import { listPromises } from './conformance/lists.ts'
import { recordPromises } from './conformance/records.ts'
import { tallyPromises } from './conformance/tallies.ts'
import { walkPromises } from './conformance/walks.ts'
import { withinPromises } from './conformance/within.ts'
import { writerPromises } from './conformance/writers.ts'

/** @param prepare makes an empty database of its own for the caller */
export function storageConformance(name: string, prepare: () => Promise<Engine>): void {
  describe(name, () => {
    recordPromises(prepare)
    contentPromises(prepare)
    listPromises(prepare)
    hostilePromises(prepare)
    walkPromises(prepare)
    duePromises(prepare)
    tallyPromises(prepare)
    withinPromises(prepare)
    writerPromises(prepare)
  })
}
