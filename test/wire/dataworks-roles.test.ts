/** Who may do what with a workspace's certificate files: the roles of seed 000, and the borders between workspaces. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../support/registry.ts'
import { type DataworksFixture, type Key, startDataworks } from './dataworks-fixture.ts'

type Action = 'ListCertificates' | 'GetCertificate' | 'DeleteCertificate'

/** The names of seed 000 in its order, their codes, and what each may do besides listing (reference §5). */
const ROLES: readonly [name: string, code: string, more: readonly Action[]][] = [
  ['Tenant Owner', 'tenant_owner', ['GetCertificate', 'DeleteCertificate']],
  ['Workspace Administrator', 'role_project_admin', ['GetCertificate', 'DeleteCertificate']],
  ['Deploy', 'role_project_deploy', ['GetCertificate']],
  ['Develop', 'role_project_dev', ['GetCertificate']],
  ['Visitor', 'role_project_guest', []],
  ['Workspace Owner', 'role_project_owner', ['GetCertificate', 'DeleteCertificate']],
  ['O&M', 'role_project_pe', ['GetCertificate', 'DeleteCertificate']],
  ['Model Designer', 'role_project_erd', []],
  ['Security Administrator', 'role_project_security', []],
  ['Data Analyst', 'role_project_data_analyst', []],
  ['OpenPlatform Administrator', 'tenant_open_platform_admin', []],
  ['Data Governance Administrator', 'role_project_dg_admin', []],
]
const NO_ROLE = ''
const UNKNOWN_ROLE = 'role_project_constructor'

let dataworks: DataworksFixture
/** A file of the first workspace. */
let fileId: string

beforeAll(async () => {
  dataworks = await startDataworks([...ROLES.map(([, code]) => code), NO_ROLE, UNKNOWN_ROLE])
  const { registry, workspaces } = dataworks
  await registry.bringIn('dataworks', { 'here.pem': 'x', 'both.pem': 'y' })
  await registry.bringIn('dataworks', { 'there.pem': 'x', 'both.pem': 'z' }, { workspace: workspaces.second })
  const listed = await registry.rpc('ListCertificates', { ProjectId: workspaces.first, Name: 'here' })
  fileId = String(listed.json.PagingInfo.Certificates[0].Id)
})
afterAll(() => dataworks.close())

function list(key: Key, ProjectId = dataworks.workspaces.first): Promise<Answer> {
  return dataworks.as(key, 'ListCertificates', { ProjectId })
}

function expectRefusal(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.json.Code]).toEqual([status, code])
  expect(answer.text).not.toContain('here.pem')
}

describe('You can call this operation only if you are assigned one of the following roles', () => {
  test.each(ROLES)('%s', async (_, code) => {
    const answer = await list(dataworks.holderOf(code))
    expect(answer.status, answer.text).toBe(200)
    expect(answer.json.PagingInfo.TotalCount).toBe(2)
  })

  test('a member of the account without a role is refused', async () => {
    expectRefusal(await list(dataworks.holderOf(NO_ROLE)), 403, 'Invalid.Tenant.UserNotInProject')
  })

  test('a role that is not among them is refused, with the action that was denied', async () => {
    const answer = await list(dataworks.holderOf(UNKNOWN_ROLE))
    expectRefusal(answer, 403, 'Forbidden.Access')
    expect(answer.json.AccessDeniedDetail).toEqual({
      AuthAction: 'dataworks:ListCertificates',
      NoPermissionType: 'ImplicitDeny',
    })
  })

  test('a role of one workspace opens no other one', async () => {
    const key = dataworks.holderOf('role_project_admin')
    expectRefusal(await list(key, dataworks.workspaces.second), 403, 'Invalid.Tenant.UserNotInProject')
  })

  test('a role of the tenant opens every workspace of the account', async () => {
    expect((await list(dataworks.holderOf('tenant_owner'), dataworks.workspaces.second)).status).toBe(200)
  })
})

describe('the other operations ask for roles of their own', () => {
  test.each(ROLES)('%s', async (_, code, more) => {
    const key = dataworks.holderOf(code)
    // A file that does not exist: who may delete finds that out, and the file that exists stays.
    const attempts = [
      ['GetCertificate', { ProjectId: '10000', Id: fileId }, 200],
      ['DeleteCertificate', { ProjectId: '10000', Id: '1' }, 404],
    ] as const
    for (const [action, parameters, allowed] of attempts) {
      const answer = await dataworks.as(key, action, parameters, 'POST')
      expect([action, answer.status]).toEqual([action, more.includes(action) ? allowed : 403])
      if (answer.status === 403) expect(answer.json.Code).toBe('Forbidden.Access')
    }
  })

  test('parameters are looked at before roles', async () => {
    const answer = await dataworks.as(dataworks.holderOf(NO_ROLE), 'ListCertificates', {
      ProjectId: '10000',
      PageSize: '0',
    })
    expectRefusal(answer, 400, 'InvalidPageSize')
  })
})

describe('The ID of the workspace to which the certificate file belongs', () => {
  async function namesIn(ProjectId: string): Promise<string[]> {
    const { json } = await dataworks.registry.rpc('ListCertificates', { ProjectId })
    return json.PagingInfo.Certificates.map(({ Name }: { Name: string }) => Name)
  }

  test('each workspace lists its own files, also of the same name', async () => {
    expect(await namesIn(dataworks.workspaces.first)).toEqual(['here.pem', 'both.pem'])
    expect(await namesIn(dataworks.workspaces.second)).toEqual(['there.pem', 'both.pem'])
  })

  test('a file of one workspace is not found in another', async () => {
    const key = { ProjectId: dataworks.workspaces.second, Id: fileId }
    const { registry } = dataworks
    expectRefusal(await registry.rpc('GetCertificate', key), 404, 'InvalidCertificate.NotFound')
    const deleted = await registry.rpc('DeleteCertificate', key, { method: 'POST' })
    expectRefusal(deleted, 404, 'InvalidCertificate.NotFound')
    expect(await namesIn(dataworks.workspaces.first)).toContain('here.pem')
  })

  test.each(['ListCertificates', 'GetCertificate', 'DeleteCertificate'])(
    "%s: another account's workspace answers as one that does not exist",
    async action => {
      const ask = async (ProjectId: string) => {
        const answer = await dataworks.as(dataworks.foreign, action, { ProjectId, Id: fileId }, 'POST')
        const { RequestId, ...body } = answer.json
        return { status: answer.status, body: JSON.stringify(body).replaceAll(RequestId, '') }
      }
      const unknown = await ask('77777')
      expect(unknown).toMatchObject({ status: 404, body: expect.stringContaining('Invalid.Tenant.ProjectNotExists') })
      expect(await ask(dataworks.workspaces.first)).toEqual(unknown)
    },
  )

  test('and lists its own workspace', async () => {
    const answer = await list(dataworks.foreign, dataworks.workspaces.foreign)
    expect(answer.json.PagingInfo).toMatchObject({ TotalCount: 0, Certificates: [] })
  })
})

test('a key that was switched off', async () => {
  expectRefusal(await list(dataworks.inactive), 400, 'InvalidAccessKeyId.Inactive')
})
