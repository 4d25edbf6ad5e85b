/** The fields of the filter: one table for the grammar, its errors and the documentation. */

import type { Expression, NumberColumn, TextColumn } from '../../registry/inventory.ts'
import { firstNumberAt } from '../../registry/record-number.ts'
import { FINDINGS } from '../findings.ts'
import { fingerprintOf, serialsOf } from './hex.ts'
import { type Interval, instantOf, integerOf } from './intervals.ts'

/** What the grammar needs to know beside the text. */
export interface FilterMeans {
  /** Unix ms that `now` and days left count from. */
  readonly now: number
  readonly products: readonly string[]
}

type Kind =
  | { readonly is: 'text'; readonly column: TextColumn }
  | { readonly is: 'product' | 'scope' | 'serial' | 'finding' }
  | { readonly is: 'fingerprint'; readonly column: TextColumn; readonly digits: number }
  | { readonly is: 'integer' | 'time' | 'days'; readonly column: NumberColumn }

export interface Field {
  readonly kind: Kind
  readonly means: string
}

export const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['product', { kind: { is: 'product' }, means: 'the product that has it' }],
  ['scope', { kind: { is: 'scope' }, means: 'where it stands in the product, as the list writes it' }],
  ['name', { kind: { is: 'text', column: 'name' }, means: 'the name that it has in the product' }],
  ['cn', { kind: { is: 'text', column: 'commonName' }, means: 'the common name' }],
  ['san', { kind: { is: 'text', column: 'subjectAltNames' }, means: 'any of the subject alternative names' }],
  ['subject', { kind: { is: 'text', column: 'subject' }, means: 'the subject, as RFC 4514 writes it' }],
  ['issuer', { kind: { is: 'text', column: 'issuer' }, means: 'the issuer, as RFC 4514 writes it' }],
  ['serial', { kind: { is: 'serial' }, means: 'the serial number, decimal or hex, with or without colons' }],
  ['sha1', { kind: { is: 'fingerprint', column: 'fingerprintSha1', digits: 40 }, means: 'SHA-1 of the certificate' }],
  ['sha256', { kind: { is: 'fingerprint', column: 'fingerprint', digits: 64 }, means: 'SHA-256 of the certificate' }],
  ['spki', { kind: { is: 'fingerprint', column: 'spkiFingerprint', digits: 64 }, means: 'SHA-256 of the public key' }],
  ['keyAlgorithm', { kind: { is: 'text', column: 'keyAlgorithm' }, means: 'RSA, EC, Ed25519, SM2, …' }],
  ['keySize', { kind: { is: 'integer', column: 'keyBits' }, means: 'bits of the key' }],
  ['signatureAlgorithm', { kind: { is: 'text', column: 'signatureAlgorithm' }, means: 'how the issuer signed' }],
  ['notBefore', { kind: { is: 'time', column: 'notBefore' }, means: 'from when it is valid' }],
  ['notAfter', { kind: { is: 'time', column: 'notAfter' }, means: 'until when it is valid' }],
  ['daysLeft', { kind: { is: 'days', column: 'notAfter' }, means: 'whole days until it expires, below 0 once it has' }],
  ['finding', { kind: { is: 'finding' }, means: 'what is wrong with it, by the id of the finding' }],
  ['status', { kind: { is: 'text', column: 'status' }, means: 'the product’s own word for its state' }],
  ['owner', { kind: { is: 'text', column: 'owner' }, means: 'who answers for it' }],
  ['creator', { kind: { is: 'text', column: 'creator' }, means: 'the id of the user who brought it in' }],
  ['created', { kind: { is: 'time', column: 'number' }, means: 'when it was brought in' }],
  ['updated', { kind: { is: 'time', column: 'updatedAt' }, means: 'when it was last changed' }],
])

