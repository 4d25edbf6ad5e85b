/** Pieces of SQL that carry, for each of their parameters, where its value comes from in a question. */

import type { Question } from './question.ts'

/** What every engine can bind, and keeps in a column. Booleans are 0 and 1. */
export type Bound = string | number | bigint | null | Uint8Array

/** Takes one parameter's value from a question; `scope` is the scope's id. */
export type Slot = (question: Question, scope: number) => Bound

export interface Sql {
  readonly text: string
  readonly slots: readonly Slot[]
}

/** `text` has one `?` for each slot. */
export function sql(text: string, ...slots: Slot[]): Sql {
  return { text, slots }
}

export function joined(pieces: readonly Sql[], separator: string): Sql {
  return { text: pieces.map(({ text }) => text).join(separator), slots: pieces.flatMap(({ slots }) => slots) }
}

/** `before`, the piece, `after`. */
export function around(before: string, piece: Sql, after: string): Sql {
  return { text: before + piece.text + after, slots: piece.slots }
}

export function values({ slots }: Sql, question: Question, scope: number): Bound[] {
  return slots.map(slot => slot(question, scope))
}
