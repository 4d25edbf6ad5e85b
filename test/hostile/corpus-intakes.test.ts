/**
 * Hostile certificates through every way in: the five intakes take all of them, the vendors' create calls a share. What
 * is taken must be listed, shown and given back as it came; what is not must be refused in words.
 */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Verdict } from '../../src/cli/bring-in.ts'
import { type Destination, enterFor } from '../../src/cli/place.ts'
import { rooms } from '../../src/main.ts'
import { sealingContext } from '../../src/products/dataworks/intake.ts'
import { recordIdOf } from '../../src/products/iotda/record-id.ts'
import type { RegistryRecord } from '../../src/registry/record.ts'
import type { Registry } from '../../src/server/registry.ts'
import { pemOf } from '../../src/x509/container.ts'
import { hostileCertificates } from '../support/corpus.ts'
import { ed25519KeyPem } from '../support/fixtures.ts'
import { type Answer, startRegistry, type TestRegistry } from '../support/registry.ts'

/** Of the blobs, those that also go through the create calls. */
const CREATE_SHARE = 10
/** Of the records, those that are also shown. */
const SHOW_SHARE = 10
const PRODUCTS = ['dataworks', 'iotda-devices', 'iotda-cas', 'scm', 'apic']

const blobs = hostileCertificates()

describe.skipIf(blobs === undefined)('hostile certificates', { timeout: 180_000 }, () => {
  let registry: TestRegistry
  const verdicts = new Map<string, readonly Verdict[]>()
  const created = new Map<string, number>(PRODUCTS.map(product => [product, 0]))
  const answers: Answer[] = []
  const rejections: unknown[] = []
  const onRejection = (reason: unknown) => rejections.push(reason)

  beforeAll(async () => {
    process.on('unhandledRejection', onRejection)
    registry = await startRegistry()
    const files = Object.fromEntries((blobs ?? []).map(({ name, bytes }) => [name, bytes]))
    for (const product of PRODUCTS) verdicts.set(product, await registry.verdicts(product, files))
    const { id } = registry.firstRun.project
    const share = (blobs ?? []).filter((_, index) => index % CREATE_SHARE === 0)
    for (const [index, { bytes }] of share.entries()) {
      const pem = pemOf('CERTIFICATE', bytes)
      const calls = [
        ['iotda-cas', `/v5/iot/${id}/certificates`, { content: pem }],
        ['scm', '/v3/scm/certificates/import', { name: `blob-${index}`, certificate: pem, private_key: ed25519KeyPem }],
        [
          'apic',
          `/v2/${id}/apic/certificates`,
          { name: `blob_${index}`, cert_content: pem, private_key: ed25519KeyPem },
        ],
      ] as const
      for (const [product, path, json] of calls) {
        const answer = await registry.post(path, json)
        answers.push(answer)
        if (answer.status < 300) created.set(product, (created.get(product) ?? 0) + 1)
      }
    }
  }, 180_000)
  afterAll(async () => {
    process.off('unhandledRejection', onRejection)
    await registry?.close()
  })

  it('are brought in, or refused in a sentence, by every intake', () => {
    for (const product of PRODUCTS) {
      const seen = verdicts.get(product) ?? []
      expect(new Set(seen.map(({ path }) => path)).size).toBe(blobs?.length)
      expect(seen.filter(({ is }) => is === 'added').length, product).toBeGreaterThan(1000)
      for (const verdict of seen) if (verdict.is === 'refused') expect(verdict.why).toMatch(/^[A-Z][^\n]{5,300}\.$/)
    }
  })

  it('are created, or refused with a code of the vendor’s, by every call that creates', () => {
    expect(answers.length).toBeGreaterThan(2000)
    for (const { status, text, json } of answers) {
      expect(status, text).toBeLessThan(500)
      if (status >= 300) expect(json.error_code).toMatch(/^(IOTDA|SCM|APIG)\.\d{4,6}$/)
    }
  })

  it('leave no promise behind that nobody looks after', () => {
    expect(rejections).toEqual([])
  })

  describe.each(PRODUCTS)('as records of %s', product => {
    let place: Destination
    let records: readonly RegistryRecord[]
    let taken: number
    beforeAll(async () => {
      const intake = rooms.intakes.find(each => each.product === product)
      if (!intake) throw new Error(`nothing is brought into ${product}`)
      place = await enterFor(registry as unknown as Registry, intake, {})
      taken = (verdicts.get(product) ?? []).filter(({ is }) => is === 'added').length + (created.get(product) ?? 0)
      records = await everyRecord(registry, product, place)
    })

    it('are walked to the end of their list, with the right total on each page', async () => {
      const ids: string[] = []
      for await (const { total, page } of walk(registry, product)) {
        expect(total).toBe(taken)
        ids.push(...page)
      }
      expect(ids.length).toBe(taken)
      expect(new Set(ids).size).toBe(taken)
    })

    it('come back byte for byte', async () => {
      expect(records.length).toBe(taken)
      const known = new Set((blobs ?? []).map(({ bytes }) => sha256(bytes)))
      for (const record of records) {
        const bytes =
          product === 'dataworks' ? await fileOf(registry, place, record) : await derOf(registry, place, record)
        const wanted = product === 'dataworks' ? record.attributes.sha256 : record.fingerprint
        expect(sha256(bytes)).toBe(wanted)
        if (product === 'dataworks') expect(known).toContain(wanted)
      }
    })

    it('are shown', async () => {
      for (const record of records.filter((_, index) => index % SHOW_SHARE === 0)) {
        const { status, text } = await shown(registry, product, record)
        expect(status, text).toBe(200)
      }
    })
  })
})

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function everyRecord(registry: TestRegistry, product: string, { scope }: Destination) {
  const declaration = registry.products.flatMap(({ listings }) => listings).find(each => each.product === product)
  if (!declaration) throw new Error(`${product} has no list`)
  const order = Object.keys(declaration.orders)[0] ?? ''
  const records: RegistryRecord[] = []
  for (;;) {
    const window = { skip: records.length, take: 500 }
    const page = await registry.storage.records.list(scope, {
      declaration,
      filters: {},
      order,
      direction: 'ascending',
      window,
    })
    if (page.records.length === 0) return records
    records.push(...page.records)
  }
}

