import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FIELDS, operatorsOf } from '../../src/inventory/filter/fields.ts'
import { FINDINGS } from '../../src/inventory/findings.ts'
import type { CertificateEntry } from '../../src/inventory/wire.ts'
import { makeCertificate } from '../support/certificates.ts'
import { certfolio } from '../support/command.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const text = await readFile(new URL('../../docs/inventory.md', import.meta.url), 'utf8')
const commands = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'))

let registry: TestRegistry
let entry: CertificateEntry
beforeAll(async () => {
  registry = await startRegistry()
  const soon = Date.now() + 10 * 86_400_000
  for (const [at, notAfter] of [soon, Date.UTC(2035, 0, 1), Date.UTC(2026, 1, 1)].entries()) {
    const { pem } = makeCertificate({ subject: `CN=d${at}.test`, sans: [`d${at}.test`], notAfter })
    await registry.bringIn('scm', { [`d${at}.pem`]: pem })
    await registry.bringIn('apic', { [`d${at}.pem`]: pem })
  }
  entry = (await registry.get('/api/v1/certificates')).json.certificates[0]
})
afterAll(() => registry?.close())

/** The arguments of a command line that quotes with single quotes only. */
function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}

describe('docs/inventory.md', () => {
  test('has commands', () => expect(commands.length).toBeGreaterThan(8))

  test.each(commands.filter(command => command.startsWith('certfolio ')))('%s', async command => {
    const args = words(command)
      .slice(1)
      .map(word => (word === 'ID' ? entry.id : word))
    const local = await certfolio(args, { env: { CERTFOLIO_DATA: registry.dataDir } })
    expect([command, local.code, local.stderr]).toEqual([command, 0, ''])
    expect(local.stdout.trim()).not.toBe('')
    const env = { CERTFOLIO_SERVER: registry.endpoint, CERTFOLIO_TOKEN: await registry.token() }
    expect(await certfolio(args, { env })).toEqual(local)
  })

  test.each(commands.filter(command => command.startsWith('curl ')))('%s', async command => {
    const [, path = ''] = /"\$CERTFOLIO([^"]*)"/.exec(command) ?? []
    const answer = await registry.get(path)
    expect([command, answer.status, answer.text.length > 50]).toEqual([command, 200, true])
  })

  test('names every field and every finding', () => {
    for (const [name, field] of FIELDS)
      expect(text).toContain(
        `| \`${name}\` | ${field.means} | ${operatorsOf(field)
          .map(each => `\`${each}\``)
          .join(' ')} \`in\` |`,
      )
    for (const [id, { severity, says, reference }] of FINDINGS)
      expect(text).toContain(`| \`${id}\` | ${severity} | ${says} | ${reference} |`)
  })
})

describe('certfolio list and show', () => {
  const local = (...args: string[]) => certfolio(args, { env: { CERTFOLIO_DATA: registry.dataDir } })

  test('say how many there are, and show one as text and PEM', async () => {
    expect((await local('list')).stdout).toMatch(/\n6 certificates\.\n$/)
    expect((await local('show', entry.id)).stdout).toContain('Subject: CN=d0.test')
    expect((await local('show', entry.id, '--form', 'pem')).stdout).toMatch(/^-----BEGIN CERTIFICATE-----\n/)
  })

  test('say what is wrong with a filter, wherever it is asked, with exit code 2', async () => {
    const env = { CERTFOLIO_SERVER: registry.endpoint, CERTFOLIO_TOKEN: await registry.token() }
    const here = await local('list', '--filter', 'cn =')
    expect([here.code, here.stderr]).toEqual([2, expect.stringContaining('wrong at character 5: expected a text')])
    expect(await certfolio(['list', '--filter', 'cn ='], { env })).toEqual(here)
  })

  test('fail for a certificate that is not there, a server that is not, and a token that is none', async () => {
    expect([(await local('show', '1')).code, (await local('show', '1')).stderr]).toEqual([
      1,
      'certfolio: There is no certificate with this id.\n',
    ])
    const gone = await certfolio(['list'], { env: { CERTFOLIO_SERVER: 'http://127.0.0.1:1', CERTFOLIO_TOKEN: 'x' } })
    expect([gone.code, gone.stderr]).toEqual([1, 'certfolio: The server http://127.0.0.1:1 cannot be reached.\n'])
    const nobody = await certfolio(['list', '--server', registry.endpoint], { env: { CERTFOLIO_TOKEN: 'wrong' } })
    expect(nobody.code).toBe(1)
    expect((await certfolio(['list', '--server', registry.endpoint])).code).toBe(2)
    expect((await certfolio(['list', '--server', 'ftp://x'])).code).toBe(2)
  })
})
