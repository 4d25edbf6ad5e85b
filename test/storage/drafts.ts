/** Scopes, drafts and times for the suites of the storage. */

import type { Draft, RecordFacts } from '../../src/registry/record.ts'
import type { Scope } from '../../src/registry/scope.ts'

/** 2026-01-01T00:00:00Z, where the suites' clocks begin. */
export const START = Date.UTC(2026, 0, 1)

/** Only `identity` makes scopes; the suites of the storage stand in for it. */
export function scopeOf(product: string, part: string): Scope {
  return { key: `${product}/${part}`, product } as Scope
}

export function draft(facts: Partial<RecordFacts> = {}, rest: Partial<Omit<Draft, 'facts'>> = {}): Draft {
  return { facts: { ...EMPTY, ...facts }, contents: [], secrets: [], ...rest }
}

const EMPTY: RecordFacts = {
  vendorId: null,
  uniqueKey: null,
  compartment: '',
  name: '',
  commonName: '',
  creator: '',
  owner: '',
  status: '',
  statusDueAt: null,
  statusWhenDue: '',
  updatedAt: START,
  notBefore: null,
  notAfter: null,
  fingerprint: '',
  fingerprintSha1: '',
  spkiFingerprint: '',
  serialNumber: '',
  subject: '',
  issuer: '',
  subjectAltNames: [],
  keyAlgorithm: '',
  keyBits: null,
  signatureAlgorithm: '',
  deployable: false,
  contentSize: 0,
  description: '',
  searchText: '',
  attributes: {},
}
