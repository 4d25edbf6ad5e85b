/** `certfolio restore`: a backup into an empty registry. */

import { type ArchiveRequest, asJson, holdings, whereIs } from './backup.ts'
import type { Rooms, Streams } from './cli.ts'
import { longWork } from './long-work.ts'

export const RESTORE_HELP = `
The registry must be empty; nothing is put into one that is not, and nothing of a backup that is cut off or altered.
Record numbers, ids and access keys stay what they were.

Put the master.key of the registry that was backed up into the data directory first (or its key into
CERTFOLIO_MASTER_KEY): the backup does not have it.`

export interface RestoreRequest extends ArchiveRequest {
  /** Reads the file to its end, and leaves it at that. */
  readonly check: boolean
  readonly anotherMasterKey: boolean
}

/** @throws Usage; Error with one line: then nothing was restored */
export async function restore(request: RestoreRequest, rooms: Rooms, io: Streams): Promise<void> {
  const { file, json, check, flags } = request
  const place = whereIs(flags, rooms.env)
  const archive = rooms.openArchive(place)
  const summary = check
    ? await longWork('checking', io.stderr, options => archive.verify(file, options))
    : await longWork('restoring', io.stderr, options =>
        archive.restore(file, { ...options, keyMayDiffer: request.anotherMasterKey }),
      )
  // Makes the indexes and counts the totals that the products' lists need, so that the first start need not.
  if (!check) await (await rooms.openRegistry(place)).close()
  const made = `made by version ${summary.version} at ${new Date(summary.at).toISOString()}`
  if (json) io.stdout.write(`${JSON.stringify(asJson(summary))}\n`)
  else io.stdout.write(`${file} (${made}) ${check ? 'is whole: it holds' : 'is restored:'} ${holdings(summary)}.\n`)
}
