import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { certificateOf } from '../../bench/generate/certificate.ts'
import { deviceOf } from '../../bench/generate/names.ts'
import { Seeded } from '../../bench/generate/seeded.ts'
import { PART_BYTES } from '../../src/sources/parts.ts'
import { pemOf } from '../../src/x509/container.ts'
import { certfolio, Process, temporaryDirectory } from '../support/command.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

let place: Awaited<ReturnType<typeof temporaryDirectory>>
let registry: TestRegistry
beforeAll(async () => {
  place = await temporaryDirectory()
  registry = await startRegistry()
})
afterAll(async () => {
  await registry?.close()
  await place?.remove()
})

let made = 0
/** PEM of certificates that no other test has. */
function certificates(count: number): readonly string[] {
  return Array.from({ length: count }, () => {
    const seeded = new Seeded(made)
    const wish = { commonName: deviceOf(made++, seeded), sans: [], isCa: true, now: Date.UTC(2026, 0) }
    return pemOf('CERTIFICATE', certificateOf(wish, seeded))
  })
}

let files = 0
async function written(content: string): Promise<string> {
  const path = join(place.path, `bundle-${files++}.pem`)
  await writeFile(path, content)
  return path
}

function bring(path: string, into = 'iotda-devices', more: readonly string[] = []) {
  return certfolio(['import', path, '--into', into, '--data', registry.dataDir, ...more])
}

function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split('\n').length
}

describe('a bundle that is larger than what one thread reads at once', () => {
  test.each(['iotda-devices', 'iotda-cas', 'apic'])(
    'is taken whole into %s, and is present the second time',
    async into => {
      const pems = certificates(3000)
      const text = pems.join('')
      expect(text.length).toBeGreaterThan(2 * PART_BYTES)
      const path = await written(text)
      expect(await bring(path, into)).toEqual({
        code: 0,
        stdout: '3000 added, 0 already present, 0 refused\n',
        stderr: '',
      })
      expect(await bring(path, into)).toMatchObject({
        code: 0,
        stdout: '0 added, 3000 already present, 0 refused\n',
      })
    },
  )

  test('is taken but for its broken blocks, each of which is said with its line', async () => {
    const pems = [...certificates(3000)]
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA!\n-----END CERTIFICATE-----\n'
    const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'
    pems.splice(2500, 0, key)
    pems.splice(700, 0, 'a line of text\n', broken)
    const text = pems.join('')
    const path = await written(text)
    expect(await bring(path)).toEqual({
      code: 1,
      stdout: '3000 added, 0 already present, 2 refused\n',
      stderr:
        `${path}: The PEM block is cut off or holds what is no base64 (line ${lineOf(text, broken)}).\n` +
        `${path}: The PEM block holds a private key, not a certificate; leave it out of the file (line ${lineOf(text, key)}).\n`,
    })
  })

  test('is refused where it holds no certificate at all', async () => {
    const path = await written('no certificate\n'.repeat(PART_BYTES / 10))
    expect(await bring(path)).toMatchObject({ code: 1, stdout: '0 added, 0 already present, 1 refused\n' })
  })

  test('is one record where files are kept as they are', async () => {
    const path = await written(certificates(1000).join('').slice(0, PART_BYTES))
    expect(await bring(path, 'dataworks')).toMatchObject({ stdout: '1 added, 0 already present, 0 refused\n' })
  })
})

test('a folder of more files than are read without a thread keeps the order of its files', async () => {
  const folder = join(place.path, 'fleet')
  await mkdir(folder)
  const pems = certificates(700)
  const names = pems.map((_, i) => `${String(i).padStart(4, '0')}.pem`)
  const isBad = (i: number) => i % 50 === 7
  await Promise.all(pems.map((pem, i) => writeFile(join(folder, names[i] ?? ''), isBad(i) ? 'nothing' : pem)))
  const { code, stdout, stderr } = await bring(folder)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '686 added, 0 already present, 14 refused\n' })
  const bad = names.filter((_, i) => isBad(i)).map(name => join(folder, name))
  expect(
    stderr
      .trimEnd()
      .split('\n')
      .map(line => line.split(': ')[0]),
  ).toEqual(bad)
})

test('SCM gives every certificate an id of its own, of the time of its making, also from several threads', async () => {
  const folder = join(place.path, 'ssl')
  await mkdir(folder)
  const before = Date.now()
  await Promise.all(certificates(600).map((pem, i) => writeFile(join(folder, `${i}.pem`), pem)))
  expect(await bring(folder, 'scm')).toMatchObject({ stdout: '600 added, 0 already present, 0 refused\n' })
  const ids = new Set<string>()
  for (let offset = 0; offset < 600; offset += 50) {
    const { json } = await registry.get(`/v3/scm/certificates?limit=50&offset=${offset}`)
    for (const { id } of json.certificates) ids.add(id)
  }
  expect(ids.size).toBe(600)
  for (const id of ids) expect(Number(id.slice(3))).toBeGreaterThanOrEqual(before)
})

describe('a signal', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it with what it said, and the same command goes on',
    async signal => {
      const path = await written(certificates(6000).join(''))
      const data = join(place.path, `stopped-${signal}`)
      const args = ['import', path, '--into', 'iotda-devices', '--data', data, '--json']
      const running = new Process(args)
      // The JSON begins when the first file is about to be read.
      await once(running.child.stdout, 'data')
      running.child.kill(signal)
      const { code, stdout } = await running.outcome
      const stopped = JSON.parse(stdout)
      expect({ code, present: stopped.present, refused: stopped.refused }).toEqual({ code: 1, present: 0, refused: 0 })
      expect(stopped.added).toBeLessThan(6000)
      expect(stopped.stoppedAfter).toBe(stopped.added === 0 ? '' : path)
      const again = JSON.parse((await certfolio(args)).stdout)
      expect(again).toEqual({ refusals: [], added: 6000 - stopped.added, present: stopped.added, refused: 0 })
    },
    120_000,
  )
})
