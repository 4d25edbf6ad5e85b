/** A caller who may see some enterprise projects of SCM gets that part, and totals that count that part. */

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate, makeKeyPair } from '../support/certificates.ts'
import type { Answer } from '../support/registry.ts'
import { allow, deny, type Person, policy, startTenants, type Tenants } from '../support/tenants.ts'

/** An enterprise project that records name and nobody registered. */
const UNREGISTERED = 'deadbeef-0000-4000-8000-000000000000'
const PATH = '/v3/scm/certificates'

interface Listed {
  readonly id: string
  readonly name: string
  readonly enterprise_project_id: string
}

let t: Tenants
/** Registered ones. */
let [red, green, blue] = ['', '', '']
let all: readonly Listed[]
beforeAll(async () => {
  t = await startTenants()
  ;[red, green, blue] = [
    await t.addEnterpriseProject('red'),
    await t.addEnterpriseProject('green'),
    await t.addEnterpriseProject('blue'),
  ]
  // Uneven, so that no two parts have the same total.
  for (const [count, project] of [
    [11, '0'],
    [5, red],
    [23, green],
    [2, blue],
    [7, UNREGISTERED],
  ] as const)
    for (let i = 0; i < count; i++) expect((await importInto(t.home.root, project)).status).toBe(200)
  all = await walk(t.home.root, 50)
  expect(all).toHaveLength(48)
}, 60_000)
afterAll(() => t.close())

const keys = makeKeyPair()
let serial = 0
function importInto(person: Person, project: string): Promise<Answer> {
  const { pem, keyPem } = makeCertificate({ keys, subject: `CN=host${++serial}.example.com` })
  const json = { name: `cert${serial % 5}`, certificate: pem, private_key: keyPem, enterprise_project_id: project }
  return t.as(person, 'POST', `${PATH}/import`, { json })
}

/** A whole list, page by page; every page has to tell the same total. */
async function walk(person: Person, limit: 10 | 20 | 50, query = ''): Promise<readonly Listed[]> {
  const seen: Listed[] = []
  for (;;) {
    const { status, json, text } = await t.as(person, 'GET', `${PATH}?limit=${limit}&offset=${seen.length}${query}`)
    expect(status, text).toBe(200)
    seen.push(...json.certificates)
    if (json.certificates.length === 0) {
      expect(json.total_count).toBe(seen.length)
      return seen
    }
    expect(json.total_count).toBeGreaterThanOrEqual(seen.length)
  }
}

const within = (...ids: readonly string[]) => ({ Condition: { StringEquals: { 'g:EnterpriseProjectId': ids } } })

