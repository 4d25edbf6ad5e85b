/** What policies allow and refuse, asked of the whole server over HTTP, product by product. */

import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import type { GrantReach } from '../../src/identity/access.ts'
import { makeCertificate, makeKeyPair } from '../support/certificates.ts'
import type { Answer } from '../support/registry.ts'
import { allow, deny, hex, type Person, policy, startTenants, type Tenants } from '../support/tenants.ts'

let t: Tenants
let secondProject: Awaited<ReturnType<Tenants['addProject']>>
let certificateId: string
beforeAll(async () => {
  t = await startTenants()
  secondProject = await t.addProject('second')
  certificateId = (await importAs(t.home.root)).json.certificate_id
})
afterAll(() => t.close())

const keys = makeKeyPair()
let serial = 0
function certificate(options: Parameters<typeof makeCertificate>[0] = {}) {
  const host = `host${++serial}.example.com`
  return makeCertificate({ keys, subject: `CN=${host}`, sans: [host], ...options })
}

function importAs(person: Person, more: object = {}): Promise<Answer> {
  const { pem, keyPem } = certificate()
  return t.as(person, 'POST', '/v3/scm/certificates/import', {
    json: { name: 'test', certificate: pem, private_key: keyPem, ...more },
  })
}

function addAuthority(person: Person, projectId = t.home.projectId, app?: string): Promise<Answer> {
  const { pem: content } = certificate({ ca: true })
  return t.as(person, 'POST', `/v5/iot/${projectId}/certificates`, { json: { content, ...(app && { app_id: app }) } })
}

function createGatewayCertificate(person: Person, word: 'apic' | 'apigw', instance?: string): Promise<Answer> {
  const { pem, keyPem } = certificate()
  const scope = instance === undefined ? { type: 'global' } : { type: 'instance', instance_id: instance }
  return t.as(person, 'POST', `/v2/${t.home.projectId}/${word}/certificates`, {
    json: { name: `cert${serial}`, cert_content: pem, private_key: keyPem, ...scope },
  })
}

/** Everything that the rows below do. */
const ASKED = {
  'list SCM': person => t.as(person, 'GET', '/v3/scm/certificates?limit=10'),
  'show SCM': person => t.as(person, 'GET', `/v3/scm/certificates/${certificateId}`),
  'export SCM': person => t.as(person, 'POST', `/v3/scm/certificates/${certificateId}/export`),
  'import SCM': person => importAs(person),
  'delete SCM': async person => {
    const { json } = await importAs(t.home.root)
    return t.as(person, 'DELETE', `/v3/scm/certificates/${json.certificate_id}`)
  },
  'list CAs': person => t.as(person, 'GET', `/v5/iot/${t.home.projectId}/certificates`),
  'list CAs of the second project': person => t.as(person, 'GET', `/v5/iot/${secondProject.projectId}/certificates`),
  'add CA': person => addAuthority(person),
  'list devices': person => t.as(person, 'GET', `/v5/iot/${t.home.projectId}/device-certificates`),
  'list gateway': person =>
    t.as(person, 'GET', `/v2/${t.home.projectId}/apic/certificates?instance_id=${t.home.gateway}`),
  'list gateway by apigw': person =>
    t.as(person, 'GET', `/v2/${t.home.projectId}/apigw/certificates?instance_id=${t.home.gateway}`),
  'create for gateway': person => createGatewayCertificate(person, 'apic', t.home.gateway),
  'create for all gateways': person => createGatewayCertificate(person, 'apic'),
} as const satisfies Record<string, (person: Person) => Promise<Answer>>

type Asked = keyof typeof ASKED

/** How each product refuses: status and code (identity-huawei §5.6). */
const REFUSALS: readonly (readonly [RegExp, number, string])[] = [
  [/SCM/, 403, 'SCM.4002'],
  [/CA|devices/, 403, 'IOTDA.000022'],
  [/gateway/, 403, 'APIG.1005'],
]

async function verdict(asked: Asked, person: Person): Promise<'allowed' | 'refused'> {
  const answer = await ASKED[asked](person)
  if (answer.status < 300) return 'allowed'
  const refusal = REFUSALS.find(([form]) => form.test(asked))
  expect([answer.status, answer.json.error_code], answer.text).toEqual(refusal?.slice(1))
  return 'refused'
}

