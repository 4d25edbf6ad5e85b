/** Advisory locks of the registry, so that they meet each other and nobody else's. */

import { hash } from 'node:crypto'

/** "Cfol": the class of all of them. */
const CLASS = 0x43666f6c

/** The two keys of a lock, for SQL. */
export function lockKeys(name: string): string {
  return `${CLASS}, ${hash('sha256', name, 'buffer').readInt32BE()}`
}

/** Held by whoever migrates. */
export const MIGRATING = lockKeys('migrate')
/** Held by whoever creates indexes. */
export const INDEXING = lockKeys('index')
/** Held by each transaction of the directory: one at a time, as on SQLite. */
export const DIRECTORY = lockKeys('directory')
/** Held by each transaction that writes nonces and events. */
export const EVENTS = lockKeys('events')
/** Shared by all who write records of the product; held alone by whoever begins to count something anew. */
export function writing(product: string): string {
  return lockKeys(`write ${product}`)
}