const EXACT = ['=', '!='] as const
const OPERATORS = {
  text: ['=', '!=', '~'],
  product: EXACT,
  scope: EXACT,
  serial: EXACT,
  finding: EXACT,
  fingerprint: EXACT,
  integer: ['=', '!=', '<', '<=', '>', '>='],
  time: ['=', '!=', '<', '<=', '>', '>='],
  days: ['=', '!=', '<', '<=', '>', '>='],
} as const satisfies Record<Kind['is'], readonly string[]>

export function operatorsOf({ kind }: Field): readonly string[] {
  return OPERATORS[kind.is]
}

/** What a field's values look like, for errors. */
export function expectedOf({ kind }: Field, { products }: FilterMeans): string {
  switch (kind.is) {
    case 'text':
    case 'scope':
      return 'a text'
    case 'product':
      return `one of ${products.join(', ')}`
    case 'finding':
      return `one of ${[...FINDINGS.keys()].join(', ')}`
    case 'serial':
      return 'a serial number, decimal or hex'
    case 'fingerprint':
      return `${kind.digits} hex digits, with or without colons`
    case 'integer':
    case 'days':
      return 'an integer'
    case 'time':
      return 'a time: 2026-01-31, 2026-01-31T10:00:00Z, now, now+30d or now-12h'
  }
}

/** The records whose field equals the value; `undefined` for a value that the field cannot have. */
export function equalTo({ kind }: Field, text: string, means: FilterMeans): Expression | undefined {
  switch (kind.is) {
    case 'text':
      return { is: 'one-of', column: kind.column, values: [text] }
    case 'product':
      return means.products.includes(text) ? { is: 'within', what: 'product', names: [text] } : undefined
    case 'scope':
      return { is: 'within', what: 'scope', names: [text] }
    case 'serial': {
      const values = serialsOf(text)
      return values && { is: 'one-of', column: 'serialNumber', values }
    }
    case 'finding':
      return FINDINGS.get(text)?.where(means.now)
    case 'fingerprint': {
      const value = fingerprintOf(text, kind.digits)
      return value === undefined ? undefined : { is: 'one-of', column: kind.column, values: [value] }
    }
    default: {
      const interval = intervalOf(kind, text, means)
      return interval && between(kind, interval.from, interval.to)
    }
  }
}

/** The records whose field stands in the relation to the value; `undefined` for a value that the field cannot have. */
export function relatedTo(
  { kind }: Field,
  operator: '<' | '<=' | '>' | '>=',
  text: string,
  means: FilterMeans,
): Expression | undefined {
  if (kind.is !== 'integer' && kind.is !== 'time' && kind.is !== 'days') return undefined
  const interval = intervalOf(kind, text, means)
  if (interval === undefined) return undefined
  switch (operator) {
    case '<':
      return between(kind, undefined, interval.from - 1)
    case '<=':
      return between(kind, undefined, interval.to)
    case '>':
      return between(kind, interval.to + 1, undefined)
    case '>=':
      return between(kind, interval.from, undefined)
  }
}

type Ranged = Extract<Kind, { is: 'integer' | 'time' | 'days' }>

const DAY = 86_400_000

function intervalOf(kind: Ranged, text: string, { now }: FilterMeans): Interval | undefined {
  if (kind.is === 'time') return instantOf(text, now)
  const integer = integerOf(text)
  if (integer === undefined) return undefined
  if (kind.is === 'integer') return { from: integer, to: integer }
  return { from: now + integer * DAY, to: now + (integer + 1) * DAY - 1 }
}

/** Creation times are in the record numbers. */
function between({ column }: Ranged, from: number | undefined, to: number | undefined): Expression {
  const [first, last] =
    column === 'number'
      ? [from === undefined ? undefined : firstNumberAt(from), to === undefined ? undefined : firstNumberAt(to + 1) - 1]
      : [from, to]
  return { is: 'between', column, ...(first !== undefined && { from: first }), ...(last !== undefined && { to: last }) }
}
