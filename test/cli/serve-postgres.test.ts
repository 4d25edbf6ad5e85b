/** Two machines, as far as they can tell: two data directories, one PostgreSQL, one master key. */

import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCertificate } from '../support/certificates.ts'
import { certfolio, Process, temporaryDirectory } from '../support/command.ts'
import { embedded, PASSWORD, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { signHuawei } from '../support/sign.ts'

let server: PostgresServer
let place: Awaited<ReturnType<typeof temporaryDirectory>>
let env: Record<string, string>
let one: Process
let other: Process
let endpoints: readonly string[]

beforeAll(async () => {
  place = await temporaryDirectory()
  server = await startPostgres(await embedded())
  env = {
    CERTFOLIO_DATABASE: await server.createDatabase(),
    CERTFOLIO_MASTER_KEY: randomBytes(32).toString('hex'),
    CERTFOLIO_LOG_LEVEL: 'trace',
  }
  one = new Process(['serve', '--data', join(place.path, 'one'), '--port', '0'], env)
  const first = await one.ready()
  other = new Process(['serve', '--data', join(place.path, 'other'), '--port', '0'], env)
  endpoints = [first, await other.ready()]
})
afterAll(async () => {
  one?.child.kill('SIGKILL')
  other?.child.kill('SIGKILL')
  await server?.dispose()
  await place?.remove()
})

/** The SSL certificates, as the server at the endpoint lists them. */
async function listed(endpoint: string): Promise<{ total_count: number }> {
  const { accessKey } = JSON.parse(await readFile(join(place.path, 'one', 'first-run.json'), 'utf8'))
  const url = `${endpoint}/v3/scm/certificates`
  const headers = signHuawei({ ak: accessKey.id, sk: accessKey.secret, method: 'GET', url, date: new Date() })
  const answer = await fetch(url, { headers })
  expect(answer.status).toBe(200)
  return answer.json() as Promise<{ total_count: number }>
}

test('both are ready, and one account serves both', async () => {
  for (const endpoint of endpoints) {
    expect(await (await fetch(`${endpoint}/readyz`)).json()).toEqual({ status: 'ready' })
    expect((await listed(endpoint)).total_count).toBe(0)
  }
})

test('what a command imports is listed by both', async () => {
  const path = join(place.path, 'certificate.pem')
  await writeFile(path, makeCertificate().pem)
  const imported = await certfolio(['import', path, '--into', 'scm', '--data', join(place.path, 'one')], { env })
  expect(imported).toMatchObject({ code: 0 })
  for (const endpoint of endpoints) expect((await listed(endpoint)).total_count).toBe(1)
})

test('a flag says where as well as the variable; a URL of something else is refused without being repeated', async () => {
  const { CERTFOLIO_DATABASE: _, ...rest } = env
  const wrong = 'mysql://root:canary-of-a-flag@host/db'
  const refused = await certfolio(['serve', '--database', wrong], { env: rest })
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--database must be a URL like postgres://'),
  })
  expect(refused.stderr).not.toContain('canary')
  const demo = await certfolio(['serve', '--demo'], { env })
  expect(demo).toMatchObject({ code: 2, stderr: expect.stringContaining('leave out --database') })
})

test('while the database is gone they say so, and they go on when it is back', async () => {
  const ready = async (endpoint: string) => (await fetch(`${endpoint}/readyz`)).status
  await server.kill()
  for (const endpoint of endpoints) expect(await ready(endpoint)).toBe(503)
  await server.start()
  for (const endpoint of endpoints) {
    await expect.poll(() => ready(endpoint), { timeout: 20_000 }).toBe(200)
    expect((await listed(endpoint)).total_count).toBe(1)
  }
})

test('they stop in order, and nothing that they said has the password of the database', async () => {
  for (const process of [one, other]) {
    process.child.kill('SIGTERM')
    const { code, stdout, stderr } = await process.outcome
    expect(code).toBe(0)
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(stdout + stderr).not.toContain(secret)
  }
})
