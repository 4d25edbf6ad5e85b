/** Lists that stand as JSON text in one parameter: `Ids=[1,2]`, `Names=["a"]` (reference §1.5). */

import { RequestFailure } from '../shared/failure.ts'

/** Entries of a list at most. */
const MAX_ENTRIES = 100

/**
 * The entries as text: the SDKs write ids as numbers, other clients as strings.
 * @returns `undefined` where the parameter is not there @throws RequestFailure `bad-parameter`
 */
export function jsonList(parameter: string, text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw malformed(parameter)
  }
  const entries = Array.isArray(value) ? value : undefined
  if (!entries || entries.length > MAX_ENTRIES || !entries.every(isWord)) throw malformed(parameter)
  return entries.map(String)
}

function isWord(entry: unknown): entry is string | number {
  return typeof entry === 'string' || Number.isSafeInteger(entry)
}

function malformed(parameter: string): RequestFailure {
  const message = `The parameter '${parameter}' must be a JSON array of at most ${MAX_ENTRIES} texts or integers.`
  return new RequestFailure({
    is: 'bad-parameter',
    problem: { parameter, where: 'query', is: 'wrong-form', message },
  })
}
