import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CertificateEntry } from '../../src/inventory/wire.ts'
import { draft } from '../storage/drafts.ts'
import { allow, policy, startTenants, type Tenants } from '../support/tenants.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 5, 15, 12, 0, 30)
const AT = Date.UTC(2026, 5, 15, 12, 0)

let tenants: Tenants
let everything: readonly CertificateEntry[]

const get = (path: string, person = tenants.home.root) => tenants.as(person, 'GET', path, { date: new Date(NOW) })

beforeAll(async () => {
  tenants = await startTenants({ clock: () => NOW })
  const { registry, home } = tenants
  const { identity, storage } = registry
  const { principal } = await registry.operator()
  const scm = await identity.enter(principal, '', 'scm', { kind: 'account' })
  const apic = await identity.enter(principal, '', 'apic', { kind: 'project', projectId: home.projectId })
  const days = [-400, -1, 0, 1, 6, 7, 29, 30, 31, 89, 90, 200, 364, 365, 366, 900]
  for (const scope of [scm, apic])
    await storage.records.add(scope, [
      ...days.map((day, at) =>
        draft({
          notAfter: NOW + day * DAY,
          status: at % 2 ? 'UPLOAD' : 'EXPIRED',
          keyAlgorithm: at % 3 ? 'RSA' : 'EC',
          issuer: `CN=Issuer ${at % 5}`,
        }),
      ),
      ...Array.from({ length: 60 }, (_, at) =>
        draft({ name: `order-${at}`, issuer: `CN=Rare ${at}`, compartment: 'x' }),
      ),
    ])
  everything = (await get('/api/v1/certificates?limit=1000')).json.certificates
})
afterAll(() => tenants?.close())

const tally = (entries: readonly CertificateEntry[], by: (entry: CertificateEntry) => string) =>
  Object.fromEntries([...Map.groupBy(entries, by)].map(([value, of]) => [value, of.length]))

const facet = ({ values }: { values: readonly { value: string; count: number }[] }) =>
  Object.fromEntries(values.map(({ value, count }) => [value, count]))

describe('the facets', () => {
  test.each([
    '',
    'product = scm',
    'daysLeft < 30',
    'not issuer ~ rare',
    'status = UPLOAD and keyAlgorithm = RSA',
    'cn = nobody',
  ])('of %o are counts of its rows', async filter => {
    const query = `filter=${encodeURIComponent(filter)}`
    const rows: CertificateEntry[] = (await get(`/api/v1/certificates?limit=1000&${query}`)).json.certificates
    const { json } = await get(`/api/v1/facets?${query}`)
    expect(json.total).toBe(rows.length)
    expect(facet(json.product)).toEqual(tally(rows, ({ product }) => product))
    expect(facet(json.status)).toEqual(tally(rows, ({ status }) => status))
    expect(facet(json.keyAlgorithm)).toEqual(tally(rows, ({ keyAlgorithm }) => keyAlgorithm))
    const issuers = json.issuer.values.reduce((sum: number, { count }: { count: number }) => sum + count, 0)
    expect(issuers + json.issuer.others).toBe(rows.length)
    const bucket = ({ notAfter }: CertificateEntry) => {
      if (notAfter === null) return 'none'
      const left = Date.parse(notAfter) - NOW
      if (left < 0) return 'expired'
      const days = [7, 30, 90, 365].find(bound => left < bound * DAY)
      return days === undefined ? 'later' : days === 365 ? 'within-a-year' : `within-${days}-days`
    }
    const filled = Object.entries(json.expiry).filter(([, count]) => count !== 0)
    expect(Object.fromEntries(filled)).toEqual(tally(rows, bucket))
  })

  test('tell at most fifty values, and how many have others', async () => {
    const { json } = await get('/api/v1/facets')
    expect([json.issuer.values.length, json.issuer.others]).toEqual([
      50,
      152 - json.issuer.values.reduce((sum: number, { count }: { count: number }) => sum + count, 0),
    ])
    expect(json.issuer.values[0].count).toBe(8)
  })

  test('refuse what the list refuses', async () => {
    const { status, json } = await get('/api/v1/facets?filter=cn%20%3D')
    expect([status, json.error.code, json.error.at]).toEqual([400, 'invalid-filter', 5])
  })
})

describe('the summary', () => {
  test('counts every record once, by product, state and algorithm', async () => {
    const { json } = await get('/api/v1/summary')
    expect([json.at, json.total]).toEqual([new Date(AT).toISOString(), everything.length])
    expect(json.product).toEqual(tally(everything, ({ product }) => product))
    expect(json.keyAlgorithm).toEqual(tally(everything, ({ keyAlgorithm }) => keyAlgorithm))
    const state = ({ notAfter }: CertificateEntry) => {
      if (notAfter === null) return 'no-certificate'
      const until = Date.parse(notAfter)
      return until < AT ? 'expired' : until < AT + 30 * DAY ? 'expiring' : 'valid'
    }
    expect(json.state).toEqual(tally(everything, state))
  })

  test('counts expiries by week, and shows the nearest', async () => {
    const { json } = await get('/api/v1/summary')
    expect(json.expiries.length).toBe(53)
    for (const { from, count } of json.expiries) {
      const start = Date.parse(from)
      const due = everything.filter(
        ({ notAfter }) => notAfter !== null && Date.parse(notAfter) >= start && Date.parse(notAfter) < start + 7 * DAY,
      )
      expect([from, count]).toEqual([from, due.length])
    }
    expect(json.nearest.map(({ daysLeft }: CertificateEntry) => daysLeft)).toEqual([0, 0, 1, 1, 6, 6, 7, 7, 29, 29])
  })

  test('tells only of what the caller may see', async () => {
    const person = await tenants.addPerson()
    expect((await get('/api/v1/summary', person)).json).toMatchObject({ total: 0, product: {}, nearest: [] })
    await tenants.grant(person, policy(allow('scm:cert:list')))
    expect((await get('/api/v1/summary', person)).json).toMatchObject({ total: 76, product: { scm: 76 } })
    expect(facet((await get('/api/v1/facets', person)).json.product)).toEqual({ scm: 76 })
  })
})
