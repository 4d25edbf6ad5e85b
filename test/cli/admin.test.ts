/** The commands of identity administration, beside a running server that has to notice every change. */

import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { certfolio, temporaryDirectory } from '../support/command.ts'
import { type Answer, startRegistry, type TestRegistry } from '../support/registry.ts'
import { signAcs3, signHuawei } from '../support/sign.ts'

let place: Awaited<ReturnType<typeof temporaryDirectory>>
let registry: TestRegistry
let now = Date.now()
beforeAll(async () => {
  place = await temporaryDirectory()
  registry = await startRegistry({ dataDir: place.path, clock: () => now })
})
afterAll(async () => {
  await registry?.close()
  await place?.remove()
})

/** A command that has to succeed; afterwards half a second has passed for the server. */
// biome-ignore lint/suspicious/noExplicitAny: what a command says is what the test is about to find out
async function run(command: string, stdin = ''): Promise<any> {
  const args = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  const { code, stdout, stderr } = await certfolio([...args, '--json', '--data', place.path], { stdin })
  expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' })
  now += 500
  return JSON.parse(stdout)
}

interface Key {
  readonly ak: string
  readonly sk: string
  readonly token?: string
}
const keyOf = (said: { id: string; secret: string; securityToken?: string }): Key => ({
  ak: said.id,
  sk: said.secret,
  ...(said.securityToken !== undefined && { token: said.securityToken }),
})

function huawei({ ak, sk, token }: Key, path = '/v3/scm/certificates', method = 'GET'): Promise<Answer> {
  const headers = token === undefined ? {} : { 'X-Security-Token': token }
  const signed = signHuawei({ ak, sk, method, url: registry.endpoint + path, headers, date: new Date(now) })
  return registry.request(method, path, { auth: 'none', headers: signed })
}

function alibaba({ ak, sk, token }: Key, ProjectId = '10000'): Promise<Answer> {
  const path = `/?ProjectId=${ProjectId}`
  const action = 'ListCertificates'
  const url = registry.endpoint + path
  const date = new Date(now)
  const headers = signAcs3({ ak, sk, method: 'GET', url, action, date, ...(token && { securityToken: token }) })
  return registry.get(path, { auth: 'none', headers })
}

async function tokenOf(name: string, password: string): Promise<Answer> {
  const user = { name, password, domain: { name: 'admin' } }
  return registry.post(
    '/v3/auth/tokens',
    { auth: { identity: { methods: ['password'], password: { user } } } },
    { auth: 'none' },
  )
}
async function withToken(token: string, path = '/v3/auth/projects'): Promise<number> {
  return (await registry.get(path, { auth: 'none', headers: { 'X-Auth-Token': token } })).status
}

describe('user', () => {
  test('create makes a user who logs in with the password that is shown once, and may do nothing', async () => {
    const made = await run('user create alice')
    expect(made).toEqual({
      name: 'alice',
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      enabled: true,
      isRoot: false,
      logsIn: true,
      aliyunUserId: expect.stringMatching(/^\d{16}$/),
      groups: [],
      keys: [],
      tenantRoles: [],
      password: expect.stringMatching(/^[\w-]{24}$/),
    })
    const token = (await tokenOf('alice', made.password)).headers['x-subject-token'] ?? ''
    expect(await withToken(token)).toBe(200)
    expect(await withToken(token, '/v3/scm/certificates')).toBe(403)
    const { password, ...rest } = made
    expect(await run('user show alice')).toEqual(rest)
    expect(JSON.stringify(await run('user list'))).not.toContain(password)
  })

  test('password takes another one from standard input, and ends the tokens of the old one', async () => {
    const { password } = await run('user create bob')
    const token = (await tokenOf('bob', password)).headers['x-subject-token'] ?? ''
    expect(await run('user password bob --password-stdin', 'a better password\n')).toEqual({ name: 'bob' })
    expect(await withToken(token)).toBe(401)
    expect((await tokenOf('bob', password)).status).toBe(401)
    expect((await tokenOf('bob', 'a better password')).status).toBe(201)
    expect((await run('user password bob --no-password')).password).toBeUndefined()
    expect((await tokenOf('bob', 'a better password')).status).toBe(401)
    expect((await run('user show bob')).logsIn).toBe(false)
  })

  test('disable keeps a user out with token and key, enable lets its key in again and no old token', async () => {
    const { password } = await run('user create carol')
    const key = keyOf(await run('key create carol'))
    const token = (await tokenOf('carol', password)).headers['x-subject-token'] ?? ''
    expect([await withToken(token), (await huawei(key, '/v3/auth/projects')).status]).toEqual([200, 200])
    expect(await run('user disable carol')).toEqual({ name: 'carol', enabled: false })
    expect([await withToken(token), (await huawei(key, '/v3/auth/projects')).status]).toEqual([401, 401])
    expect((await tokenOf('carol', password)).status).toBe(401)
    await run('user enable carol')
    expect([await withToken(token), (await huawei(key, '/v3/auth/projects')).status]).toEqual([401, 200])
    expect((await tokenOf('carol', password)).status).toBe(201)
  })

  test('delete ends tokens, keys and temporary keys at once', async () => {
    const { password } = await run('user create dave')
    const keys = [keyOf(await run('key create dave')), keyOf(await run('key create dave --temporary 900'))]
    const token = (await tokenOf('dave', password)).headers['x-subject-token'] ?? ''
    for (const key of keys) expect((await huawei(key, '/v3/auth/projects')).status).toBe(200)
    expect(await run('user delete dave')).toEqual({ name: 'dave', deleted: true })
    expect(await withToken(token)).toBe(401)
    for (const key of keys) expect((await huawei(key, '/v3/auth/projects')).status).toBe(401)
    expect((await tokenOf('dave', password)).status).toBe(401)
    expect((await run('user list')).map(({ name }: { name: string }) => name)).not.toContain('dave')
  })
})

