import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { storageConformance } from './conformance.ts'

storageConformance('SQLite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'certfolio-storage-'))
  return {
    open: clock => openSqlite(join(directory, 'certfolio.db'), { clock }),
    dispose: async () => rmSync(directory, { recursive: true }),
  }
})
