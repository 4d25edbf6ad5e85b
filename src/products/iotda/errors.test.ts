import { describe, expect, it } from 'vitest'
import type { AuthenticationProblem } from '../../identity/principal.ts'
import type { Failure, ParameterProblem } from '../shared/failure.ts'
import { ERRORS, refusal, say } from './errors.ts'

const context = { requestId: '0123456789abcdef0123456789abcdef', host: 'registry.test', path: '/v5/iot/p/certificates' }

/** One failure of every kind, with the status and code that it has to get. */
const failures: readonly [Failure, number, string][] = [
  [{ is: 'unauthenticated', problem: { is: 'no-credentials' } }, 401, 'IOTDA.000002'],
  [{ is: 'unauthenticated', problem: { is: 'invalid-token' } }, 401, 'IOTDA.000002'],
  [{ is: 'unauthenticated', problem: { is: 'expired-token' } }, 401, 'APIGW.0307'],
  [{ is: 'unauthenticated', problem: { is: 'skewed-clock' } }, 401, 'APIGW.0301'],
  [{ is: 'refused', refusal: { is: 'no-such-place', place: { kind: 'account' } } }, 403, 'IOTDA.000021'],
  [{ is: 'refused', refusal: { is: 'not-a-member', place: { kind: 'account' } } }, 403, 'IOTDA.000021'],
  [
    { is: 'refused', refusal: { is: 'not-allowed', action: 'iotda:x:y', place: { kind: 'account' } } },
    403,
    'IOTDA.000022',
  ],
  [bad('offset', 'out-of-range'), 400, 'IOTDA.000006'],
  [{ is: 'fault', fault: { is: 'not-found' } }, 404, 'IOTDA.990404'],
  [{ is: 'fault', fault: { is: 'taken', by: 'uniqueKey' } }, 400, 'IOTDA.990409'],
  [{ is: 'fault', fault: { is: 'busy', retryAfterSeconds: 3 } }, 429, 'APIGW.0308'],
  [{ is: 'fault', fault: { is: 'storage-failed', why: 'disk full' } }, 507, 'IOTDA.990507'],
  [{ is: 'no-such-operation', detail: '' }, 404, 'APIGW.0101'],
  [{ is: 'no-such-version', detail: '' }, 404, 'APIGW.0101'],
  [{ is: 'method-not-allowed', allowed: ['GET'] }, 405, 'APIGW.0101'],
  [{ is: 'not-supported', operation: 'CheckCertificate' }, 501, 'IOTDA.990501'],
  [{ is: 'malformed-request', detail: 'why' }, 400, 'IOTDA.000008'],
  [{ is: 'malformed-body', detail: 'why' }, 400, 'IOTDA.000008'],
  [{ is: 'body-too-large', limitBytes: 1 }, 413, 'APIGW.0201'],
  [{ is: 'target-too-long' }, 414, 'APIGW.0201'],
  [{ is: 'headers-too-large' }, 494, 'APIGW.0201'],
  [{ is: 'unsupported-media-type' }, 415, 'IOTDA.000008'],
  [{ is: 'timed-out' }, 408, 'IOTDA.990408'],
  [{ is: 'internal' }, 500, 'IOTDA.000001'],
]

function bad(parameter: string, is: ParameterProblem['is']): Failure {
  return { is: 'bad-parameter', problem: { parameter, where: 'query', is, message: `About '${parameter}'.` } }
}

function bodyOf(failure: Failure) {
  return say(failure, context).body as Record<string, string>
}

describe('a failure in IoTDA’s words', () => {
  it.each(failures)('%o is %i %s', (failure, status, code) => {
    const reply = say(failure, context)
    expect(reply.status).toBe(status)
    expect(reply.body).toMatchObject({ error_code: code, error_msg: expect.stringMatching(/./) })
  })

  it('has exactly the two members of the vendor’s envelope, and from the gateway the request id besides', () => {
    for (const [failure] of failures) {
      const body = bodyOf(failure)
      const members = body.error_code?.startsWith('APIGW')
        ? ['error_code', 'error_msg', 'request_id']
        : ['error_code', 'error_msg']
      expect(Object.keys(body).sort()).toEqual(members)
    }
  })

  it('names the parameter, whatever is wrong with it', () => {
    for (const is of ['missing', 'repeated', 'badly-encoded', 'wrong-type', 'wrong-length', 'wrong-form'] as const)
      for (const parameter of ['limit', 'marker', 'offset', 'common_name', 'fingerprint', 'app_id', 'content'])
        expect(bodyOf(bad(parameter, is)).error_msg).toContain(`'${parameter}'`)
  })

  it('says after how many seconds to come back when the registry is busy', () => {
    const reply = say({ is: 'fault', fault: { is: 'busy', retryAfterSeconds: 3 } }, context)
    expect(reply.headers).toEqual({ 'Retry-After': '3' })
  })

  it('never says why the storage failed, nor repeats an access key or an algorithm', () => {
    const problems: readonly AuthenticationProblem[] = [
      { is: 'unknown-access-key', accessKeyId: 'CANARY' },
      { is: 'inactive-access-key', accessKeyId: 'CANARY' },
      { is: 'unsupported-algorithm', algorithm: 'CANARY' },
      { is: 'malformed-credentials', detail: 'CANARY' },
    ]
    const said = [
      ...problems.map(problem => say({ is: 'unauthenticated', problem }, context)),
      say({ is: 'fault', fault: { is: 'storage-failed', why: 'CANARY' } }, context),
    ]
    expect(JSON.stringify(said)).not.toContain('CANARY')
  })

  it('shows the canonical request of a signature that does not fit, with | for line feeds', () => {
    const problem = { is: 'signature-mismatch', canonicalRequest: 'GET\n/v5/\n\nhost:a', stringToSign: 'x' } as const
    expect(bodyOf({ is: 'unauthenticated', problem }).error_msg).toBe(
      'Incorrect IAM authentication information: verify aksk signature fail, canonicalRequest:GET|/v5/||host:a',
    )
  })

  it('has a text for every trouble with credentials', () => {
    const troubles = [
      'missing-date',
      'malformed-date',
      'skewed-clock',
      'body-hash-mismatch',
      'missing-nonce',
      'nonce-used',
      'missing-security-token',
      'invalid-security-token',
      'expired-security-token',
      'foreign-security-token',
      'locked',
    ] as const
    const texts = troubles.map(is => bodyOf({ is: 'unauthenticated', problem: { is } }).error_msg)
    expect(new Set(texts).size).toBe(troubles.length)
    for (const text of texts) expect(text).toMatch(/^Incorrect IAM authentication information: \S/)
  })
})

describe('the catalogue of errors', () => {
  it('has codes of the vendor’s form, its own ones in a block that the vendor does not use', () => {
    for (const { status, code } of Object.values(ERRORS)) {
      expect(code).toMatch(/^IOTDA\.\d{6}$/)
      if (code.startsWith('IOTDA.99'))
        expect(code).toMatch(status === 400 ? /^IOTDA\.990409$/ : RegExp(`990${status}$`))
    }
  })

  it('makes refusals that are said as they are', () => {
    const { reply } = refusal('badCertificate', 'It is cut off.')
    expect(reply).toEqual({
      status: 400,
      body: { error_code: 'IOTDA.014301', error_msg: 'Invalid certificate content. It is cut off.' },
    })
  })
})
