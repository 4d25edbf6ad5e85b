/** What can be wrong with a question to the inventory. The catalogue is closed: every code with its status. */

export const PROBLEMS = {
  'invalid-filter': 400,
  'invalid-cursor': 400,
  'expired-cursor': 400,
  'too-costly': 422,
  'no-such-certificate': 404,
  'no-certificate': 404,
} as const satisfies Record<string, number>

export type ProblemCode = keyof typeof PROBLEMS

export class InventoryProblem extends Error {
  readonly code: ProblemCode
  /** Of a filter: the character where it went wrong, from 1. */
  readonly at: number | undefined

  /** @param message a sentence for a person; it never repeats what was sent */
  constructor(code: ProblemCode, message: string, at?: number) {
    super(message)
    this.name = 'InventoryProblem'
    this.code = code
    this.at = at
  }

  get status(): number {
    return PROBLEMS[this.code]
  }
}

/** @param at the offset in the filter, from 0. @param expected what could have stood there */
export function invalidFilter(at: number, expected: string): InventoryProblem {
  return new InventoryProblem(
    'invalid-filter',
    `The filter is wrong at character ${at + 1}: expected ${expected}.`,
    at + 1,
  )
}
