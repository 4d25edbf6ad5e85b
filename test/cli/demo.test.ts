/** The demo: what it holds, that it is the same every time, and that the commands it prints answer with records. */
import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY } from '../../src/cli/demo/company.ts'
import { type Demo, prepareDemo } from '../../src/cli/demo/demo.ts'
import { enterFor } from '../../src/cli/place.ts'
import { createPasswords } from '../../src/identity/passwords.ts'
import { openRegistry } from '../../src/main.ts'
import type { RegistryRecord } from '../../src/registry/record.ts'
import { bringFirstRun } from '../../src/server/first-run.ts'
import type { Registry } from '../../src/server/registry.ts'
import { readCertificate } from '../../src/x509/certificate.ts'
import { isIssuedBy } from '../../src/x509/chain.ts'
import { certfolio, Process, temporaryDirectory } from '../support/command.ts'

const NOW = Date.UTC(2026, 5, 15, 10)

interface Filled {
  readonly demo: Demo
  readonly registry: Registry
}

async function fill(): Promise<Filled> {
  const demo = await prepareDemo(undefined, () => NOW)
  const passwords = createPasswords({ N: 2 ** 8, r: 8, p: 1 })
  const registry = await openRegistry({ dataDir: demo.dataDir, env: {}, clock: demo.clock, passwords })
  await bringFirstRun(registry, demo.dataDir, 'http://127.0.0.1')
  await demo.fill(registry)
  return { demo, registry }
}

async function forget({ demo, registry }: Filled): Promise<void> {
  await registry.close()
  await demo.remove()
}

async function scopeOf(registry: Registry, product: string) {
  const intake = registry.products.flatMap(({ intakes }) => intakes).find(intake => intake.product === product)
  if (!intake) throw new Error(product)
  return (await enterFor(registry, intake, {})).scope
}

async function recordsOf(registry: Registry, product: string): Promise<readonly RegistryRecord[]> {
  const declaration = registry.products.flatMap(({ listings }) => listings).find(listing => listing.product === product)
  if (!declaration) throw new Error(product)
  const order = Object.keys(declaration.orders)[0] ?? ''
  const window = { skip: 0, take: 10_000 }
  const listing = { declaration, filters: {}, order, direction: 'ascending', window } as const
  const { records } = await registry.storage.records.list(await scopeOf(registry, product), listing)
  return records.toSorted((a, b) => a.number - b.number)
}

const PRODUCTS = ['dataworks', 'iotda-devices', 'iotda-cas', 'scm', 'apic']

