/** Lists by the plainest means: what the port's comments say, over an array. */

import type { FilterDeclaration, FilterValue, Listing } from '../../../src/registry/listing.ts'
import type { RegistryRecord } from '../../../src/registry/record.ts'

/** All that match, in the order of the list, whatever the window. */
export function matching(records: readonly RegistryRecord[], listing: Listing): RegistryRecord[] {
  const { declaration, filters, direction } = listing
  const column = declaration.orders[listing.order]
  if (column === undefined) throw new Error('no such order')
  const sign = direction === 'ascending' ? 1 : -1
  return records
    .filter(record =>
      Object.entries(filters).every(([name, value]) => {
        const filter = declaration.filters[name]
        return filter !== undefined && passes(record, filter, value)
      }),
    )
    .toSorted((a, b) => {
      const [x, y] = [a[column], b[column]]
      if (x === null || y === null) return Number(x === null) - Number(y === null) || sign * (a.number - b.number)
      return sign * (compared(x, y) || a.number - b.number)
    })
}

export function windowed(records: readonly RegistryRecord[], { window, direction }: Listing): RegistryRecord[] {
  const { beyond, skip, take } = window
  return records
    .filter(({ number }) => beyond === undefined || (direction === 'ascending' ? number > beyond : number < beyond))
    .slice(skip, skip + take)
}

function passes(record: RegistryRecord, filter: FilterDeclaration, value: FilterValue): boolean {
  switch (filter.kind) {
    case 'equals':
      return record[filter.column] === asStored(value)
    case 'one-of':
      return (value as readonly string[]).map(asStored).includes(record[filter.column] as string)
    case 'between': {
      const { from = -Infinity, to = Infinity } = value as { from?: number; to?: number }
      const stored = record[filter.column]
      return stored === null ? filter.orAbsent === true : stored >= from && stored <= to
    }
    case 'prefix':
      return record.searchText.startsWith(asStored(value) as string)
    case 'contains':
      return record.searchText.includes(asStored(value) as string)
  }
}

/** What UTF-8 text cannot hold is kept as U+FFFD, and asked for as such. */
export function asStored(value: FilterValue): FilterValue {
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\ufffd') : value
}

/** Texts by their bytes, numbers by their value. */
function compared(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))
}