describe('a list', () => {
  it('is the naive filter of the whole, for any grants, filters, orders and page sizes', async () => {
    const projects = ['0', red, green, blue, UNREGISTERED]
    const part = fc.subarray(projects)
    const grants = fc.record({
      byCondition: part,
      byGrant: fc.subarray(projects),
      denied: part,
      everything: fc.boolean(),
    })
    const question = fc.record({
      order: fc.constantFrom('certExpiredTime', 'certStatus', 'certUpdateTime'),
      direction: fc.constantFrom('ASC', 'DESC'),
      project: fc.option(fc.constantFrom(...projects, 'all', '0badcafe-0000-4000-8000-000000000000')),
      content: fc.option(fc.constantFrom('cert1', 'host1', 'nothing')),
      status: fc.option(fc.constantFrom('UPLOAD', 'EXPIRED')),
    })
    await fc.assert(
      fc.asyncProperty(grants, fc.array(question, { minLength: 3, maxLength: 3 }), async (granted, questions) => {
        const { byCondition, byGrant, denied, everything } = granted
        const person = await t.addPerson()
        if (everything) await t.grant(person, 'SCM FullAccess')
        if (byCondition.length > 0) await t.grant(person, policy(allow('scm:*:*', within(...byCondition))))
        for (const id of byGrant) await t.grant(person, 'SCM ReadOnlyAccess', { kind: 'enterprise-project', id })
        if (denied.length > 0) await t.grant(person, policy(deny('scm:cert:list', within(...denied))))
        const visible = projects.filter(
          id =>
            // What nobody registered is seen by who may see everything, and by who is named it.
            (byCondition.includes(id) ||
              byGrant.includes(id) ||
              (everything && (denied.length === 0 || id !== UNREGISTERED))) &&
            !denied.includes(id),
        )
        if (visible.length === 0) {
          const { status, json } = await t.as(person, 'GET', `${PATH}?limit=10`)
          expect([status, json.error_code]).toEqual([403, 'SCM.4002'])
          return
        }
        for (const { order, direction, project, content, status } of questions) {
          const filters = { enterprise_project_id: project, content, status }
          const query = Object.entries(filters).map(([name, value]) => (value === null ? '' : `&${name}=${value}`))
          const asked = `&sort_key=${order}&sort_dir=${direction}${query.join('')}`
          const whole = await walk(t.home.root, 50, asked)
          const expected = whole.filter(one => visible.includes(one.enterprise_project_id))
          for (const limit of [10, 20, 50] as const) expect(await walk(person, limit, asked)).toEqual(expected)
        }
      }),
      { numRuns: 25 },
    )
  }, 120_000)

  it('of an enterprise project that may not be seen is empty, as that of one that does not exist', async () => {
    const person = await t.addPerson()
    await t.grant(person, 'SCM ReadOnlyAccess', { kind: 'enterprise-project', id: red })
    const answers = await Promise.all(
      [green, UNREGISTERED, '11111111-2222-4333-8444-555555555555'].map(id =>
        t.as(person, 'GET', `${PATH}?limit=10&enterprise_project_id=${id}`),
      ),
    )
    for (const { status, json } of answers) expect([status, json]).toEqual([200, { certificates: [], total_count: 0 }])
    expect(await walk(person, 10)).toHaveLength(5)
  })

  it('changes the moment that a grant does', async () => {
    const person = await t.addPerson()
    await t.grant(person, 'SCM ReadOnlyAccess', { kind: 'enterprise-project', id: red })
    expect(await walk(person, 50)).toHaveLength(5)
    const grant = await t.grant(person, 'SCM ReadOnlyAccess', { kind: 'enterprise-project', id: green })
    expect(await walk(person, 50)).toHaveLength(28)
    await t.directory.removeGrant(grant.id)
    expect(await walk(person, 50)).toHaveLength(5)
  })
})

describe('one certificate of an enterprise project that may not be seen', () => {
  let person: Person
  let hidden: string
  beforeAll(async () => {
    person = await t.addPerson()
    await t.grant(person, 'SCM FullAccess', { kind: 'enterprise-project', id: red })
    hidden = all.find(one => one.enterprise_project_id === green)?.id ?? ''
  })

  it.each([
    ['GET', ''],
    ['POST', '/export'],
    ['DELETE', ''],
  ])('%s …%s answers as for one that does not exist', async (method, rest) => {
    const there = await t.as(person, method, `${PATH}/${hidden}${rest}`)
    const nowhere = await t.as(person, method, `${PATH}/scs0000000000000${rest}`)
    expect([there.status, there.text]).toEqual([nowhere.status, nowhere.text])
    expect(there.status).toBe(404)
    expect((await t.as(t.home.root, 'GET', `${PATH}/${hidden}`)).status).toBe(200)
  })

  it('and in one that may be seen it is there', async () => {
    const own = all.find(one => one.enterprise_project_id === red)?.id ?? ''
    expect((await t.as(person, 'GET', `${PATH}/${own}`)).status).toBe(200)
    expect((await t.as(person, 'POST', `${PATH}/${own}/export`)).json.entire_certificate).toContain('BEGIN CERTIFICATE')
  })

  it('cannot be imported: no more than into one that does not exist, or the default one', async () => {
    for (const project of [green, '22222222-2222-4333-8444-555555555555', '0', '']) {
      const { status, json } = await importInto(person, project)
      expect([status, json.error_code]).toEqual([403, 'SCM.4002'])
    }
    const added = await importInto(person, red)
    expect(added.status).toBe(200)
    expect((await t.as(person, 'DELETE', `${PATH}/${added.json.certificate_id}`)).status).toBe(204)
    expect(await walk(t.home.root, 50)).toHaveLength(all.length)
  })

  it('may be seen without being exported', async () => {
    const reader = await t.addPerson()
    await t.grant(reader, 'SCM ReadOnlyAccess')
    await t.grant(reader, policy(allow('scm:cert:export', within(blue))))
    const idIn = (project: string) => all.find(one => one.enterprise_project_id === project)?.id
    expect((await t.as(reader, 'GET', `${PATH}/${idIn(green)}`)).status).toBe(200)
    expect((await t.as(reader, 'POST', `${PATH}/${idIn(green)}/export`)).status).toBe(404)
    expect((await t.as(reader, 'POST', `${PATH}/${idIn(blue)}/export`)).status).toBe(200)
  })
})
