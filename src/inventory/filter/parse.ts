/**
 * The filter's grammar:
 *
 *     filter     = [ or ]
 *     or         = and { "or" and }
 *     and        = not { "and" not }
 *     not        = "not" not | "(" or ")" | comparison | text
 *     comparison = field operator value | field [ "not" ] "in" "(" value { "," value } ")"
 *
 * A value is a word or a text in double quotes; a word or a text that is not compared with anything is searched for.
 */

import type { Expression, TextColumn } from '../../registry/inventory.ts'
import { MAX_FILTER, MAX_NESTING, MAX_TERMS, MAX_VALUES } from '../limits.ts'
import { invalidFilter } from '../problem.ts'
import { equalTo, expectedOf, FIELDS, type Field, type FilterMeans, operatorsOf, relatedTo } from './fields.ts'
import { type Operator, type Token, tokensOf } from './tokens.ts'

/** @throws InventoryProblem `invalid-filter` with the place and what was expected there */
export function parseFilter(filter: string, means: FilterMeans): Expression {
  if (filter.length > MAX_FILTER)
    throw invalidFilter(MAX_FILTER, `the end: a filter has at most ${MAX_FILTER} characters`)
  return new Parser(tokensOf(filter), means).filter()
}

const SEARCHED: readonly TextColumn[] = ['name', 'commonName', 'subjectAltNames', 'subject', 'issuer', 'owner']
const HEX: readonly TextColumn[] = ['serialNumber', 'fingerprint', 'fingerprintSha1', 'spkiFingerprint']
/** Hex digits from which a searched text may be a part of a fingerprint. */
const MIN_HEX = 6

class Parser {
  readonly #tokens: readonly Token[]
  readonly #means: FilterMeans
  #next = 0
  #terms = 0

  constructor(tokens: readonly Token[], means: FilterMeans) {
    this.#tokens = tokens
    this.#means = means
  }

  filter(): Expression {
    if (this.#peek().is === 'end') return { is: 'all', of: [] }
    const expression = this.#or(0)
    if (this.#peek().is !== 'end') throw this.#wrong('and, or, or the end')
    return expression
  }

  #or(depth: number): Expression {
    const of = [this.#and(depth)]
    while (this.#takeWord('or')) of.push(this.#and(depth))
    const [first] = of
    return of.length === 1 && first ? first : { is: 'any', of }
  }

  #and(depth: number): Expression {
    const of = [this.#not(depth)]
    while (this.#takeWord('and')) of.push(this.#not(depth))
    const [first] = of
    return of.length === 1 && first ? first : { is: 'all', of }
  }

  #not(depth: number): Expression {
    if (depth > MAX_NESTING) throw this.#wrong(`at most ${MAX_NESTING} parentheses and nots within each other`)
    if (this.#takeWord('not')) return { is: 'not', of: this.#not(depth + 1) }
    if (this.#peek().is !== '(') return this.#term()
    this.#next++
    const inside = this.#or(depth + 1)
    if (this.#peek().is !== ')') throw this.#wrong('and, or, or a closing parenthesis')
    this.#next++
    return inside
  }

  #term(): Expression {
    const token = this.#peek()
    if ((token.is !== 'word' && token.is !== 'text') || this.#isKeyword(token))
      throw this.#wrong('a field, a text, not or an opening parenthesis')
    if (++this.#terms > MAX_TERMS) throw this.#wrong(`at most ${MAX_TERMS} comparisons`)
    this.#next++
    const operator = this.#peek()
    const isIn = this.#isWord('in') || (this.#isWord('not') && this.#isWord('in', 1))
    if (token.is === 'text' || (operator.is !== 'operator' && !isIn)) return searched(token.text)
    const field = FIELDS.get(token.text)
    if (!field) throw invalidFilter(token.at, `a field (${[...FIELDS.keys()].join(', ')}) or a text in double quotes`)
    return operator.is === 'operator' ? this.#comparison(field, operator.operator) : this.#list(field)
  }

  #comparison(field: Field, operator: Operator): Expression {
    const allowed = operatorsOf(field)
    if (!allowed.includes(operator)) throw this.#wrong(`${allowed.join(', ')} or in`)
    this.#next++
    return this.#value(field, (text): Expression | undefined => {
      switch (operator) {
        case '=':
          return equalTo(field, text, this.#means)
        case '!=': {
          const of = equalTo(field, text, this.#means)
          return of && { is: 'not', of }
        }
        case '~':
          return field.kind.is === 'text' ? { is: 'contains', column: field.kind.column, text } : undefined
        default:
          return relatedTo(field, operator, text, this.#means)
      }
    })
  }

  #list(field: Field): Expression {
    const isNot = this.#takeWord('not')
    this.#takeWord('in')
    if (this.#peek().is !== '(') throw this.#wrong('an opening parenthesis')
    const of: Expression[] = []
    do {
      this.#next++
      if (of.length >= MAX_VALUES) throw this.#wrong(`at most ${MAX_VALUES} values`)
      of.push(this.#value(field, text => equalTo(field, text, this.#means)))
    } while (this.#peek().is === ',')
    if (this.#peek().is !== ')') throw this.#wrong('a comma or a closing parenthesis')
    this.#next++
    const any = joined(of)
    return isNot ? { is: 'not', of: any } : any
  }

  #value(field: Field, read: (text: string) => Expression | undefined): Expression {
    const token = this.#peek()
    const expression =
      (token.is === 'word' || token.is === 'text') && !this.#isKeyword(token) ? read(token.text) : undefined
    if (!expression) throw this.#wrong(expectedOf(field, this.#means))
    this.#next++
    return expression
  }

  #peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]
    if (token === undefined) throw new Error('a filter without an end')
    return token
  }

  #isWord(word: string, ahead = 0): boolean {
    const token = this.#peek(ahead)
    return token.is === 'word' && token.text.toLowerCase() === word
  }

  #takeWord(word: string): boolean {
    const is = this.#isWord(word)
    if (is) this.#next++
    return is
  }

  #isKeyword(token: Token): boolean {
    return token.is === 'word' && ['and', 'or', 'not', 'in'].includes(token.text.toLowerCase())
  }

  #wrong(expected: string) {
    return invalidFilter(this.#peek().at, expected)
  }
}

/** A text anywhere in what people look for; where it can be one, also in a serial number or a fingerprint. */
function searched(text: string): Expression {
  const hex = text.replaceAll(':', '').toLowerCase()
  const isHex = hex.length >= MIN_HEX && /^[0-9a-f]+$/.test(hex)
  const of: Expression[] = SEARCHED.map(column => ({ is: 'contains', column, text }))
  if (isHex) of.push(...HEX.map((column): Expression => ({ is: 'contains', column, text: hex })))
  return { is: 'any', of }
}

/** Values of one column as one comparison, so that an index can serve it. */
function joined(of: readonly Expression[]): Expression {
  const [first] = of
  if (of.length === 1 && first) return first
  if (first?.is === 'one-of') {
    const values = of.flatMap(each => (each.is === 'one-of' ? each.values : []))
    return { ...first, values }
  }
  return { is: 'any', of }
}
