/** B1 to B3: a full disk and one that cannot be written stop writes alone, and nothing is lost or half. */

import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { FirstRun } from '../../src/identity/first-account.ts'
import type { SqliteStorage } from '../../src/storage/sqlite/open.ts'
import { certfolio, Process, temporaryDirectory } from '../support/command.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { Client } from './client.ts'
import { Journal } from './journal.ts'
import { canMount, type Mounted, mountMemory } from './privileges.ts'
import { itemCalled, SERVICES } from './services.ts'

let place: Awaited<ReturnType<typeof temporaryDirectory>>
beforeAll(async () => {
  process.umask(0o077)
  place = await temporaryDirectory()
})
afterAll(() => place?.remove())

/** Each API's own words for a registry that cannot store. */
const REFUSED = { scm: [500, 'SCM.3000'], apic: [500, 'APIG.9999'], 'iotda-cas': [507, 'IOTDA.990507'] } as const

describe('a database that may not grow', () => {
  let registry: TestRegistry
  let client: Client
  let journal: Journal
  beforeEach(async () => {
    registry = await startRegistry()
    client = new Client(registry.firstRun)
    client.endpoints = [registry.endpoint]
    journal = new Journal()
    for (const service of SERVICES)
      await journal.create(client, service, itemCalled(`${service.name.replace('-', '')}first`))
  })
  afterEach(() => registry.close())

  function allowPages(pages: number): void {
    ;(registry.storage as SqliteStorage).database.exec(`PRAGMA max_page_count = ${pages}`)
  }

  test('refuses writes in the words of each API, answers lists, and goes on when there is space again', async () => {
    const { database } = registry.storage as SqliteStorage
    allowPages(Number(database.prepare('PRAGMA page_count').get()?.page_count))
    for (const service of SERVICES) {
      // The first ones may still find room on a page that is there.
      for (let at = 0; ; at++) {
        const answer = await service.create(client, itemCalled(`${service.name.replace('-', '')}full${at}`))
        if (service.idOf(answer) !== undefined && at < 200) continue
        expect([answer.status, answer.json.error_code]).toEqual(REFUSED[service.name as keyof typeof REFUSED])
        break
      }
      expect((await service.list(client)).length).toBeGreaterThan(0)
    }
    expect((await registry.get('/readyz', { auth: 'none' })).status).toBe(200)
    allowPages(1_000_000)
    const after = new Journal()
    for (const service of SERVICES)
      await after.create(client, service, itemCalled(`${service.name.replace('-', '')}after`))
    expect(after.counts.created).toBe(3)
    expect((await certfolio(['doctor', '--data', registry.dataDir])).stdout).toMatch(/nothing is wrong/)
  })
})

describe.skipIf(!canMount)('on a file system of its own (skipped where none may be mounted: only root may)', () => {
  let disk: Mounted
  let server: Process
  let client: Client
  let journal: Journal
  let disks = 0
  beforeEach(async () => {
    disk = mountMemory(join(place.path, `disk-${++disks}`), '8m')
    server = new Process(['serve', '--data', join(disk.path, 'data'), '--port', '0', '--log-level', 'silent'])
    const endpoint = await server.ready()
    client = new Client(JSON.parse(await readFile(join(disk.path, 'data', 'first-run.json'), 'utf8')) as FirstRun)
    client.endpoints = [endpoint]
    journal = new Journal()
  })
  afterEach(async () => {
    server.child.kill('SIGKILL')
    await server.outcome
    disk[Symbol.dispose]()
  })

  /** Everything that is left, but for so many KiB. */
  async function fillDisk(left: number): Promise<string> {
    const ballast = join(disk.path, 'ballast')
    for (let kibibytes = 8 * 1024; kibibytes > 0; kibibytes -= 32)
      try {
        await writeFile(ballast, Buffer.alloc(kibibytes * 1024))
        await writeFile(ballast, Buffer.alloc(Math.max(kibibytes - left, 0) * 1024))
        return ballast
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    throw new Error('the disk was full before')
  }

  async function createUntilRefused(prefix: string): Promise<void> {
    for (let at = 0; at < 500; at++) {
      const before = journal.counts.created
      await journal.create(client, SERVICES[at % 3] ?? SERVICES[0], itemCalled(`${prefix}${at}`))
      if (journal.counts.created === before) return
    }
    throw new Error('nothing was refused')
  }

  test('a full disk: writes are refused, lists answer, writes go on when there is space again, a kill loses nothing', async () => {
    await journal.create(client, SERVICES[0], itemCalled('before'))
    const ballast = await fillDisk(192)
    await createUntilRefused('first')
    expect((await fetch(`${client.endpoints[0]}/healthz`)).status).toBe(200)
    for (const service of SERVICES) await service.list(client)
    await rm(ballast)
    const refused = journal.counts.created
    await journal.create(client, SERVICES[0], itemCalled('after'))
    expect(journal.counts.created).toBe(refused + 1)
    await journal.check(client, true)
    await fillDisk(128)
    await createUntilRefused('second')
    server.child.kill('SIGKILL')
    await server.outcome
    await rm(ballast)
    server = new Process(['serve', '--data', join(disk.path, 'data'), '--port', '0', '--log-level', 'silent'])
    client.endpoints = [await server.ready()]
    await journal.check(client, true)
    expect(journal.violations, journal.stories.join('\n')).toEqual({
      lost: 0,
      altered: 0,
      duplicated: 0,
      undead: 0,
      foreign: 0,
    })
    server.child.kill('SIGTERM')
    expect(await server.outcome).toMatchObject({ code: 0 })
    expect((await certfolio(['doctor', '--data', join(disk.path, 'data')])).stdout).toMatch(/nothing is wrong/)
  })

  test('a read-only file system: a start is refused on one line, doctor and backup read what is there, a full disk takes no backup', async () => {
    await journal.create(client, SERVICES[0], itemCalled('before'))
    server.child.kill('SIGTERM')
    await server.outcome
    disk.remount('ro')
    const data = join(disk.path, 'data')
    const started = await new Process(['serve', '--data', data, '--port', '0']).outcome
    expect(started).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^certfolio: \S+ cannot be written; check .*\n$/),
    })
    const examined = await certfolio(['doctor', '--data', data])
    expect(examined.stdout + examined.stderr).toMatch(/^1 record, .* nothing is wrong\.\n$/)
    const backedUp = await certfolio(['backup', join(place.path, `rescued-${disks}`), '--data', data])
    expect(backedUp.stdout + backedUp.stderr).toMatch(/ holds 1 record, /)
    disk.remount('rw')
    const full = mountMemory(join(place.path, 'full'), '4k')
    await writeFile(join(full.path, 'ballast'), Buffer.alloc(4096))
    const refused = await certfolio(['backup', join(full.path, 'backup'), '--data', data])
    full[Symbol.dispose]()
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^certfolio: The backup \S+ cannot be written: the disk is full/),
    })
  })
})
