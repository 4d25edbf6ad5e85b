import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FirstRun } from '../../src/identity/first-account.ts'
import { makeCertificate } from '../support/certificates.ts'
import { certfolio, Process, temporaryDirectory } from '../support/command.ts'
import { signHuawei } from '../support/sign.ts'

const CERTIFICATES = '/v3/scm/certificates'

let place: Awaited<ReturnType<typeof temporaryDirectory>>
beforeAll(async () => {
  place = await temporaryDirectory()
})
afterAll(() => place?.remove())

/** The processes that a primary has started. */
async function workersOf(primary: Process): Promise<readonly number[]> {
  const text = await readFile(`/proc/${primary.child.pid}/task/${primary.child.pid}/children`, 'utf8')
  return text.trim().split(' ').filter(Boolean).map(Number)
}

/** Whether the machine tells a process's children. */
const tellsChildren = process.platform === 'linux'

async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await ask()
    if (found !== undefined) return found
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

describe.skipIf(!tellsChildren)('two workers on one port (skipped where /proc tells no children)', () => {
  let server: Process
  let endpoint: string
  let firstRun: FirstRun
  beforeAll(async () => {
    const data = join(place.path, 'two')
    server = new Process(['serve', '--data', data, '--port', '0', '--workers', '2'])
    endpoint = await server.ready()
    firstRun = JSON.parse(await readFile(join(data, 'first-run.json'), 'utf8'))
  })
  afterAll(() => {
    server?.child.kill('SIGKILL')
  })

  /** On a connection of its own, which is the next worker's. */
  async function ask(method: string, path: string, json?: object, key = firstRun.accessKey) {
    const body = json === undefined ? '' : JSON.stringify(json)
    const headers = { 'Content-Type': 'application/json', Connection: 'close' }
    const url = `${endpoint}${path}`
    const signed = signHuawei({
      ak: key.id,
      sk: key.secret,
      method,
      url,
      headers: { 'Content-Type': headers['Content-Type'] },
      body,
    })
    const response = await fetch(url, { method, headers: { ...signed, Connection: 'close' }, ...(body && { body }) })
    const text = await response.text()
    return { status: response.status, json: text === '' ? undefined : JSON.parse(text) }
  }

  test('are there when the one ready line is printed, and both answer', async () => {
    expect(await workersOf(server)).toHaveLength(2)
    expect((await readFile(join(place.path, 'two', 'first-run.json'), 'utf8')).includes(endpoint)).toBe(true)
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('GET', CERTIFICATES)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
  })

  test('keep record numbers apart, and lists see what either wrote', async () => {
    const { id: project } = firstRun.project
    const count = 40
    const created = await Promise.all(
      Array.from({ length: count }, (_, at) => {
        const { pem } = makeCertificate({ subject: `CN=ca-${at}`, ca: true })
        return ask('POST', `/v5/iot/${project}/certificates`, { content: pem })
      }),
    )
    expect(created.map(({ status }) => status)).toEqual(Array.from({ length: count }, () => 201))
    expect(new Set(created.map(({ json }) => json.certificate_id)).size).toBe(count)
    const list = await ask('GET', `/v5/iot/${project}/certificates?limit=50`)
    expect(list.json.certificates.map((each: Record<string, string>) => each.certificate_id).toSorted()).toEqual(
      created.map(({ json }) => json.certificate_id).toSorted(),
    )
  })

  test('the same certificate at once from many clients is one record', async () => {
    const { id: project } = firstRun.project
    const { pem } = makeCertificate({ subject: 'CN=once', ca: true })
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => ask('POST', `/v5/iot/${project}/certificates`, { content: pem })),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status }) => status >= 500)).toEqual([])
  })

  test('a revoked token is refused by the other worker within a second', async () => {
    const { account, user, project } = firstRun
    const identity = {
      methods: ['password'],
      password: { user: { name: user.name, password: user.password, domain: { name: account.name } } },
    }
    const asked = await fetch(`${endpoint}/v3/auth/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Connection: 'close' },
      body: JSON.stringify({ auth: { identity, scope: { project: { id: project.id } } } }),
    })
    const token = asked.headers.get('x-subject-token') ?? ''
    const withToken = (method: string, path: string, more = {}) =>
      fetch(`${endpoint}${path}`, { method, headers: { 'X-Auth-Token': token, Connection: 'close', ...more } })
    // Both workers know the token now.
    for (let at = 0; at < 4; at++) expect((await withToken('GET', CERTIFICATES)).status).toBe(200)
    const revoked = await withToken('DELETE', '/v3/auth/tokens', { 'X-Subject-Token': token })
    expect(revoked.status).toBe(204)
    await new Promise(resolve => setTimeout(resolve, 1_000))
    for (let at = 0; at < 4; at++) expect((await withToken('GET', CERTIFICATES)).status).toBe(401)
  })

  test('a worker that dies is replaced', async () => {
    const before = await workersOf(server)
    process.kill(before[0] ?? 0, 'SIGKILL')
    const after = await until(async () => {
      const now = await workersOf(server)
      return now.length === 2 && !now.includes(before[0] ?? 0) ? now : undefined
    })
    expect(after).toContain(before[1])
    await server.said('stderr', /"msg":"a worker ended and is replaced"/)
    // It may not listen yet: the other one answers.
    for (let at = 0; at < 4; at++) expect((await ask('GET', CERTIFICATES)).status).toBe(200)
  })

  test('SIGTERM of the primary ends all of them within ten seconds, exit 0', async () => {
    const workers = await workersOf(server)
    const started = performance.now()
    server.child.kill('SIGTERM')
    expect(await server.outcome).toMatchObject({ code: 0, stdout: `certfolio is ready at ${endpoint}\n` })
    expect(performance.now() - started).toBeLessThan(10_000)
    for (const worker of workers) expect(() => process.kill(worker, 0)).toThrow('ESRCH')
    expect((await certfolio(['doctor', '--data', join(place.path, 'two')])).stdout).toContain('nothing is wrong')
  })
})

test('what keeps the first worker from starting is said once', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => other.once('listening', resolve))
  const address = other.address()
  const port = String(typeof address === 'object' ? address?.port : 0)
  const server = new Process(['serve', '--data', join(place.path, 'taken'), '--port', port, '--workers', '3'])
  expect(await server.outcome).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^certfolio: Cannot listen on \S+: the port is in use; choose another one with --port\.\n$/,
    ),
  })
  other.close()
})

test.each([
  ['0', /--workers must be an integer from 1 to 32/],
  ['33', /--workers must be an integer from 1 to 32/],
  ['two', /--workers must be an integer from 1 to 32/],
])('--workers %s is wrong usage', async (count, says) => {
  const { code, stderr } = await certfolio(['serve', '--workers', count])
  expect([code, stderr]).toEqual([2, expect.stringMatching(says)])
})

test('the demo is one process', async () => {
  const { code, stderr } = await certfolio(['serve', '--demo', '--workers', '2'])
  expect([code, stderr]).toEqual([2, expect.stringContaining('--demo serves with one process: leave out --workers.')])
})
