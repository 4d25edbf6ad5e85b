/**
 * Every path of every product, every verb, every role: each cell is decided beforehand, by the route table and by the
 * table below. A new operation fails here until somebody says who may do it. (`reliability.md` 4 G, API5.)
 */

import { afterAll, describe, expect, it, test } from 'vitest'
import type { Failure } from '../../src/products/shared/failure.ts'
import type { Product, Route } from '../../src/products/shared/product.ts'
import type { Answer } from '../support/registry.ts'
import { startTenants } from '../support/tenants.ts'
import { type Caller, type Filling, keyOf, make, NEVER, places, requiredOf, send, slotsOf } from './matrix.ts'

const t = await startTenants()
afterAll(() => t.close())

/** `open`: nobody has to be known; `anyone`: who is known; `read`, `write`: whose role has it. */
type Level = 'open' | 'anyone' | 'read' | 'write'

/** Of every operation that is supported. */
const LEVELS: Readonly<Record<string, Level>> = {
  'dataworks ListCertificates': 'read',
  'dataworks GetCertificate': 'read',
  'dataworks DeleteCertificate': 'write',
  'dataworks GetProject': 'read',
  'dataworks ListProjects': 'anyone',
  'dataworks GetProjectMember': 'read',
  'dataworks ListProjectMembers': 'read',
  'dataworks CreateProjectMember': 'write',
  'dataworks DeleteProjectMember': 'write',
  'dataworks GrantMemberProjectRoles': 'write',
  'dataworks RevokeMemberProjectRoles': 'write',
  'dataworks GetProjectRole': 'read',
  'dataworks ListProjectRoles': 'read',
  'dataworks GetCallerIdentity': 'anyone',
  'iotda ListCertificates': 'read',
  'iotda AddCertificate': 'write',
  'iotda ShowCertificate': 'read',
  'iotda DeleteCertificate': 'write',
  'iotda ListDeviceCertificate': 'read',
  'iotda ShowDeviceCertificate': 'read',
  'iotda DeleteDeviceCertificate': 'write',
  'scm ListCertificates': 'read',
  'scm ShowCertificate': 'read',
  'scm ImportCertificate': 'write',
  // It gives a private key away, so that reading alone does not include it.
  'scm ExportCertificate': 'write',
  'scm DeleteCertificate': 'write',
  'apic ListCertificatesV2': 'read',
  'apic ShowDetailsOfCertificateV2': 'read',
  'apic CreateCertificateV2': 'write',
  'apic DeleteCertificateV2': 'write',
  'iam KeystoneShowVersion': 'open',
  'iam KeystoneCreateToken': 'open',
  // Whoever asks is known by a token in the body or a signature.
  'iam CreateTemporaryAccessKeyByToken': 'anyone',
  'iam KeystoneValidateToken': 'anyone',
  'iam KeystoneCheckToken': 'anyone',
  'iam KeystoneRevokeToken': 'anyone',
  'iam KeystoneListAuthProjects': 'anyone',
  'iam KeystoneListAuthDomains': 'anyone',
  'iam KeystoneShowCatalog': 'anyone',
  'iam KeystoneListProjects': 'anyone',
  'iam KeystoneShowProject': 'anyone',
  'iam KeystoneCreateProject': 'write',
  'iam KeystoneListRegions': 'anyone',
  'iam KeystoneShowRegion': 'anyone',
  // Whoever may not list users sees himself.
  'iam KeystoneListUsers': 'anyone',
  'iam KeystoneShowUser': 'read',
  'iam CreatePermanentAccessKey': 'write',
  // One's own.
  'iam ListPermanentAccessKeys': 'anyone',
  'iam ShowPermanentAccessKey': 'read',
  'iam UpdatePermanentAccessKey': 'write',
  'iam DeletePermanentAccessKey': 'write',
  'iam GetCallerIdentity': 'anyone',
}

type Role = 'nobody' | 'stranger' | 'reader' | 'administrator' | 'root'

const people: Readonly<Record<Exclude<Role, 'nobody'>, Caller>> = {
  stranger: await t.addPerson('stranger'),
  reader: await t.addPerson('reader'),
  administrator: await t.addPerson('administrator'),
  root: t.home.root,
}
await t.grant(people.reader, 'Tenant Guest')
await t.grant(people.administrator, 'FullAccess')
await t.directory.setWorkspaceRoles(t.home.workspaceId, people.reader.userId, ['role_project_dev'])
await t.directory.setWorkspaceRoles(t.home.workspaceId, people.administrator.userId, ['role_project_admin'])
const ROLES = ['nobody', 'stranger', 'reader', 'administrator', 'root'] as const satisfies readonly Role[]

const VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

type Outcome = 'in' | 'unauthenticated' | 'refused' | 'not-supported' | 'method-not-allowed'

/** What a role may do at a level; `in` means that it is neither refused nor unknown, whatever else is answered. */
const DECIDED: Readonly<Record<Level, Readonly<Record<Role, Outcome>>>> = {
  open: { nobody: 'in', stranger: 'in', reader: 'in', administrator: 'in', root: 'in' },
  anyone: { nobody: 'unauthenticated', stranger: 'in', reader: 'in', administrator: 'in', root: 'in' },
  read: { nobody: 'unauthenticated', stranger: 'refused', reader: 'in', administrator: 'in', root: 'in' },
  write: { nobody: 'unauthenticated', stranger: 'refused', reader: 'refused', administrator: 'in', root: 'in' },
}

