/**
 * What exists elsewhere looks like what does not exist: for every route, every identifier that it reads, and every
 * caller from outside, the answers to an id of somebody else, to one that was deleted and to one that never was are the
 * same in status, body and headers. (`reliability.md` 4 G, API1.)
 */

import { afterAll, describe, expect, it, test } from 'vitest'
import type { Route } from '../../src/products/shared/product.ts'
import { startTenants } from '../support/tenants.ts'
import {
  belongings,
  type Caller,
  type Filling,
  type Kind,
  keyOf,
  make,
  NEVER,
  newCertificate,
  places,
  requiredOf,
  type Slot,
  seen,
  send,
  slotsOf,
} from './matrix.ts'

const t = await startTenants()
const other = await t.addTenant('other')
const home = await belongings(t)
afterAll(() => t.close())

/** Things that were there and are not any more. */
const deleted: Partial<Record<Kind, string>> = {
  sslCertificate: await make(t, 'sslCertificate'),
  authority: await make(t, 'authority'),
  device: await make(t, 'device'),
  gatewayCertificate: await make(t, 'gatewayCertificate'),
  file: await make(t, 'file'),
  token: await make(t, 'token'),
  key: await make(t, 'key'),
}
{
  const { root, projectId, workspaceId } = t.home
  const gone = [
    t.as(root, 'DELETE', `/v3/scm/certificates/${deleted.sslCertificate}`),
    t.as(root, 'DELETE', `/v5/iot/${projectId}/certificates/${deleted.authority}`),
    t.as(root, 'DELETE', `/v5/iot/${projectId}/device-certificates/${deleted.device}`),
    t.as(root, 'DELETE', `/v2/${projectId}/apic/certificates/${deleted.gatewayCertificate}`),
    t.as(root, 'DELETE', '/v3/auth/tokens', { headers: { 'X-Subject-Token': deleted.token ?? '' } }),
  ]
  for (const { status, text } of await Promise.all(gone)) if (status >= 300) throw new Error(text)
  const file = { ProjectId: String(workspaceId), Id: deleted.file ?? '' }
  if ((await t.rpc(root, 'DeleteCertificate', file, 'POST')).status !== 200) throw new Error('the file stayed')
  if (!(await t.directory.removeAccessKey(deleted.key ?? ''))) throw new Error('the key stayed')
}

const PASSWORD = 'correct horse battery staple'
const passwordHash = await t.registry.passwords.hash(PASSWORD)
const inside = await t.addPerson('of-another-project')
const second = await t.addProject('second')
await t.grant(inside, 'FullAccess', { kind: 'project', id: second.projectId })
for (const { userId } of [other.root, inside]) await t.directory.changeUser(userId, { passwordHash })

interface Outsider {
  readonly name: string
  readonly who: Caller
  /** What it fills the slots with that are not asked about. */
  readonly own: Partial<Record<Kind, string>>
  /** Kinds that are no secret to it: the account shows them to each of its users. */
  readonly knows: readonly Kind[]
}

const OUTSIDERS: readonly Outsider[] = [
  {
    name: 'the root user of another account',
    who: { ...other.root, password: PASSWORD },
    own: places(other),
    // Its own user is no stranger to itself.
    knows: [],
  },
  {
    name: 'a user with another project of the account',
    who: { ...inside, password: PASSWORD },
    own: { ...places(t.home), user: inside.userId },
    // And a token is known to nobody but who has it.
    knows: ['project', 'domain', 'workspace', 'workspaces', 'token'],
  },
]

const ROUTES = t.registry.products.flatMap(product =>
  product.routes.map(route => ({
    product,
    route,
    title: `${product.name} ${route.method} ${route.path} ${route.operation}`,
  })),
)

/** A request that asks about nothing yet: places are the caller's own, what a path needs besides was never there. */
function base(slots: readonly Slot[], { own }: Pick<Outsider, 'own'>, route: Route): Filling {
  const required = requiredOf(route)
  const words = [...required].map(([name, word]) => [`query ${name}`, word] as const)
  const ids = slots
    .filter(({ where, name }) => where === 'path' || (where === 'query' && required.has(name)))
    .map(slot => [keyOf(slot), own[slot.kind] ?? NEVER[slot.kind]()] as const)
  return Object.fromEntries([...words, ...ids])
}

/** Whoever asks about one of somebody else's is refused, not shown an empty answer. */
const PLACES: ReadonlySet<Kind> = new Set<Kind>([
  ...(['project', 'workspace', 'sslCertificate', 'authority', 'device', 'gatewayCertificate', 'file'] as const),
  ...(['user', 'key', 'member'] as const),
])