describe('key', () => {
  test('create shows the secret once: nothing else says it, and nothing holds it', async () => {
    await run('user create erin --no-password')
    const made = await run("key create erin --description 'for the pipeline'")
    expect(made).toMatchObject({ user: 'erin', enabled: true, kind: 'permanent', description: 'for the pipeline' })
    expect((await huawei(keyOf(made), '/v3/auth/projects')).status).toBe(200)
    const { secret, ...rest } = made
    expect(await run(`key show ${made.id}`)).toEqual(rest)
    expect(await run('key list erin')).toEqual([rest])
    for (const name of (await readdir(place.path)).filter(each => each.startsWith('certfolio.db')))
      expect((await readFile(join(place.path, name))).includes(secret)).toBe(false)
    expect(registry.log()).not.toContain(secret)
  })

  test('disable, enable and delete take effect at once', async () => {
    const made = await run('key create erin')
    const key = keyOf(made)
    await run(`key disable ${made.id}`)
    expect((await huawei(key, '/v3/auth/projects')).status).toBe(401)
    await run(`key enable ${made.id}`)
    expect((await huawei(key, '/v3/auth/projects')).status).toBe(200)
    await run(`key delete ${made.id}`)
    expect((await huawei(key, '/v3/auth/projects')).status).toBe(401)
  })

  test('create --temporary makes a key for both clouds that ends, narrowed by a session policy', async () => {
    await run('user create tess --no-password')
    await run("policy grant 'SCM FullAccess' --user tess")
    await run('role grant tess role_project_guest')
    const policy = { Version: '1.1', Statement: [{ Effect: 'Allow', Action: ['scm:cert:get'] }] }
    const wide = keyOf(await run('key create tess --temporary 900'))
    const narrow = keyOf(await run('key create tess --temporary 900 --session-policy -', JSON.stringify(policy)))
    expect([(await huawei(wide)).status, (await alibaba(wide)).status]).toEqual([200, 200])
    expect([(await huawei(narrow)).status, (await alibaba(narrow)).status]).toEqual([403, 403])
    now += 900_000
    expect([(await huawei(wide)).status, (await alibaba(wide)).json.Code]).toEqual([
      401,
      'InvalidSecurityToken.Expired',
    ])
  })
})

