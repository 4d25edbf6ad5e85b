/** The schema's history. A migration that was released is never changed; the next one is appended. */

import { ACCESS_TABLES } from '../directory-access-tables.ts'
import { DIRECTORY_TABLES, MASTER_KEY_TABLE } from '../directory-tables.ts'
import { EDIT_TABLES } from './edit-tables.ts'
import { INVENTORY_INDEXES } from './inventory-indexes.ts'
import { RECORD_TABLES } from './record-tables.ts'

export interface Migration {
  readonly name: string
  /** SQL statements, run in one transaction. */
  readonly sql: string
}

/** In order. The schema's version (`PRAGMA user_version`) is the number of migrations that were run. */
export const MIGRATIONS: readonly Migration[] = [
  { name: 'records', sql: RECORD_TABLES },
  { name: 'directory', sql: DIRECTORY_TABLES },
  { name: 'access', sql: ACCESS_TABLES },
  { name: 'inventory', sql: INVENTORY_INDEXES },
  { name: 'edits', sql: EDIT_TABLES },
  { name: 'master-key', sql: MASTER_KEY_TABLE },
]
