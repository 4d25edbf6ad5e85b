/** A master key that is lost or another one: said at the start, before anything is sealed with it. */

import { randomBytes } from 'node:crypto'
import { copyFile, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openRegistry } from '../../src/main.ts'
import { makeCertificate } from '../support/certificates.ts'
import { certfolio, temporaryDirectory } from '../support/command.ts'
import { startRegistry } from '../support/registry.ts'

let place: Awaited<ReturnType<typeof temporaryDirectory>>
let used: string
let certificate: string
beforeAll(async () => {
  place = await temporaryDirectory()
  used = join(place.path, 'used')
  certificate = join(place.path, 'a.pem')
  await writeFile(certificate, makeCertificate().pem)
  expect(await certfolio(['import', certificate, '--into', 'scm', '--data', used])).toMatchObject({ code: 0 })
})
afterAll(() => place?.remove())

let data: string
let turn = 0
beforeEach(async () => {
  data = join(place.path, `data-${turn++}`)
  await cp(used, data, { recursive: true })
})

const COMMANDS: readonly (readonly [name: string, ...args: string[]])[] = [
  ['serve', 'serve', '--port', '0'],
  ['import', 'import', '-', '--into', 'scm'],
  ['administration', 'user', 'list'],
]

describe.each(COMMANDS)('%s', (_, ...args) => {
  const run = (env: Record<string, string> = {}) => certfolio([...args, '--data', data], { env })

  test('where the key is gone, no other one is made: one line says what to put back', async () => {
    await rm(join(data, 'master.key'))
    expect(await run()).toEqual({
      code: 1,
      stdout: '',
      stderr: `certfolio: The master key ${data}/master.key is missing, and the secrets of this registry are sealed with it. Put it back from its copy, or set CERTFOLIO_MASTER_KEY.\n`,
    })
    expect(await readdir(data)).not.toContain('master.key')
  })

  test('another key in the file is refused', async () => {
    await writeFile(join(data, 'master.key'), randomBytes(32).toString('base64'))
    expect(await run()).toEqual({
      code: 1,
      stdout: '',
      stderr: `certfolio: The master key of ${data}/master.key is not the one that the secrets of this registry are sealed with. Put that one back, from the copy of it.\n`,
    })
  })

  test('another key in the environment is refused, and named by its variable', async () => {
    const { code, stderr } = await run({ CERTFOLIO_MASTER_KEY: randomBytes(32).toString('hex') })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^certfolio: The master key of CERTFOLIO_MASTER_KEY is not the one .*\n$/)
  })
})

test('the same key in the environment instead of the file is taken', async () => {
  const key = (await readFile(join(data, 'master.key'), 'utf8')).trim()
  await rm(join(data, 'master.key'))
  const registry = await openRegistry({ dataDir: data, env: { CERTFOLIO_MASTER_KEY: key } })
  await registry.close()
  expect(await readdir(data)).not.toContain('master.key')
})

test('of two that open a new registry with different keys, one is refused', async () => {
  const dataDir = join(place.path, 'race')
  const open = () => openRegistry({ dataDir, env: { CERTFOLIO_MASTER_KEY: randomBytes(32).toString('hex') } })
  const opened = await Promise.allSettled([open(), open()])
  for (const each of opened) if (each.status === 'fulfilled') await each.value.close()
  expect(opened.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
})

test('a registry restored where there was no key has one from then on, and starts', async () => {
  const [file, restored] = [join(place.path, 'backup'), join(place.path, 'restored')]
  expect(await certfolio(['backup', file, '--data', data])).toMatchObject({ code: 0 })
  expect(await certfolio(['restore', file, '--data', restored, '--another-master-key'])).toMatchObject({ code: 0 })
  const registry = await openRegistry({ dataDir: restored, env: {} })
  await registry.close()
  await copyFile(join(data, 'master.key'), join(restored, 'master.key'))
  await expect(openRegistry({ dataDir: restored, env: {} })).rejects.toThrow('is not the one')
})

test('a registry goes on with its key, and opens what it sealed', async () => {
  const first = await startRegistry({ dataDir: join(place.path, 'goes-on') })
  await first.close()
  const second = await startRegistry({ dataDir: first.dataDir })
  expect((await second.get('/v3/scm/certificates', { auth: 'key' })).status).toBe(200)
  await second.close()
})
