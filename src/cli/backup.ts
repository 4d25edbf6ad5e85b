/** `certfolio backup`: everything of one moment into one file, while others go on reading and writing. */

import type { BackupSummary } from '../registry/archive.ts'
import type { Rooms, Streams } from './cli.ts'
import { counted, longWork } from './long-work.ts'
import { type Environment, type OptionName, readSettings } from './options.ts'

export const ARCHIVE_OPTIONS = ['data', 'database', 'master-key'] as const satisfies OptionName[]

export const BACKUP_HELP = `
The file holds every record with its certificates and sealed private keys, and all of identity. It can be restored
into SQLite and into PostgreSQL. Whoever has it can read the registry's certificates; it is made readable by its owner
alone.

The master key is not in it, so that the backup alone gives no secret away: keep a copy of DIR/master.key (or of
CERTFOLIO_MASTER_KEY) at another place than the backups. Without it, private keys and access keys cannot be opened again.`

export interface ArchiveRequest {
  readonly file: string
  readonly json: boolean
  readonly flags: Readonly<Record<string, string | undefined>>
}

/** Where the registry is. @throws Usage */
export function whereIs(flags: ArchiveRequest['flags'], env: Environment) {
  const { data, database } = readSettings(ARCHIVE_OPTIONS, flags, env)
  return { dataDir: data, env, ...(database !== undefined && { database }) }
}

/** @throws Usage; Error with one line: then FILE is as it was before */
export async function backUp({ file, json, flags }: ArchiveRequest, rooms: Rooms, io: Streams): Promise<void> {
  const archive = rooms.openArchive(whereIs(flags, rooms.env))
  const summary = await longWork('backing up', io.stderr, options => archive.backup(file, options))
  if (json) io.stdout.write(`${JSON.stringify(asJson(summary))}\n`)
  else
    io.stdout.write(`${file} holds ${holdings(summary)}.
The master key is not in it: keep a copy of it apart from the backups.
`)
}

/** What a backup holds, in words: what people count first, then the rest. */
export function holdings({ tables }: BackupSummary): string {
  const rows = (name: string) => tables.find(table => table.name === name)?.rows ?? 0
  return [
    counted(rows('records'), 'record'),
    counted(rows('contents'), 'content'),
    counted(rows('secrets'), 'sealed secret'),
    counted(rows('accounts'), 'account'),
    counted(rows('users'), 'user'),
    counted(rows('access_keys'), 'access key'),
  ].join(', ')
}

export function asJson({ at, tables, ...summary }: BackupSummary) {
  const rows = Object.fromEntries(tables.map(({ name, ...table }) => [name, table]))
  return { ...summary, at: new Date(at).toISOString(), tables: rows }
}