describe.each(OUTSIDERS)('to $name', outsider => {
  test.each(ROUTES)('$title tells nothing of what exists elsewhere', async ({ product, route }) => {
    const slots = slotsOf(product, route)
    const about = async (filling: Filling) => {
      const answer = await send(t, outsider.who, product, route, filling)
      expect(answer.status, answer.text).not.toBe(500)
      return seen(
        answer,
        Object.values(filling).filter(value => value !== undefined),
      )
    }
    const start = base(slots, outsider, route)
    for (const slot of slots.filter(({ kind }) => !outsider.knows.includes(kind))) {
      const key = keyOf(slot)
      const never = await about({ ...start, [key]: NEVER[slot.kind]() })
      for (const id of [home[slot.kind], deleted[slot.kind]])
        if (id !== undefined) expect(await about({ ...start, [key]: id }), key).toEqual(never)
    }
    // As its owner would ask: everything somebody else's, but for what says who asks.
    const wanted = slots.filter(
      ({ where, kind }) => (where === 'path' || where === 'query') && !outsider.knows.includes(kind),
    )
    const all = (value: (kind: Kind) => string) => ({
      ...start,
      ...Object.fromEntries(wanted.map(slot => [keyOf(slot), value(slot.kind)])),
    })
    const asked = await about(all(kind => home[kind]))
    expect(asked).toEqual(await about(all(kind => NEVER[kind]())))
    if (route.run && wanted.some(({ kind }) => PLACES.has(kind))) expect([403, 404]).toContain(asked.status)
  })
})

/** Kinds that a change uses up. */
const MADE: ReadonlySet<Kind> = new Set<Kind>([
  ...(['sslCertificate', 'authority', 'device', 'gatewayCertificate', 'file'] as const),
  ...(['token', 'key', 'user', 'aliyunUser', 'member'] as const),
])

function usable(kind: Kind, route: Route): Promise<string> | string {
  return route.method !== 'GET' && MADE.has(kind) ? make(t, kind) : home[kind]
}

describe('to their owner', () => {
  const supported = ROUTES.filter(({ route }) => route.run !== undefined)

  test.each(supported)('the same things are there: $title', async ({ product, route }) => {
    const required = requiredOf(route)
    const needed = slotsOf(product, route).filter(
      ({ where, name, kind }) =>
        where === 'path' ||
        (where === 'query' && required.has(name)) ||
        (kind === 'token' && where === 'header') ||
        name === 'credential.user_id',
    )
    const words = [...required].map(([name, word]) => [`query ${name}`, word] as const)
    const fill = async (slot: Slot) => [keyOf(slot), await usable(slot.kind, route)] as const
    const filling: Filling = Object.fromEntries([...words, ...(await Promise.all(needed.map(fill)))])
    const who = { ...t.home.root, password: t.registry.firstRun.user.password }
    const answer = await send(t, who, product, route, filling)
    expect(answer.status, answer.text).toBeLessThan(300)
  })
})

describe('what somebody else has stands in nobody’s way', () => {
  it('the same certificate, name and file can be kept by two accounts', async () => {
    const { pem, keyPem, name } = newCertificate(true)
    for (const { root, projectId } of [t.home, other]) {
      const scm = { json: { name, certificate: pem, private_key: keyPem, duplicate_check: true } }
      expect((await t.as(root, 'POST', '/v3/scm/certificates/import', scm)).status).toBe(200)
      const iotda = { json: { content: pem } }
      expect((await t.as(root, 'POST', `/v5/iot/${projectId}/certificates`, iotda)).status).toBe(201)
      const apic = { json: { name, cert_content: pem, private_key: keyPem } }
      expect((await t.as(root, 'POST', `/v2/${projectId}/apic/certificates`, apic)).status).toBe(200)
    }
  })

  it('totals count the caller’s own', async () => {
    const { root, projectId } = await t.addTenant('empty')
    expect((await t.as(root, 'GET', '/v3/scm/certificates?limit=10')).json.total_count).toBe(0)
    for (const path of ['certificates', 'device-certificates'])
      expect((await t.as(root, 'GET', `/v5/iot/${projectId}/${path}`)).json.page.count).toBe(0)
    expect((await t.as(root, 'GET', `/v2/${projectId}/apic/certificates?instance_id=common`)).json.total).toBe(0)
  })
})
