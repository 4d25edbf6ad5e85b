/** Backup, restore and examination of one registry, put together. */

import type { Vault } from '../../identity/identity.ts'
import type { Archive } from '../../registry/archive.ts'
import type { Clock } from '../../registry/record-number.ts'
import { type ExaminationMeans, examine } from '../examination/examine.ts'
import type { ExaminedStore } from '../examination/moment.ts'
import type { Header } from './format.ts'
import type { RawStore } from './raw-store.ts'
import { readBackup, UnusableBackup } from './read.ts'
import { restoreBackup } from './restore.ts'
import { writeBackup } from './write.ts'

/** What the header holds sealed, so that a restore can tell whether the master key is the same. */
const CHECK = 'certfolio'
const CHECK_CONTEXT = 'backup/master-key'

export interface ArchiveMeans extends Pick<ExaminationMeans, 'dataDir' | 'sealingContext'> {
  /** Of Certfolio. */
  readonly version: string
  readonly clock: Clock
  /** `undefined` where there is no master key yet. @throws Error with one line where the key there cannot be used */
  vault(): Vault | undefined
  /** Connects to the registry. @param make makes it where there is none */
  open(options: { readonly make: boolean }): Promise<RawStore & ExaminedStore>
}

export function createArchive(means: ArchiveMeans): Archive {
  return {
    async backup(path, options) {
      const store = await means.open({ make: false })
      try {
        const sealed = means.vault()?.seal(CHECK, CHECK_CONTEXT)
        const masterKeyCheck = sealed ? Buffer.from(sealed).toString('base64') : null
        return await writeBackup(store, path, { version: means.version, now: means.clock(), masterKeyCheck }, options)
      } finally {
        await store.close()
      }
    },
    verify: (path, options) => readBackup(path, {}, options),
    async restore(path, { keyMayDiffer = false, ...options } = {}) {
      const accept = (header: Header) => {
        if (!keyMayDiffer) demandSameKey(path, header, means.vault())
      }
      return restoreBackup(path, accept, () => means.open({ make: true }), options)
    },
    examine: (report, options) => examine({ ...means, report }, options),
  }
}

function demandSameKey(path: string, { masterKeyCheck }: Header, vault: Vault | undefined): void {
  if (masterKeyCheck === null) return
  const remedy =
    'put the master.key of the registry that was backed up into the data directory, or its key into CERTFOLIO_MASTER_KEY'
  if (vault === undefined) throw new UnusableBackup(path, `has secrets, and there is no master key here; ${remedy}`)
  try {
    vault.open(Buffer.from(masterKeyCheck, 'base64'), CHECK_CONTEXT)
  } catch (error) {
    const what = `has secrets that were sealed with another master key than the one here; ${remedy}`
    throw new UnusableBackup(path, what, { cause: error })
  }
}
