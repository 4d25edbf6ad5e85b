/** Along which index the records of one scope are read for a question. */

import type { Expression, InventoryOrder } from '../../registry/inventory.ts'
import { COLUMNS } from '../columns.ts'
import type { Bound } from '../sql.ts'
import { storedText } from '../text.ts'
import { safe } from './expression.ts'

/** The columns that indexes of the inventory have beside the scope; every index ends in the record number. */
export const INVENTORY_COLUMNS = [
  'number',
  'notAfter',
  'name',
  'commonName',
  'issuer',
  'status',
  'serialNumber',
  'fingerprint',
  'fingerprintSha1',
  'spkiFingerprint',
] as const

export type InventoryColumn = (typeof INVENTORY_COLUMNS)[number]

/** The name of an index of the inventory. */
export function inventoryIndex(column: InventoryColumn): string {
  return column === 'fingerprint' ? 'records_fingerprint' : `inventory_${COLUMNS[column].column}`
}

/** A stretch of an index, in its order. */
export type Segment =
  /** All with one value (`null`: without one), by number, from behind a number on. */
  | { readonly is: 'tied'; readonly value: Bound; readonly beyond?: number }
  /** All with a value between two bounds, either inclusive or, as `beyond`, not. */
  | { readonly is: 'range'; readonly from?: Bound; readonly to?: Bound; readonly beyond?: Bound }

/** What has to be read of one index, segment after segment. */
export interface Path {
  readonly column: InventoryColumn
  readonly ascending: boolean
  readonly segments: readonly Segment[]
  /** What the records along it have to be besides. */
  readonly rest: Expression
}

/** Equalities, the one first that usually leaves the fewest records; then the range. */
const SELECTIVE: readonly InventoryColumn[] = [
  'fingerprint',
  'fingerprintSha1',
  'spkiFingerprint',
  'serialNumber',
  'commonName',
  'name',
  'issuer',
  'status',
]

/** The paths that read less than everything, the most promising first. */
export function narrowPaths(expression: Expression): readonly Path[] {
  const parts = partsOf(expression)
  const along = (column: InventoryColumn, part: Expression, segments: readonly Segment[]): Path => ({
    column,
    ascending: true,
    segments,
    rest: without(parts, part),
  })
  const equalities = SELECTIVE.flatMap(column =>
    parts.flatMap(part => {
      if (part.is !== 'one-of' || part.column !== column) return []
      const values = new Set(part.values.map(storedText))
      return [
        along(
          column,
          part,
          [...values].map(value => ({ is: 'tied', value })),
        ),
      ]
    }),
  )
  const ranges = parts.flatMap(part =>
    part.is === 'between' && (part.column === 'notAfter' || part.column === 'number')
      ? [along(part.column, part, [rangeOf(part)])]
      : [],
  )
  return [...equalities, ...ranges]
}

/** The path in the order of the list, without what a range of the ordered column leaves out. */
export function orderPath(expression: Expression, order: InventoryOrder, ascending: boolean): Path {
  const parts = partsOf(expression)
  const range = parts.find(part => part.is === 'between' && part.column === order)
  if (range?.is === 'between')
    return { column: order, ascending, segments: [rangeOf(range)], rest: without(parts, range) }
  const equality = parts.find(part => part.is === 'one-of' && part.column === order)
  if (equality?.is === 'one-of' && equality.values.length === 1) {
    const value = storedText(equality.values[0] ?? '')
    return {
      column: order,
      ascending,
      segments: [{ is: 'range', from: value, to: value }],
      rest: without(parts, equality),
    }
  }
  const absent: readonly Segment[] = order === 'notAfter' ? [{ is: 'tied', value: null }] : []
  return { column: order, ascending, segments: [{ is: 'range' }, ...absent], rest: expression }
}

function partsOf(expression: Expression): readonly Expression[] {
  return expression.is === 'all' ? expression.of : [expression]
}

function without(parts: readonly Expression[], part: Expression): Expression {
  return { is: 'all', of: parts.filter(other => other !== part) }
}

function rangeOf({ from, to }: { readonly from?: number; readonly to?: number }): Segment {
  return { is: 'range', ...(from !== undefined && { from: safe(from) }), ...(to !== undefined && { to: safe(to) }) }
}

/** What is left of the segments behind a record. @param value the column's at that record */
export function behind(
  column: InventoryColumn,
  segments: readonly Segment[],
  value: Bound,
  number: number,
): readonly Segment[] {
  const [first, ...rest] = segments
  if (first === undefined) return []
  if (first.is === 'tied') {
    // A record with a value comes before all without one; one without a value is not in a range.
    return first.value === value ? [{ ...first, beyond: number }, ...rest] : segments
  }
  if (value === null) return behind(column, rest, value, number)
  if (column === 'number') return [{ ...first, beyond: number }, ...rest]
  return [{ is: 'tied', value, beyond: number }, { ...first, beyond: value }, ...rest]
}
