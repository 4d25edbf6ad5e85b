/** Reads everything of a database as of one moment: for backups and examinations beside servers. */

import type { Client } from './connections.ts'
import { kindOf } from './failure.ts'
import { versionOf } from './migrate.ts'
import { MIGRATIONS } from './migrations.ts'
import type { ServerUrl } from './server-url.ts'

/** Rows that are asked for at once. */
const AT_ONCE = 200

/** @throws Error with one line where there is no registry, or a newer one */
export async function readOneMoment<T>(client: Client, { shown }: ServerUrl, read: () => Promise<T>): Promise<T> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  const version = await versionOf(client)
  if (version === 0) throw new Error(`There is no registry in ${shown}; name its database with --database.`)
  if (version > MIGRATIONS.length)
    throw new Error(
      `${shown} has schema version ${version}, and this version of Certfolio knows up to ${MIGRATIONS.length}; use the newer version`,
    )
  const result = await read()
  await client.query('COMMIT')
  return result
}

let cursors = 0

/** The rows of a SELECT, a few at a time. Call it in a transaction. */
export async function* streamed(client: Client, select: string): AsyncGenerator<readonly unknown[]> {
  const cursor = `stream_${++cursors}`
  await client.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${select}`)
  for (;;) {
    const { rows } = await client.query<unknown[]>({ text: `FETCH ${AT_ONCE} FROM ${cursor}`, rowMode: 'array' })
    yield* rows
    if (rows.length < AT_ONCE) break
  }
  await client.query(`CLOSE ${cursor}`)
}

/** An error of the connection, in one line. */
export function unreachable({ shown }: ServerUrl, error: unknown): unknown {
  const kind = kindOf(error)
  if (kind !== 'lost' && kind !== 'busy') return error
  return new Error(`${shown} cannot be reached; check that it runs and listens there`, { cause: error })
}
