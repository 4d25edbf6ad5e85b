import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openRegistry } from '../../src/main.ts'
import { bringFirstRun, makeFirstRun } from '../../src/server/first-run.ts'
import type { Registry } from '../../src/server/registry.ts'
import { temporaryDirectory } from '../support/command.ts'

let place: Awaited<ReturnType<typeof temporaryDirectory>>
let registry: Registry
beforeEach(async () => {
  place = await temporaryDirectory()
  registry = await openRegistry({ dataDir: place.path, env: {} })
})
afterEach(async () => {
  await registry.close()
  await place.remove()
})

const ENDPOINT = 'http://127.0.0.1:1'
const files = async () => (await readdir(place.path)).filter(name => name.startsWith('first-run'))

describe('a first start that is killed', () => {
  test('after the account was made has left its secrets for the next one', async () => {
    const killed: Pick<Registry, 'createFirstAccount' | 'operator'> = {
      operator: registry.operator,
      async createFirstAccount(endpoint, keep) {
        await registry.createFirstAccount(endpoint, keep)
        throw new Error('killed')
      },
    }
    await expect(makeFirstRun(killed, place.path, ENDPOINT)).rejects.toThrow('killed')
    expect(await files()).not.toContain('first-run.json')

    const firstRun = await bringFirstRun(registry, place.path, ENDPOINT)
    expect(firstRun?.account.domainId).toBe((await registry.operator()).principal.domainId)
    expect(await files()).toEqual(['first-run.json'])
    expect(JSON.parse(await readFile(join(place.path, 'first-run.json'), 'utf8'))).toEqual(firstRun)
    expect((await stat(join(place.path, 'first-run.json'))).mode & 0o777).toBe(0o600)
  })

  test('before the account was made has left what opens nothing, and it is not taken for the account', async () => {
    const killed: Pick<Registry, 'createFirstAccount' | 'operator'> = {
      operator: registry.operator,
      async createFirstAccount(endpoint, keep) {
        const made = {
          endpoint,
          account: { name: 'admin', domainId: '0'.repeat(32) },
          user: { name: 'admin', id: '1'.repeat(32), password: 'x' },
          accessKey: { id: 'x', secret: 'x' },
          project: { name: 'default', id: '2'.repeat(32) },
          iotda: { instanceId: 'x', appId: 'x' },
          apic: { instanceId: 'x' },
          dataworks: { projectId: 10000 },
        }
        await keep?.(made)
        throw new Error('killed')
      },
    }
    await expect(makeFirstRun(killed, place.path, ENDPOINT)).rejects.toThrow('killed')
    const firstRun = await bringFirstRun(registry, place.path, ENDPOINT)
    expect(firstRun?.account.domainId).not.toBe('0'.repeat(32))
  })
})

test('of two first starts at once one makes the account, and its file is the one that stands', async () => {
  const other = await openRegistry({ dataDir: place.path, env: {} })
  try {
    const made = await Promise.all([
      makeFirstRun(registry, place.path, ENDPOINT),
      makeFirstRun(other, place.path, ENDPOINT),
    ])
    const [winner, ...others] = made.filter(each => each !== undefined)
    expect(others).toEqual([])
    expect(await files()).toEqual(['first-run.json'])
    expect(JSON.parse(await readFile(join(place.path, 'first-run.json'), 'utf8'))).toEqual(winner)
  } finally {
    await other.close()
  }
})
