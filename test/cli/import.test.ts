import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from '../../src/cli/cli.ts'
import { rooms } from '../../src/main.ts'
import { MAX_FILE_BYTES } from '../../src/sources/read.ts'
import { makeCertificate, makeChain, makeKeyPair } from '../support/certificates.ts'
import { certfolio, temporaryDirectory } from '../support/command.ts'
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

/** Into the data directory on which the server runs. */
function bring(paths: readonly string[], into: string, more: readonly string[] = [], stdin?: string | Uint8Array) {
  return certfolio(['import', ...paths, '--into', into, '--data', registry.dataDir, ...more], stdin ? { stdin } : {})
}

let folders = 0
/** A folder with these files; a name may have folders before it. */
async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = join(place.path, `folder-${folders++}`)
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, content)
  }
  return folder
}

let names = 0
/** Certificates that no other test has. */
function fresh(options: Parameters<typeof makeCertificate>[0] = {}) {
  const name = `host-${names++}.test`
  return makeCertificate({ subject: `O=Acme,CN=${name}`, sans: [name], ...options })
}

async function total(path: string, member: string): Promise<number> {
  const { json } = await registry.get(path)
  return member.split('.').reduce((value, name) => value[name], json)
}
const scm = () => total('/v3/scm/certificates?limit=10', 'total_count')

describe('while a server runs on the same data', () => {
  test('its lists have what was brought in, at once', async () => {
    const before = await scm()
    const folder = await folderOf({ 'a.pem': fresh().pem, 'b.der': fresh().der })
    expect(await bring([folder], 'scm')).toEqual({
      code: 0,
      stdout: '2 added, 0 already present, 0 refused\n',
      stderr: '',
    })
    expect(await scm()).toBe(before + 2)
  })

  test.each(['scm', 'apic', 'iotda-devices', 'iotda-cas', 'dataworks'])(
    'importing into %s twice changes nothing and says so',
    async product => {
      const ca = fresh({ ca: true })
      const folder = await folderOf({ 'ca.pem': ca.pem, 'other.pem': fresh({ ca: true }).pem })
      expect(await bring([folder], product)).toMatchObject({
        code: 0,
        stdout: '2 added, 0 already present, 0 refused\n',
      })
      expect(await bring([folder], product)).toMatchObject({
        code: 0,
        stdout: '0 added, 2 already present, 0 refused\n',
      })
    },
  )
})

test('folders are taken with everything below them, links followed, and each folder once', async () => {
  const one = fresh()
  const folder = await folderOf({ 'a.pem': one.pem, 'deep/er/b.pem': fresh().pem })
  await symlink(join(folder, 'a.pem'), join(folder, '4a6481c9.0'))
  await symlink(folder, join(folder, 'deep', 'circle'))
  expect(await bring([folder], 'scm')).toMatchObject({ code: 0, stdout: '2 added, 1 already present, 0 refused\n' })
})

test.each(['iotda-devices', 'scm', 'apic'])('a byte order mark before the PEM text does not matter: %s', async into => {
  const folder = await folderOf({ 'windows.pem': `\ufeff${fresh().pem}` })
  expect(await bring([folder], into)).toMatchObject({ code: 0, stdout: '1 added, 0 already present, 0 refused\n' })
})

test('a bundle gives a record for each certificate', async () => {
  const folder = await folderOf({ 'bundle.pem': `some text\n${fresh().pem}${fresh().pem}\n${fresh().pem}` })
  expect(await bring([join(folder, 'bundle.pem')], 'iotda-devices')).toMatchObject({
    code: 0,
    stdout: '3 added, 0 already present, 0 refused\n',
  })
})

test('a bundle of more certificates than one transaction takes', async () => {
  const keys = makeKeyPair()
  const bundle = Array.from({ length: 1201 }, () => fresh({ keys }).pem).join('')
  const folder = await folderOf({ 'fleet.pem': bundle })
  expect(await bring([folder], 'iotda-devices')).toMatchObject({
    code: 0,
    stdout: '1201 added, 0 already present, 0 refused\n',
  })
})

test('standard input is a file', async () => {
  expect(await bring(['-'], 'scm', [], fresh().pem)).toMatchObject({
    stdout: '1 added, 0 already present, 0 refused\n',
  })
  expect(await bring(['-'], 'scm', [], fresh().der)).toMatchObject({
    stdout: '1 added, 0 already present, 0 refused\n',
  })
  expect(await bring(['-', '-'], 'scm')).toMatchObject({ code: 2 })
})

