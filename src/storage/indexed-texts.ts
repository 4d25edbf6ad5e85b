/** What engines do differently with text that is indexed. */

import type { TextFilterKind } from './question.ts'

export interface IndexedTexts {
  /** The text as a column that is indexed holds it: the same only for the same text, and in the same order. */
  key(text: string): string
  /** Whether the engine's text index can answer; without it, records are compared one by one. */
  isSearchable(kind: TextFilterKind, text: string): boolean
  /** Whether an index may also find texts that do not match, so that each has to be compared. */
  isAmbiguous(text: string): boolean
}
