import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { Agent, get } from 'node:https'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCertificate } from '../support/certificates.ts'
import { certfolio, Process, temporaryDirectory } from '../support/command.ts'

let place: Awaited<ReturnType<typeof temporaryDirectory>>
beforeAll(async () => {
  place = await temporaryDirectory()
})
afterAll(() => place?.remove())

const hex32 = expect.stringMatching(/^[0-9a-f]{32}$/)

describe('the first start', () => {
  let data: string
  let first: Process
  let endpoint: string
  beforeAll(async () => {
    data = join(place.path, 'first')
    first = new Process(['serve', '--data', data, '--port', '0'])
    endpoint = await first.ready()
  })
  afterAll(() => {
    first?.child.kill('SIGKILL')
  })

  test('says on one line where it is ready, and that is where it answers', async () => {
    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(await (await fetch(`${endpoint}/healthz`)).json()).toEqual({ status: 'ok' })
    expect(await (await fetch(`${endpoint}/readyz`)).json()).toEqual({ status: 'ready' })
  })

  test('writes first-run.json for the owner alone, with everything that a client needs', async () => {
    const path = join(data, 'first-run.json')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      endpoint,
      account: { name: 'admin', domainId: hex32 },
      user: { name: 'admin', id: hex32, password: expect.stringMatching(/^.{12,}$/) },
      accessKey: { id: expect.stringMatching(/^[A-Z0-9]{20}$/), secret: expect.stringMatching(/^[A-Za-z0-9]{40}$/) },
      project: { name: 'default', id: hex32 },
      iotda: { instanceId: expect.any(String), appId: hex32 },
      apic: { instanceId: expect.any(String) },
      dataworks: { projectId: 10000 },
    })
  })

  test('leaves nothing in the data directory that others can read', async () => {
    for (const name of ['first-run.json', 'master.key', 'certfolio.db'])
      expect((await stat(join(data, name))).mode & 0o077).toBe(0)
  })

  test('is not repeated by the next one, which brings the endpoint up to date and says nothing of a removed file', async () => {
    const before = JSON.parse(await readFile(join(data, 'first-run.json'), 'utf8'))
    const second = new Process(['serve', '--data', data, '--port', '0'])
    const other = await second.ready()
    expect(other).not.toBe(endpoint)
    expect(JSON.parse(await readFile(join(data, 'first-run.json'), 'utf8'))).toEqual({ ...before, endpoint: other })
    second.child.kill('SIGTERM')
    await second.outcome

    await rm(join(data, 'first-run.json'))
    const third = new Process(['serve', '--data', data, '--port', '0'])
    await third.ready()
    await expect(stat(join(data, 'first-run.json'))).rejects.toThrow('ENOENT')
    third.child.kill('SIGINT')
    expect(await third.outcome).toMatchObject({ code: 0 })
  })
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: what is in flight is answered, nothing new is accepted, exit 0',
  async signal => {
    const server = new Process(['serve', '--data', join(place.path, signal), '--port', '0'])
    const port = Number(new URL(await server.ready()).port)
    const idle = connect({ port, host: '127.0.0.1' })
    const inFlight = connect({ port, host: '127.0.0.1' })
    const answer: Buffer[] = []
    inFlight.on('data', chunk => answer.push(chunk))
    const body = '{"auth":{}}'
    inFlight.write(
      `POST /v3/auth/tokens HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
    )
    // The server is reading the body now.
    await new Promise(resolve => inFlight.once('data', resolve))

    server.child.kill(signal)
    await new Promise(resolve => idle.once('close', resolve))
    await expect(
      new Promise((resolve, reject) =>
        connect({ port, host: '127.0.0.1' }).once('connect', resolve).once('error', reject),
      ),
    ).rejects.toThrow('ECONNREFUSED')
    inFlight.write(body)
    await new Promise(resolve => inFlight.once('close', resolve))
    expect(String(Buffer.concat(answer))).toMatch(
      /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 400 [\s\S]*connection: close/i,
    )
    expect(await server.outcome).toMatchObject({ code: 0 })
  },
)

test('with a certificate and its key it serves HTTPS', async () => {
  const ca = makeCertificate({ subject: 'CN=127.0.0.1', sans: ['127.0.0.1'] })
  const [cert, key] = [join(place.path, 'tls.crt'), join(place.path, 'tls.key')]
  await writeFile(cert, ca.pem)
  await writeFile(key, ca.keyPem)
  const server = new Process([
    'serve',
    '--data',
    join(place.path, 'tls'),
    '--port',
    '0',
    '--tls-cert',
    cert,
    '--tls-key',
    key,
  ])
  const endpoint = await server.ready()
  expect(endpoint).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
  const status = await new Promise((resolve, reject) => {
    const agent = new Agent({ ca: ca.pem })
    get(`${endpoint}/healthz`, { agent }, response => resolve(response.resume().statusCode)).on('error', reject)
  })
  expect(status).toBe(200)
  server.child.kill('SIGTERM')
  expect(await server.outcome).toMatchObject({ code: 0 })
})

test.each([
  ['another key', 'The private key of --tls-key does not belong to the certificate of --tls-cert.'],
  ['no certificate', 'The file of --tls-cert is no certificate in PEM.'],
  ['no key', 'The file of --tls-key is no private key in PEM that is open: one with a password cannot be used.'],
])('a certificate and a key that do not serve, %s: one line names the flag', async (what, says) => {
  const own = makeCertificate()
  const [cert, key] = [join(place.path, 'unfit.crt'), join(place.path, 'unfit.key')]
  await writeFile(cert, what === 'no certificate' ? 'nothing' : own.pem)
  await writeFile(key, { 'another key': makeCertificate().keyPem, 'no key': own.pem }[what] ?? own.keyPem)
  const data = join(place.path, 'unfit')
  expect(await certfolio(['serve', '--data', data, '--port', '0', '--tls-cert', cert, '--tls-key', key])).toEqual({
    code: 1,
    stdout: '',
    stderr: `certfolio: ${says}\n`,
  })
})

test.each([['--version'], ['import', '-', '--into', 'scm', '--json'], ['user', 'list']])(
  'on a full device %s says so in one line and fails',
  async (...args) => {
    const full = await open('/dev/full', 'w')
    const data = args.length > 1 ? ['--data', join(place.path, 'full')] : []
    const main = new URL('../../src/main.ts', import.meta.url).pathname
    const command = spawn(process.execPath, [main, ...args, ...data], { stdio: ['ignore', full.fd, 'pipe'] })
    let stderr = ''
    command.stderr?.on('data', chunk => {
      stderr += chunk
    })
    const [code] = await once(command, 'close')
    await full.close()
    expect(stderr).toBe('certfolio: Standard output cannot be written: ENOSPC: no space left on device, write.\n')
    expect(code).toBe(1)
  },
)

test('the help of import shows no default of --scope', async () => {
  expect((await certfolio(['import', '--help'])).stdout).not.toContain('default: []')
})

test('options come from the environment, and the command line wins', async () => {
  const data = join(place.path, 'environment')
  const server = new Process(['serve', '--port', '0'], {
    CERTFOLIO_DATA: data,
    CERTFOLIO_PORT: '1',
    CERTFOLIO_LOG_LEVEL: '',
  })
  await server.ready()
  expect((await stat(data)).isDirectory()).toBe(true)
  server.child.kill('SIGTERM')
  expect(await server.outcome).toMatchObject({ code: 0 })
})

describe('what keeps it from starting is said on one line that names the place and the remedy', () => {
  interface Obstacle {
    readonly name: string
    readonly args: (path: string) => Promise<readonly string[]> | readonly string[]
    readonly env?: Record<string, string>
    readonly says: RegExp
    readonly code?: number
  }
  /** Locks last as long as their connection, which nobody else refers to. */
  const held: DatabaseSync[] = []
  afterAll(() => {
    for (const database of held) database.close()
  })
  const obstacles: readonly Obstacle[] = [
    {
      name: 'the parent of the data directory is missing',
      args: path => ['--data', join(path, 'a', 'b')],
      says: /The data directory \S+\/a\/b cannot be made: its parent directory does not exist; create it/,
    },
    {
      name: 'the data directory is a file',
      args: async path => {
        await writeFile(path, '')
        return ['--data', path]
      },
      says: /is not a directory; name another data directory/,
    },
    {
      name: 'nothing can be written in the data directory',
      args: () => ['--data', '/proc'],
      says: /\/proc\S* cannot be written; check/,
    },
    {
      name: 'another process has locked the database',
      args: async path => {
        await mkdir(path)
        const database = new DatabaseSync(join(path, 'certfolio.db'))
        held.push(database)
        database.exec('PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE a (b); BEGIN EXCLUSIVE')
        return ['--data', path]
      },
      says: /certfolio\.db is locked by another process; stop that process/,
    },
    {
      name: 'the database is none',
      args: async path => {
        await mkdir(path)
        await writeFile(join(path, 'certfolio.db'), 'x'.repeat(4096))
        return ['--data', path]
      },
      says: /certfolio\.db is not a database; move it away/,
    },
    {
      name: 'others can read the master key',
      args: async path => {
        await mkdir(path)
        await writeFile(join(path, 'master.key'), 'x', { mode: 0o644 })
        return ['--data', path]
      },
      says: /master\.key can be read by others .*chmod 600/,
    },
    {
      name: 'the master key of the environment is none',
      args: path => ['--data', path],
      env: { CERTFOLIO_MASTER_KEY: 'hunter2' },
      says: /CERTFOLIO_MASTER_KEY must be 32 bytes/,
    },
    {
      name: 'the port is in use',
      args: async path => {
        const other = createServer().listen(0, '127.0.0.1').unref()
        await new Promise(resolve => other.once('listening', resolve))
        const address = other.address()
        return ['--data', path, '--port', String(typeof address === 'object' ? address?.port : 0)]
      },
      says: /Cannot listen on 127\.0\.0\.1:\d+: the port is in use; choose another one with --port/,
    },
    {
      name: 'the address is of another machine',
      args: path => ['--data', path, '--host', '192.0.2.1'],
      says: /Cannot listen on 192\.0\.2\.1:0: the address is not one of this machine/,
    },
    {
      name: 'the certificate to serve with does not exist',
      args: path => ['--data', path, '--tls-cert', join(path, 'a'), '--tls-key', join(path, 'b')],
      says: /The file of --tls-cert cannot be read: ENOENT/,
    },
    {
      name: 'a certificate without its key',
      args: path => ['--data', path, '--tls-cert', join(path, 'a')],
      says: /--tls-cert and --tls-key go together/,
      code: 2,
    },
    { name: 'a port that is none', args: () => ['--port', '65536'], says: /--port must be an integer/, code: 2 },
    {
      name: 'a variable that is none',
      args: () => [],
      env: { CERTFOLIO_LOG_LEVEL: 'loud' },
      says: /CERTFOLIO_LOG_LEVEL must be one of trace, /,
      code: 2,
    },
  ]
  test.each(obstacles)('$name', async ({ name, args, env = {}, says, code = 1 }) => {
    const path = join(place.path, name.replaceAll(' ', '-'))
    const given = ['serve', '--port', '0', ...(await args(path))]
    const { code: exit, stdout, stderr } = await certfolio(given, { env })
    expect(exit).toBe(code)
    expect(stdout).toBe('')
    const [line, ...more] = stderr.trimEnd().split('\n')
    expect(line).toMatch(says)
    expect(more).toEqual(code === 2 ? ['Run certfolio --help.'] : [])
    expect(stderr).not.toContain('hunter2')
  })

  test.each([
    ['a failure', ['--data', '/nowhere/at/all'], 1],
    ['wrong usage', ['--port', 'x'], 2],
  ])('and %s is the exit code of the process', async (_, args, code) => {
    expect(await new Process(['serve', ...args]).outcome).toMatchObject({ code, stdout: '' })
  })

  test('and where the port could not be had, no account has been made that nobody knows the password of', async () => {
    const data = join(place.path, 'the-port-is-in-use')
    await expect(stat(join(data, 'first-run.json'))).rejects.toThrow('ENOENT')
    const server = new Process(['serve', '--data', data, '--port', '0'])
    await server.ready()
    expect((await stat(join(data, 'first-run.json'))).isFile()).toBe(true)
    server.child.kill('SIGTERM')
    await server.outcome
  })
})