describe('the sample data', () => {
  let filled: Filled
  const records = new Map<string, readonly RegistryRecord[]>()
  const of = (product: string) => records.get(product) ?? []
  beforeAll(async () => {
    filled = await fill()
    for (const product of PRODUCTS) records.set(product, await recordsOf(filled.registry, product))
  })
  afterAll(() => forget(filled))

  it('is a few thousand records', () => {
    const counts = PRODUCTS.map(product => of(product).length)
    expect(Math.min(...counts)).toBeGreaterThan(100)
    expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThan(2000)
  })

  it('is the same every time', async () => {
    const again = await fill()
    const known = ({ number, vendorId, name, commonName, fingerprint, status, notAfter }: RegistryRecord) => ({
      number,
      vendorId,
      name,
      commonName,
      fingerprint,
      status,
      notAfter,
    })
    for (const product of PRODUCTS)
      expect((await recordsOf(again.registry, product)).map(known)).toEqual(of(product).map(known))
    await forget(again)
  })

  it('lies in the past', () => {
    for (const product of PRODUCTS) for (const { updatedAt } of of(product)) expect(updatedAt).toBeLessThan(NOW)
  })

  it('has SSL certificates that have expired, that are about to, and that are not', () => {
    const left = of('scm').map(({ notAfter }) => ((notAfter ?? 0) - NOW) / DAY)
    expect(left.filter(days => days < 0).length).toBeGreaterThan(20)
    expect(left.filter(days => days >= 0 && days < 30).length).toBeGreaterThan(5)
    expect(left.filter(days => days > 90).length).toBeGreaterThan(20)
    for (const { status, notAfter } of of('scm')) expect(status).toBe((notAfter ?? 0) <= NOW ? 'EXPIRED' : 'UPLOAD')
  })

  it('has gateway certificates in RSA, ECC and SM2, signed in several ways, for one instance and for all', () => {
    const kinds = (key: 'keyAlgorithm' | 'signatureAlgorithm' | 'compartment') =>
      new Set(of('apic').map(row => row[key]))
    expect(kinds('keyAlgorithm')).toEqual(new Set(['RSA', 'EC', 'SM2']))
    expect(kinds('signatureAlgorithm').size).toBe(4)
    expect(kinds('compartment').size).toBe(2)
  })

  it('has files that are no certificate', () => {
    expect(of('dataworks').filter(({ fingerprint }) => fingerprint === '').length).toBeGreaterThan(20)
  })

  it('has every root that the runtime trusts, and the company’s own, as CAs', () => {
    expect(of('iotda-cas').length).toBeGreaterThan(100)
    expect(of('iotda-cas').filter(({ status }) => status === 'VERIFIED')).toHaveLength(2)
  })

  it('has devices whose CA is there', async () => {
    const certificateOf = async (product: string, { number }: RegistryRecord) => {
      const scope = await scopeOf(filled.registry, product)
      const [content] = await filled.registry.storage.records.contents(scope, number, 'certificate')
      return readCertificate(content?.bytes ?? Buffer.of())
    }
    const own = of('iotda-cas').filter(({ commonName }) => commonName.startsWith('Northwind'))
    const [root, authority] = await Promise.all(own.map(record => certificateOf('iotda-cas', record)))
    if (!root || !authority) throw new Error('no authorities')
    expect(isIssuedBy(authority, root)).toBe(true)
    for (const device of of('iotda-devices').filter((_, i) => i % 100 === 0))
      expect(isIssuedBy(await certificateOf('iotda-devices', device), authority)).toBe(true)
  })
})

/** Runs a line as if it were pasted into a shell. */
function pasted(line: string): Promise<{ code: number | null; stdout: string }> {
  return new Promise((resolve, reject) => {
    const shell = spawn('sh', ['-c', line], { stdio: ['ignore', 'pipe', 'inherit'] })
    let stdout = ''
    shell.stdout.on('data', chunk => {
      stdout += chunk
    })
    shell.on('error', reject)
    shell.on('close', code => resolve({ code, stdout }))
  })
}

describe('certfolio serve --demo', () => {
  it('prints five commands that answer 200 with records, also a second time, and leaves nothing behind', async () => {
    const { path, remove } = await temporaryDirectory()
    const server = new Process(['serve', '--demo', '--port', '0'], { TMPDIR: path })
    const [said] = await server.said('stdout', /^certfolio is ready at .*nothing is kept/s)
    const commands = said.split('\n').filter(line => line.startsWith('curl '))
    expect(commands).toHaveLength(5)
    for (const command of [...commands, ...commands]) {
      const { code, stdout } = await pasted(`${command} --write-out ' %{http_code}'`)
      expect({ code, status: stdout.slice(-4) }).toEqual({ code: 0, status: ' 200' })
      expect(stdout).toMatch(
        /"(?:total|total_count|TotalCount)":[1-9]\d+|"device_certificates":\[\{|"certificates":\[\{/,
      )
    }
    expect(await readdir(path)).toHaveLength(1)
    server.child.kill('SIGTERM')
    expect((await server.outcome).code).toBe(0)
    expect(await readdir(path)).toEqual([])
    await remove()
  })

  it('does not touch a directory that is in use', async () => {
    const { path, remove } = await temporaryDirectory()
    const first = new Process(['serve', '--data', path, '--port', '0'])
    await first.ready()
    first.child.kill('SIGTERM')
    await first.outcome
    const { code, stderr } = await certfolio(['serve', '--demo', '--data', path, '--port', '0'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/in use already/)
    await remove()
  })

  it('goes without TLS', async () => {
    const { code, stderr } = await certfolio(['serve', '--demo', '--tls-cert', 'x', '--tls-key', 'y'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/--demo serves plain HTTP/)
  })
})
