import { describe, expect, it } from 'vitest'
import type { AuthenticationProblem } from '../../src/identity/principal.ts'
import { say as sayApic } from '../../src/products/apic/errors.ts'
import { say as sayIam } from '../../src/products/iam/errors.ts'
import { say as sayIotda } from '../../src/products/iotda/errors.ts'
import { say as sayScm } from '../../src/products/scm/errors.ts'
import type { Failure } from '../../src/products/shared/failure.ts'

const context = { requestId: 'f'.repeat(32), host: 'localhost', path: '/' }

const problems: readonly AuthenticationProblem[] = [
  { is: 'malformed-credentials', detail: 'why' },
  { is: 'unsupported-algorithm', algorithm: 'x' },
  { is: 'unknown-access-key', accessKeyId: 'x' },
  { is: 'inactive-access-key', accessKeyId: 'x' },
  { is: 'missing-date' },
  { is: 'malformed-date' },
  { is: 'skewed-clock' },
  { is: 'unsigned-header', header: 'host' },
  { is: 'body-hash-mismatch' },
  { is: 'signature-mismatch', canonicalRequest: 'GET\n/', stringToSign: '' },
  { is: 'nonce-used' },
  { is: 'foreign-security-token' },
  { is: 'locked' },
]
const others: readonly Failure[] = [
  { is: 'no-such-operation', detail: '' },
  { is: 'method-not-allowed', allowed: ['GET'] },
  { is: 'body-too-large', limitBytes: 1 },
  { is: 'target-too-long' },
  { is: 'headers-too-large' },
]

describe('one gateway stands before all services', () => {
  it.each(problems)('a signature is refused alike by each of them: $is', problem => {
    const [first, ...rest] = [sayScm, sayApic, sayIotda, sayIam].map(say =>
      say({ is: 'unauthenticated', problem }, context),
    )
    expect(first).toMatchObject({ status: 401, body: { error_code: 'APIGW.0301', request_id: context.requestId } })
    for (const reply of rest) expect(reply).toEqual(first)
  })

  it.each(others)('what no service sees is refused alike: $is', failure => {
    const [first, ...rest] = [sayScm, sayApic, sayIotda].map(say => say(failure, context))
    expect(first).toMatchObject({
      body: { error_code: expect.stringMatching(/^APIGW\./), request_id: context.requestId },
    })
    for (const reply of rest) expect(reply).toEqual(first)
  })
})
