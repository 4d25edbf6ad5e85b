/** The schema's history. A migration that was released is never changed; the next one is appended. */

import { ACCESS_TABLES } from '../directory-access-tables.ts'
import { DIRECTORY_TABLES, MASTER_KEY_TABLE } from '../directory-tables.ts'
import { inPostgres } from './directory-tables.ts'
import { INVENTORY_INDEXES } from './inventory-indexes.ts'
import { RECORD_TABLES } from './record-tables.ts'

export interface Migration {
  readonly name: string
  /** SQL statements, run in one transaction. */
  readonly sql: string
}

/** In order. The schema's version is the number of migrations that were run. */
export const MIGRATIONS: readonly Migration[] = [
  { name: 'records', sql: RECORD_TABLES },
  { name: 'directory', sql: inPostgres(DIRECTORY_TABLES) },
  { name: 'access', sql: inPostgres(ACCESS_TABLES) },
  { name: 'master-key', sql: inPostgres(MASTER_KEY_TABLE) },
  { name: 'inventory', sql: INVENTORY_INDEXES },
]
