/** Every list that declarations allow, for the tests that ask an engine how it would answer. */

import type { FilterDeclaration, FilterValue, Listing, ListingDeclaration, Window } from '../../src/registry/listing.ts'

/** Each order, in both directions, under no filter, each filter and each pair of filters, in each of their shapes. */
export function* listingsOf(declaration: ListingDeclaration): Generator<Listing> {
  const shapes = Object.entries(declaration.filters).flatMap(([name, filter]) =>
    shapesOf(filter).map(value => ({ name, value })),
  )
  const sets: Record<string, FilterValue>[] = [{}, ...shapes.map(({ name, value }) => ({ [name]: value }))]
  for (const [at, one] of shapes.entries())
    for (const other of shapes.slice(at + 1))
      if (one.name !== other.name) sets.push({ [one.name]: one.value, [other.name]: other.value })
  for (const filters of sets)
    for (const [order, column] of Object.entries(declaration.orders))
      for (const direction of ['ascending', 'descending'] as const) {
        const windows: Window[] = [
          { skip: 0, take: 10 },
          ...(column === 'number' ? [{ skip: 0, take: 10, beyond: 5 }] : []),
        ]
        for (const window of windows) yield { declaration, filters, order, direction, window }
      }
}

const INTEGER_COLUMNS: ReadonlySet<string> = new Set(['number', 'notAfter', 'deployable'])

function shapesOf(filter: FilterDeclaration): readonly FilterValue[] {
  switch (filter.kind) {
    case 'equals':
      return [INTEGER_COLUMNS.has(filter.column) ? 1 : 'x']
    case 'one-of':
      return [['x'], ['x', 'y'], ['x', 'y', 'z'], Array.from({ length: 20 }, (_, at) => `x${at}`)]
    case 'between':
      return [{ from: 1 }, { to: 2 }, { from: 1, to: 2 }, {}]
    default:
      return ['long enough', 'replaced \ufffd', 'x', 'very long '.repeat(120)]
  }
}

/** For messages. */
export function described({ filters, order, direction, window }: Listing): string {
  return `${JSON.stringify(filters).slice(0, 120)} by ${order} ${direction}${window.beyond === undefined ? '' : ' beyond a number'}`
}