/** A policy, where it holds, and what it allows of what is asked; everything else that is asked is refused. */
type Row = readonly [
  what: string,
  granted: string | readonly string[],
  reach: GrantReach | (() => GrantReach),
  asked: readonly Asked[],
  allowed: readonly Asked[],
]

const ACCOUNT: GrantReach = { kind: 'account' }
const ALL = Object.keys(ASKED) as Asked[]
const only = (form: RegExp) => ALL.filter(asked => form.test(asked))
const home = (): GrantReach => ({ kind: 'project', id: t.home.projectId })
const READS = /^(?:list|show)/

const ROWS: readonly Row[] = [
  ['nothing is granted', [], ACCOUNT, ALL, []],
  ['full access', 'FullAccess', ACCOUNT, ALL, ALL],
  [
    'full access to all projects reaches no global service',
    'FullAccess',
    { kind: 'all-projects' },
    ALL,
    only(/CA|dev|gate/),
  ],
  ['full access to one project', 'FullAccess', home, ALL, only(/^(?!.*second).*(?:CA|dev|gate)/)],
  ['tenant guests read everything', 'Tenant Guest', ACCOUNT, ALL, only(READS)],
  ['tenant administrators do everything', 'Tenant Administrator', ACCOUNT, ALL, ALL],
  [
    'read-only SCM: no export, which gives a private key away',
    'SCM ReadOnlyAccess',
    ACCOUNT,
    ALL,
    ['list SCM', 'show SCM'],
  ],
  ['full SCM', 'SCM FullAccess', ACCOUNT, ALL, only(/SCM/)],
  ['SCM for one project: it is a global service', 'SCM FullAccess', home, ALL, []],
  ['read-only IoTDA', 'IoTDA ReadOnlyAccess', ACCOUNT, ALL, only(/^list (?:CA|dev)/)],
  ['read-only IoTDA in one project', 'IoTDA ReadOnlyAccess', home, ALL, ['list CAs', 'list devices']],
  ['full IoTDA', 'IoTDA FullAccess', ACCOUNT, ALL, only(/CA|devices/)],
  ['read-only ROMA is one of the two path words', 'ROMA ReadOnlyAccess', ACCOUNT, ALL, ['list gateway']],
  ['read-only APIG is the other', 'APIG ReadOnlyAccess', ACCOUNT, ALL, ['list gateway by apigw']],
  ['full ROMA', 'ROMA FullAccess', ACCOUNT, ALL, only(/gateways?$/)],
  ['IAM alone', 'Security Administrator', ACCOUNT, ALL, []],
  ['one action', policy(allow('scm:cert:list')), ACCOUNT, only(/SCM/), ['list SCM']],
  ['the older name of import', policy(allow('scm:cert:upload')), ACCOUNT, only(/SCM/), ['import SCM']],
  ['the newer name of import', policy(allow('scm:cert:import')), ACCOUNT, only(/SCM/), ['import SCM']],
  ['the older name of export', policy(allow('scm:cert:download')), ACCOUNT, only(/SCM/), ['export SCM']],
  [
    'a deny by the older name',
    ['FullAccess', policy(deny('scm:cert:upload'))],
    ACCOUNT,
    only(/SCM/),
    only(/(?<!import) SCM/),
  ],
  [
    'a deny beside full access',
    ['FullAccess', policy(deny('iotda:certificates:*'))],
    ACCOUNT,
    only(/CA|dev/),
    ['list devices'],
  ],
  ['a deny of everything', ['FullAccess', policy(deny('*'))], ACCOUNT, ['list SCM', 'list CAs'], []],
  [
    'version 1.1',
    JSON.stringify({
      Version: '1.1',
      Statement: [{ Effect: 'Allow', Action: ['iotda:devicecertificates:queryList'] }],
    }),
    ACCOUNT,
    ALL,
    ['list devices'],
  ],
  ['everything but', policy({ Effect: 'Allow', NotAction: ['scm:*:*'] }), ACCOUNT, ALL, only(/CA|dev|gate/)],
  [
    'a condition on the user',
    policy(allow('scm:*:*', { Condition: { StringEquals: { 'g:UserName': ['nobody'] } } })),
    ACCOUNT,
    only(/SCM/),
    [],
  ],
  [
    'a condition on the project',
    policy(allow('iotda:*:*', { Condition: { StringEquals: { 'g:ProjectName': ['second'] } } })),
    ACCOUNT,
    only(/CA/),
    ['list CAs of the second project'],
  ],
  [
    'a condition on the address',
    policy(allow('*', { Condition: { IpAddress: { 'g:SourceIp': ['127.0.0.0/8'] } } })),
    ACCOUNT,
    ['list SCM', 'list CAs', 'list gateway'],
    ['list SCM', 'list CAs', 'list gateway'],
  ],
  [
    'a condition on another address',
    policy(allow('*', { Condition: { IpAddress: { 'g:SourceIp': ['10.0.0.0/8'] } } })),
    ACCOUNT,
    ['list SCM', 'list CAs', 'list gateway'],
    [],
  ],
  [
    'a condition on the time',
    policy(allow('scm:*:*', { Condition: { DateLessThan: { 'g:CurrentTime': ['2020-01-01T00:00:00Z'] } } })),
    ACCOUNT,
    ['list SCM'],
    [],
  ],
  [
    'a condition on a second factor',
    policy(allow('scm:*:*', { Condition: { Bool: { 'g:MFAPresent': ['true'] } } })),
    ACCOUNT,
    ['list SCM'],
    [],
  ],
]

