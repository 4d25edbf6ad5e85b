/** What the writers write to, and how it is killed. */

import { join } from 'node:path'
import { Process } from '../support/command.ts'
import { embedded, startPostgres } from '../support/postgres.ts'

/** What is ended with `kill -9`. */
export type Victim = 'server' | 'database' | 'both'

export interface Engine {
  readonly name: 'sqlite' | 'postgres'
  readonly victims: readonly [Victim, ...Victim[]]
  /** For `serve`, `doctor` and the other commands. */
  readonly options: readonly string[]
  killDatabase(): Promise<void>
  startDatabase(): Promise<void>
  dispose(): Promise<void>
}

/** @param directory stays the caller's */
export function sqliteEngine(directory: string): Engine {
  const nothing = async () => undefined
  return {
    name: 'sqlite',
    victims: ['server'],
    options: ['--data', join(directory, 'data')],
    killDatabase: nothing,
    startDatabase: nothing,
    dispose: nothing,
  }
}

/** A real PostgreSQL server of its own, which is killed with all its processes. */
export async function postgresEngine(directory: string): Promise<Engine> {
  const server = await startPostgres(await embedded())
  return {
    name: 'postgres',
    victims: ['server', 'database', 'both'],
    options: ['--data', join(directory, 'data'), '--database', await server.createDatabase()],
    killDatabase: () => server.kill(),
    startDatabase: () => server.start(),
    dispose: () => server.dispose(),
  }
}

/** @throws Error for an engine that there is not */
export async function engineCalled(name: string, directory: string): Promise<Engine> {
  if (name === 'sqlite') return sqliteEngine(directory)
  if (name === 'postgres') return postgresEngine(directory)
  throw new Error('--engine must be sqlite or postgres')
}

/** One or more server processes on one registry. */
export class Servers {
  readonly #engine: Engine
  readonly #count: number
  #running: readonly Process[] = []

  constructor(engine: Engine, count: number) {
    this.#engine = engine
    this.#count = count
  }

  /** @returns their endpoints, once all are ready */
  async start(): Promise<readonly string[]> {
    // Not at once: the first one makes the account.
    const endpoints: string[] = []
    const running: Process[] = []
    this.#running = running
    for (let at = 0; at < this.#count; at++) {
      const server = new Process(['serve', ...this.#engine.options, '--port', '0', '--log-level', 'fatal'])
      running.push(server)
      endpoints.push(await server.ready())
    }
    return endpoints
  }

  async kill(): Promise<void> {
    for (const { child } of this.#running) child.kill('SIGKILL')
    await Promise.all(this.#running.map(({ outcome }) => outcome))
  }

  /** @throws Error where one does not end in peace */
  async stop(): Promise<void> {
    for (const { child } of this.#running) child.kill('SIGTERM')
    for (const { outcome } of this.#running) {
      const { code, stderr } = await outcome
      if (code !== 0) throw new Error(`a server ended with ${code}: ${stderr}`)
    }
  }
}