describe('a file that is not taken has a line with its reason, the others are taken, and the exit code is 1', () => {
  const good = fresh()
  const key = makeKeyPair()
  test.each([
    ['truncated PEM', 'x.pem', good.pem.slice(0, 300)],
    ['truncated DER', 'x.der', good.der.slice(0, 100)],
    ['a private key where a certificate belongs', 'x.key', key.keyPem],
    ['text', 'x.txt', 'hello'],
    ['nothing', 'x.pem', ''],
    ['a file over the limit', 'x.pem', new Uint8Array(MAX_FILE_BYTES + 1)],
  ])('%s', async (_, name, content) => {
    const folder = await folderOf({ [name]: content, 'good.pem': fresh().pem })
    const { code, stdout, stderr } = await bring([folder], 'scm')
    expect(code).toBe(1)
    expect(stdout).toBe('1 added, 0 already present, 1 refused\n')
    expect(stderr).toMatch(new RegExp(`^${join(folder, name)}: \\S.*\\.\\n$`))
    expect(stderr).not.toContain(key.keyPem.slice(40, 60))
  })

  test('a path that does not exist, a link to nothing, a link to itself, a device', async () => {
    const folder = await folderOf({ 'a.pem': fresh().pem })
    await symlink(join(folder, 'nothing'), join(folder, 'dangling.pem'))
    await symlink(join(folder, 'self.pem'), join(folder, 'self.pem'))
    const missing = join(folder, 'missing.pem')
    const { code, stdout, stderr } = await bring([folder, missing, '/dev/zero'], 'scm')
    expect(code).toBe(1)
    expect(stdout).toBe('1 added, 0 already present, 4 refused\n')
    expect(stderr.trimEnd().split('\n')).toEqual([
      `${join(folder, 'dangling.pem')}: There is no such file, or it is a link to nothing.`,
      `${join(folder, 'self.pem')}: It is a link to itself.`,
      `${missing}: There is no such file, or it is a link to nothing.`,
      '/dev/zero: It is no regular file.',
    ])
  })

  test.each(['dataworks', 'iotda-devices', 'iotda-cas', 'scm', 'apic'])(
    'an empty file is called so: %s',
    async into => {
      const { stderr } = await bring([await folderOf({ 'none.pem': '' })], into)
      expect(stderr).toMatch(/none\.pem: The file is empty\.\n$/)
    },
  )

  test('a name that would move the cursor of a terminal is written out', async () => {
    const folder = await folderOf({ 'a\x1b[2Jb.pem': '' })
    const { stderr } = await bring([folder], 'scm')
    expect(stderr).toContain('a\\u001b[2Jb.pem: ')
  })

  test('another file of the same name as one that is there already', async () => {
    const folder = await folderOf({ 'one/same.pem': fresh().pem, 'two/same.pem': fresh().pem })
    expect(await bring([folder], 'dataworks')).toMatchObject({
      code: 1,
      stdout: '1 added, 0 already present, 1 refused\n',
      stderr: `${join(folder, 'two/same.pem')}: Another file of this name is there already.\n`,
    })
  })
})

