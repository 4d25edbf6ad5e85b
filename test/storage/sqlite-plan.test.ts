import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSqlite, type SqliteStorage } from '../../src/storage/sqlite/open.ts'
import { DECLARATIONS, FILES } from './declarations.ts'
import { planProblems } from './plan-problems.ts'
import { REAL_DECLARATIONS } from './real-declarations.ts'
import { type Temporary, temporary } from './temporary.ts'

const ALL = [...DECLARATIONS, ...REAL_DECLARATIONS]

let place: Temporary
let storage: SqliteStorage

beforeAll(async () => {
  place = temporary()
  storage = await openSqlite(place.path, { clock: Date.now })
  await storage.declare(ALL)
})

afterAll(async () => {
  await storage.close()
  place[Symbol.dispose]()
})

test.each(ALL)('$product: every list is served by an index, without a scan or a sort of the whole', declaration => {
  const { problems, lists } = planProblems(storage, [declaration])
  expect(problems).toEqual([])
  expect(lists).toBeGreaterThan(1)
})

test('a list without its index is refused, not scanned', async () => {
  const undeclared = { ...FILES, product: 'test-undeclared' }
  expect(() => planProblems(storage, [undeclared])).toThrow('no such index')
})
