import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Connections } from '../../src/storage/postgres/connections.ts'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { AS_SAID } from '../../src/storage/postgres/planner.ts'
import { parseServerUrl } from '../../src/storage/postgres/server-url.ts'
import { embedded, LOGGING, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { ORDERS } from './declarations.ts'
import { draft, START, scopeOf } from './drafts.ts'
import { planOf, scopeProblems } from './postgres-plans.ts'

let server: PostgresServer
let url: string

beforeAll(async () => {
  server = await startPostgres(await embedded(), LOGGING)
  url = await server.createDatabase()
})
afterAll(() => server?.dispose())

/** Does everything that can be done to records, each in its cases. */
async function everything(): Promise<void> {
  let now = START
  const storage = await openPostgres(url, { clock: () => now })
  await storage.declare([ORDERS])
  const { records } = storage
  const scope = scopeOf(ORDERS.product, 'one')
  const contents = [{ role: 'file', bytes: new Uint8Array([1]) }]
  const secrets = [{ role: 'key', sealed: new Uint8Array([2]) }]
  const facts = { uniqueKey: 'u', vendorId: 'v', fingerprint: 'ab'.repeat(32), status: 'UPLOAD' }
  const due = { statusDueAt: START + 1, statusWhenDue: 'EXPIRED' }
  const drafts = [draft({ ...facts, ...due }, { contents, secrets }), draft(facts)]
  const [added] = await records.add(scope, drafts, { oncePerFingerprint: true })
  const number = added?.record.number ?? 0
  for (const key of [{ number }, { vendorId: 'v' }, { uniqueKey: 'u' }, { fingerprint: facts.fingerprint }])
    await records.find(scope, key)
  await records.contents(scope, number, 'file')
  await records.secret(scope, number, 'key')
  await records.change(scope, number, { uniqueKey: 'w', vendorId: 'x', status: 'ISSUED' })
  now += 10
  const window = { skip: 0, take: 10 }
  await records.list(scope, { declaration: ORDERS, filters: {}, order: 'updated', direction: 'ascending', window })
  await records.remove(scope, number)
  await storage.close()
}

/** The prepared statements that the server was sent, by their names. */
function statements(): Map<string, string> {
  const executed = /^execute ([a-z_0-9]+): (.*)$/s
  return new Map(
    server.log().flatMap(line => {
      const [, name, text] = executed.exec(JSON.parse(line).message ?? '') ?? []
      return name === undefined || text === undefined ? [] : [[name, text] as const]
    }),
  )
}

/** Tables that belong to no scope: who writes, and what is counted; few rows, which every shard has. */
const SHARED = /^(worker_|scope_find|scope_insert)/
const INSERTS = /^INSERT INTO (\w+)(?: \(scope[^)]*\))?\s+(?:SELECT (?:DISTINCT ON \(\w+\) )?\$1\b|VALUES \(\$1)/

async function problemsOf(client: pg.ClientBase, name: string, text: string): Promise<string[]> {
  const problems = scopeProblems(await planOf(client, text), parameter => parameter === 1 || name.startsWith('list_'))
  if (text.startsWith('INSERT') && !INSERTS.test(text)) problems.push('does not say the scope first')
  return problems.map(problem => `${name}: ${problem}`)
}

test('every statement on records asks for one scope, and joins within it', async () => {
  await everything()
  const connections = new Connections(parseServerUrl(url), { size: 1, statementTimeout: 0, settings: AS_SAID })
  await connections.with(async client => {
    const problems: string[] = []
    let looked = 0
    for (const [name, text] of statements()) {
      if (SHARED.test(name)) continue
      looked++
      problems.push(...(await problemsOf(client, name, text)))
    }
    expect(problems).toEqual([])
    // All of them: those of records, contents, secrets, totals, the scope's own, and one list.
    expect(looked).toBeGreaterThanOrEqual(24)
    expect(await problemsOf(client, 'planted', 'DELETE FROM records WHERE number = $1')).not.toEqual([])
  })
  await connections.close()
})
