import { describe, expect, it } from 'vitest'
import type { AuthenticationProblem } from '../../identity/principal.ts'
import type { Failure } from '../shared/failure.ts'
import { refusal, say, scmCodes } from './errors.ts'

const context = { requestId: '0123456789abcdef0123456789abcdef', host: 'registry.test', path: '/v3/scm/certificates' }
const account = { kind: 'account' } as const

function bad(parameter: string, where: 'query' | 'body', is: 'wrong-type' | 'wrong-form' | 'wrong-length'): Failure {
  return { is: 'bad-parameter', problem: { parameter, where, is, message: `The parameter '${parameter}' is odd.` } }
}

const mismatch: AuthenticationProblem = {
  is: 'signature-mismatch',
  canonicalRequest: 'GET\n/v3/scm/certificates/\n',
  stringToSign: 'SDK-HMAC-SHA256\n…',
}

/** One failure of every kind, with the status and code that it has to get. */
const failures: readonly [Failure, number, string][] = [
  [{ is: 'unauthenticated', problem: { is: 'no-credentials' } }, 401, 'SCM.1000'],
  [{ is: 'unauthenticated', problem: { is: 'invalid-token' } }, 401, 'SCM.1000'],
  [{ is: 'unauthenticated', problem: { is: 'expired-token' } }, 401, 'APIGW.0307'],
  [{ is: 'unauthenticated', problem: mismatch }, 401, 'APIGW.0301'],
  ...(
    [
      { is: 'malformed-credentials', detail: 'x' },
      { is: 'unsupported-algorithm', algorithm: 'x' },
      { is: 'unknown-access-key', accessKeyId: 'x' },
      { is: 'inactive-access-key', accessKeyId: 'x' },
      { is: 'missing-date' },
      { is: 'malformed-date' },
      { is: 'skewed-clock' },
      { is: 'unsigned-header', header: 'x-sdk-date' },
      { is: 'body-hash-mismatch' },
      { is: 'missing-nonce' },
      { is: 'nonce-used' },
      { is: 'missing-security-token' },
      { is: 'invalid-security-token' },
      { is: 'foreign-security-token' },
      { is: 'expired-security-token' },
      { is: 'locked' },
    ] as const satisfies readonly AuthenticationProblem[]
  ).map((problem): [Failure, number, string] => [{ is: 'unauthenticated', problem }, 401, 'APIGW.0301']),
  [{ is: 'refused', refusal: { is: 'no-such-place', place: account } }, 403, 'SCM.0002'],
  [{ is: 'refused', refusal: { is: 'not-a-member', place: account } }, 403, 'SCM.0002'],
  [{ is: 'refused', refusal: { is: 'not-allowed', action: 'scm:cert:list', place: account } }, 403, 'SCM.4002'],
  [bad('limit', 'query', 'wrong-type'), 400, 'SCM.0005'],
  [bad('name', 'body', 'wrong-type'), 400, 'SCM.0005'],
  [bad('name', 'body', 'wrong-form'), 400, 'SCM.0032'],
  [bad('name', 'body', 'wrong-length'), 400, 'SCM.0032'],
  [bad('certificate', 'body', 'wrong-length'), 400, 'SCM.0005'],
  [{ is: 'fault', fault: { is: 'not-found' } }, 404, 'SCM.0020'],
  [{ is: 'fault', fault: { is: 'taken', by: 'vendorId' } }, 500, 'SCM.3000'],
  [{ is: 'fault', fault: { is: 'busy', retryAfterSeconds: 3 } }, 429, 'APIGW.0308'],
  [{ is: 'fault', fault: { is: 'storage-failed', why: 'disk full' } }, 500, 'SCM.3000'],
  [{ is: 'no-such-operation', detail: '' }, 404, 'APIGW.0101'],
  [{ is: 'no-such-version', detail: '' }, 404, 'APIGW.0101'],
  [{ is: 'method-not-allowed', allowed: ['GET', 'DELETE'] }, 405, 'APIGW.0101'],
  [{ is: 'not-supported', operation: 'PushCertificate' }, 501, 'SCM.0001'],
  [{ is: 'malformed-request', detail: 'why' }, 400, 'APIGW.0201'],
  [{ is: 'malformed-body', detail: 'why' }, 400, 'SCM.0005'],
  [{ is: 'body-too-large', limitBytes: 1 }, 413, 'APIGW.0201'],
  [{ is: 'target-too-long' }, 414, 'APIGW.0201'],
  [{ is: 'headers-too-large' }, 494, 'APIGW.0201'],
  [{ is: 'unsupported-media-type' }, 415, 'SCM.0005'],
  [{ is: 'timed-out' }, 408, 'APIGW.0201'],
  [{ is: 'internal' }, 500, 'SCM.3000'],
]

describe('a failure in SCM’s words', () => {
  it.each(failures)('%o is %i %s', (failure, status, code) => {
    const reply = say(failure, context)
    expect(reply.status).toBe(status)
    expect(reply.body).toMatchObject({ error_code: code, error_msg: expect.stringMatching(/./) })
  })

  it('has the two members of the vendor’s envelope, and from the gateway the request id besides', () => {
    for (const [failure] of failures) {
      const body = say(failure, context).body as Record<string, string>
      const gateway = body.error_code?.startsWith('APIGW') ? { request_id: context.requestId } : {}
      expect(body).toEqual({ error_code: body.error_code, error_msg: body.error_msg, ...gateway })
    }
  })

  it('keeps codes to 36 and messages to 1024 characters', () => {
    const long: Failure = { is: 'unauthenticated', problem: { ...mismatch, canonicalRequest: 'x'.repeat(5000) } }
    for (const failure of [long, ...failures.map(([each]) => each)]) {
      const body = say(failure, context).body as Record<string, string>
      expect(body.error_code?.length).toBeLessThanOrEqual(36)
      expect(body.error_msg?.length).toBeLessThanOrEqual(1024)
    }
  })

  it('shows the canonical request of a wrong signature on one line', () => {
    expect(say({ is: 'unauthenticated', problem: mismatch }, context).body).toMatchObject({
      error_msg:
        'Incorrect IAM authentication information: verify aksk signature fail, canonicalRequest:GET|/v3/scm/certificates/|',
    })
  })

  it('says when to come back, and which methods there are', () => {
    expect(say({ is: 'fault', fault: { is: 'busy', retryAfterSeconds: 3 } }, context).headers).toEqual({
      'Retry-After': '3',
    })
    expect(say({ is: 'method-not-allowed', allowed: ['GET', 'DELETE'] }, context).headers).toEqual({
      Allow: 'GET, DELETE',
    })
  })

  it('never repeats an access key, nor why the storage failed', () => {
    const texts = [
      say({ is: 'unauthenticated', problem: { is: 'unknown-access-key', accessKeyId: 'CANARY' } }, context),
      say({ is: 'unauthenticated', problem: { is: 'malformed-credentials', detail: 'CANARY' } }, context),
      say({ is: 'unauthenticated', problem: { is: 'unsupported-algorithm', algorithm: 'CANARY' } }, context),
      say({ is: 'fault', fault: { is: 'storage-failed', why: 'CANARY' } }, context),
    ]
    expect(JSON.stringify(texts)).not.toContain('CANARY')
  })

  it('gives each of SCM’s own refusals the status that stands beside its code', () => {
    for (const [code, { status, text }] of Object.entries(scmCodes)) {
      const { reply } = refusal(code as keyof typeof scmCodes, 'A detail.')
      expect(reply).toEqual({ status, body: { error_code: code, error_msg: `${text} A detail.` } })
    }
  })
})
