import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CertificateEntry } from '../../src/inventory/wire.ts'
import { draft } from '../storage/drafts.ts'
import { makeCertificate } from '../support/certificates.ts'
import { allow, deny, type Person, policy, startTenants, type Tenants } from '../support/tenants.ts'

let tenants: Tenants
let now = Date.now()
const PATH = '/api/v1/certificates'

beforeAll(async () => {
  tenants = await startTenants({ clock: () => now })
  const { registry } = tenants
  for (let at = 0; at < 6; at++) {
    const { pem } = makeCertificate({
      subject: `CN=site-${at}.test`,
      sans: [`site-${at}.test`],
      notAfter: Date.UTC(2030, 0, 1 + (at % 3)),
    })
    await registry.bringIn('scm', { [`s${at}.pem`]: pem })
    await registry.bringIn('apic', { [`g${at}.pem`]: pem })
    await registry.bringIn('iotda-cas', { [`c${at}.pem`]: makeCertificate({ subject: `CN=ca-${at}`, ca: true }).pem })
    await registry.bringIn('dataworks', { [`d${at}.pem`]: pem })
  }
})
afterAll(() => tenants?.close())

const as = (person: Person, query = '') => tenants.as(person, 'GET', `${PATH}${query}`, { date: new Date(now) })
const root = (query = '') => as(tenants.home.root, query)
const ids = (answer: { json: { certificates: CertificateEntry[] } }) => answer.json.certificates.map(({ id }) => id)

describe('a walk', () => {
  test.each(['expiry', 'created', 'name', 'cn', 'issuer', 'status'])(
    'by %s gives the same with every page size',
    async order => {
      for (const direction of ['asc', 'desc']) {
        const whole = ids(await root(`?order=${order}&direction=${direction}&limit=1000`))
        expect(whole.length).toBe(24)
        for (const limit of [1, 5, 23, 24]) {
          const seen: string[] = []
          let cursor: string | null = ''
          while (cursor !== null) {
            const answer = await root(
              `?order=${order}&direction=${direction}&limit=${limit}${cursor && `&cursor=${cursor}`}`,
            )
            expect([answer.status, answer.json.total]).toEqual([200, 24])
            seen.push(...ids(answer))
            cursor = answer.json.next
          }
          expect(seen).toEqual(whole)
        }
      }
    },
  )

  test('is one record each of every product, with its place', async () => {
    const { json } = await root('?limit=1000')
    const products = Map.groupBy(json.certificates as CertificateEntry[], ({ product }) => product)
    expect([...products].map(([product, of]) => [product, of.length]).toSorted()).toEqual([
      ['apic', 6],
      ['dataworks', 6],
      ['iotda-cas', 6],
      ['scm', 6],
    ])
  })
})

describe('a cursor', () => {
  const first = async (query: string, person = tenants.home.root): Promise<string> =>
    (await as(person, `?limit=2${query}`)).json.next

  test('is refused for another filter, order, direction or caller, and works for its own', async () => {
    const reader = await tenants.addPerson()
    await tenants.grant(reader, 'FullAccess')
    const cursor = await first('&filter=product%3Dscm&order=name')
    expect((await root(`?filter=product%3Dscm&order=name&cursor=${cursor}`)).status).toBe(200)
    // Another page size is the same question.
    expect((await root(`?filter=product%3Dscm&order=name&limit=1&cursor=${cursor}`)).status).toBe(200)
    for (const query of [
      'filter=product%3Dapic&order=name',
      'order=name',
      'filter=product%3Dscm',
      'filter=product%3Dscm&order=name&direction=desc',
    ]) {
      const { status, json } = await root(`?${query}&cursor=${cursor}`)
      expect([query, status, json.error.code]).toEqual([query, 400, 'invalid-cursor'])
    }
    const { status, json } = await as(reader, `?filter=product%3Dscm&order=name&cursor=${cursor}`)
    expect([status, json.error.code]).toEqual([400, 'invalid-cursor'])
  })

  test('is refused when any character of it was altered, or it was cut anywhere', async () => {
    const cursor = await first('')
    const altered = [...cursor].map(
      (character, at) => cursor.slice(0, at) + (character === 'A' ? 'B' : 'A') + cursor.slice(at + 1),
    )
    const cut = [...cursor].map((_, at) => cursor.slice(0, at)).filter(text => text !== '')
    for (const text of [...altered, ...cut, `${cursor}A`, `${cursor}=`, `${cursor}%00`]) {
      const { status, json } = await root(`?cursor=${text}`)
      expect([text, status, json.error?.code]).toEqual([text, 400, 'invalid-cursor'])
    }
  })

  test('expires after a day', async () => {
    const cursor = await first('')
    now += 86_400_000 - 1
    expect((await root(`?cursor=${cursor}`)).status).toBe(200)
    now += 1
    const { status, json } = await root(`?cursor=${cursor}`)
    expect([status, json.error.code]).toEqual([400, 'expired-cursor'])
  })

  test('keeps the time that days left count from', async () => {
    const query = '?filter=product%3Dscm%20and%20daysLeft%20%3E%20300&order=expiry&limit=3'
    const whole = (await root(query.replace('limit=3', 'limit=6'))).json.certificates as CertificateEntry[]
    const { next } = (await root(query)).json
    now += 20 * 3_600_000
    const rest = (await root(`${query}&cursor=${next}`)).json.certificates as CertificateEntry[]
    expect(rest).toEqual(whole.slice(3))
  })

  test('finds its place although the value that it stands at is too long to carry', async () => {
    const { registry } = tenants
    const { principal } = await registry.operator()
    const scope = await registry.identity.enter(principal, '', 'apic', {
      kind: 'project',
      projectId: tenants.home.projectId,
    })
    const long = ['a', 'b', 'c'].map(last => draft({ name: 'long', issuer: `CN=${'x'.repeat(9_000)}${last}` }))
    const added = await registry.storage.records.add(scope, long)
    const query = '?filter=name%3Dlong&order=issuer&limit=1'
    const one = await root(query)
    const two = await root(`${query}&cursor=${one.json.next}`)
    const three = await root(`${query}&cursor=${two.json.next}`)
    expect([one, two, three].flatMap(ids)).toEqual(added.map(({ record }) => String(record.number)))
    for (const { record } of added) await registry.storage.records.remove(scope, record.number)
    expect((await root(`${query}&cursor=${two.json.next}`)).json.error.code).toBe('invalid-cursor')
  })
})