async function derOf({ storage }: TestRegistry, { scope }: Destination, { number }: RegistryRecord) {
  const [content] = await storage.records.contents(scope, number, 'certificate')
  return content?.bytes ?? new Uint8Array()
}

/** A file of nothing but certificates is kept as it is, any other sealed. */
async function fileOf({ storage, identity }: TestRegistry, { scope }: Destination, record: RegistryRecord) {
  const [content] = await storage.records.contents(scope, record.number, 'file')
  if (content) return content.bytes
  const sealed = await storage.records.secret(scope, record.number, 'file')
  return identity.vault.open(sealed ?? new Uint8Array(), sealingContext(String(record.attributes.sha256)))
}

interface Walked {
  readonly total: number
  /** Ids. */
  readonly page: readonly string[]
}

/** The pages of a product's own list, as its clients ask for them. */
async function* walk(registry: TestRegistry, product: string): AsyncGenerator<Walked> {
  const { id } = registry.firstRun.project
  const ask = async (path: string) => {
    const answer = await registry.get(path)
    expect(answer.status, answer.text.slice(0, 300)).toBe(200)
    return answer.json
  }
  switch (product) {
    case 'dataworks':
      for (let number = 1, page: Walked['page'] = ['first']; page.length > 0; number++) {
        const ProjectId = String(registry.firstRun.dataworks.projectId)
        const { json } = await registry.rpc('ListCertificates', {
          ProjectId,
          PageNumber: String(number),
          PageSize: '100',
        })
        page = json.PagingInfo.Certificates.map((one: { Id: number }) => String(one.Id))
        yield { total: json.PagingInfo.TotalCount, page }
      }
      return
    case 'scm':
      for (let offset = 0, page: Walked['page'] = ['first']; page.length > 0; offset += 50) {
        const json = await ask(`/v3/scm/certificates?limit=50&offset=${offset}`)
        page = json.certificates.map((one: { id: string }) => one.id)
        yield { total: json.total_count, page }
      }
      return
    case 'apic':
      for (let offset = 0, page: Walked['page'] = ['first']; page.length > 0; offset += 500) {
        const { instanceId } = registry.firstRun.apic
        const json = await ask(`/v2/${id}/apic/certificates?instance_id=${instanceId}&limit=500&offset=${offset}`)
        page = json.certs.map((one: { id: string }) => one.id)
        yield { total: json.total, page }
      }
      return
    default:
      for (let marker: string | null = 'f'.repeat(24); marker !== null; ) {
        const path = product === 'iotda-cas' ? 'certificates' : 'device-certificates'
        const json = await ask(`/v5/iot/${id}/${path}?limit=50&marker=${marker}`)
        const rows: readonly { readonly certificate_id: string }[] = json.certificates ?? json.device_certificates
        if (rows.length > 0) yield { total: json.page.count, page: rows.map(one => one.certificate_id) }
        marker = json.page.marker
      }
  }
}

function shown(registry: TestRegistry, product: string, record: RegistryRecord): Promise<Answer> {
  const { project, dataworks } = registry.firstRun
  switch (product) {
    case 'dataworks':
      return registry.rpc('GetCertificate', { ProjectId: String(dataworks.projectId), Id: String(record.number) })
    case 'scm':
      return registry.get(`/v3/scm/certificates/${record.vendorId}`)
    case 'apic':
      return registry.get(`/v2/${project.id}/apic/certificates/${record.vendorId}`)
    case 'iotda-cas':
      return registry.get(`/v5/iot/${project.id}/certificates/${recordIdOf(record.number)}`)
    default:
      return registry.get(`/v5/iot/${project.id}/device-certificates/${record.vendorId}`)
  }
}
