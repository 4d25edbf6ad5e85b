import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../src/identity/directory.ts'
import { operatorOf } from '../../src/identity/operator.ts'
import { NotAllowed, type Place, type Principal } from '../../src/identity/principal.ts'
import { principalOf } from '../../src/identity/principal-of.ts'
import { WORKSPACE_ROLES } from '../../src/identity/workspace-roles.ts'
import { type IdentityFixture, openFixture } from './fixture.ts'

let f: IdentityFixture
let root: Principal
let member: Principal
let stranger: Principal
const MEMBER = 'a'.repeat(32)
const STRANGER = 'b'.repeat(32)
const OTHER_ACCOUNT = 'c'.repeat(32)
const OTHER_PROJECT = 'd'.repeat(32)
const CLOSED_PROJECT = 'e'.repeat(32)

const person = (id: string, accountId: string, isRoot: boolean): User => ({
  id,
  accountId,
  name: id.slice(0, 4),
  aliyunUserId: `1${String(id.charCodeAt(0)).padStart(15, '0')}`,
  passwordHash: null,
  enabled: true,
  isRoot,
  credentialEpoch: 1,
  tenantRoles: [],
})

beforeAll(async () => {
  f = await openFixture()
  const { directory, first } = f
  root = (await operatorOf(directory)).principal
  const own = { id: first.account.domainId, name: 'admin', enabled: true, createdAt: 0 }
  const other = { id: OTHER_ACCOUNT, name: 'other', enabled: true, createdAt: f.clock() }
  await directory.addAccount(other)
  await directory.addUser(person(MEMBER, own.id, false))
  await directory.addUser(person(STRANGER, other.id, true))
  const project = { id: OTHER_PROJECT, accountId: other.id, name: 'default', enabled: true, isDefault: true }
  await directory.addProject(project)
  await directory.addProject({ ...project, id: CLOSED_PROJECT, accountId: own.id, name: 'closed', enabled: false })
  await directory.addWorkspace({ id: 20000, accountId: other.id, name: 'theirs' })
  member = principalOf(person(MEMBER, own.id, false), own, undefined, undefined)
  stranger = principalOf(person(STRANGER, other.id, true), other, undefined, undefined)
})
afterAll(() => f.close())

const enter = (principal: Principal, place: Place, action = 'scm:cert:list') =>
  f.identity.enter(principal, action, 'scm', place)
async function refusal(attempt: Promise<unknown>) {
  const error = await attempt.catch((reason: unknown) => reason)
  if (error instanceof NotAllowed) return error.refusal
  throw new Error('not refused', { cause: error })
}
const project = (projectId: string, part?: string): Place => ({
  kind: 'project',
  projectId,
  ...(part !== undefined && { part }),
})
const workspace = (workspaceId: number): Place => ({ kind: 'workspace', workspaceId })

describe('the root user', () => {
  it('enters every place of the account, and the scope is named after the place', async () => {
    const { account, project: own, iotda } = f.first
    expect(await enter(root, { kind: 'account' })).toEqual({ key: `scm/${account.domainId}`, product: 'scm' })
    expect((await enter(root, project(own.id))).key).toBe(`scm/${own.id}`)
    expect((await enter(root, project(own.id, iotda.instanceId))).key).toBe(`scm/${own.id}/${iotda.instanceId}`)
    expect((await enter(root, workspace(10000), 'dataworks:ListCertificates')).key).toBe('scm/10000')
  })

  it('is told the same of a place of another account as of one that does not exist', async () => {
    for (const [theirs, nowhere] of [
      [project(OTHER_PROJECT), project('0'.repeat(32))],
      [workspace(20000), workspace(30000)],
    ] as const)
      for (const place of [theirs, nowhere])
        expect(await refusal(enter(root, place))).toEqual({ is: 'no-such-place', place })
    expect((await enter(stranger, project(OTHER_PROJECT))).key).toBe(`scm/${OTHER_PROJECT}`)
  })

  it('is let into no project that is closed, no instance that the project does not have', async () => {
    for (const place of [project(CLOSED_PROJECT), project(f.first.project.id, 'no-such-instance')])
      expect(await refusal(enter(root, place))).toEqual({ is: 'no-such-place', place })
  })

  it('is refused when X-Project-Id and the path name two projects, or X-Project-Id a foreign one', async () => {
    const named = { ...root, projectId: OTHER_PROJECT }
    expect((await refusal(enter(named, project(f.first.project.id)))).is).toBe('no-such-place')
    expect((await refusal(enter(named, project(OTHER_PROJECT)))).is).toBe('no-such-place')
    expect((await refusal(enter(named, { kind: 'account' }))).is).toBe('no-such-place')
    const own = { ...root, projectId: f.first.project.id }
    expect((await enter(own, { kind: 'account' })).key).toBe(`scm/${root.domainId}`)
  })
})

