/** The closed table of the records' columns: the only source of column names in SQL. */

import type { Attributes, RecordFacts, RegistryRecord } from '../registry/record.ts'
import type { Bound } from './sql.ts'
import { storedText } from './text.ts'

/** How a field is kept: `text` may be absent nowhere, `text?` and `integer?` are null when absent. */
type Kind = 'text' | 'text?' | 'integer' | 'integer?' | 'boolean' | 'json'

interface Column {
  readonly column: string
  readonly kind: Kind
}

/** In the order of the table. */
export const COLUMNS = {
  number: { column: 'number', kind: 'integer' },
  vendorId: { column: 'vendor_id', kind: 'text?' },
  uniqueKey: { column: 'unique_key', kind: 'text?' },
  compartment: { column: 'compartment', kind: 'text' },
  name: { column: 'name', kind: 'text' },
  commonName: { column: 'common_name', kind: 'text' },
  creator: { column: 'creator', kind: 'text' },
  owner: { column: 'owner', kind: 'text' },
  status: { column: 'status', kind: 'text' },
  statusDueAt: { column: 'status_due_at', kind: 'integer?' },
  statusWhenDue: { column: 'status_when_due', kind: 'text' },
  updatedAt: { column: 'updated_at', kind: 'integer' },
  notBefore: { column: 'not_before', kind: 'integer?' },
  notAfter: { column: 'not_after', kind: 'integer?' },
  fingerprint: { column: 'fingerprint', kind: 'text' },
  fingerprintSha1: { column: 'fingerprint_sha1', kind: 'text' },
  spkiFingerprint: { column: 'spki_fingerprint', kind: 'text' },
  serialNumber: { column: 'serial_number', kind: 'text' },
  subject: { column: 'subject', kind: 'text' },
  issuer: { column: 'issuer', kind: 'text' },
  subjectAltNames: { column: 'subject_alt_names', kind: 'json' },
  keyAlgorithm: { column: 'key_algorithm', kind: 'text' },
  keyBits: { column: 'key_bits', kind: 'integer?' },
  signatureAlgorithm: { column: 'signature_algorithm', kind: 'text' },
  deployable: { column: 'deployable', kind: 'boolean' },
  contentSize: { column: 'content_size', kind: 'integer' },
  description: { column: 'description', kind: 'text' },
  searchText: { column: 'search_text', kind: 'text' },
  attributes: { column: 'attributes', kind: 'json' },
} as const satisfies Record<keyof RegistryRecord, Column>

const FIELDS: readonly (Column & { readonly field: keyof RegistryRecord })[] = (
  Object.keys(COLUMNS) as (keyof RegistryRecord)[]
).map(field => ({ field, ...COLUMNS[field] }))

/** The columns of a record, for a SELECT whose rows `recordOf` reads. */
export const RECORD_COLUMNS = FIELDS.map(({ column }) => `records.${column}`).join(', ')

/** The columns as they are written: `boundRecord` gives their values in this order. */
export const WRITTEN_COLUMNS = FIELDS.map(({ column }) => column)

/** The facts as they can be stored: what comes back is the same as what was answered. */
export function storable(facts: RecordFacts): RecordFacts {
  const stored: Record<string, unknown> = { ...facts }
  for (const { field, kind } of FIELDS) {
    const value = stored[field]
    if ((kind === 'text' || kind === 'text?') && typeof value === 'string') stored[field] = storedText(value)
    else if (kind === 'json') stored[field] = JSON.parse(JSON.stringify(value))
  }
  return stored as unknown as RecordFacts
}

/** The values of a record, one for each of `WRITTEN_COLUMNS`. */
export function boundRecord(record: RegistryRecord): Bound[] {
  return FIELDS.map(({ field, kind }) => boundValue(record[field], kind))
}

/** The values of the fields in which `after` differs. */
export function boundFields(before: RegistryRecord, after: RegistryRecord): ReadonlyMap<keyof RegistryRecord, Bound> {
  const fields = new Map<keyof RegistryRecord, Bound>()
  for (const { field, kind } of FIELDS) {
    const value = boundValue(after[field], kind)
    if (value !== boundValue(before[field], kind)) fields.set(field, value)
  }
  return fields
}

function boundValue(value: RegistryRecord[keyof RegistryRecord], kind: Kind): Bound {
  if (kind === 'json') return JSON.stringify(value)
  return typeof value === 'boolean' ? Number(value) : (value as Bound)
}

/** A row of `RECORD_COLUMNS`, read as an array. The casts are what the tables' column types promise. */
export function recordOf(row: readonly unknown[]): RegistryRecord {
  return {
    number: row[0] as number,
    vendorId: row[1] as string | null,
    uniqueKey: row[2] as string | null,
    compartment: row[3] as string,
    name: row[4] as string,
    commonName: row[5] as string,
    creator: row[6] as string,
    owner: row[7] as string,
    status: row[8] as string,
    statusDueAt: row[9] as number | null,
    statusWhenDue: row[10] as string,
    updatedAt: row[11] as number,
    notBefore: row[12] as number | null,
    notAfter: row[13] as number | null,
    fingerprint: row[14] as string,
    fingerprintSha1: row[15] as string,
    spkiFingerprint: row[16] as string,
    serialNumber: row[17] as string,
    subject: row[18] as string,
    issuer: row[19] as string,
    subjectAltNames: listOf(row[20] as string),
    keyAlgorithm: row[21] as string,
    keyBits: row[22] as number | null,
    signatureAlgorithm: row[23] as string,
    deployable: row[24] === 1,
    contentSize: row[25] as number,
    description: row[26] as string,
    searchText: row[27] as string,
    attributes: attributesOf(row[28] as string),
  }
}

function listOf(json: string): readonly string[] {
  return json === '[]' ? [] : (JSON.parse(json) as string[])
}

function attributesOf(json: string): Attributes {
  return json === '{}' ? {} : (JSON.parse(json) as Attributes)
}
