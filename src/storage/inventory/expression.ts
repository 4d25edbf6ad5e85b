/** Expressions over records as SQL conditions, and as much of them as one scope decides by itself. */

import type { Expression, TextColumn } from '../../registry/inventory.ts'
import type { Scope } from '../../registry/scope.ts'
import { COLUMNS } from '../columns.ts'
import type { Bound } from '../sql.ts'
import { storedText } from '../text.ts'

/** A condition with the values of its `?` marks. */
export interface Condition {
  readonly text: string
  readonly values: readonly Bound[]
}

/** What engines say differently. Column names come from the closed table alone. */
export interface InventoryWording {
  /** A value as the column holds it, where that is not as it was given. */
  key?(column: TextColumn, text: string): string
  /** That the column has one of the values of `JSON` text. */
  oneOf(column: string): string
  /** That the column, folded, has the (folded) text somewhere. */
  has(column: string): string
  /** That one of a JSON array's texts, called `name` in `condition`, fulfils it. */
  anyOf(column: string, condition: (name: string) => string): string
}

const EVERYTHING: Expression = { is: 'all', of: [] }
const NOTHING: Expression = { is: 'any', of: [] }

export function isEverything(expression: Expression): boolean {
  return expression.is === 'all' && expression.of.length === 0
}

export function isNothing(expression: Expression): boolean {
  return expression.is === 'any' && expression.of.length === 0
}

/** What is left to ask of the records of one scope, its compartments included: products and scopes are decided. */
export function inScope(expression: Expression, scope: Scope): Expression {
  const decided = decide(expression, scope)
  if (scope.within === undefined) return decided
  return conjunction([decided, { is: 'one-of', column: 'compartment', values: scope.within.compartments }])
}

function decide(expression: Expression, scope: Scope): Expression {
  switch (expression.is) {
    case 'within':
      return expression.names.includes(expression.what === 'product' ? scope.product : scope.key) ? EVERYTHING : NOTHING
    case 'not':
      return negation(decide(expression.of, scope))
    case 'all':
      return conjunction(expression.of.map(each => decide(each, scope)))
    case 'any': {
      const of = expression.of.map(each => decide(each, scope)).filter(each => !isNothing(each))
      return of.some(isEverything) ? EVERYTHING : (only(of) ?? { is: 'any', of })
    }
    case 'one-of':
      return expression.values.length === 0 ? NOTHING : expression
    default:
      return expression
  }
}

/** Nested conjunctions become one, so that a path of its parts can be chosen. */
function conjunction(parts: readonly Expression[]): Expression {
  const of = parts.flatMap(part => (part.is === 'all' ? part.of : [part]))
  return of.some(isNothing) ? NOTHING : (only(of) ?? { is: 'all', of })
}

function negation(of: Expression): Expression {
  if (isEverything(of)) return NOTHING
  return isNothing(of) ? EVERYTHING : { is: 'not', of }
}

function only(of: readonly Expression[]): Expression | undefined {
  return of.length === 1 ? of[0] : undefined
}

/** @param expression of which `inScope` has decided what belongs to the scope */
export function conditionOf(expression: Expression, wording: InventoryWording): Condition {
  switch (expression.is) {
    case 'all':
      return combined(expression.of, ' AND ', '1 = 1', wording)
    case 'any':
      return combined(expression.of, ' OR ', '1 = 0', wording)
    case 'not': {
      const { text, values } = conditionOf(expression.of, wording)
      return { text: `NOT ${text}`, values }
    }
    case 'one-of':
      return compared(
        expression.column,
        name => wording.oneOf(name),
        JSON.stringify(expression.values.map(value => keyed(expression.column, storedText(value), wording))),
        wording,
      )
    case 'contains':
      return compared(expression.column, name => wording.has(name), folded(storedText(expression.text)), wording)
    case 'between': {
      const column = `records.${COLUMNS[expression.column].column}`
      const { from, to } = expression
      // A value that is absent fulfils nothing, and makes nothing unknown.
      const parts = [
        `${column} IS NOT NULL`,
        ...(from === undefined ? [] : [`${column} >= ?`]),
        ...(to === undefined ? [] : [`${column} <= ?`]),
      ]
      return { text: `(${parts.join(' AND ')})`, values: [from, to].filter(bound => bound !== undefined).map(safe) }
    }
    case 'lasting': {
      const [from, to] = [COLUMNS.notBefore, COLUMNS.notAfter].map(({ column }) => `records.${column}`)
      const text = `(${from} IS NOT NULL AND ${to} IS NOT NULL AND ${to} - ${from} > ?)`
      return { text, values: [safe(expression.longerThan)] }
    }
    case 'within':
      throw new Error('a scope was asked for its own name')
  }
}

function keyed(column: TextColumn, text: string, wording: InventoryWording): string {
  return wording.key ? wording.key(column, text) : text
}

function combined(of: readonly Expression[], by: string, none: string, wording: InventoryWording): Condition {
  const parts = of.map(each => conditionOf(each, wording))
  const text = parts.length === 0 ? none : parts.map(part => part.text).join(by)
  return { text: `(${text})`, values: parts.flatMap(({ values }) => values) }
}

function compared(
  column: TextColumn,
  condition: (name: string) => string,
  value: string,
  wording: InventoryWording,
): Condition {
  const name = `records.${COLUMNS[column].column}`
  return { text: column === 'subjectAltNames' ? wording.anyOf(name, condition) : condition(name), values: [value] }
}

/** `A` to `Z` as `a` to `z`: what the engines' `lower` does to every text alike. */
function folded(text: string): string {
  return text.replace(/[A-Z]+/g, letters => letters.toLowerCase())
}

/** No column holds a number beyond the safe ones. */
export function safe(bound: number): number {
  return Math.min(Math.max(bound, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)
}
