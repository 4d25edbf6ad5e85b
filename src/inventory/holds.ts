/** An expression asked of one record that is at hand; the storages answer the same of all of theirs. */

import type { Expression, FoundRecord } from '../registry/inventory.ts'

/** `A` to `Z` as `a` to `z`, as the storages fold. */
function folded(text: string): string {
  return text.replace(/[A-Z]+/g, letters => letters.toLowerCase())
}

export function holds(expression: Expression, found: FoundRecord): boolean {
  const { scope, record } = found
  switch (expression.is) {
    case 'all':
      return expression.of.every(each => holds(each, found))
    case 'any':
      return expression.of.some(each => holds(each, found))
    case 'not':
      return !holds(expression.of, found)
    case 'one-of':
      return [record[expression.column]].flat().some(text => expression.values.includes(text))
    case 'contains':
      return [record[expression.column]].flat().some(text => folded(text).includes(folded(expression.text)))
    case 'between': {
      const value = record[expression.column]
      const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = expression
      return value !== null && value >= from && value <= to
    }
    case 'lasting': {
      const { notBefore, notAfter } = record
      return notBefore !== null && notAfter !== null && notAfter - notBefore > expression.longerThan
    }
    case 'within':
      return expression.names.includes(expression.what === 'product' ? scope.product : scope.key)
  }
}
