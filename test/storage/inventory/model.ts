/** The inventory by the plainest means: what the port's comments say, over an array. */

import type { Expression, InventoryOrder } from '../../../src/registry/inventory.ts'
import type { RegistryRecord } from '../../../src/registry/record.ts'
import { reaches, type Scope } from '../../../src/registry/scope.ts'

export interface Standing {
  readonly scope: Scope
  readonly record: RegistryRecord
}

const lower = (text: string) => text.replace(/[A-Z]/g, letter => letter.toLowerCase())

export function holds(expression: Expression, { scope, record }: Standing): boolean {
  switch (expression.is) {
    case 'all':
      return expression.of.every(each => holds(each, { scope, record }))
    case 'any':
      return expression.of.some(each => holds(each, { scope, record }))
    case 'not':
      return !holds(expression.of, { scope, record })
    case 'one-of':
      return [record[expression.column]].flat().some(text => expression.values.map(stored).includes(text))
    case 'contains':
      return [record[expression.column]].flat().some(text => lower(text).includes(lower(stored(expression.text))))
    case 'between': {
      const value = record[expression.column]
      const { from = -Infinity, to = Infinity } = expression
      return value !== null && value >= from && value <= to
    }
    case 'lasting':
      return (
        record.notBefore !== null &&
        record.notAfter !== null &&
        record.notAfter - record.notBefore > expression.longerThan
      )
    case 'within':
      return expression.names.includes(expression.what === 'product' ? scope.product : scope.key)
  }
}

function stored(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}

/** Everything that matches and may be seen, in order. */
export function matching(
  all: readonly Standing[],
  visible: readonly Scope[],
  where: Expression,
  order: InventoryOrder,
  direction: 'ascending' | 'descending',
): Standing[] {
  const sign = direction === 'ascending' ? 1 : -1
  return all
    .flatMap(({ scope, record }) => {
      const seen = visible.find(({ key }) => key === scope.key)
      return seen && reaches(seen, record.compartment) ? [{ scope: seen, record }] : []
    })
    .filter(standing => holds(where, standing))
    .toSorted(({ record: a }, { record: b }) => {
      const [x, y] = [a[order], b[order]]
      if (x === null || y === null) return Number(x === null) - Number(y === null) || sign * (a.number - b.number)
      const compared =
        typeof x === 'number' ? x - Number(y) : Buffer.compare(Buffer.from(String(x)), Buffer.from(String(y)))
      return sign * (compared || a.number - b.number)
    })
}
