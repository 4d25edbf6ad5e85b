/** Puts a backup into an empty registry. */

import type { ArchiveOptions, BackupSummary } from '../../registry/archive.ts'
import type { Header } from './format.ts'
import type { RawStore, RawTable, RawTarget } from './raw-store.ts'
import { readBackup, UnusableBackup } from './read.ts'

/**
 * Reads the backup to its end before anything is touched, then puts it in, all or nothing.
 * @param accept told of the header before anything is touched; what it throws refuses the backup
 * @throws UnusableBackup; Error with one line
 */
export async function restoreBackup(
  path: string,
  accept: (header: Header) => void,
  open: () => Promise<RawStore>,
  { progress, signal }: ArchiveOptions = {},
): Promise<BackupSummary> {
  let header: Header | undefined
  const half = (from: number) => (done: number, total: number) => progress?.(from * total + done, 2 * total)
  const aborted = { ...(signal && { signal }) }
  const verified = await readBackup(
    path,
    {
      header(found) {
        accept(found)
        header = found
      },
    },
    { ...aborted, progress: half(0) },
  )
  if (header === undefined) throw new UnusableBackup(path, 'is not a backup of Certfolio')
  const store = await open()
  try {
    return await store.fill(header.lastNumber, async target => {
      const rows = (table: RawTable, batch: Parameters<RawTarget['insert']>[1]) =>
        insert(path, verified, target, table, batch)
      const summary = await readBackup(path, { rows }, { ...aborted, progress: half(1) })
      if (summary.sha256 !== verified.sha256) throw new UnusableBackup(path, 'was changed while it was read')
      return summary
    })
  } finally {
    await store.close()
  }
}

async function insert(
  path: string,
  { version }: BackupSummary,
  target: RawTarget,
  table: RawTable,
  rows: Parameters<RawTarget['insert']>[1],
): Promise<void> {
  const known = target.tables.find(({ name }) => name === table.name)
  const stranger = table.columns.find(column => !known?.columns.includes(column))
  if (known === undefined || stranger !== undefined) {
    const what = known === undefined ? `the table ${table.name}` : `the column ${stranger} of the table ${table.name}`
    throw new UnusableBackup(path, `has ${what}, which this version of Certfolio does not know; use version ${version}`)
  }
  await target.insert(table, rows)
}