describe('group and policy', () => {
  test('a member has what the group is granted, until the membership, the grant or the group ends', async () => {
    await run('user create frank --no-password')
    const key = keyOf(await run('key create frank'))
    const may = async () => (await huawei(key)).status === 200
    await run("group create readers --description 'who may look'")
    await run("policy grant 'SCM ReadOnlyAccess' --group readers")
    expect(await may()).toBe(false)
    await run('group add readers frank')
    expect(await may()).toBe(true)
    expect(await run('group show readers')).toMatchObject({ members: ['frank'], description: 'who may look' })
    await run('group remove readers frank')
    expect(await may()).toBe(false)
    await run('group add readers frank')
    await run("policy revoke 'SCM ReadOnlyAccess' --group readers")
    expect(await may()).toBe(false)
    await run("policy grant 'SCM ReadOnlyAccess' --group readers")
    expect(await may()).toBe(true)
    expect(await run('policy grants')).toContainEqual({
      policy: 'SCM ReadOnlyAccess',
      to: 'group',
      name: 'readers',
      where: 'the whole account',
    })
    await run('group delete readers')
    expect(await may()).toBe(false)
  })

  test('a policy of your own is created, shown, changed and deleted, each with effect at once', async () => {
    await run('user create grace --no-password')
    const key = keyOf(await run('key create grace'))
    const document = (Effect: string) => ({
      Version: '5.0',
      Statement: [
        { Effect: 'Allow', Action: ['scm:cert:get'] },
        { Effect, Action: ['scm:cert:list'] },
      ],
    })
    const file = join(place.path, 'policy.json')
    await writeFile(file, JSON.stringify(document('Allow')))
    await run(`policy create look ${file} --description 'certificates'`)
    await run('policy grant look --user grace')
    expect((await huawei(key)).status).toBe(200)
    expect(await run('policy test grace scm:cert:list')).toEqual({
      user: 'grace',
      action: 'scm:cert:list',
      allowed: true,
      because: 'allow',
      deciding: {
        policy: 'look',
        place: '$.Statement[1]',
        where: 'the whole account',
        statement: { Effect: 'Allow', Action: ['scm:cert:list'] },
      },
    })
    expect(await run('policy show look')).toEqual(document('Allow'))
    await run('policy update look -', JSON.stringify(document('Deny')))
    expect((await huawei(key)).status).toBe(403)
    expect(await run('policy test grace scm:cert:list')).toMatchObject({ allowed: false, because: 'explicit-deny' })
    expect(await run('policy list')).toContainEqual({ name: 'look', kind: 'custom', description: 'certificates' })
    await run('policy delete look')
    expect(await run('policy test grace scm:cert:list')).toMatchObject({ allowed: false, because: 'no-policy-allows' })
  })

  test('a grant reaches the project that it names, or all, and the tester says the same as the server', async () => {
    await run('user create heidi --no-password')
    const key = keyOf(await run('key create heidi'))
    const other = (await run('project create team-b')).id
    const first = registry.firstRun.project.id
    const cases: readonly [string, boolean, boolean][] = [
      ['--project default', true, false],
      ['--project team-b', false, true],
      ['--all-projects', true, true],
      ['', true, true],
    ]
    for (const [reach, inFirst, inOther] of cases) {
      await run(`policy grant 'IoTDA ReadOnlyAccess' --user heidi ${reach}`)
      for (const [id, name, allowed] of [
        [first, 'default', inFirst],
        [other, 'team-b', inOther],
      ] as const) {
        const asked = 'iotda:certificates:queryList'
        const { allowed: said } = await run(`policy test heidi ${asked} --project ${name}`)
        const { status } = await huawei(key, `/v5/iot/${id}/certificates`)
        expect({ reach, name, said, status }).toEqual({ reach, name, said: allowed, status: allowed ? 200 : 403 })
      }
      await run(`policy revoke 'IoTDA ReadOnlyAccess' --user heidi ${reach}`)
    }
  })

  test('an enterprise project is made, granted for, disabled and deleted', async () => {
    const { id } = await run('enterprise-project create finance')
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    await run('user create ivan --no-password')
    await run("policy grant 'SCM ReadOnlyAccess' --user ivan --enterprise-project finance")
    expect((await run('policy test ivan scm:cert:list --enterprise-project finance')).allowed).toBe(true)
    expect((await run('policy test ivan scm:cert:list')).allowed).toBe(false)
    await run('enterprise-project disable finance')
    expect(await run('enterprise-project list')).toEqual([
      { name: 'default', id: '0', enabled: true },
      { name: 'finance', id, enabled: false },
    ])
    await run('enterprise-project enable finance')
    await run('enterprise-project delete finance')
    expect(await run('enterprise-project list')).toHaveLength(1)
  })
})

