/** A5: what is to be on the disk and is not ends the process. A2: nothing is acknowledged before it is on the disk. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FirstRun } from '../../src/identity/first-account.ts'
import { certfolio, Process, temporaryDirectory } from '../support/command.ts'
import { Client } from './client.ts'
import { Journal } from './journal.ts'
import { canTrace, trace } from './privileges.ts'
import { itemCalled, SERVICES } from './services.ts'
import { TokenJournal } from './tokens.ts'

let place: Awaited<ReturnType<typeof temporaryDirectory>>
beforeAll(async () => {
  process.umask(0o077)
  place = await temporaryDirectory()
})
afterAll(() => place?.remove())

const DOOMED = /^certfolio: The storage has failed: .* Check the disk, then start again\.$/m

async function start(data: string, through: readonly string[] = []): Promise<[Process, Client]> {
  const server = new Process(['serve', '--data', data, '--port', '0', '--log-level', 'fatal'], {}, through)
  const endpoint = await server.ready()
  const client = new Client(JSON.parse(await readFile(join(data, 'first-run.json'), 'utf8')) as FirstRun)
  client.endpoints = [endpoint]
  return [server, client]
}

/** Whether what was acknowledged before the end is there after it, unaltered and once. */
async function isAllThere(data: string, journal: Journal): Promise<void> {
  const [server, client] = await start(data)
  await journal.check(client, true)
  server.child.kill('SIGTERM')
  await server.outcome
  expect(journal.violations, journal.stories.join('\n')).toEqual({
    lost: 0,
    altered: 0,
    duplicated: 0,
    undead: 0,
    foreign: 0,
  })
  expect((await certfolio(['doctor', '--data', data])).stdout).toMatch(/nothing is wrong\.\n$/)
}

/** Creates until the server does not answer any more. @returns statuses in their order */
async function createUntilTheEnd(client: Client, journal: Journal, prefix: string): Promise<number[]> {
  const statuses: number[] = []
  for (let at = 0; at < 2_000; at++) {
    const before = journal.counts.created
    const service = SERVICES[at % SERVICES.length] ?? SERVICES[0]
    try {
      await journal.create(client, service, itemCalled(`${prefix}${at}`))
      statuses.push(journal.counts.created > before ? 200 : 500)
    } catch (error) {
      if (error instanceof TypeError) return statuses
      throw error
    }
  }
  throw new Error('the server did not end')
}

test('A5: a write that fails ends the process: no acknowledgement after it, and all before it is kept', async () => {
  const data = join(place.path, 'limited')
  const [first] = await start(data)
  first.child.kill('SIGTERM')
  await first.outcome
  // No file may grow beyond this: a failing disk that every machine has. What SQLite then meets is EFBIG.
  const [server, client] = await start(data, ['sh', '-c', 'ulimit -f 1500; exec "$@"', 'sh'])
  const journal = new Journal()
  const statuses = await createUntilTheEnd(client, journal, 'limited')
  const { code, stderr } = await server.outcome
  expect([code, stderr]).toEqual([1, expect.stringMatching(DOOMED)])
  const failed = statuses.indexOf(500)
  expect(failed).not.toBe(0)
  if (failed > 0) expect(statuses.slice(failed)).not.toContain(200)
  expect(journal.counts.created).toBeGreaterThan(0)
  await isAllThere(data, journal)
})

describe.skipIf(!canTrace)('under strace (skipped where strace is missing or forbidden)', () => {
  test('A5: a sync that fails refuses its write, and the process ends by itself', async () => {
    const data = join(place.path, 'unsynced')
    const [server, client] = await start(data)
    const journal = new Journal()
    await journal.create(client, SERVICES[0], itemCalled('before'))
    await trace(server.child.pid ?? 0, [
      '-e',
      'trace=fdatasync,fsync',
      '-e',
      'inject=fdatasync,fsync:error=EIO:when=4+',
      '-o',
      '/dev/null',
    ])
    const statuses = await createUntilTheEnd(client, journal, 'unsynced')
    const answered = performance.now()
    expect(await server.outcome).toMatchObject({ code: 1, stderr: expect.stringMatching(DOOMED) })
    // A second is promised; the rest is for a machine that has much else to do.
    expect(performance.now() - answered).toBeLessThan(5_000)
    expect(statuses.filter(status => status === 200).length).toBeGreaterThan(0)
    const failed = statuses.indexOf(500)
    if (failed >= 0) expect(statuses.slice(failed)).not.toContain(200)
    await isAllThere(data, journal)
  })

  test('A5: so does one of identity', async () => {
    const data = join(place.path, 'unsynced-identity')
    const [server, client] = await start(data)
    const tokens = new TokenJournal()
    await tokens.issue(client)
    await trace(server.child.pid ?? 0, [
      '-e',
      'trace=fdatasync,fsync',
      '-e',
      'inject=fdatasync,fsync:error=EIO',
      '-o',
      '/dev/null',
    ])
    // Either the refusal is heard, or the end of the connection.
    await tokens.issue(client).catch(() => undefined)
    expect(await server.outcome).toMatchObject({ code: 1, stderr: expect.stringMatching(DOOMED) })
    expect(tokens.count).toBe(1)
    const [next, again] = await start(data)
    await tokens.check(again)
    expect(tokens.violations).toBe(0)
    next.child.kill('SIGTERM')
    await next.outcome
  })

  test('A2: each of 200 imports has a completed sync between its request and its acknowledgement', async () => {
    const data = join(place.path, 'counted')
    const [server, client] = await start(data)
    const log = join(place.path, 'calls')
    await trace(server.child.pid ?? 0, ['-e', 'trace=fdatasync,fsync,read,write,writev', '-s', '24', '-o', log])
    const journal = new Journal()
    for (let at = 0; at < 200; at++)
      await journal.create(client, SERVICES[at % 3] ?? SERVICES[0], itemCalled(`counted${at}`))
    expect(journal.counts.created).toBe(200)
    for (let at = 0; at < 20; at++) await client.ask('GET', '/v3/scm/certificates')
    server.child.kill('SIGTERM')
    await server.outcome
    // A reply, and whether a sync was completed since the one before it.
    const replies: boolean[] = []
    let isSynced = false
    for (const call of (await readFile(log, 'utf8')).split('\n')) {
      if (/(?:fsync|fdatasync)\b.* = 0$/.test(call)) isSynced = true
      if (!/write.*"HTTP\/1\.1 20[01]/.test(call)) continue
      replies.push(isSynced)
      isSynced = false
    }
    // What only reads shows that the count sees what it is for.
    expect(replies).toEqual([...Array.from({ length: 200 }, () => true), ...Array.from({ length: 20 }, () => false)])
  })
})