describe('a private key beside its certificate', () => {
  test.each(['x.key', 'x.key.pem', 'x-key.pem'])('goes with it: %s', async keyName => {
    const name = `with-${keyName.length}.test`
    const leaf = makeCertificate({ subject: `CN=${name}`, sans: [name] })
    const folder = await folderOf({ 'x.crt': leaf.pem, [keyName]: leaf.keyPem })
    expect(await bring([folder], 'scm')).toMatchObject({ code: 0, stdout: '1 added, 0 already present, 0 refused\n' })
    const list = await registry.get(`/v3/scm/certificates?limit=10&content=${name}`)
    const { json } = await registry.post(`/v3/scm/certificates/${list.json.certificates[0].id}/export`, {})
    expect(json.private_key.trim()).toBe(leaf.keyPem.trim())
  })

  test("also in certbot's folders", async () => {
    const { root, intermediate, leaf } = makeChain()
    const folder = await folderOf({
      'fullchain.pem': leaf.pem + intermediate.pem + root.pem,
      'privkey.pem': leaf.keyPem,
    })
    expect(await bring([folder], 'scm')).toMatchObject({ code: 0, stdout: '1 added, 0 already present, 0 refused\n' })
  })

  test('when both are named, and when only the certificate is', async () => {
    const leaf = fresh()
    const folder = await folderOf({ 'x.crt': leaf.pem, 'x.key': leaf.keyPem })
    const [certificate, key] = [join(folder, 'x.crt'), join(folder, 'x.key')]
    expect(await bring([certificate, key], 'scm')).toMatchObject({ stdout: '1 added, 0 already present, 0 refused\n' })
    expect(await bring([certificate], 'scm')).toMatchObject({ stdout: '0 added, 1 already present, 0 refused\n' })
    expect(await bring([key], 'scm')).toMatchObject({ code: 1, stdout: '0 added, 0 already present, 1 refused\n' })
  })

  test('is refused with it when it belongs to another one', async () => {
    const folder = await folderOf({ 'x.crt': fresh().pem, 'x.key': fresh().keyPem })
    const { code, stdout, stderr } = await bring([folder], 'apic')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '0 added, 0 already present, 1 refused\n' })
    expect(stderr).toMatch(/x\.crt: The private key belongs to no certificate/)
  })

  test.each(['scm', 'apic'])('that comes later is given to the record that stands in %s already', async product => {
    const leaf = fresh()
    const [bare, keyed] = [
      await folderOf({ 'site.crt': leaf.pem }),
      await folderOf({ 'site.crt': leaf.pem, 'site.key': leaf.keyPem }),
    ]
    expect(await bring([bare], product)).toMatchObject({ stdout: '1 added, 0 already present, 0 refused\n' })
    const given = '0 added, 1 already present (1 given the private key), 0 refused\n'
    expect(await bring([keyed], product)).toMatchObject({ code: 0, stdout: given })
    expect(await bring([keyed], product)).toMatchObject({ code: 0, stdout: '0 added, 1 already present, 0 refused\n' })
    if (product === 'apic') return
    const list = await registry.get('/v3/scm/certificates?limit=10&deploy_support=true&sort_key=certUpdateTime')
    const [newest] = list.json.certificates
    const { json } = await registry.post(`/v3/scm/certificates/${newest.id}/export`, {})
    expect(json.private_key.trim()).toBe(leaf.keyPem.trim())
  })

  test.each(['scm', 'apic'])('may stand in one file with it, as HAProxy keeps them: %s', async product => {
    const [first, second] = [fresh(), fresh()]
    const folder = await folderOf({ 'a.pem': first.pem + first.keyPem, 'b.pem': second.keyPem + second.pem })
    expect(await bring([folder], product)).toMatchObject({ code: 0, stdout: '2 added, 0 already present, 0 refused\n' })
    const stranger = await folderOf({ 'a.pem': fresh().pem + second.keyPem })
    const { code, stderr } = await bring([stranger], product)
    expect(code).toBe(1)
    expect(stderr).toMatch(/The private key belongs to no certificate of the file/)
  })

  test.each(['iotda-devices', 'iotda-cas'])('is skipped with a word where none is kept: %s', async product => {
    const root = fresh({ ca: true })
    const folder = await folderOf({ 'ca.crt': root.pem, 'ca.key': root.keyPem })
    expect(await bring([folder], product)).toEqual({
      code: 0,
      stdout: '1 added, 0 already present, 0 refused, 1 skipped\n',
      stderr: `${join(folder, 'ca.key')}: Skipped: a private key, which this product does not keep.\n`,
    })
    const both = await folderOf({ 'ca.pem': root.pem + root.keyPem })
    const { code, stderr } = await bring([both], product)
    expect(code).toBe(1)
    expect(stderr).toMatch(/holds a private key, not a certificate; leave it out of the file/)
  })

  test('is a file of its own where the product keeps any file', async () => {
    const leaf = fresh()
    const folder = await folderOf({ 'own.crt': leaf.pem, 'own.key': leaf.keyPem })
    expect(await bring([folder], 'dataworks')).toMatchObject({
      code: 0,
      stdout: '2 added, 0 already present, 0 refused\n',
    })
  })

  test('is never in the database in clear', async () => {
    const leaf = fresh()
    const folder = await folderOf({ 'x.crt': leaf.pem, 'x.key': leaf.keyPem })
    await bring([folder], 'scm')
    await bring([folder], 'dataworks')
    for (const name of await readdir(registry.dataDir)) {
      const bytes = await readFile(join(registry.dataDir, name))
      expect(bytes.includes(leaf.keyPem.slice(30, 60))).toBe(false)
    }
  })
})

