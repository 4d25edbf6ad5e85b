/** Starts a server as a process of its own, so that it does not share a core with the load. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'

export interface RunningProcess {
  /** The address that its ready line named. */
  readonly endpoint: string
  readonly pid: number
  stop(): Promise<void>
}

export async function start(args: readonly string[]): Promise<RunningProcess> {
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  if (child.stdout === null || child.pid === undefined) throw new Error(`${args[0]} did not start`)
  for await (const line of createInterface({ input: child.stdout })) {
    const endpoint = /ready at (http:\S+)/.exec(line)?.[1]
    if (endpoint === undefined) continue
    child.stdout.resume()
    return {
      endpoint,
      pid: child.pid,
      async stop() {
        child.kill('SIGTERM')
        if (child.exitCode === null) await once(child, 'exit')
      },
    }
  }
  throw new Error(`${args[0]} ended before it was ready`)
}

/** Memory of a running process that is in RAM, in bytes (`VmRSS`). */
export async function residentBytes(pid: number): Promise<number> {
  return statusOf(await readFile(`/proc/${pid}/status`, 'utf8'), 'VmRSS')
}

/** What a process came to, from its start to its end. */
export interface Finished {
  readonly seconds: number
  /** The most that was in RAM at once, as the kernel counts it; 0 of a process that ended at once. */
  readonly residentBytes: number
  readonly stdout: string
}

/** Runs a command to its end. @throws Error when it fails */
export async function finish(args: readonly string[]): Promise<Finished> {
  const started = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let stdout = ''
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  let most = 0
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    most = Math.max(most, statusOf(status, 'VmHWM'))
  }, 100)
  const [code] = await once(child, 'close')
  clearInterval(watch)
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  return { seconds: (performance.now() - started) / 1000, residentBytes: most, stdout }
}

function statusOf(status: string, field: 'VmRSS' | 'VmHWM'): number {
  const [, kibibytes = '0'] = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status) ?? []
  return Number(kibibytes) * 1024
}