function expected(product: Product, route: Route | undefined, role: Role): Outcome {
  if (route === undefined) return 'method-not-allowed'
  if (route.run === undefined) return role === 'nobody' ? 'unauthenticated' : 'not-supported'
  const level = LEVELS[`${product.name} ${route.operation}`]
  if (level === undefined) throw new Error(`say in the matrix who may do ${product.name} ${route.operation}`)
  return DECIDED[level][role]
}

const place = { kind: 'account' } as const

/** The failures that each outcome is told by. */
const FAILURES: Readonly<
  Record<Exclude<Outcome, 'in'>, (product: Product, operation: string, action: string) => Failure[]>
> = {
  unauthenticated: () => [{ is: 'unauthenticated', problem: { is: 'no-credentials' } }],
  refused: (_, __, action) => [
    { is: 'refused', refusal: { is: 'not-allowed', action, place } },
    { is: 'refused', refusal: { is: 'not-a-member', place } },
  ],
  'not-supported': (_, operation) => [{ is: 'not-supported', operation }],
  'method-not-allowed': () => [{ is: 'method-not-allowed', allowed: [] }],
}

/** What an answer is, in the product's own words for it; without a body (`HEAD`) there may be several. */
function outcomes(answer: Answer, product: Product, route: Route): readonly Outcome[] {
  const plain = (status: number, body: unknown) => {
    const { RequestId, request_id, HostId, Recommend, ...rest } = (body ?? {}) as Record<string, unknown>
    return JSON.stringify([status, rest])
  }
  const isBare = answer.text === '' && answer.status >= 400
  const found = Object.entries(FAILURES).flatMap(([name, failures]) =>
    failures(product, route.operation, route.action).some(failure => {
      const said = product.say(failure, { requestId: '', host: '', path: '' })
      return isBare
        ? said.status === answer.status
        : plain(said.status, said.body) === plain(answer.status, answer.json)
    })
      ? [name as Outcome]
      : [],
  )
  return found.length > 0 ? found : ['in']
}

/** Places are the account's own, and what they may hold was never there: nothing is used up. */
function fillingOf(product: Product, route: Route): Filling {
  const required = requiredOf(route)
  const own: Partial<Record<string, string>> = places(t.home)
  // Otherwise everybody could see it: himself.
  const { user, ...homes } = own
  const ids = slotsOf(product, route)
    .filter(({ where, name }) => where === 'path' || (where === 'query' && required.has(name)))
    .map(slot => [keyOf(slot), homes[slot.kind] ?? NEVER[slot.kind]()] as const)
  return Object.fromEntries([...[...required].map(([name, word]) => [`query ${name}`, word] as const), ...ids])
}

/** The routes of one path (for RPC, of one operation), by method. */
const CELLS = t.registry.products.flatMap(product =>
  [...Map.groupBy(product.routes, ({ path, operation }) => (path === '/' ? operation : path))].map(([at, routes]) => ({
    title: `${product.name} ${at}`,
    product,
    routes: new Map(routes.map(route => [route.method as string, route])),
  })),
)

test.each(CELLS)('$title is decided for every verb and role', async ({ product, routes }) => {
  const [some] = routes.values()
  if (!some) throw new Error('a path without routes')
  for (const method of VERBS)
    for (const role of ROLES) {
      const route = routes.get(method)
      const shown = route ?? some
      const answer = await ask(role, product, shown, method)
      const cell = `${role} ${method}: ${answer.status} ${answer.text.slice(0, 300)}`
      expect(answer.status, cell).not.toBe(500)
      expect(outcomes(answer, product, shown), cell).toContain(expected(product, route, role))
    }
})

function ask(role: Role, product: Product, route: Route, method: string): Promise<Answer> {
  const filling = fillingOf(product, route)
  if (role !== 'nobody') return send(t, people[role], product, route, filling, { method })
  // As nobody: everything but the credentials.
  const unsigned: Caller = { userId: NEVER.user(), name: '', ak: '', sk: '' }
  return send(t, unsigned, product, route, filling, { method, unsigned: true })
}

it('decides for every operation that is supported, and for no other', () => {
  const supported = t.registry.products.flatMap(product =>
    product.routes.filter(({ run }) => run).map(({ operation }) => `${product.name} ${operation}`),
  )
  expect(Object.keys(LEVELS).toSorted()).toEqual([...new Set(supported)].toSorted())
})

describe('a verb in a header', () => {
  it.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])('%s changes nothing', async name => {
    const { certificates } = await belongingsOnce()
    for (const path of certificates) {
      const answer = await t.as(people.reader, 'GET', path, { headers: { [name]: 'DELETE' } })
      expect(answer.status, answer.text).toBe(200)
      const posted = await t.as(people.root, 'POST', path, { headers: { [name]: 'DELETE' } })
      expect([404, 405]).toContain(posted.status)
      expect((await t.as(people.root, 'GET', path)).status).toBe(200)
    }
  })
})

let once: Promise<{ certificates: readonly string[] }> | undefined
function belongingsOnce() {
  once ??= (async () => {
    const [ssl, authority, gateway] = [
      await make(t, 'sslCertificate'),
      await make(t, 'authority'),
      await make(t, 'gatewayCertificate'),
    ]
    const { projectId } = t.home
    return {
      certificates: [
        `/v3/scm/certificates/${ssl}`,
        `/v5/iot/${projectId}/certificates/${authority}`,
        `/v2/${projectId}/apic/certificates/${gateway}`,
      ],
    }
  })()
  return once
}
