/** The one order of all scopes together. */

import type { Position } from '../../registry/inventory.ts'

/** Numbers by their value, texts by their UTF-8 bytes, what has none last in both directions, ties by number. */
export function inOrder<P extends Position>(places: readonly P[], ascending: boolean): P[] {
  const sign = ascending ? 1 : -1
  return places.toSorted((a, b) => {
    if (a.value === null || b.value === null)
      return Number(a.value === null) - Number(b.value === null) || sign * (a.number - b.number)
    return sign * (compared(a.value, b.value) || a.number - b.number)
  })
}

function compared(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (a === b) return 0
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))
}