describe('a policy that reaches a user', () => {
  test.each(ROWS)('%s', async (_, granted, reach, asked, allowed) => {
    const person = await t.addPerson()
    for (const one of [granted].flat()) await t.grant(person, one, typeof reach === 'function' ? reach() : reach)
    const verdicts: Record<string, string> = {}
    for (const each of asked) verdicts[each] = await verdict(each, person)
    expect(verdicts).toEqual(
      Object.fromEntries(asked.map(each => [each, allowed.includes(each) ? 'allowed' : 'refused'])),
    )
  })

  it('reaches through a group, and no longer once the membership ends', async () => {
    const person = await t.addPerson()
    const group = await t.addGroup(person)
    expect(await verdict('list SCM', person)).toBe('refused')
    await t.grant(group, 'SCM ReadOnlyAccess')
    expect(await verdict('list SCM', person)).toBe('allowed')
    const other = await t.addPerson()
    expect(await verdict('list SCM', other)).toBe('refused')
    await t.directory.removeGroupMember(group, person.userId)
    expect(await verdict('list SCM', person)).toBe('refused')
  })

  it('of a group denies what another grant allows', async () => {
    const person = await t.addPerson()
    await t.grant(person, 'FullAccess')
    const group = await t.addGroup(person)
    await t.grant(group, policy(deny('scm:cert:delete')))
    expect(await verdict('delete SCM', person)).toBe('refused')
    expect(await verdict('show SCM', person)).toBe('allowed')
  })

  it('decides anew the moment that its document changes', async () => {
    const person = await t.addPerson()
    const document = policy(allow('scm:cert:get'), allow('never:once:used'))
    const grant = await t.grant(person, document)
    expect(await verdict('list SCM', person)).toBe('refused')
    if (grant.policy.kind !== 'custom') throw new Error('the policy is not a custom one')
    await t.directory.changePolicy(grant.policy.id, { document: policy(allow('scm:cert:list')), updatedAt: 0 })
    expect([await verdict('list SCM', person), await verdict('show SCM', person)]).toEqual(['allowed', 'refused'])
    await t.directory.removeGrant(grant.id)
    expect(await verdict('list SCM', person)).toBe('refused')
  })

  it('and cannot be read, denies everything', async () => {
    const person = await t.addPerson()
    await t.grant(person, 'FullAccess')
    expect(await verdict('list SCM', person)).toBe('allowed')
    await t.grant(person, JSON.stringify({ Version: '6.0', Statement: [allow('*')] }))
    expect(await verdict('list SCM', person)).toBe('refused')
  })

  it('of another account reaches nobody here', async () => {
    const foreign = await t.addTenant('elsewhere')
    const person = await t.addPerson('stranger', foreign.domainId)
    await t.grant(person, 'FullAccess')
    expect((await t.as(person, 'GET', `/v5/iot/${t.home.projectId}/certificates`)).status).toBe(403)
    expect((await t.as(person, 'GET', '/v3/scm/certificates?limit=10')).json.total_count).toBe(0)
  })
})

