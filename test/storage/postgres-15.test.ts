import { afterAll, beforeAll, describe } from 'vitest'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { type PostgresServer, startPostgres, system15 } from '../support/postgres.ts'
import { storageConformance } from './conformance.ts'

const installation = system15()

describe.skipIf(installation === undefined)('PostgreSQL 15 (skipped where the system has none)', () => {
  let server: PostgresServer
  beforeAll(async () => {
    if (installation !== undefined) server = await startPostgres(installation)
  })
  afterAll(() => server?.dispose())

  // Without an index for parts of texts, as where the extensions may not be created: 18 has it.
  storageConformance('PostgreSQL', async () => {
    const url = await server.createDatabase()
    return { open: clock => openPostgres(url, { clock, trigrams: false }), dispose: async () => undefined }
  })
})
