import { describe, expect, it } from 'vitest'
import type { AuthenticationProblem } from '../../identity/principal.ts'
import type { Failure } from '../shared/failure.ts'
import { refuse, refuseInvalid, refuseMissing, say } from './errors.ts'

const context = { requestId: 'f'.repeat(32) }
const sayIn = (failure: Failure) => say(failure, context)

const body = (code: string, message: string) => ({ error_code: code, error_msg: message })

describe('the samples of the document', () => {
  it('400: an invalid parameter is named', () => {
    const problem = { parameter: 'dict_name', where: 'query', is: 'wrong-form', message: '' } as const
    expect(sayIn({ is: 'bad-parameter', problem })).toEqual({
      status: 400,
      body: body(
        'APIG.2012',
        'Invalid parameter value,parameterName:dict_name. Please refer to the support documentation',
      ),
    })
  })

  it('401: a token that is none', () => {
    expect(sayIn({ is: 'unauthenticated', problem: { is: 'invalid-token' } })).toEqual({
      status: 401,
      body: body('APIG.1002', 'Incorrect token or token resolution failed'),
    })
  })

  it('403: no permission', () => {
    const place = { kind: 'project', projectId: 'p' } as const
    const expected = { status: 403, body: body('APIG.1005', 'No permissions to request this method') }
    expect(sayIn({ is: 'refused', refusal: { is: 'not-allowed', action: 'a', place } })).toEqual(expected)
    expect(sayIn({ is: 'refused', refusal: { is: 'no-such-place', place } })).toEqual(expected)
    expect(sayIn({ is: 'refused', refusal: { is: 'not-a-member', place } })).toEqual(expected)
  })

  it('500: whatever is nobody’s fault', () => {
    const expected = { status: 500, body: body('APIG.9999', 'System error') }
    expect(sayIn({ is: 'internal' })).toEqual(expected)
    expect(sayIn({ is: 'fault', fault: { is: 'storage-failed', why: 'disk full' } })).toEqual(expected)
    expect(sayIn({ is: 'fault', fault: { is: 'taken', by: 'vendorId' } })).toEqual(expected)
  })
})

const PROBLEMS: readonly (readonly [AuthenticationProblem, string])[] = [
  [{ is: 'no-credentials' }, 'APIG.1000'],
  [{ is: 'expired-token' }, 'APIG.1001'],
  [{ is: 'malformed-credentials', detail: 'x' }, 'APIGW.0301'],
  [{ is: 'unsupported-algorithm', algorithm: 'x' }, 'APIGW.0301'],
  [{ is: 'unknown-access-key', accessKeyId: 'x' }, 'APIGW.0301'],
  [{ is: 'inactive-access-key', accessKeyId: 'x' }, 'APIGW.0301'],
  [{ is: 'missing-date' }, 'APIGW.0301'],
  [{ is: 'malformed-date' }, 'APIGW.0301'],
  [{ is: 'skewed-clock' }, 'APIGW.0301'],
  [{ is: 'unsigned-header', header: 'host' }, 'APIGW.0301'],
  [{ is: 'body-hash-mismatch' }, 'APIGW.0301'],
  [{ is: 'signature-mismatch', canonicalRequest: 'GET\n/', stringToSign: '' }, 'APIGW.0301'],
  [{ is: 'nonce-used' }, 'APIGW.0301'],
  [{ is: 'expired-security-token' }, 'APIGW.0301'],
  [{ is: 'foreign-security-token' }, 'APIGW.0301'],
  [{ is: 'locked' }, 'APIGW.0301'],
]

const FAILURES: readonly (readonly [Failure, number, string])[] = [
  ...PROBLEMS.map(([problem, code]) => [{ is: 'unauthenticated', problem }, 401, code] as const),
  [{ is: 'fault', fault: { is: 'not-found' } }, 404, 'APIG.3021'],
  [{ is: 'fault', fault: { is: 'busy', retryAfterSeconds: 2 } }, 500, 'APIG.9008'],
  [{ is: 'no-such-operation', detail: '' }, 404, 'APIGW.0101'],
  [{ is: 'no-such-version', detail: '' }, 404, 'APIGW.0101'],
  [{ is: 'method-not-allowed', allowed: ['GET'] }, 405, 'APIGW.0101'],
  [{ is: 'not-supported', operation: 'UpdateCertificateV2' }, 501, 'APIG.3458'],
  [{ is: 'malformed-request', detail: 'x' }, 400, 'APIG.2000'],
  [{ is: 'malformed-body', detail: 'x' }, 400, 'APIG.2000'],
  [{ is: 'unsupported-media-type' }, 415, 'APIG.2000'],
  [{ is: 'body-too-large', limitBytes: 1 }, 413, 'APIGW.0201'],
  [{ is: 'target-too-long' }, 414, 'APIGW.0201'],
  [{ is: 'headers-too-large' }, 494, 'APIGW.0201'],
  [{ is: 'timed-out' }, 408, 'APIGW.0201'],
]

describe('a failure', () => {
  it.each(FAILURES.map(([failure, status, code]) => ({ is: failure.is, failure, status, code })))(
    '$is answers $status $code in the envelope and nothing else',
    ({ failure, status, code }) => {
      const reply = sayIn(failure)
      expect(reply.status).toBe(status)
      const gateway = code.startsWith('APIGW') ? { request_id: context.requestId } : {}
      expect(reply.body).toEqual({ error_code: code, error_msg: expect.stringMatching(/./), ...gateway })
    },
  )

  it('of a busy storage says when to come back', () => {
    expect(sayIn({ is: 'fault', fault: { is: 'busy', retryAfterSeconds: 2 } }).headers).toEqual({ 'Retry-After': '2' })
  })

  it('of a wrong signature shows the canonical request in one line', () => {
    const problem = { is: 'signature-mismatch', canonicalRequest: 'GET\n/v2/\n\nhost:h', stringToSign: 's' } as const
    expect(sayIn({ is: 'unauthenticated', problem }).body).toEqual({
      ...body(
        'APIGW.0301',
        'Incorrect IAM authentication information: verify aksk signature fail, canonicalRequest:GET|/v2/||host:h',
      ),
      request_id: context.requestId,
    })
  })

  it('never shows an access key', () => {
    for (const is of ['unknown-access-key', 'inactive-access-key'] as const)
      expect(JSON.stringify(sayIn({ is: 'unauthenticated', problem: { is, accessKeyId: 'CANARY' } }))).not.toContain(
        'CANARY',
      )
  })
})

describe('a refusal', () => {
  it('names the field that is missing or invalid', () => {
    expect(refuseMissing('name').reply).toEqual({
      status: 400,
      body: body(
        'APIG.2001',
        'The request parameters must be specified,parameterName:name. Please refer to the support documentation',
      ),
    })
    expect(refuseInvalid('name').reply.body).toMatchObject({ error_code: 'APIG.2012' })
  })

  it('has the words of the vendor’s table', () => {
    expect(refuse('expires-too-late').reply).toEqual({
      status: 400,
      body: body('APIG.3148', 'Invalid certificate. Add one that expires before January 19, 2038 03:14:07 UTC'),
    })
    expect(refuse('unreadable', 'cert_content: x').reply.body).toEqual(
      body('APIG.2106', 'Invalid certificate or private key. cert_content: x'),
    )
  })
})