describe('another user', () => {
  it('may do nothing yet in account and projects', async () => {
    for (const place of [{ kind: 'account' } as const, project(f.first.project.id)])
      expect(await refusal(enter(member, place))).toEqual({ is: 'not-allowed', action: 'scm:cert:list', place })
  })

  it('without a role is no member of a workspace', async () => {
    expect((await refusal(enter(member, workspace(10000), 'dataworks:ListCertificates'))).is).toBe('not-a-member')
  })

  const listers = new Set(Object.keys(WORKSPACE_ROLES))
  const getters = new Set(
    'tenant_owner role_project_admin role_project_deploy role_project_dev role_project_owner role_project_pe'.split(
      ' ',
    ),
  )
  const writers = new Set('tenant_owner role_project_admin role_project_owner role_project_pe'.split(' '))
  const TABLE = {
    ListCertificates: listers,
    GetCertificate: getters,
    ImportCertificate: writers,
    DeleteCertificate: writers,
    CreateSomethingElse: new Set<string>(),
  }

  it('knows the twelve roles of the seed', () => {
    expect(Object.values(WORKSPACE_ROLES).map(({ name }) => name)).toEqual([
      'Tenant Owner',
      'Workspace Administrator',
      'Deploy',
      'Develop',
      'Visitor',
      'Workspace Owner',
      'O&M',
      'Model Designer',
      'Security Administrator',
      'Data Analyst',
      'OpenPlatform Administrator',
      'Data Governance Administrator',
    ])
  })

  for (const [code, { reach }] of Object.entries(WORKSPACE_ROLES))
    it(`with the role ${code} may do what its row says`, async () => {
      if (reach === 'tenant') await f.directory.changeUser(MEMBER, { tenantRoles: [code] })
      else await f.directory.setWorkspaceRoles(10000, MEMBER, [code])
      for (const [operation, roles] of Object.entries(TABLE)) {
        const attempt = enter(member, workspace(10000), `dataworks:${operation}`)
        if (roles.has(code)) await attempt
        else expect((await refusal(attempt)).is).toBe('not-allowed')
      }
      await f.directory.changeUser(MEMBER, { tenantRoles: [] })
      await f.directory.setWorkspaceRoles(10000, MEMBER, [])
    })

  it('is helped by one role among several, and by none that nobody knows', async () => {
    await f.directory.setWorkspaceRoles(10000, MEMBER, ['role_project_guest', 'role_project_pe'])
    await enter(member, workspace(10000), 'dataworks:DeleteCertificate')
    await f.directory.setWorkspaceRoles(10000, MEMBER, ['constructor', 'role_of_the_future'])
    expect((await refusal(enter(member, workspace(10000), 'dataworks:ListCertificates'))).is).toBe('not-allowed')
    await f.directory.setWorkspaceRoles(10000, MEMBER, [])
    expect((await refusal(enter(member, workspace(10000), 'dataworks:ListCertificates'))).is).toBe('not-a-member')
  })
})

it('finds the default facility of a kind, or the named one', async () => {
  const { project: own, iotda, apic } = f.first
  expect((await f.identity.facility('iotda-instance', own.id))?.id).toBe(iotda.instanceId)
  expect((await f.identity.facility('iotda-app', own.id, iotda.appId))?.name).toBe('DefaultApp')
  expect((await f.identity.facility('apic-instance', own.id, apic.instanceId))?.isDefault).toBe(true)
  expect(await f.identity.facility('apic-instance', own.id, iotda.instanceId)).toBeUndefined()
  expect(await f.identity.facility('apic-instance', OTHER_PROJECT)).toBeUndefined()
})