describe('resources', () => {
  it('of SCM name one certificate: others, there or not, are refused alike', async () => {
    const person = await t.addPerson()
    const resource = { Resource: [`scm:*:*:cert:${certificateId}`] }
    await t.grant(person, policy(allow('scm:cert:get', resource)))
    expect(await verdict('show SCM', person)).toBe('allowed')
    expect(await verdict('list SCM', person)).toBe('refused')
    const another = (await importAs(t.home.root)).json.certificate_id
    const answers = await Promise.all(
      [another, 'scs0000000000000'].map(id => t.as(person, 'GET', `/v3/scm/certificates/${id}`)),
    )
    expect(answers.map(({ status }) => status)).toEqual([403, 403])
    expect(answers[0]?.text).toBe(answers[1]?.text)
  })

  it('of SCM can be denied one by one', async () => {
    const person = await t.addPerson()
    await t.grant(person, 'SCM FullAccess')
    await t.grant(person, policy(deny('*', { Resource: [`SCM:*:*:cert:${certificateId}`] })))
    expect(await verdict('show SCM', person)).toBe('refused')
    const another = (await importAs(t.home.root)).json.certificate_id
    expect((await t.as(person, 'GET', `/v3/scm/certificates/${another}`)).status).toBe(200)
  })

  it('of IoTDA name a resource space: its certificates are the whole list, and no others can be added', async () => {
    const spaces = [t.home.appId, hex(), hex()]
    const usual = { kind: 'iotda-app', projectId: t.home.projectId, isDefault: false } as const
    for (const id of spaces.slice(1)) await t.directory.addFacility({ ...usual, id, name: id })
    const ids: string[] = []
    for (const id of spaces) {
      const added = await addAuthority(t.home.root, t.home.projectId, id)
      expect(added.status).toBe(201)
      ids.push(added.json.certificate_id)
    }
    const person = await t.addPerson()
    await t.grant(person, policy(allow('iotda:certificates:*', { Resource: [`IoTDA:*:*:app:${spaces[1]}`] })))
    const all = await ASKED['list CAs'](person)
    expect(all.json.page.count).toBe(1)
    expect(all.json.certificates.map((one: { certificate_id: string }) => one.certificate_id)).toEqual([ids[1]])
    const path = `/v5/iot/${t.home.projectId}/certificates`
    expect((await t.as(person, 'GET', `${path}?app_id=${spaces[1]}`)).json.page.count).toBe(1)
    // A space that may not be seen is one that is not there.
    const hidden = await t.as(person, 'GET', `${path}?app_id=${spaces[2]}`)
    const missing = await t.as(person, 'GET', `${path}?app_id=${hex()}`)
    expect([hidden.status, hidden.text]).toEqual([missing.status, missing.text])
    expect((await addAuthority(person, t.home.projectId, spaces[1])).status).toBe(201)
    const beyond = await addAuthority(person, t.home.projectId, spaces[2])
    const nowhere = await addAuthority(person, t.home.projectId, hex())
    expect([beyond.status, beyond.text]).toEqual([nowhere.status, nowhere.text])
    expect(beyond.status).toBe(403)
    expect(await verdict('add CA', person)).toBe('refused')
    for (const [id, status] of [
      [ids[2], 404],
      [ids[1], 204],
    ])
      expect((await t.as(person, 'DELETE', `${path}/${id}`)).status).toBe(status)
    expect((await t.as(t.home.root, 'DELETE', `${path}/${ids[2]}`)).status).toBe(204)
  })

  it('of IoTDA name an instance for device certificates', async () => {
    const person = await t.addPerson()
    const instance = `iotda:*:${t.home.domainId}:instance:${t.home.iotdaInstance}`
    await t.grant(person, policy(allow('iotda:devicecertificates:*', { Resource: [instance] })))
    expect(await verdict('list devices', person)).toBe('allowed')
    const elsewhere = await t.as(person, 'GET', `/v5/iot/${secondProject.projectId}/device-certificates`)
    expect([elsewhere.status, elsewhere.json.error_code]).toEqual([403, 'IOTDA.000022'])
  })

  it('of ROMA name an instance: those of all instances are not among its certificates', async () => {
    const person = await t.addPerson()
    const resource = { Resource: [`roma:*:*:instance:${t.home.gateway}`] }
    await t.grant(person, policy(allow('roma:certificates:*', resource)))
    expect(await verdict('create for all gateways', person)).toBe('refused')
    const before = (await ASKED['list gateway'](person)).json.total
    expect(await verdict('create for gateway', t.home.root)).toBe('allowed')
    expect(await verdict('create for all gateways', t.home.root)).toBe('allowed')
    expect((await ASKED['list gateway'](person)).json.total).toBe(before + 1)
  })
})

