import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rooms } from '../../src/main.ts'
import { makeCertificate } from '../support/certificates.ts'
import { certfolio, temporaryDirectory } from '../support/command.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const CERTIFICATES = '/v3/scm/certificates'

let place: Awaited<ReturnType<typeof temporaryDirectory>>
let registry: TestRegistry
let id: string
beforeAll(async () => {
  // As `main.ts` does: what the commands write is the owner's alone.
  process.umask(0o077)
  place = await temporaryDirectory()
  const data = join(place.path, 'source')
  await mkdir(data)
  registry = await startRegistry({ dataDir: data })
  const { pem, keyPem } = makeCertificate({ subject: 'CN=a.test', sans: ['a.test'] })
  const answer = await registry.post(`${CERTIFICATES}/import`, { name: 'first', certificate: pem, private_key: keyPem })
  id = answer.json.certificate_id
  await registry.bringIn('dataworks', { 'a.pem': pem })
})
afterAll(async () => {
  await registry?.close()
  await place?.remove()
})

/** A data directory that has the master key and nothing else. */
async function emptyWithKey(name: string): Promise<string> {
  const path = join(place.path, name)
  await mkdir(path, { mode: 0o700 })
  await copyFile(join(registry.dataDir, 'master.key'), join(path, 'master.key'))
  return path
}

test('a backup beside the running server says what it holds, and that the master key is not in it', async () => {
  const file = join(place.path, 'backup')
  expect(await certfolio(['backup', file, '--data', registry.dataDir])).toEqual({
    code: 0,
    stdout: `${file} holds 2 records, 2 contents, 1 sealed secret, 1 account, 1 user, 1 access key.
The master key is not in it: keep a copy of it apart from the backups.
`,
    stderr: '',
  })
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('a restored registry answers as the one that was backed up: same ids, same keys, same secrets', async () => {
  const file = join(place.path, 'moved')
  await certfolio(['backup', file, '--data', registry.dataDir])
  const data = await emptyWithKey('moved-to')
  const { code, stdout, stderr } = await certfolio(['restore', file, '--data', data])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^\S+ \(made by version \d+\.\d+\.\d+ at \S+Z\) is restored: 2 records, .* 1 access key\.\n$/)
  expect((await certfolio(['doctor', '--data', data])).stdout).toMatch(/^2 records, .* nothing is wrong\.\n$/)
  // The client goes on with what it knows: nothing tells it that the registry is another one.
  await copyFile(join(registry.dataDir, 'first-run.json'), join(data, 'first-run.json'))
  const restored = await startRegistry({ dataDir: data })
  const ask = async (of: TestRegistry) => [
    (await of.get(CERTIFICATES, { auth: 'key' })).json,
    (await of.get(`${CERTIFICATES}/${id}`)).json,
    (await of.post(`${CERTIFICATES}/${id}/export`, {})).json,
    { ...(await of.rpc('ListCertificates', { ProjectId: '10000' })).json, RequestId: '' },
  ]
  const [before, after] = [await ask(registry), await ask(restored)]
  expect(after).toEqual(before)
  expect(after[0].total_count).toBe(1)
  await restored.close()
})

test('--json says it as JSON, with a checksum for each table', async () => {
  const file = join(place.path, 'as-json')
  const made = JSON.parse((await certfolio(['backup', file, '--data', registry.dataDir, '--json'])).stdout)
  expect(made).toMatchObject({
    version: rooms.version,
    engine: 'sqlite',
    at: expect.stringMatching(/Z$/),
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    tables: { records: { rows: 2, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
  })
  const data = join(place.path, 'untouched')
  expect(JSON.parse((await certfolio(['restore', file, '--check', '--data', data, '--json'])).stdout)).toEqual(made)
  await expect(stat(data)).rejects.toThrow('ENOENT')
})

test('--check reads a backup to its end, and says what is wrong with it', async () => {
  const file = join(place.path, 'checked')
  await certfolio(['backup', file, '--data', registry.dataDir])
  expect((await certfolio(['restore', '--check', file])).stdout).toMatch(/ is whole: it holds 2 records, /)
  await writeFile(file, (await readFile(file)).subarray(0, -20))
  expect(await certfolio(['restore', '--check', file])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^certfolio: \S+ is cut off: it ends .*; use another backup\n$/),
  })
})

test('without the master key of the registry a restore is refused, says what to do, and makes nothing', async () => {
  const file = join(place.path, 'without-key')
  await certfolio(['backup', file, '--data', registry.dataDir])
  const data = join(place.path, 'without-key-data')
  expect(await certfolio(['restore', file, '--data', data])).toEqual({
    code: 1,
    stdout: '',
    stderr: `certfolio: ${file} has secrets, and there is no master key here; put the master.key of the registry that was backed up into the data directory, or its key into CERTFOLIO_MASTER_KEY\n`,
  })
  await expect(stat(data)).rejects.toThrow('ENOENT')
  const key = (await readFile(join(registry.dataDir, 'master.key'), 'utf8')).trim()
  expect(await certfolio(['restore', file, '--data', data], { env: { CERTFOLIO_MASTER_KEY: key } })).toMatchObject({
    code: 0,
  })
  expect(await readdir(data)).not.toContain('master.key')
  const lost = join(place.path, 'lost-key')
  expect(await certfolio(['restore', file, '--data', lost, '--another-master-key'])).toMatchObject({ code: 0 })
  expect((await certfolio(['doctor', '--data', lost])).stdout).toContain('does not open with the master key')
})

test('into a registry that holds something, a restore is refused', async () => {
  const file = join(place.path, 'refused')
  await certfolio(['backup', file, '--data', registry.dataDir])
  expect(await certfolio(['restore', file, '--data', registry.dataDir])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /certfolio\.db is not empty: it has 1 accounts and 2 records; restore into a data directory/,
    ),
  })
  expect((await registry.get(CERTIFICATES)).json.total_count).toBe(1)
})

test.each([['backup'], ['restore']])('%s without a file is wrong usage', async command => {
  expect(await certfolio([command])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'certfolio: An argument is missing.\nRun certfolio --help.\n',
  })
})

test.each(['backup', 'restore', 'doctor'])('%s --help says what it does', async command => {
  const { code, stdout } = await certfolio([command, '--help'])
  expect(code).toBe(0)
  expect(stdout).toMatch(command === 'doctor' ? /changes nothing/ : /the master key|the master\.key/i)
})
