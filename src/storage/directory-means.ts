/** What the parts of the directory share. */

import type { Kysely, Transaction } from 'kysely'
import type { Clock } from '../registry/record-number.ts'
import type { DirectoryMemory } from './directory-memory.ts'
import type { DirectoryTables } from './directory-tables.ts'
import { faultOf as postgresFault } from './postgres/failure.ts'
import { faultOf as sqliteFault } from './sqlite/failure.ts'

export interface DirectoryMeans {
  readonly database: Kysely<DirectoryTables>
  readonly memory: DirectoryMemory
  readonly clock: Clock
  /** Runs a change in one transaction that other processes notice, and that is forgotten nowhere. */
  change<T>(work: (transaction: Transaction<DirectoryTables>) => Promise<T>): Promise<T>
}

/** A failed write in the registry's words: `busy`, `storage-failed`. Each engine knows its own errors only. */
export async function inFaults<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw postgresFault(sqliteFault(error))
  }
}

type TableWithId = 'users' | 'projects' | 'access_keys' | 'groups' | 'policies'

/** Sets columns of the row with the id. @returns whether there is such a row */
export async function update<Table extends TableWithId>(
  transaction: Transaction<DirectoryTables>,
  table: Table,
  id: string,
  set: Partial<DirectoryTables[Table]>,
): Promise<boolean> {
  // Every one of these tables has a text `id`; the types of all of them at once say so to nobody.
  const any = transaction as unknown as Transaction<{ rows: { id: string } }>
  const name = table as unknown as 'rows'
  if (Object.keys(set).length === 0)
    return (await any.selectFrom(name).select('id').where('id', '=', id).executeTakeFirst()) !== undefined
  const result = await any.updateTable(name).set(set).where('id', '=', id).executeTakeFirst()
  return result.numUpdatedRows > 0n
}
