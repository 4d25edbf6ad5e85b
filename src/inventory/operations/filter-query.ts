/** The parameters of every question that has a filter. */

import { Type } from 'typebox'
import type { InventoryCall } from '../call.ts'
import type { FilterMeans } from '../filter/fields.ts'
import { MAX_FILTER } from '../limits.ts'

export const FILTER = Type.Optional(
  Type.String({
    description: `Which certificates: at most ${MAX_FILTER} characters of the filter grammar; all of them without.`,
  }),
)

/** @param now Unix ms that `now` and days left count from */
export function filterMeans({ sections }: InventoryCall, now: number): FilterMeans {
  return { now, products: sections.map(({ product }) => product) }
}
