/** Listings in the shape of the five products, for the suites of the storage. */

import type { ListingDeclaration } from '../../src/registry/listing.ts'

export const FILES: ListingDeclaration = {
  product: 'test-files',
  filters: {
    name: { kind: 'contains' },
    creator: { kind: 'equals', column: 'creator' },
    created: { kind: 'between', column: 'number' },
  },
  orders: { id: 'number', created: 'number', name: 'name' },
  tallies: [['creator']],
}

export const DEVICES: ListingDeclaration = {
  product: 'test-devices',
  filters: {
    commonName: { kind: 'prefix' },
    fingerprint: { kind: 'equals', column: 'fingerprint' },
    fingerprintSha1: { kind: 'equals', column: 'fingerprintSha1' },
  },
  orders: { id: 'number' },
  tallies: [],
}

export const AUTHORITIES: ListingDeclaration = {
  product: 'test-authorities',
  filters: { space: { kind: 'one-of', column: 'compartment' } },
  orders: { id: 'number' },
  tallies: [['space']],
}

export const ORDERS: ListingDeclaration = {
  product: 'test-orders',
  filters: {
    status: { kind: 'one-of', column: 'status' },
    project: { kind: 'one-of', column: 'compartment' },
    deployable: { kind: 'equals', column: 'deployable' },
    expiry: { kind: 'between', column: 'notAfter', orAbsent: true },
    content: { kind: 'contains' },
  },
  orders: { updated: 'updatedAt', expires: 'notAfter', status: 'status' },
  tallies: [['status'], ['project'], ['status', 'project']],
}

export const GATEWAYS: ListingDeclaration = {
  product: 'test-gateways',
  filters: {
    instance: { kind: 'one-of', column: 'compartment' },
    name: { kind: 'contains' },
    exactName: { kind: 'equals', column: 'name' },
    commonName: { kind: 'equals', column: 'commonName' },
    signatureAlgorithm: { kind: 'equals', column: 'signatureAlgorithm' },
    keyAlgorithm: { kind: 'equals', column: 'keyAlgorithm' },
  },
  orders: { created: 'number' },
  tallies: [['instance'], ['instance', 'keyAlgorithm']],
}

/** Everything that a declaration can say, also what no product says today. */
export const EVERYTHING: ListingDeclaration = {
  product: 'test-everything',
  filters: {
    prefix: { kind: 'prefix' },
    contains: { kind: 'contains' },
    number: { kind: 'equals', column: 'number' },
    numbers: { kind: 'between', column: 'number' },
    expiry: { kind: 'between', column: 'notAfter' },
    expiryOrNone: { kind: 'between', column: 'notAfter', orAbsent: true },
    expires: { kind: 'equals', column: 'notAfter' },
    status: { kind: 'equals', column: 'status' },
    statuses: { kind: 'one-of', column: 'status' },
    compartments: { kind: 'one-of', column: 'compartment' },
    deployable: { kind: 'equals', column: 'deployable' },
    fingerprint: { kind: 'equals', column: 'fingerprint' },
  },
  orders: { number: 'number', name: 'name', expiry: 'notAfter', status: 'status', updated: 'updatedAt' },
  tallies: [['status'], ['statuses', 'compartments'], ['deployable', 'status']],
}

export const DECLARATIONS: readonly ListingDeclaration[] = [FILES, DEVICES, AUTHORITIES, ORDERS, GATEWAYS, EVERYTHING]
