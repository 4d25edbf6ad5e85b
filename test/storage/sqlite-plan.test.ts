import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSqlite, type SqliteStorage } from '../../src/storage/sqlite/open.ts'
import { DECLARATIONS, FILES } from './declarations.ts'
import { planProblems } from './plan-problems.ts'

let directory: string
let storage: SqliteStorage

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'certfolio-plan-'))
  storage = await openSqlite(join(directory, 'certfolio.db'), { clock: Date.now })
  await storage.declare(DECLARATIONS)
})

afterAll(async () => {
  await storage.close()
  rmSync(directory, { recursive: true })
})

test.each(DECLARATIONS)(
  '$product: every list is served by an index, without a scan or a sort of the whole',
  declaration => {
    const { problems, lists } = planProblems(storage, [declaration])
    expect(problems).toEqual([])
    expect(lists).toBeGreaterThan(1)
  },
)

test('a list without its index is refused, not scanned', async () => {
  const undeclared = { ...FILES, product: 'test-undeclared' }
  expect(() => planProblems(storage, [undeclared])).toThrow('no such index')
})