describe('--scope', () => {
  test('names the compartment', async () => {
    const folder = await folderOf({ 'a.pem': fresh().pem })
    const project = '11111111-2222-4333-8444-555555555555'
    expect(await bring([folder], 'scm', ['--scope', `enterprise-project=${project}`])).toMatchObject({ code: 0 })
    const path = `/v3/scm/certificates?limit=10&enterprise_project_id=${project}`
    expect(await total(path, 'total_count')).toBe(1)
  })

  test('may be given again, before the paths as well', async () => {
    const folder = await folderOf({ 'a.pem': fresh({ ca: true }).pem })
    const { firstRun, dataDir } = registry
    const args = ['--scope', `instance=${firstRun.iotda.instanceId}`, '--scope', `app=${firstRun.iotda.appId}`, folder]
    const outcome = await certfolio(['import', '--into', 'iotda-cas', '--data', dataDir, ...args])
    expect(outcome).toMatchObject({ code: 0, stdout: '1 added, 0 already present, 0 refused\n' })
  })

  test('instance=common is every gateway instance', async () => {
    const folder = await folderOf({ 'a.pem': fresh().pem })
    expect(await bring([folder], 'apic', ['--scope', 'instance=common'])).toMatchObject({ code: 0 })
    const path = `/v2/${registry.firstRun.project.id}/apic/certificates?instance_id=common`
    expect(await total(path, 'total')).toBe(1)
  })

  test.each([
    ['dataworks', 'workspace=999', 1, /There is no such workspace\./],
    ['dataworks', 'workspace=x', 2, /workspace= must be a number/],
    ['iotda-cas', `project=${'0'.repeat(32)}`, 1, /There is no such project\./],
    ['iotda-cas', 'instance=x', 1, /The project has no such instance\./],
    ['iotda-cas', 'app=x', 1, /The project has no such app\./],
    ['apic', 'instance=x', 1, /The project has no such instance\./],
    ['scm', 'workspace=10000', 2, /--scope of scm has enterprise-project, nothing else/],
  ])('%s %s is refused', async (product, scope, code, says) => {
    const folder = await folderOf({ 'a.pem': fresh({ ca: true }).pem })
    const outcome = await bring([folder], product, ['--scope', scope])
    expect(outcome).toMatchObject({ code, stdout: '' })
    expect(outcome.stderr).toMatch(says)
  })
})

test('--json says the same for programs', async () => {
  const folder = await folderOf({ 'a.pem': fresh().pem, 'b.pem': 'nothing' })
  const { code, stdout, stderr } = await bring([folder], 'scm', ['--json'])
  expect(code).toBe(1)
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual({
    added: 1,
    present: 0,
    refused: 1,
    refusals: [{ path: join(folder, 'b.pem'), reason: expect.stringMatching(/\.$/) }],
  })
})

describe('on a terminal', () => {
  async function shown(files: number): Promise<string> {
    const folder = await folderOf(Object.fromEntries(Array.from({ length: files }, (_, i) => [`${i}.pem`, 'nothing'])))
    let text = ''
    const terminal = new Writable({
      write(chunk, _encoding, done) {
        text += chunk
        done()
      },
    })
    const stdout = new Writable({ write: (_chunk, _encoding, done) => done() })
    const streams = { stdin: Readable.from([]), stdout, stderr: Object.assign(terminal, { isTTY: true }) }
    const args = ['import', folder, '--into', 'scm', '--json', '--data', registry.dataDir]
    await runCli(args, { ...rooms, env: {} }, streams)
    return text
  }

  test('long work shows how far it is', async () => {
    expect(await shown(50)).toMatch(/50\/50 files/)
  })

  test('short work does not', async () => {
    expect(await shown(3)).toBe('')
  })
})

test('on an empty directory it makes the account first, and a server on it then writes its endpoint', async () => {
  const folder = await folderOf({ 'a.pem': fresh().pem })
  const data = join(place.path, 'empty')
  expect(await certfolio(['import', folder, '--into', 'scm', '--data', data])).toMatchObject({ code: 0 })
  const server = await startRegistry({ dataDir: data })
  try {
    expect(server.firstRun.endpoint).toBe(server.endpoint)
    expect((await server.get('/v3/scm/certificates')).json.total_count).toBe(1)
  } finally {
    await server.close()
  }
})