describe('the parameters', () => {
  test.each([
    'limit=0',
    'limit=1001',
    'limit=abc',
    'limit=1e2',
    'order=age',
    'direction=up',
    'total=maybe',
    'limit=1&limit=2',
    'cursor=x',
  ])('%s: 400', async query => {
    const { status, json } = await root(`?${query}`)
    expect([status, Object.keys(json), typeof json.error.message]).toEqual([400, ['error'], 'string'])
  })

  test('total=false leaves the count out', async () => {
    expect((await root('?total=false&limit=1')).json.total).toBeNull()
  })

  test('nobody without credentials, and only GET', async () => {
    expect((await tenants.registry.get(PATH, { auth: 'none' })).json.error.code).toBe('unauthenticated')
    const answer = await tenants.as(tenants.home.root, 'POST', PATH, { json: {}, date: new Date(now) })
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET'])
  })
})

describe('what a caller may not see is in no row and no total', () => {
  const productsOf = async (person: Person) => {
    const { json } = await as(person, '?limit=1000')
    const products = new Set((json.certificates as CertificateEntry[]).map(({ product }) => product))
    expect(json.total).toBe(json.certificates.length)
    return [...products].toSorted()
  }

  test('nothing without a permission', async () => {
    expect(await productsOf(await tenants.addPerson())).toEqual([])
  })

  test('the product that a policy allows, by either of its names', async () => {
    const scm = await tenants.addPerson()
    await tenants.grant(scm, policy(allow('scm:cert:list')))
    expect(await productsOf(scm)).toEqual(['scm'])
    const gateway = await tenants.addPerson()
    await tenants.grant(gateway, policy(allow('apig:certificate:list')))
    expect(await productsOf(gateway)).toEqual(['apic'])
  })

  test('an explicit deny wins', async () => {
    const person = await tenants.addPerson()
    await tenants.grant(person, 'FullAccess')
    await tenants.grant(person, policy(deny('scm:cert:list')))
    expect(await productsOf(person)).toEqual(['apic', 'iotda-cas'])
  })

  test('an enterprise project that a grant reaches', async () => {
    const id = await tenants.addEnterpriseProject('mine')
    const { pem } = makeCertificate({ subject: 'CN=mine.test', sans: ['mine.test'] })
    await tenants.registry.bringIn('scm', { 'm.pem': pem }, { 'enterprise-project': id })
    const person = await tenants.addPerson()
    await tenants.grant(person, policy(allow('scm:cert:list')), { kind: 'enterprise-project', id })
    const { json } = await as(person)
    expect([json.total, json.certificates.map(({ commonName }: CertificateEntry) => commonName)]).toEqual([
      1,
      ['mine.test'],
    ])
    expect((await as(person, '?filter=cn%3Dsite-1.test')).json).toEqual({ total: 0, certificates: [], next: null })
  })

  test('another account, whatever it asks', async () => {
    const other = await tenants.addTenant('other')
    expect((await as(other.root)).json).toEqual({ total: 0, certificates: [], next: null })
    const [entry] = (await root('?limit=1')).json.certificates as CertificateEntry[]
    for (const filter of [`scope = "${entry?.scope}"`, `sha256 = ${entry?.sha256}`, `not cn = x`]) {
      const { json } = await as(other.root, `?filter=${encodeURIComponent(filter)}`)
      expect([json.total, json.certificates]).toEqual([0, []])
    }
  })
})
