/** C1 to C5: many clients at once, and several processes on one database. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { type Answer, Client } from './client.ts'
import { isClean, runCrashCycles } from './cycles.ts'
import { sqliteEngine } from './engines.ts'
import { itemCalled, SERVICES, type Service } from './services.ts'

let registry: TestRegistry
let client: Client
beforeAll(async () => {
  process.umask(0o077)
  registry = await startRegistry()
  client = new Client(registry.firstRun)
  client.endpoints = [registry.endpoint]
})
afterAll(() => registry?.close())

const [scm, , iotda] = SERVICES as readonly Service[] as readonly [Service, Service, Service]
const CLIENTS = 32
const ROUNDS = 10

function statuses(answers: readonly Answer[]): Record<number, number> {
  return Object.fromEntries(
    [...Map.groupBy(answers, ({ status }) => status)].map(([status, all]) => [status, all.length]),
  )
}

test('C1: 32 clients import the same certificate at once: one record, and everybody is told so', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const item = itemCalled(`same${round}`)
    const answers = await Promise.all(Array.from({ length: CLIENTS }, () => iotda.create(client, item)))
    expect(statuses(answers)).toEqual({ 201: 1, 400: CLIENTS - 1 })
    const { name, pem, keyPem } = item
    const body = { name, certificate: pem, private_key: keyPem, duplicate_check: true }
    const checked = await Promise.all(
      Array.from({ length: CLIENTS }, () => client.ask('POST', '/v3/scm/certificates/import', body)),
    )
    expect(statuses(checked)).toEqual({ 200: 1, 400: CLIENTS - 1 })
    const id = checked.find(({ status }) => status === 200)?.json.certificate_id
    for (const { json } of checked.filter(({ status }) => status === 400)) expect(json.error_msg).toContain(id)
  }
  expect(await iotda.list(client)).toHaveLength(ROUNDS)
  expect(await scm.list(client)).toHaveLength(ROUNDS)
})

test('C2: the same certificate into ten projects at once: ten records, none of which sees another', async () => {
  const projects: string[] = []
  for (let at = 0; at < 10; at++) {
    const { status, json } = await registry.post('/v3/projects', { project: { name: `local-1_p${at}` } })
    expect(status).toBe(201)
    projects.push(json.project.id)
  }
  expect(new Set(projects).size).toBe(10)
  const { name, pem, keyPem } = itemCalled('everywhere')
  const path = (project: string) => `/v2/${project}/apic/certificates`
  const body = { name, cert_content: pem, private_key: keyPem }
  const created = await Promise.all(
    projects.map(project => client.ask('POST', path(project), body, { 'X-Project-Id': project })),
  )
  expect(statuses(created)).toEqual({ 200: 10 })
  expect(new Set(created.map(({ json }) => json.id)).size).toBe(10)
  for (const [at, project] of projects.entries()) {
    const own = created[at]?.json.id
    const foreign = created[(at + 1) % projects.length]?.json.id
    const asked = (id: string) => client.ask('GET', `${path(project)}/${id}`, undefined, { 'X-Project-Id': project })
    expect((await asked(own)).status).toBe(200)
    expect((await asked(foreign)).status).toBe(404)
  }
})

test('C4: two server processes on one SQLite file, killed and started again: the same promises', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'certfolio-two-'))
  const options = { engine: sqliteEngine(directory), dataDir: join(directory, 'data'), servers: 2, longest: 900 }
  const summary = await runCrashCycles({ ...options, cycles: 1, seed: `two-${Date.now()}` })
  await rm(directory, { recursive: true })
  expect(isClean(summary), JSON.stringify(summary, undefined, 2)).toBe(true)
  expect(summary.created).toBeGreaterThan(10)
}, 120_000)

test('C5: while another process keeps the database locked, writes are throttled in the words of each API, and lists answer', async () => {
  const other = new DatabaseSync(join(registry.dataDir, 'certfolio.db'))
  other.exec('BEGIN IMMEDIATE')
  const words = { scm: [429, 'APIGW.0308'], apic: [500, 'APIG.9008'], 'iotda-cas': [429, 'APIGW.0308'] } as const
  for (const service of SERVICES) {
    const answer = await service.create(client, itemCalled(`locked${service.name.length}`))
    expect([answer.status, answer.json.error_code]).toEqual(words[service.name as keyof typeof words])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    await service.list(client)
  }
  other.exec('ROLLBACK')
  other.close()
  for (const service of SERVICES)
    expect(service.idOf(await service.create(client, itemCalled(`unlocked${service.name.length}`)))).toBeDefined()
})
