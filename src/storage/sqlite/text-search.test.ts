import { describe, expect, test } from 'vitest'
import { matchExpression, TEXTS } from './text-search.ts'

describe('what the text index can answer', () => {
  test('parts of three characters, and prefixes of two, for the mark before them counts', () => {
    expect(['ab', '😀😀', 'abc', '😀😀😀'].map(text => TEXTS.isSearchable('contains', text))).toEqual([
      false,
      false,
      true,
      true,
    ])
    expect(['a', '😀', 'ab', '😀a'].map(text => TEXTS.isSearchable('prefix', text))).toEqual([false, false, true, true])
  })

  test('exactly, unless a character was replaced', () => {
    expect(['abc', '\u0002abc', 'a\ufffdbc'].map(TEXTS.isAmbiguous)).toEqual([false, true, true])
  })

  test('with the text quoted, and a scope of three characters', () => {
    expect(matchExpression(1, 'contains', 'a" OR "b')).toBe('scope : "\ue000\ue000\ue001" AND text : "a"" OR ""b"')
    expect(matchExpression(6400, 'prefix', 'ab')).toBe('scope : "\ue000\ue001\ue000" AND text : "\u0002ab"')
    expect(matchExpression(6400 ** 3 - 1, 'prefix', '\u0002')).toContain('"\uf8ff\uf8ff\uf8ff"')
  })
})
