import { afterAll, beforeAll, describe } from 'vitest'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { embedded, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { storageConformance } from './conformance.ts'

describe('PostgreSQL 18', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres(await embedded())
  })
  afterAll(() => server.dispose())

  storageConformance('PostgreSQL', async () => {
    const url = await server.createDatabase()
    return { open: clock => openPostgres(url, { clock }), dispose: async () => undefined }
  })
})
