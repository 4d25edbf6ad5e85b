import { afterAll, beforeAll, describe, vi } from 'vitest'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { embedded, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { inventoryPromises } from './inventory/promises.ts'

// Thousands of questions, each with several round trips.
vi.setConfig({ testTimeout: 120_000 })

describe('PostgreSQL 18', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres(await embedded())
  })
  afterAll(() => server?.dispose())

  inventoryPromises('PostgreSQL', async () => {
    const url = await server.createDatabase()
    return { open: clock => openPostgres(url, { clock }), dispose: async () => undefined }
  })
})
