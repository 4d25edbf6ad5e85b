import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { issueToken } from '../../src/identity/tokens.ts'
import { signAcs3, signHuawei, signRpcV1 } from '../support/sign.ts'
import { type IdentityFixture, openFixture, wireRequest } from './fixture.ts'

const BASE = 'http://127.0.0.1:8080'
let f: IdentityFixture
beforeAll(async () => {
  f = await openFixture()
})
afterAll(() => f.close())

const key = () => ({ ak: f.first.accessKey.id, sk: f.first.accessKey.secret, date: new Date(f.clock()) })
const host = { Host: '127.0.0.1:8080' }

describe('who calls', () => {
  for (const derived of [undefined, { region: 'local-1', service: 'iotdm' }])
    it(`is known by a ${derived ? 'derived' : 'plain'} Huawei signature`, async () => {
      const target = '/v3/scm/certificates?limit=10&name=a%20b'
      const headers = signHuawei({ ...key(), method: 'GET', url: BASE + target, ...(derived && { derived }) })
      const principal = await f.identity.authenticate(
        wireRequest({ target, headers: { ...host, ...headers } }),
        'huawei',
      )
      expect(principal).toMatchObject({
        userId: f.first.user.id,
        domainId: f.first.account.domainId,
        isRoot: true,
        projectId: undefined,
        accessKeyId: f.first.accessKey.id,
      })
    })

  it('is known by a token', async () => {
    const user = await f.directory.user(f.first.user.id)
    if (!user) throw new Error('no user')
    const { text } = await issueToken(f.directory, f.clock, user, { projectId: f.first.project.id }, ['password'])
    const principal = await f.identity.authenticate(wireRequest({ headers: { 'X-Auth-Token': text } }), 'huawei')
    expect(principal).toMatchObject({ userName: 'admin', projectId: f.first.project.id, accessKeyId: undefined })
  })

  it('is known by ACS3, once a nonce', async () => {
    const target = '/?ProjectId=10000&Name=a%20b'
    const headers = {
      ...host,
      ...signAcs3({ ...key(), method: 'GET', url: BASE + target, action: 'ListCertificates' }),
    }
    const request = wireRequest({ target, headers })
    expect(await f.identity.authenticate(request, 'alibaba')).toMatchObject({ userName: 'admin' })
    await expect(f.identity.authenticate(request, 'alibaba')).rejects.toMatchObject({ problem: { is: 'nonce-used' } })
  })

  it('is known by RPC signature V1, once a nonce', async () => {
    const { query, form } = signRpcV1({ ...key(), method: 'POST', action: 'ListProjects', form: { Name: "a '*~é" } })
    const headers = { ...host, 'Content-Type': 'application/x-www-form-urlencoded' }
    const request = wireRequest({ method: 'POST', target: `/?${query}`, headers, body: form })
    expect(await f.identity.authenticate(request, 'alibaba')).toMatchObject({ userName: 'admin' })
    await expect(f.identity.authenticate(request, 'alibaba')).rejects.toMatchObject({ problem: { is: 'nonce-used' } })
  })
})
