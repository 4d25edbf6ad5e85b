/**
 * An acknowledged write survives. Killing a process proves that no acknowledgement comes before its commit; only counting
 * the syncs proves that a commit reached the disk, for the kernel keeps what a killed process wrote.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { scopeOf } from './drafts.ts'
import { type Temporary, temporary } from './temporary.ts'

const ADDER = fileURLToPath(new URL('./adder.ts', import.meta.url))
/** Not of npm: the tests that need it are skipped where it is missing. */
const STRACE = 'strace'
const CYCLES = 4
const ADDED_UNDER_TRACE = 20

let place: Temporary
beforeEach(async () => {
  place = temporary()
  await openSqlite(place.path, { clock: Date.now }).then(storage => storage.close())
})
afterEach(() => place[Symbol.dispose]())

function adder(...rest: string[]): string[] {
  return [process.execPath, ADDER, place.path, ...rest]
}

/** Runs the adder under strace. @returns its lines, and the traced calls in their order */
function traced(options: readonly string[], ...rest: string[]): { lines: string[]; calls: string[] } {
  const log = join(place.directory, 'calls')
  const { stdout } = spawnSync(STRACE, ['-f', '-o', log, ...options, ...adder(...rest)], { encoding: 'utf8' })
  return { lines: stdout.split('\n').filter(line => line !== ''), calls: readFileSync(log, 'utf8').split('\n') }
}

/** Whether processes may be traced here: strace may be missing, or forbidden in a container. */
const traces = spawnSync(STRACE, ['-o', '/dev/null', 'true']).status === 0

describe.skipIf(!traces)('under strace (skipped where strace is missing or forbidden)', () => {
  /** How many acknowledgements had a completed sync between the one before and themselves. */
  function acknowledgedAfterSync(calls: readonly string[]): number {
    let synced = false
    let count = 0
    for (const call of calls) {
      if (/(fsync|fdatasync).* = 0$/.test(call)) synced = true
      if (!/write\(1, "added/.test(call)) continue
      if (synced) count++
      synced = false
    }
    return count
  }

  test('each acknowledged write has a completed sync before its acknowledgement', () => {
    const { lines, calls } = traced(['-e', 'trace=fsync,fdatasync,write'], `${ADDED_UNDER_TRACE}`, 'synced-')
    expect(lines.filter(line => line.startsWith('added'))).toHaveLength(ADDED_UNDER_TRACE)
    expect(acknowledgedAfterSync(calls)).toBe(ADDED_UNDER_TRACE)
  })

  test('the count above sees what it is for: without syncs there are none', () => {
    const pragma = 'PRAGMA synchronous = OFF'
    const { calls } = traced(['-e', 'trace=fsync,fdatasync,write'], `${ADDED_UNDER_TRACE}`, 'unsynced-', pragma)
    expect(acknowledgedAfterSync(calls)).toBe(0)
  })

  test('after a failed sync every write is refused, and what was acknowledged before is there', async () => {
    const inject = 'inject=fsync,fdatasync:error=EIO:when=5'
    const { lines } = traced(['-e', 'trace=fsync,fdatasync', '-e', inject], '6', 'failing-')
    const failed = lines.indexOf('refused storage-failed')
    expect(failed).toBeGreaterThan(0)
    expect(failed).toBeLessThan(6)
    expect(lines.slice(0, failed)).toEqual(Array.from({ length: failed }, (_, at) => `added failing-${at}`))
    expect(lines.slice(failed, 6)).toEqual(Array.from({ length: 6 - failed }, () => 'refused storage-failed'))
    expect(lines.at(-1)).toBe('ready false')
    const storage = await openSqlite(place.path, { clock: Date.now })
    const found = async (at: number) =>
      (await storage.records.find(scopeOf('test-files', 'adder'), { uniqueKey: `failing-${at}` })) !== undefined
    for (let at = 0; at < failed; at++) expect(await found(at)).toBe(true)
    // Whether the one whose sync failed is there, nobody knows; those after it were never tried.
    for (let at = failed + 1; at < 6; at++) expect(await found(at)).toBe(false)
    await storage.close()
  })
})

/** Kills the process after it has acknowledged some writes. @returns all that it had acknowledged */
async function acknowledgedUntilKilled(child: ChildProcess, after: number): Promise<string[]> {
  if (child.stdout === null) throw new Error('the adder has no stdout')
  const acknowledged: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line.replace('added ', ''))
    if (acknowledged.length === after) child.kill('SIGKILL')
  }
  return acknowledged
}

test('what was acknowledged before a kill -9 is there whole, once', async () => {
  const all: string[] = []
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    const [command = '', ...rest] = adder('100000', `${cycle}-`)
    const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
    all.push(...(await acknowledgedUntilKilled(child, 1 + Math.floor(Math.random() * 200))))
    const storage = await openSqlite(place.path, { clock: Date.now })
    const scope = scopeOf('test-files', 'adder')
    for (const name of all) expect(await storage.records.find(scope, { uniqueKey: name })).toMatchObject({ name })
    const { database } = storage
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    const count = Number(database.prepare('SELECT count(*) AS n FROM records').get()?.n)
    const tally = database.prepare("SELECT count FROM tallies WHERE tally = ''").get()?.count
    expect(tally).toBe(count)
    // One more may have been committed in each cycle whose acknowledgement was not heard any more.
    expect(count).toBeLessThanOrEqual(all.length + cycle + 1)
    await storage.close()
  }
})
