/** A filter's text as tokens, each with its place. */

import { MAX_TEXT } from '../limits.ts'
import { invalidFilter } from '../problem.ts'

export type Operator = '=' | '!=' | '~' | '<' | '<=' | '>' | '>='

export type Token =
  | { readonly is: 'word' | 'text'; readonly text: string; readonly at: number }
  | { readonly is: 'operator'; readonly operator: Operator; readonly at: number }
  | { readonly is: '(' | ')' | ',' | 'end'; readonly at: number }

const SPACE = /\s+/y
const OPERATOR = /!=|<=|>=|[=~<>]/y
const WORD = /[^\s()"',=~<>!]+/y

/** @throws InventoryProblem for a character or a text that nothing begins or ends with */
export function tokensOf(filter: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  const taken = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(filter)?.[0]
    at += found?.length ?? 0
    return found
  }
  while (at < filter.length) {
    if (taken(SPACE)) continue
    const began = at
    const mark = filter[at]
    if (mark === '(' || mark === ')' || mark === ',') {
      tokens.push({ is: mark, at })
      at++
    } else if (mark === '"') {
      const { text, end } = quoted(filter, at)
      tokens.push({ is: 'text', text, at })
      at = end
    } else {
      const operator = taken(OPERATOR)
      const word = operator === undefined ? taken(WORD) : undefined
      if (operator !== undefined) tokens.push({ is: 'operator', operator: operator as Operator, at: began })
      else if (word !== undefined) tokens.push({ is: 'word', text: bounded(word, began), at: began })
      else throw invalidFilter(at, 'a field, a text in double quotes, not or a parenthesis')
    }
  }
  tokens.push({ is: 'end', at: filter.length })
  return tokens
}

/** A text in double quotes; in it `\"` and `\\` stand for the mark itself. */
function quoted(filter: string, began: number): { readonly text: string; readonly end: number } {
  let text = ''
  for (let at = began + 1; at < filter.length; at++) {
    const character = filter[at]
    if (character === '"') return { text: bounded(text, began), end: at + 1 }
    if (character === '\\') {
      const next = filter[++at]
      if (next !== '"' && next !== '\\') throw invalidFilter(at, '" or \\ behind a backslash')
      text += next
    } else text += character
  }
  throw invalidFilter(filter.length, 'a double quote that ends the text')
}

function bounded(text: string, at: number): string {
  if (text.length > MAX_TEXT) throw invalidFilter(at, `a text of at most ${MAX_TEXT} characters`)
  return text
}
