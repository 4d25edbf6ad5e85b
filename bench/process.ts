/** Starts a server as a process of its own, so that it does not share a core with the load. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
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
