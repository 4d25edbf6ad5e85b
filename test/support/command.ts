/** The command `certfolio` as a process of its own, and within this one. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { runCli } from '../../src/cli/cli.ts'
import { rooms } from '../../src/main.ts'

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

type Environment = Readonly<Record<string, string>>

/** Runs it in this process: everything is real but the streams. */
export async function certfolio(
  args: readonly string[],
  { stdin = '', env = {} }: { readonly stdin?: string | Uint8Array; readonly env?: Environment } = {},
): Promise<Outcome> {
  const stdout = collector()
  const stderr = collector()
  const streams = { stdin: Readable.from([Buffer.from(stdin)]), stdout: stdout.stream, stderr: stderr.stream }
  const code = await runCli(args, { ...rooms, env, version: '0.0.0-test' }, streams)
  return { code, stdout: stdout.text(), stderr: stderr.text() }
}

function collector() {
  const chunks: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk))
      done()
    },
  })
  return { stream, text: () => chunks.join('') }
}

/** Starts it as a process. Ended with the test at the latest: await `outcome`. */
export class Process {
  readonly child: ChildProcessWithoutNullStreams
  readonly outcome: Promise<Outcome>
  #stdout = ''
  #stderr = ''

  /** @param through a command that takes ours as its last arguments, for example `strace` */
  constructor(args: readonly string[], env: Environment = {}, through: readonly string[] = []) {
    const [command = '', ...rest] = [...through, process.execPath, MAIN, ...args]
    this.child = spawn(command, rest, { env: { PATH: process.env.PATH, ...env } })
    this.child.stdout.on('data', chunk => {
      this.#stdout += chunk
    })
    this.child.stderr.on('data', chunk => {
      this.#stderr += chunk
    })
    this.outcome = once(this.child, 'close').then(([code]) => ({ code, stdout: this.#stdout, stderr: this.#stderr }))
  }

  /** @returns what the pattern found on standard output. @throws Error where the process ends without it */
  async said(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(stream === 'stdout' ? this.#stdout : this.#stderr)
      if (found) return found
      const ended = await Promise.race([
        once(this.child[stream], 'data').then(() => false),
        this.outcome.then(() => true),
      ])
      if (ended) throw new Error(`it ended without saying ${pattern}: ${this.#stdout}${this.#stderr}`)
    }
  }

  /** The endpoint of the ready line. */
  async ready(): Promise<string> {
    const [, endpoint = ''] = await this.said('stdout', /^certfolio is ready at (\S+)\n$/)
    return endpoint
  }
}

/** A directory that is removed with everything in it. */
export async function temporaryDirectory(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'certfolio-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
