/** Between records and their rows: texts that are too long for an index stand whole beside the others. */

import type { RegistryRecord } from '../../registry/record.ts'
import { boundRecord, COLUMNS, recordOf, WRITTEN_COLUMNS } from '../columns.ts'
import type { Bound } from '../sql.ts'
import { isLong, key } from './texts.ts'

/** The fields that stand in an index. */
const INDEXED = [
  'vendorId',
  'uniqueKey',
  'compartment',
  'name',
  'commonName',
  'creator',
  'status',
  'fingerprint',
  'fingerprintSha1',
  'spkiFingerprint',
  'serialNumber',
  'issuer',
  'keyAlgorithm',
  'signatureAlgorithm',
  'searchText',
] as const satisfies readonly (keyof RegistryRecord)[]

const INDEXED_FIELDS: ReadonlySet<string> = new Set(INDEXED)

/** Whether a field's column holds a text by its key. */
export function isIndexed(field: string): boolean {
  return INDEXED_FIELDS.has(field)
}

/** Where `long_texts` stands in a row, after the columns of the record. */
const LONG_TEXTS = WRITTEN_COLUMNS.length

const TYPES = {
  text: 'text',
  'text?': 'text',
  json: 'text',
  integer: 'bigint',
  'integer?': 'bigint',
  boolean: 'smallint',
} as const

/** The columns that `written` gives the values of, in this order, with their types. */
export const ROW: readonly { readonly column: string; readonly type: string }[] = [
  ...Object.values(COLUMNS).map(({ column, kind }) => ({ column, type: TYPES[kind] })),
  { column: 'long_texts', type: 'jsonb' },
]

export function written(record: RegistryRecord): Bound[] {
  const long: Record<string, string> = {}
  const short: Record<string, unknown> = { ...record }
  for (const field of INDEXED) {
    const text = record[field]
    if (text === null || !isLong(text)) continue
    long[field] = text
    short[field] = key(text)
  }
  return [
    ...boundRecord(short as unknown as RegistryRecord),
    Object.keys(long).length > 0 ? JSON.stringify(long) : null,
  ]
}

/** A row of `ROW_COLUMNS`, read as an array. */
export function recordOfRow(row: readonly unknown[]): RegistryRecord {
  const record = recordOf(row)
  const long = row[LONG_TEXTS]
  return long === null || long === undefined ? record : { ...record, ...(long as Partial<RegistryRecord>) }
}
