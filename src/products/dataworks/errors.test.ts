import { describe, expect, test } from 'vitest'
import type { Failure } from '../shared/failure.ts'
import { say } from './errors.ts'

const CONTEXT = { requestId: '3d6e9b20f4185a7c8b0564c2d1e7a093', host: '127.0.0.1:8080', path: '/' }
const PLACE = { kind: 'workspace', workspaceId: 20415 } as const

function body(failure: Failure): Record<string, unknown> {
  return say(failure, CONTEXT).body as Record<string, unknown>
}

test('an error has the envelope of the vendor', () => {
  const problem = { parameter: 'ProjectId', where: 'query', is: 'missing', message: 'whatever' } as const
  expect(say({ is: 'bad-parameter', problem }, CONTEXT)).toEqual({
    status: 400,
    body: {
      RequestId: '3D6E9B20-F418-5A7C-8B05-64C2D1E7A093',
      HostId: '127.0.0.1:8080',
      Code: 'MissingProjectId',
      Message: 'ProjectId is mandatory for this action.',
      Recommend:
        'https://api.aliyun.com/troubleshoot?q=MissingProjectId&product=dataworks-public&requestId=3D6E9B20-F418-5A7C-8B05-64C2D1E7A093',
    },
  })
})

describe('what only some failures carry', () => {
  test('a permission error tells the action that was denied', () => {
    const refusal = { is: 'not-allowed', action: 'dataworks:DeleteCertificate', place: PLACE } as const
    expect(body({ is: 'refused', refusal })).toMatchObject({
      Code: 'Forbidden.Access',
      AccessDeniedDetail: { AuthAction: 'dataworks:DeleteCertificate', NoPermissionType: 'ImplicitDeny' },
    })
  })

  test('no other refusal has access details', () => {
    for (const is of ['no-such-place', 'not-a-member'] as const)
      expect(body({ is: 'refused', refusal: { is, place: PLACE } })).not.toHaveProperty('AccessDeniedDetail')
  })

  test('a busy registry is throttling, with the wait in milliseconds', () => {
    const reply = say({ is: 'fault', fault: { is: 'busy', retryAfterSeconds: 2 } }, CONTEXT)
    expect(reply).toMatchObject({ status: 429, headers: { 'x-acs-retry-after': '2000' } })
    expect(reply.body).toHaveProperty('Code', expect.stringContaining('Throttling'))
  })

  test('a mismatch of ACS3 names string to sign and canonical request', () => {
    const problem = {
      is: 'signature-mismatch',
      canonicalRequest: 'GET\n/',
      stringToSign: 'ACS3-HMAC-SHA256\n0',
    } as const
    expect(body({ is: 'unauthenticated', problem }).Message).toBe(
      'Specified signature does not match our calculation. server StringToSign is [ACS3-HMAC-SHA256\n0] server CanonicalRequest is [GET\n/]',
    )
  })

  test('a mismatch of V1 names the string to sign', () => {
    const problem = { is: 'signature-mismatch', canonicalRequest: '', stringToSign: 'GET&%2F&A' } as const
    expect(body({ is: 'unauthenticated', problem }).Message).toBe(
      'Specified signature is not matched with our calculation. server string to sign is:GET&%2F&A',
    )
  })
})

describe('what no answer holds', () => {
  test('why the storage failed', () => {
    const reply = say({ is: 'fault', fault: { is: 'storage-failed', why: '/var/lib is full' } }, CONTEXT)
    expect(reply.status).toBe(503)
    expect(JSON.stringify(reply)).not.toContain('/var/lib')
  })

  test('a name that only the caller knows', () => {
    const problem = { parameter: 'MyPassword', where: 'query', is: 'badly-encoded', message: "'MyPassword'" } as const
    const reply = say({ is: 'bad-parameter', problem }, CONTEXT)
    expect(reply.body).toHaveProperty('Code', 'InvalidParameter')
    expect(JSON.stringify(reply)).not.toContain('MyPassword')
  })

  test('the workspace that was asked for', () => {
    expect(JSON.stringify(body({ is: 'refused', refusal: { is: 'no-such-place', place: PLACE } }))).not.toContain(
      '20415',
    )
  })
})
