/** What the long commands share: a bar on a terminal, and an end on a signal. */

import { SingleBar } from 'cli-progress'
import type { ArchiveOptions } from '../registry/archive.ts'
import type { Streams } from './cli.ts'

/** Rows from which on a bar is worth showing. */
const ROWS_FOR_A_BAR = 2_000

/**
 * Runs work that may take minutes. SIGINT and SIGTERM end it; what it had begun, it undoes.
 * @param what stands before the bar, for example `backing up`
 */
export async function longWork<T>(
  what: string,
  stderr: Streams['stderr'],
  work: (options: Required<ArchiveOptions>) => Promise<T>,
): Promise<T> {
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  let bar: SingleBar | undefined
  const progress = (done: number, total: number) => {
    if (stderr.isTTY !== true || total < ROWS_FOR_A_BAR) return
    if (bar === undefined) {
      bar = new SingleBar({ format: `${what} {bar} {percentage}%, {eta_formatted} left`, stream: stderr })
      bar.start(total, done)
    }
    bar.update(done)
  }
  try {
    return await work({ progress, signal: stop.signal })
  } finally {
    bar?.stop()
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

/** `12,345 records`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}