describe('project, workspace and role', () => {
  test('a new project serves every product; disabled or deleted, nobody enters it', async () => {
    const made = await run('project create team-c')
    const { accessKey } = registry.firstRun
    const root = { ak: accessKey.id, sk: accessKey.secret }
    const paths = [
      `/v5/iot/${made.id}/certificates`,
      `/v5/iot/${made.id}/device-certificates`,
      `/v2/${made.id}/apic/certificates?instance_id=${made.apicInstance}&limit=10`,
    ]
    const statuses = async () => Promise.all(paths.map(async path => (await huawei(root, path)).status))
    expect(await statuses()).toEqual([200, 200, 200])
    await run('project disable team-c')
    expect(await statuses()).toEqual([403, 403, 403])
    await run('project enable team-c')
    expect(await run('project show team-c')).toEqual(made)
    expect(await statuses()).toEqual([200, 200, 200])
    await run('project delete team-c')
    expect(await statuses()).toEqual([403, 403, 403])
    const projects = await run('project list')
    expect(projects.map(({ name }: { name: string }) => name)).toEqual(['default', 'team-b'])
  })

  test('a role lets a user into one workspace, one of the tenant into all', async () => {
    const { id } = await run('workspace create analytics')
    await run('user create judy --no-password')
    const key = keyOf(await run('key create judy'))
    const enters = async () => [(await alibaba(key)).status, (await alibaba(key, String(id))).status]
    expect(await enters()).toEqual([403, 403])
    expect(await run('role grant judy role_project_dev --workspace analytics')).toEqual({
      user: 'judy',
      role: 'role_project_dev',
      workspace: id,
      granted: true,
    })
    expect(await enters()).toEqual([403, 200])
    expect(await run(`workspace members ${id}`)).toEqual([{ user: 'judy', roles: ['role_project_dev'] }])
    const asked = 'policy test judy dataworks:ListCertificates'
    expect(await run(`${asked} --workspace analytics`)).toMatchObject({ allowed: true, because: 'role' })
    expect(await run(`${asked} --workspace 10000`)).toMatchObject({ allowed: false, because: 'not-a-member' })
    await run('role grant judy tenant_owner')
    expect(await enters()).toEqual([200, 200])
    await run('role revoke judy tenant_owner')
    await run('role revoke judy role_project_dev --workspace analytics')
    expect(await enters()).toEqual([403, 403])
    expect(await run('role list')).toHaveLength(12)
    expect(await run('workspace list')).toContainEqual({ id, name: 'analytics' })
  })
})

test('every change stands in the audit, without a secret', async () => {
  const { password } = await run('user create mallory')
  const { secret } = await run('key create mallory')
  await run('user delete mallory')
  const events = await registry.directory.auditEvents({ verdict: 'changed', take: 3 })
  expect(events.map(({ action, userName }) => [action, userName])).toEqual([
    ['iam:users:deleteUser', 'admin'],
    ['iam:credentials:createCredential', 'admin'],
    ['iam:users:createUser', 'admin'],
  ])
  const said = JSON.stringify(events)
  for (const hidden of [password, secret]) expect(said).not.toContain(hidden)
})

