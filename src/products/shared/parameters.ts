/**
 * Reads what callers write in queries and forms against a product's wire schema. Strict: a repeated or badly encoded
 * parameter, `1e3` for an integer or an unlisted word is a problem that names the parameter; nothing is guessed.
 */

import type { Static, TObject, TSchema } from 'typebox'
import { Type } from 'typebox'
import { type ParameterProblem, RequestFailure } from './failure.ts'

/** Decoded names with all their values, in the order they came. */
export type RawParameters = ReadonlyMap<string, readonly string[]>

interface PropertySchema extends TSchema {
  readonly type?: 'string' | 'integer' | 'boolean'
  readonly enum?: readonly (string | number)[]
  readonly anyCase?: boolean
  /** `int64`: any 64-bit integer is read. Beyond 2^53 the value is only the nearest number: fit for bounds, not for ids. */
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly default?: unknown
}

/** One of a few words. @param anyCase whether `asc` is read as `ASC`; what is read is always the listed spelling */
export function oneOf<const Words extends readonly string[]>(
  words: Words,
  { anyCase = false, ...rest }: { anyCase?: boolean; default?: Words[number]; description?: string } = {},
) {
  return Type.Unsafe<Words[number]>({ type: 'string', enum: words, ...(anyCase && { anyCase }), ...rest })
}

/** One of a few integers, for example the page sizes that a vendor allows. */
export function oneOfIntegers<const Integers extends readonly number[]>(
  integers: Integers,
  options: { default?: Integers[number]; description?: string } = {},
) {
  return Type.Unsafe<Integers[number]>({ type: 'integer', enum: integers, ...options })
}

function problem(parameter: string, is: ParameterProblem['is'], message: string): RequestFailure {
  return new RequestFailure({ is: 'bad-parameter', problem: { parameter, where: 'query', is, message } })
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

/**
 * Takes a query or a form apart: `+` is a space, the rest is percent-encoded UTF-8.
 * @throws RequestFailure `bad-parameter` naming the parameter whose encoding is broken
 */
export function parseParameters(encoded: string): RawParameters {
  const parameters = new Map<string, string[]>()
  for (const piece of encoded.split('&')) {
    if (piece === '') continue
    const mark = piece.indexOf('=')
    const [rawName, rawValue] = mark < 0 ? [piece, ''] : [piece.slice(0, mark), piece.slice(mark + 1)]
    const name = decode(rawName)
    const value = decode(rawValue)
    if (name === undefined) throw problem('(name)', 'badly-encoded', 'The name of a parameter is not valid UTF-8.')
    if (value === undefined) throw problem(name, 'badly-encoded', `The parameter '${name}' is not valid UTF-8.`)
    const values = parameters.get(name)
    if (values) values.push(value)
    else parameters.set(name, [value])
  }
  return parameters
}

export interface ReadingRules {
  /** Whether a number or boolean without a text (`limit=`) is as if it were absent; otherwise it is of the wrong type. */
  readonly emptyIsAbsent?: boolean
}

/**
 * The parameters of a schema, typed. Names that the schema does not have are ignored; an empty text is as if absent;
 * a property with a default is never absent.
 * @throws RequestFailure `bad-parameter`
 */
export function readParameters<T extends TObject>(schema: T, raw: RawParameters, rules: ReadingRules = {}): Static<T> {
  const required = new Set<string>((schema as { required?: string[] }).required ?? [])
  const values: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(schema.properties as Record<string, PropertySchema>)) {
    const texts = raw.get(name)
    if (texts && texts.length > 1)
      throw problem(name, 'repeated', `The parameter '${name}' is given ${texts.length} times.`)
    const text = texts?.[0]
    const absent = text === undefined || (text === '' && (property.type === 'string' || rules.emptyIsAbsent === true))
    if (!absent) values[name] = readValue(name, property, text)
    else if (property.default !== undefined) values[name] = property.default
    else if (required.has(name)) throw problem(name, 'missing', `The parameter '${name}' is mandatory.`)
  }
  return values as Static<T>
}

function readValue(name: string, property: PropertySchema, text: string): unknown {
  switch (property.type) {
    case 'integer':
      return readInteger(name, property, text)
    case 'boolean': {
      const word = text.toLowerCase()
      if (word === 'true') return true
      if (word === 'false') return false
      throw problem(name, 'wrong-type', `The parameter '${name}' must be true or false.`)
    }
    default:
      return readText(name, property, text)
  }
}

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n
/** A sign and 19 digits. */
const INT64_CHARACTERS = 20

function readInteger(name: string, schema: PropertySchema, text: string): number {
  const { minimum, maximum, enum: listed, format } = schema
  if (!/^-?\d+$/.test(text)) throw problem(name, 'wrong-type', `The parameter '${name}' must be an integer.`)
  const value = Number(text)
  if (listed && !listed.includes(value))
    throw problem(name, 'not-listed', `The parameter '${name}' must be one of ${listed.join(', ')}.`)
  const isInt64 = format === 'int64'
  const low = minimum ?? (isInt64 ? INT64_MIN : Number.MIN_SAFE_INTEGER)
  const high = maximum ?? (isInt64 ? INT64_MAX : Number.MAX_SAFE_INTEGER)
  const exact = isInt64 && text.length <= INT64_CHARACTERS ? BigInt(text) : value
  if (exact < low || exact > high)
    throw problem(name, 'out-of-range', `The parameter '${name}' must be between ${low} and ${high}.`)
  return value === 0 ? 0 : value
}

function readText(name: string, property: PropertySchema, text: string): string {
  if (property.enum) {
    const word = property.enum
      .map(String)
      .find(listed => listed === text || (property.anyCase && listed.toLowerCase() === text.toLowerCase()))
    if (word === undefined)
      throw problem(name, 'not-listed', `The parameter '${name}' must be one of ${property.enum.join(', ')}.`)
    return word
  }
  const length = [...text].length
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = property
  if (length < minLength || length > maxLength)
    throw problem(
      name,
      'wrong-length',
      minLength > 0 && maxLength < Number.POSITIVE_INFINITY
        ? `The parameter '${name}' must have ${minLength} to ${maxLength} characters.`
        : `The parameter '${name}' must have at ${length > maxLength ? `most ${maxLength}` : `least ${minLength}`} characters.`,
    )
  if (property.pattern !== undefined && !new RegExp(property.pattern, 'u').test(text))
    throw problem(name, 'wrong-form', `The parameter '${name}' does not have the required form.`)
  return text
}