describe('an enterprise project of an instance', () => {
  it('is the one that IoTDA is asked for', async () => {
    const [project, id] = [await t.addProject('of-two'), await t.addEnterpriseProject('factory')]
    const usual = { kind: 'iotda-instance', projectId: project.projectId, isDefault: false } as const
    const instance = hex()
    await t.directory.addFacility({ ...usual, id: instance, name: 'factory', enterpriseProjectId: id })
    const person = await t.addPerson()
    await t.grant(person, 'IoTDA ReadOnlyAccess', { kind: 'enterprise-project', id })
    for (const product of ['certificates', 'device-certificates']) {
      const path = `/v5/iot/${project.projectId}/${product}`
      expect((await t.as(person, 'GET', path, { headers: { 'Instance-Id': instance } })).status).toBe(200)
      expect((await t.as(person, 'GET', path)).status).toBe(403)
    }
  })
})

describe('a session policy', () => {
  it('narrows what its user may do, also where that is everything', async () => {
    const narrow = await t.narrowed(t.home.root, policy(allow('scm:cert:list')))
    expect(await verdict('list SCM', narrow)).toBe('allowed')
    expect(await verdict('show SCM', narrow)).toBe('refused')
    expect(await verdict('list CAs', narrow)).toBe('refused')
  })

  it('gives nothing that its user has not', async () => {
    const person = await t.addPerson()
    await t.grant(person, 'SCM ReadOnlyAccess')
    const narrow = await t.narrowed(person, policy(allow('*')))
    expect(await verdict('list SCM', narrow)).toBe('allowed')
    expect(await verdict('import SCM', narrow)).toBe('refused')
    expect(await verdict('list CAs', narrow)).toBe('refused')
  })

  it('narrows what a role of a workspace allows', async () => {
    const asked = { ProjectId: String(t.home.workspaceId), PageNumber: '1', PageSize: '10' }
    const person = await t.addPerson()
    await t.directory.setWorkspaceRoles(t.home.workspaceId, person.userId, ['role_project_admin'])
    expect((await t.rpc(person, 'ListCertificates', asked)).status).toBe(200)
    const narrow = await t.narrowed(person, policy(allow('scm:*:*')))
    expect((await t.rpc(narrow, 'ListCertificates', asked)).json.Code).toBe('Forbidden.Access')
  })

  it('meets the policies of its user in the enterprise projects that both allow', async () => {
    const ids = [
      await t.addEnterpriseProject('one'),
      await t.addEnterpriseProject('two'),
      await t.addEnterpriseProject('three'),
    ]
    for (const id of ids) expect((await importAs(t.home.root, { enterprise_project_id: id })).status).toBe(200)
    const within = (values: readonly string[]) => ({ Condition: { StringEquals: { 'g:EnterpriseProjectId': values } } })
    const person = await t.addPerson()
    await t.grant(person, policy(allow('scm:*:*', within(ids.slice(0, 2)))))
    const seen = async (who: Person) =>
      (await ASKED['list SCM'](who)).json.certificates.map(
        (one: { enterprise_project_id: string }) => one.enterprise_project_id,
      )
    expect((await seen(person)).toSorted()).toEqual(ids.slice(0, 2).toSorted())
    expect(await seen(await t.narrowed(person, policy(allow('scm:*:*', within(ids.slice(1))))))).toEqual([ids[1]])
    const apart = await t.narrowed(person, policy(allow('scm:*:*', within(ids.slice(2)))))
    expect(await verdict('list SCM', apart)).toBe('refused')
  })
})