describe('what is refused', () => {
  const failed = (command: string, stdin = '') =>
    certfolio([...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, a, b]) => a ?? b ?? '').concat('--data', place.path), {
      stdin,
    })

  test.each<[string, number, string]>([
    ['user show nobody', 1, "There is no user 'nobody'."],
    ['user create admin', 1, "There is a user 'admin' already."],
    ['user create 1st', 1, 'The name of a user must have 1 to 64 letters, digits, spaces and the characters _ . @ -, '],
    ['user create x --group nobodys', 1, "There is no group 'nobodys'."],
    ['user create x --password-stdin --no-password', 2, '--password-stdin and --no-password exclude each other.'],
    ['user create x --password-stdin', 1, 'A password has at least 8 characters and at most 1024 bytes.'],
    ['user disable admin', 1, "The account's own user cannot be disabled: nobody else could undo it."],
    ['user delete admin', 1, "The account's own user cannot be deleted: nobody else could undo it."],
    ['group add nobodys admin', 1, "There is no group 'nobodys'."],
    ["group create ' x'", 1, 'The name of a group must'],
    ['key create nobody', 1, "There is no user 'nobody'."],
    ['key show NOBODYS', 1, "There is no access key 'NOBODYS'."],
    ['key create admin --temporary 899', 2, '--temporary must be from 900 to 86400.'],
    ['key create admin --temporary 1e3', 2, '--temporary must be from 900 to 86400.'],
    ['key create admin --session-policy -', 2, '--session-policy needs --temporary.'],
    ['project delete default', 1, 'The default project cannot be deleted: clients that name none mean it.'],
    ['project create default', 1, "There is a project 'default' already."],
    ["project create 'a b'", 1, 'The name of a project must have 1 to 64 letters, digits and the characters - _.'],
    ['policy grant Nothing --user admin', 1, "There is no policy 'Nothing'."],
    ['policy grant FullAccess', 2, 'Either --user or --group is needed.'],
    ['policy grant FullAccess --user admin --group x', 2, 'Either --user or --group is needed.'],
    ['policy grant FullAccess --user admin --project default --all-projects', 2, 'exclude each other.'],
    ['policy revoke FullAccess --user admin', 1, "The policy 'FullAccess' is not granted there."],
    ['policy delete FullAccess', 1, "The policy 'FullAccess' is built in and cannot be changed."],
    ['policy create FullAccess -', 1, '$: is not valid JSON'],
    ['policy create x /nowhere/policy.json', 1, 'The file cannot be read: '],
    ['policy test admin scm', 1, 'An action has the form service:resource:operation, without wildcards.'],
    ['policy test admin scm:*:*', 1, 'An action has the form service:resource:operation, without wildcards.'],
    ['role grant admin role_project_king', 1, "There is no role 'role_project_king'. The roles are tenant_owner, "],
    ['role grant admin tenant_owner --workspace 4', 1, "There is no workspace '4'."],
    ['enterprise-project create default', 1, 'The name of an enterprise project must'],
    ['enterprise-project delete 0', 1, 'The default enterprise project cannot be changed.'],
    ['user frobnicate', 2, 'There is no such command.'],
    ['user show', 2, 'An argument is missing.'],
    ['user show a b', 2, 'There are too many arguments.'],
    ['user show a --secret hunter2', 2, 'There is no option --secret.'],
  ])('%s', async (command, code, said) => {
    const outcome = await failed(command)
    expect({ code: outcome.code, stdout: outcome.stdout }).toEqual({ code, stdout: '' })
    expect(outcome.stderr).toContain(said)
    expect(outcome.stderr).not.toContain('hunter2')
    // One line, and for wrong usage where to look.
    expect(outcome.stderr.split('\n')).toHaveLength(code === 2 ? 3 : 2)
  })

  test.each<[unknown, string]>([
    [{ Version: '2.0', Statement: [] }, '$.Version: must be "1.1" or "5.0"'],
    [
      { Version: '1.1', Statement: [{ Effect: 'Allow', Action: ['scm:cert:list', 'scm'] }] },
      '$.Statement[0].Action[1]',
    ],
    [
      {
        Version: '1.1',
        Statement: [{ Effect: 'Allow', Action: ['a:b:c'], Condition: { Sometimes: { 'g:a': ['b'] } } }],
      },
      '$.Statement[0].Condition.Sometimes',
    ],
    [{ Version: '1.1', Statement: [{ Effect: 'Maybe', Action: ['a:b:c'] }] }, '$.Statement[0].Effect'],
    [{ Version: '1.1', Statement: [], Extra: 1 }, '$.Extra'],
  ])('the policy %j, with its place', async (document, where) => {
    const outcome = await failed('policy create broken -', JSON.stringify(document))
    expect(outcome.code).toBe(1)
    expect(outcome.stderr).toContain(`The policy is refused at ${where}`)
    expect((await failed('policy show broken')).stderr).toContain("There is no policy 'broken'.")
  })

  test('a noun alone, with the list of its commands', async () => {
    const outcome = await certfolio(['user'])
    expect(outcome.code).toBe(2)
    expect(outcome.stderr).toMatch(
      /^Usage: certfolio user [\s\S]*\n {2}create \[options\] <name>[\s\S]*Which command\?/,
    )
  })

  test('a third key of a user', async () => {
    await run('user create oscar --no-password')
    await run('key create oscar')
    await run('key create oscar')
    const outcome = await failed('key create oscar')
    expect([outcome.code, outcome.stderr]).toEqual([
      1,
      "certfolio: The user 'oscar' has 2 keys already, which is as many as there may be.\n",
    ])
  })
})

describe('help', () => {
  test.each(['user', 'group', 'key', 'policy', 'project', 'enterprise-project', 'workspace', 'role'])(
    '%s says what it is for, and each of its commands what it takes',
    async noun => {
      const { code, stdout } = await certfolio([noun, '--help'])
      expect(code).toBe(0)
      const commands = [...stdout.matchAll(/^ {2}([a-z]+) (?:\[options\]|\[command\])/gm)].map(([, verb = '']) => verb)
      expect(commands.length).toBeGreaterThanOrEqual(3)
      for (const command of commands.filter(verb => verb !== 'help')) {
        const help = await certfolio([noun, command, '--help'])
        expect([help.code, help.stderr]).toEqual([0, ''])
        expect(help.stdout).toMatch(/--json +say the result as JSON/)
        expect(help.stdout).toContain('CERTFOLIO_DATA')
      }
    },
  )
})

test('people get a table and lines where programs get JSON', async () => {
  const { stdout } = await certfolio(['workspace', 'list', '--data', place.path])
  expect(stdout).toBe('ID     NAME\n10000  default\n10001  analytics\n')
  const shown = await certfolio(['user', 'show', 'alice', '--data', place.path])
  expect(shown.stdout).toMatch(/^name +alice\nid +[0-9a-f]{32}\nenabled +true\n/)
})
