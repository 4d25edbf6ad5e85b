import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import { afterAll, beforeAll } from 'vitest'
import { createFirstAccount } from '../../src/identity/first-account.ts'
import { openVault } from '../../src/identity/vault.ts'
import { openDirectory } from '../../src/storage/directory.ts'
import type { DirectoryTables } from '../../src/storage/directory-tables.ts'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { embedded, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { directoryPromises } from './directory-access.ts'
import { cheapPasswords, type OpenedDirectory, type TestClock, testClock } from './fixture.ts'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres(await embedded())
}, 60_000)
afterAll(() => server.dispose())

async function open(url: string, clock: TestClock): Promise<OpenedDirectory> {
  const storage = await openPostgres(url, { clock })
  const database = new Kysely<DirectoryTables>({ dialect: storage.dialect() })
  return { directory: openDirectory({ database, clock }), close: () => storage.close() }
}

directoryPromises('the directory in PostgreSQL', async () => {
  const url = await server.createDatabase()
  const clock = testClock()
  const [one, other] = [await open(url, clock), await open(url, clock)]
  const dataDir = mkdtempSync(join(tmpdir(), 'certfolio-identity-'))
  const means = { directory: one.directory, vault: openVault(dataDir, {}), passwords: cheapPasswords(), clock }
  const first = await createFirstAccount({ ...means, endpoint: 'http://127.0.0.1:8080' })
  if (first === undefined) throw new Error('a fresh directory has no account')
  return {
    ...{ directory: one.directory, other, clock, first },
    async close() {
      await other.close()
      await one.close()
      rmSync(dataDir, { recursive: true })
    },
  }
})
