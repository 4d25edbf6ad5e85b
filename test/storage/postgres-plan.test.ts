import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ListingDeclaration } from '../../src/registry/listing.ts'
import { Connections } from '../../src/storage/postgres/connections.ts'
import { listStatement } from '../../src/storage/postgres/list-statement.ts'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { plan } from '../../src/storage/postgres/plan.ts'
import { AS_SAID } from '../../src/storage/postgres/planner.ts'
import { parseServerUrl } from '../../src/storage/postgres/server-url.ts'
import { indexedTexts } from '../../src/storage/postgres/texts.ts'
import { asked } from '../../src/storage/question.ts'
import { embedded, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { DECLARATIONS, FILES } from './declarations.ts'
import { draft, START, scopeOf } from './drafts.ts'
import { described, listingsOf } from './every-listing.ts'
import { listProblems, nodesOf, planOf } from './postgres-plans.ts'
import { REAL_DECLARATIONS } from './real-declarations.ts'

/** Records of the large scope of a product; some other scopes have a few. */
const RECORDS = 2_000
/** Lists of one declaration that are looked at; of more, as many are taken evenly. No product has more. */
const LISTS = 1_000
/** A scope's id like no other value. */
const SCOPE = 424_242

let server: PostgresServer

beforeAll(async () => {
  server = await startPostgres(await embedded())
})

afterAll(() => server?.dispose())

/** A database with the product's records, as the planner knows them after a while. */
async function filled(declaration: ListingDeclaration, declared: ListingDeclaration): Promise<Connections> {
  const url = await server.createDatabase()
  const storage = await openPostgres(url, { clock: () => START })
  await storage.declare([declared])
  const drafts = Array.from({ length: RECORDS }, (_, at) =>
    draft({
      name: `name ${at % 100}`,
      searchText: `device-${at}.example.com`,
      compartment: `part ${at % 3}`,
      status: at % 2 === 0 ? 'UPLOAD' : 'EXPIRED',
      notAfter: at % 5 === 0 ? null : START + at,
      fingerprint: at.toString(16).padStart(64, '0'),
      description: 'as wide as a real record '.repeat(8),
    }),
  )
  const { product } = declaration
  await storage.records.add(scopeOf(product, 'large'), drafts)
  for (let at = 0; at < 3; at++) await storage.records.add(scopeOf(product, `small ${at}`), drafts.slice(0, 20))
  await storage.close()
  const connections = new Connections(parseServerUrl(url), { size: 1, statementTimeout: 0, settings: AS_SAID })
  await connections.with(client => client.query('VACUUM ANALYZE'))
  return connections
}

interface Asked {
  readonly what: string
  readonly text: string
  /** Its parameters, with `SCOPE` where the scope is. */
  readonly values: readonly unknown[]
  readonly sorts: number
  readonly merges: boolean
  readonly ofOne: boolean
}

/** Every statement for every list, once. */
function statementsOf(declaration: ListingDeclaration): Asked[] {
  const statements = new Map<string, Asked>()
  for (const trigrams of [true, false])
    for (const listing of listingsOf(declaration)) {
      const question = asked(listing, indexedTexts(trigrams))
      if (question === undefined) continue
      const planned = plan(question)
      const [only] = question.filters
      const several = question.filters.length === 1 && only?.is === 'one-of' && only.values.length < 10
      for (const [way, sorts] of [
        ['walk', 1],
        ['deep', 1],
        ['found', 2],
      ] as const) {
        if (planned[way] === undefined) continue
        const statement = listStatement(planned[way], 'counted', planned.total, question)
        const { text } = statement
        const values = statement.values(question, SCOPE, START)
        const ofOne = question.filters.some(filter => filter.is === 'equals' && filter.column === 'number')
        statements.set(text, { what: `${described(listing)} ${way}`, text, values, sorts, merges: several, ofOne })
      }
    }
  return [...statements.values()]
}

/** A line for each problem; none is good. */
async function problemsOf(connections: Connections, declaration: ListingDeclaration): Promise<string[]> {
  const statements = statementsOf(declaration)
  const stride = Math.ceil(statements.length / LISTS)
  return connections.with(async client => {
    const problems: string[] = []
    for (const { what, text, values, sorts, merges, ofOne } of statements.filter((_, at) => at % stride === 0)) {
      const read = await planOf(client, text)
      const told = listProblems(read, parameter => values[parameter - 1] === SCOPE, sorts, ofOne)
      if (merges && ![...nodesOf(read)].some(node => node['Node Type'] === 'Merge Append'))
        told.push('nothing is merged')
      problems.push(...told.map(problem => `${what}: ${problem}`))
    }
    return problems
  })
}

test.each([...DECLARATIONS, ...REAL_DECLARATIONS])(
  '$product: every list is served by its index within one scope, without a scan or a sort of the whole',
  async declaration => {
    const connections = await filled(declaration, declaration)
    expect(await problemsOf(connections, declaration)).toEqual([])
    await connections.close()
  },
)

test('a list without its index has problems', async () => {
  const declared = { ...FILES, filters: {}, orders: { id: 'number' } } as const
  const connections = await filled(FILES, { ...declared, tallies: [] })
  expect(await problemsOf(connections, FILES)).not.toEqual([])
  await connections.close()
})
