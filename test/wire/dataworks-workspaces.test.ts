/** Workspaces, their members and their roles: DataWorks 2024-05-18 (reference §1.5, §5), and who calls: Sts 2015-04-01. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorkspace, grantRoles } from '../../src/identity/administration/workspaces.ts'
import type { WorkspaceRole } from '../../src/identity/workspace-roles.ts'
import { administration, newPerson, type Person } from '../support/people.ts'
import { type Answer, startRegistry, type TestRegistry } from '../support/registry.ts'
import { signAcs3 } from '../support/sign.ts'

let registry: TestRegistry
let admin: Person
let guest: Person
let outsider: Person
beforeAll(async () => {
  registry = await startRegistry()
  const means = await administration(registry)
  const first = await registry.directory.workspace(10000)
  await createWorkspace(means, 'second_one')
  const withRole = async (name: string, role: WorkspaceRole) => {
    const person = await newPerson(registry, name)
    if (first) await grantRoles(means, person.user, first, [role])
    return person
  }
  admin = await withRole('ada', 'role_project_admin')
  guest = await withRole('gus', 'role_project_guest')
  outsider = await newPerson(registry, 'otto')
})
afterAll(() => registry.close())

type Parameters = Readonly<Record<string, string>>

function as(person: Person | 'root', action: string, parameters: Parameters = {}, version = '2024-05-18') {
  const { id: ak, secret: sk } = registry.firstRun.accessKey
  const key = person === 'root' ? { ak, sk } : person.key
  const body = new URLSearchParams(parameters).toString()
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const url = `${registry.endpoint}/`
  const headers = signAcs3({ ...key, method: 'POST', url, action, version, headers: form, body })
  return registry.request('POST', '/', { auth: 'none', headers, body })
}
const said = ({ status, json }: Answer) => [status, json.Code]

describe('ListProjects', () => {
  const ids = async (person: Person | 'root', parameters: Parameters = {}) =>
    (await as(person, 'ListProjects', parameters)).json.PagingInfo.Projects.map(({ Id }: { Id: number }) => Id)

  test('writes a workspace as documented', async () => {
    const answer = await as('root', 'ListProjects', { Names: '["default"]' })
    expect(answer.json).toEqual({
      RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
      PagingInfo: {
        PageNumber: 1,
        PageSize: 10,
        TotalCount: 1,
        Projects: [
          {
            Id: 10000,
            Name: 'default',
            DisplayName: 'default',
            Description: '',
            Owner: expect.stringMatching(/^\d{16}$/),
            Status: 'Available',
            DevEnvironmentEnabled: false,
            DevRoleDisabled: false,
            PaiTaskEnabled: false,
            AliyunResourceTags: [],
          },
        ],
      },
    })
  })

  test('has the workspaces in which the caller has a role, and no other', async () => {
    expect(await ids('root')).toEqual([10000, 10001])
    expect(await ids(guest)).toEqual([10000])
    expect(await ids(outsider)).toEqual([])
    expect(await ids(guest, { Ids: '[10001]' })).toEqual([])
  })

  test('filters by Ids and Names, JSON in one field each, and by what every workspace is', async () => {
    expect(await ids('root', { Ids: '[10001, 4]' })).toEqual([10001])
    expect(await ids('root', { Ids: '["10001"]' })).toEqual([10001])
    expect(await ids('root', { Names: '["second_one","none"]' })).toEqual([10001])
    expect(await ids('root', { Ids: '[]' })).toEqual([])
    expect(await ids('root', { Status: 'Available', PaiTaskEnabled: 'false' })).toEqual([10000, 10001])
    for (const none of [{ Status: 'Frozen' }, { DevEnvironmentEnabled: 'true' }, { AliyunResourceGroupId: 'rg-1' }])
      expect(await ids('root', none as unknown as Parameters)).toEqual([])
    expect(await ids('root', { AliyunResourceTags: '[{"Key":"a","Value":"b"}]' })).toEqual([])
  })

  test('pages', async () => {
    expect(await ids('root', { PageSize: '1', PageNumber: '2' })).toEqual([10001])
    const past = await as('root', 'ListProjects', { PageNumber: '9' })
    expect(past.json.PagingInfo).toMatchObject({ TotalCount: 2, PageNumber: 9, Projects: [] })
  })

  test.each([
    [{ Ids: '1' }, 'InvalidIds'],
    [{ Ids: '[1.5]' }, 'InvalidIds'],
    [{ Ids: '[9007199254740993]' }, 'InvalidIds'],
    [{ Names: '[null]' }, 'InvalidNames'],
    [{ Names: 'default' }, 'InvalidNames'],
    [{ PageSize: '101' }, 'InvalidPageSize'],
    [{ PageNumber: '0' }, 'InvalidPageNumber'],
    [{ PaiTaskEnabled: 'yes' }, 'InvalidPaiTaskEnabled'],
  ])('refuses %j with %s', async (parameters, code) => {
    expect(said(await as('root', 'ListProjects', parameters as unknown as Parameters))).toEqual([400, code])
  })
})

test('GetProject shows a workspace to its members, and nobody else learns whether it exists', async () => {
  expect((await as(guest, 'GetProject', { Id: '10000' })).json.Project).toMatchObject({ Id: 10000, Name: 'default' })
  expect(said(await as(outsider, 'GetProject', { Id: '10000' }))).toEqual([403, 'Invalid.Tenant.UserNotInProject'])
  expect(said(await as('root', 'GetProject', { Id: '4' }))).toEqual([404, 'Invalid.Tenant.ProjectNotExists'])
  expect(said(await as('root', 'GetProject'))).toEqual([400, 'MissingId'])
})

describe('members', () => {
  const ProjectId = '10000'
  const codes = async (person: Person) => {
    const { json } = await as(guest, 'GetProjectMember', { ProjectId, UserId: person.user.aliyunUserId })
    return json.ProjectMember?.Roles.map(({ Code }: { Code: string }) => Code) ?? json.Code
  }

  test('are listed to each of them, with their roles', async () => {
    const { json } = await as(guest, 'ListProjectMembers', { ProjectId })
    expect(json.PagingInfo.TotalCount).toBe(2)
    expect(json.PagingInfo.ProjectMembers).toContainEqual({
      ProjectId: 10000,
      UserId: admin.user.aliyunUserId,
      Status: 'Normal',
      Roles: [{ Code: 'role_project_admin', Name: 'Workspace Administrator', Type: 'System' }],
    })
    const only = await as(guest, 'ListProjectMembers', { ProjectId, RoleCodes: '["role_project_guest"]' })
    expect(only.json.PagingInfo.ProjectMembers).toMatchObject([{ UserId: guest.user.aliyunUserId }])
    const named = await as(guest, 'ListProjectMembers', { ProjectId, UserIds: `["${admin.user.aliyunUserId}"]` })
    expect(named.json.PagingInfo.TotalCount).toBe(1)
    expect(said(await as(outsider, 'ListProjectMembers', { ProjectId }))[0]).toBe(403)
  })

  test('are made, given and deprived of roles, and removed by an administrator, at once', async () => {
    const who = { ProjectId, UserId: outsider.user.aliyunUserId }
    const dev = { ...who, RoleCodes: '["role_project_dev"]' }
    const pe = { ...who, RoleCodes: '["role_project_pe"]' }
    const list = () => as(outsider, 'ListCertificates', { ProjectId })
    expect(await codes(outsider)).toBe('1101080166')
    expect(said(await as(admin, 'GrantMemberProjectRoles', dev))).toEqual([404, '1101080166'])
    expect((await list()).status).toBe(403)
    expect((await as(admin, 'CreateProjectMember', dev)).json).toEqual({ RequestId: expect.any(String) })
    expect((await list()).status).toBe(200)
    expect((await as(admin, 'GrantMemberProjectRoles', pe)).status).toBe(200)
    expect(await codes(outsider)).toEqual(['role_project_dev', 'role_project_pe'])
    expect((await as(admin, 'RevokeMemberProjectRoles', dev)).status).toBe(200)
    expect(await codes(outsider)).toEqual(['role_project_pe'])
    expect((await as(admin, 'DeleteProjectMember', who)).status).toBe(200)
    expect((await list()).status).toBe(403)
    expect(said(await as(admin, 'DeleteProjectMember', who))).toEqual([404, '1101080166'])
  })

  test('are not changed by those with another role, and not by outsiders', async () => {
    const asked = { ProjectId, UserId: guest.user.aliyunUserId, RoleCodes: '["role_project_owner"]' }
    for (const action of ['CreateProjectMember', 'GrantMemberProjectRoles', 'RevokeMemberProjectRoles'])
      for (const [person, code] of [
        [guest, 'Forbidden.Access'],
        [outsider, 'Invalid.Tenant.UserNotInProject'],
      ] as const)
        expect(said(await as(person, action, asked))).toEqual([403, code])
    expect(await codes(guest)).toEqual(['role_project_guest'])
  })

  test.each([
    [{ RoleCodes: '["tenant_owner"]' }, [400, 'InvalidRoleCodes']],
    [{ RoleCodes: '["role_project_constructor"]' }, [400, 'InvalidRoleCodes']],
    [{ RoleCodes: '[]' }, [400, 'InvalidRoleCodes']],
    [{ RoleCodes: 'role_project_dev' }, [400, 'InvalidRoleCodes']],
    [{ RoleCodes: '["role_project_dev"]', UserId: '1999999999999999' }, [403, '400010']],
    [{}, [400, 'MissingRoleCodes']],
  ])('CreateProjectMember refuses %j', async (parameters, refusal) => {
    const asked = { ProjectId, UserId: outsider.user.aliyunUserId, ...parameters } as unknown as Parameters
    expect(said(await as(admin, 'CreateProjectMember', asked))).toEqual(refusal)
  })
})

test('roles are the ten of a workspace, the same in each', async () => {
  const { json } = await as(guest, 'ListProjectRoles', { ProjectId: '10000', PageSize: '100' })
  expect(json.PagingInfo.TotalCount).toBe(10)
  expect(json.PagingInfo.ProjectRoles[0]).toEqual({
    Code: 'role_project_admin',
    Name: 'Workspace Administrator',
    Type: 'System',
    ProjectId: -1,
  })
  const one = await as(guest, 'GetProjectRole', { ProjectId: '10000', Code: 'role_project_pe' })
  expect(one.json.ProjectRole).toMatchObject({ Name: 'O&M' })
  const none = await as(guest, 'GetProjectRole', { ProjectId: '10000', Code: 'tenant_owner' })
  expect(said(none)).toEqual([404, 'InvalidCode.NotFound'])
  const custom = await as(guest, 'ListProjectRoles', { ProjectId: '10000', Type: 'UserCustom' })
  expect(custom.json.PagingInfo).toMatchObject({ TotalCount: 0, ProjectRoles: [] })
})

test('Sts GetCallerIdentity names the account or its user', async () => {
  const version = '2015-04-01'
  const root = (await as('root', 'GetCallerIdentity', {}, version)).json
  expect(root).toEqual({
    RequestId: expect.any(String),
    IdentityType: 'Account',
    AccountId: expect.stringMatching(/^\d{16}$/),
    PrincipalId: root.AccountId,
    UserId: root.AccountId,
    Arn: `acs:ram::${root.AccountId}:root`,
  })
  const id = guest.user.aliyunUserId
  expect((await as(guest, 'GetCallerIdentity', {}, version)).json).toMatchObject({
    IdentityType: 'RAMUser',
    AccountId: root.AccountId,
    UserId: id,
    PrincipalId: id,
    Arn: `acs:ram::${root.AccountId}:user/gus`,
  })
  expect(said(await as(guest, 'AssumeRole', {}, version))).toEqual([404, 'InvalidAction.NotFound'])
})
