/**
 * Attacks on signatures (F1 to F6, F8, F9 of the attack catalogue), on the list of every product, with every scheme that
 * its clients have. After each attack the request that it was made from is let in.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ask,
  isLetIn,
  openStage,
  PAIRS,
  type ProductName,
  refusalIn,
  type SchemeName,
  type Stage,
  sign,
  signed,
  unsigned,
} from './targets.ts'
import { bytesOf, compactDate, extendedDate, headerOf, type Request, sendBytes, withHeader, withLine } from './wire.ts'

const MINUTE = 60_000

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

/** What a refusal says, in Huawei's words and in Alibaba's; several where the fence or the product may come first. */
const HUAWEI = '401 APIGW.0301'
interface Said {
  readonly huawei?: string | RegExp
  readonly alibaba?: string | RegExp
}
const MISMATCH: Said = { huawei: HUAWEI, alibaba: '400 SignatureDoesNotMatch' }
const MALFORMED: Said = { huawei: HUAWEI, alibaba: '400 IncompleteSignature' }
/** Before anybody looks who asks: the fence, in the product's words. */
const FENCE: Said = { huawei: /^400 /, alibaba: '400 InvalidRequest' }

interface Attack {
  readonly name: string
  /** Where it applies; everywhere without it. */
  readonly on?: (scheme: SchemeName) => boolean
  readonly make: (good: Request, scheme: SchemeName, product: ProductName) => Request
  /** How it is refused; `let in` where the cloud does so too, which is held here; `nowhere` if it may be no product's. */
  readonly said: Said | 'let in' | 'nowhere'
}

const isHuawei = (scheme: SchemeName) => scheme.startsWith('SDK') || scheme.startsWith('V11')
const isAcs3 = (scheme: SchemeName) => scheme.startsWith('ACS3')
const isV1 = (scheme: SchemeName) => scheme === 'RPC V1'
const hasHeader = (scheme: SchemeName) => !isV1(scheme)

const dateHeader = (scheme: SchemeName) => (isAcs3(scheme) ? 'x-acs-date' : 'X-Sdk-Date')
const dateOf = (scheme: SchemeName, time: number) => (isHuawei(scheme) ? compactDate(time) : extendedDate(time))

/** Signed so many ms from now, in the right way. Signatures name whole seconds, so it is a whole second now. */
const dated =
  (skew: number): Attack['make'] =>
  (_, scheme, product) => {
    stage.now = Math.ceil(stage.now / 1000) * 1000
    return signed(stage, product, scheme, stage.now + skew)
  }

/** Signed in the right way over a date that is written otherwise. */
const datedAs =
  (write: (time: number) => string | undefined): Attack['make'] =>
  (_, scheme, product) => {
    const request = unsigned(stage, product, scheme)
    const text = write(stage.now)
    if (isV1(scheme)) {
      const [path, query] = request.target.split('?')
      const parameters = new URLSearchParams(query)
      parameters.delete('Timestamp')
      if (text !== undefined) parameters.set('Timestamp', text)
      return sign({ ...request, target: `${path}?${parameters}` }, scheme, stage.key)
    }
    return sign(withHeader(request, dateHeader(scheme), text), scheme, stage.key)
  }

const skewed: Said = { huawei: HUAWEI, alibaba: '400 InvalidTimeStamp.Expired' }
const badDate: Said = { huawei: HUAWEI, alibaba: '400 InvalidTimeStamp.Format' }

const DATES: readonly Attack[] = [
  { name: 'F2 one second too old', make: dated(-15 * MINUTE - 1_000), said: skewed },
  { name: 'F2 exactly as old as allowed', make: dated(-15 * MINUTE), said: 'let in' },
  { name: 'F2 exactly as new as allowed', make: dated(15 * MINUTE), said: 'let in' },
  { name: 'F2 one second too new', make: dated(15 * MINUTE + 1_000), said: skewed },
  { name: 'F2 sixteen minutes old', make: dated(-16 * MINUTE), said: skewed },
  { name: 'F2 fourteen minutes old', make: dated(-14 * MINUTE), said: 'let in' },
  { name: 'F2 without a date', make: datedAs(() => undefined), said: badDate },
  { name: 'F2 an empty date', make: datedAs(() => ''), said: badDate },
  { name: 'F2 a date with milliseconds', make: datedAs(time => new Date(time).toISOString()), said: badDate },
  {
    name: "F2 the other cloud's form of the date",
    make: (good, scheme, product) =>
      datedAs(time => (isHuawei(scheme) ? extendedDate(time) : compactDate(time)))(good, scheme, product),
    said: badDate,
  },
  {
    name: 'F2 a date with an offset',
    make: (good, scheme, product) => datedAs(time => dateOf(scheme, time).replace('Z', '+0000'))(good, scheme, product),
    said: badDate,
  },
  { name: 'F2 a date that does not exist', make: datedAs(() => '20260230T080000Z'), said: badDate },
  { name: 'F2 Unix seconds', make: datedAs(time => String(time / 1000)), said: badDate },
  {
    name: 'F2 two dates',
    on: hasHeader,
    make: (good, scheme) => withLine(good, dateHeader(scheme), headerOf(good, dateHeader(scheme))),
    said: FENCE,
  },
  {
    name: 'F2 another date than that of the scope',
    on: scheme => scheme.startsWith('V11'),
    make: good =>
      withHeader(good, 'Authorization', headerOf(good, 'Authorization').replace('/20260330/', '/20260329/')),
    said: MALFORMED,
  },
]

const withoutParameter = (target: string, name: string) => {
  const [path, query] = target.split('?')
  const parameters = new URLSearchParams(query)
  parameters.delete(name)
  return `${path}?${parameters}`
}

/** Signed in the right way, but not over a header that has to be covered. */
const uncovered = (name: string): Attack => ({
  name: `F3 a signature that does not cover ${name}`,
  on: isAcs3,
  make: (_, scheme, product) => {
    const request = unsigned(stage, product, scheme)
    const names = request.headers.map(([each]) => each.toLowerCase()).filter(each => each !== name)
    return sign(request, scheme, stage.key, names.sort())
  },
  said: { alibaba: '400 IncompleteSignature' },
})

const STRIPPED: readonly Attack[] = [
  ...['host', 'x-acs-action', 'x-acs-version', 'x-acs-date', 'x-acs-signature-nonce', 'x-acs-content-sha256'].map(
    uncovered,
  ),
  {
    name: 'F3 a signature that does not cover x-sdk-date',
    on: isHuawei,
    make: (_, scheme, product) =>
      sign(unsigned(stage, product, scheme), scheme, stage.key, ['content-type', 'host', 'x-project-id']),
    said: { huawei: HUAWEI },
  },
  {
    name: 'F3 a signature over the date alone, as Terraform leaves the host and the project out',
    on: isHuawei,
    make: (_, scheme, product) => sign(unsigned(stage, product, scheme), scheme, stage.key, ['x-sdk-date']),
    said: 'let in',
  },
  {
    name: 'F3 a header that the signature lists is not sent',
    on: hasHeader,
    make: (good, scheme) => withHeader(good, isHuawei(scheme) ? 'content-type' : 'x-acs-version', undefined),
    // Without its version the request names no API.
    said: { huawei: HUAWEI, alibaba: /^400 (IncompleteSignature|MissingVersion)$/ },
  },
  {
    name: 'F3 a header is struck from the list',
    on: hasHeader,
    make: (good, scheme) => {
      const struck = isHuawei(scheme) ? 'content-type;' : 'host;'
      return withHeader(good, 'Authorization', headerOf(good, 'Authorization').replace(struck, ''))
    },
    said: { huawei: HUAWEI, alibaba: '400 IncompleteSignature' },
  },
  {
    name: 'F3 the list is re-ordered',
    on: hasHeader,
    make: good =>
      withHeader(
        good,
        'Authorization',
        headerOf(good, 'Authorization').replace(/(?<=SignedHeaders=)[^,]+/, names =>
          names.split(';').reverse().join(';'),
        ),
      ),
    said: { huawei: HUAWEI, alibaba: '400 IncompleteSignature' },
  },
  {
    name: 'F3 the list names a header twice',
    on: hasHeader,
    make: good => withHeader(good, 'Authorization', headerOf(good, 'Authorization').replace('host;', 'host;host;')),
    said: MALFORMED,
  },
  {
    name: 'F3 the list is in upper case',
    on: hasHeader,
    make: good => withHeader(good, 'Authorization', headerOf(good, 'Authorization').replace('host;', 'Host;')),
    said: MALFORMED,
  },
  {
    name: 'F3 no signature in the header',
    on: hasHeader,
    make: good => withHeader(good, 'Authorization', headerOf(good, 'Authorization').replace(/,? ?Signature=\w+/, '')),
    said: MALFORMED,
  },
  {
    name: 'F3 no signature among the parameters',
    on: isV1,
    make: good => ({ ...good, target: withoutParameter(good.target, 'Signature') }),
    said: MALFORMED,
  },
  ...['AccessKeyId', 'SignatureMethod', 'SignatureVersion', 'SignatureNonce', 'Timestamp'].map(
    (name): Attack => ({
      name: `F3 signed without the parameter ${name}`,
      on: isV1,
      make: (_, scheme, product) => {
        const request = unsigned(stage, product, scheme)
        return sign({ ...request, target: withoutParameter(request.target, name) }, scheme, stage.key)
      },
      said: { alibaba: /^400 (IncompleteSignature|MissingSignatureNonce|InvalidTimeStamp.Format)$/ },
    }),
  ),
  {
    name: 'F3 a body that the signature does not know',
    make: good => ({ ...good, body: '{"a":1}' }),
    said: { huawei: HUAWEI, alibaba: /^(400 SignatureDoesNotMatch|400 IncompleteSignature|415 \w+)$/ },
  },
  {
    name: 'F3 UNSIGNED-PAYLOAD for a body that may be JSON',
    on: isHuawei,
    make: (_, scheme, product) => {
      const request = withHeader(unsigned(stage, product, scheme), 'X-Sdk-Content-Sha256', 'UNSIGNED-PAYLOAD')
      return { ...sign(request, scheme, stage.key), body: '{"a":1}' }
    },
    said: { huawei: HUAWEI },
  },
]

const SMUGGLED: readonly Attack[] = [
  {
    name: 'F4 two Authorization headers',
    on: hasHeader,
    make: good => withLine(good, 'authorization', 'SDK-HMAC-SHA256 Access=a, SignedHeaders=b, Signature=c'),
    said: FENCE,
  },
  {
    name: 'F4 the same Authorization header twice',
    on: hasHeader,
    make: good => withLine(good, 'Authorization', headerOf(good, 'Authorization')),
    said: FENCE,
  },
  { name: 'F4 two Host headers', make: good => withLine(good, 'host', 'elsewhere.example'), said: FENCE },
  {
    name: 'F4 another Host than the signed one',
    on: hasHeader,
    make: good => withHeader(good, 'Host', 'elsewhere.example'),
    said: MISMATCH,
  },
  {
    name: 'F4 signed in the header and in the parameters',
    on: isAcs3,
    make: good => ({ ...good, target: `${good.target}&Signature=x&AccessKeyId=${stage.key.ak}` }),
    said: { alibaba: '400 IncompleteSignature' },
  },
  {
    name: 'F4 a signature in the query of a scheme that has it in the header',
    on: isHuawei,
    make: good => ({
      ...withHeader(good, 'Authorization', undefined),
      target: `${good.target}&Authorization=${encodeURIComponent(headerOf(good, 'Authorization'))}`,
    }),
    said: { huawei: /^401 / },
  },
  {
    name: 'F4 header names in another case',
    on: hasHeader,
    make: good => ({ ...good, headers: good.headers.map(([name, value]) => [name.toUpperCase(), value]) }),
    said: 'let in',
  },
  {
    name: 'F4 an underscore for a hyphen',
    on: hasHeader,
    make: (good, scheme) =>
      withLine(
        withHeader(good, dateHeader(scheme), undefined),
        dateHeader(scheme).replaceAll('-', '_'),
        headerOf(good, dateHeader(scheme)),
      ),
    said: { huawei: HUAWEI, alibaba: '400 InvalidTimeStamp.Format' },
  },
  {
    name: 'F4 spaces after a value',
    on: hasHeader,
    make: (good, scheme) => withHeader(good, dateHeader(scheme), `${headerOf(good, dateHeader(scheme))}  \t`),
    said: 'let in',
  },
  {
    name: 'F4 Connection: authorization, which is for proxies',
    on: hasHeader,
    make: good => withLine(good, 'Connection', 'authorization'),
    said: 'let in',
  },
  {
    name: 'F4 X-Forwarded-* that claim another host and client',
    make: good =>
      [
        ['X-Forwarded-For', '10.0.0.1'],
        ['X-Forwarded-Host', 'elsewhere.example'],
        ['X-Forwarded-Proto', 'https'],
        ['Forwarded', 'for=10.0.0.1;host=elsewhere.example'],
      ].reduce((request, [name = '', value = '']) => withLine(request, name, value), good),
    said: 'let in',
  },
  {
    name: 'F4 X-HTTP-Method-Override, which nobody follows',
    make: good => withLine(good, 'X-HTTP-Method-Override', 'DELETE'),
    said: 'let in',
  },
  {
    name: 'F4 two projects',
    on: isHuawei,
    make: good => withLine(good, 'X-Project-Id', 'f'.repeat(32)),
    said: FENCE,
  },
  {
    name: 'F4 a good token beside a wrong signature',
    on: isHuawei,
    make: good =>
      withLine(
        withHeader(good, 'Authorization', headerOf(good, 'Authorization').replace(/\w{64}$/, '0'.repeat(64))),
        'X-Auth-Token',
        stage.token,
      ),
    said: MISMATCH,
  },
  {
    name: 'F4 a parameter in the query and in the form',
    on: isV1,
    make: good => ({
      ...withLine({ ...good, body: 'ProjectId=10000' }, 'Content-Type', 'application/x-www-form-urlencoded'),
      method: 'GET',
    }),
    said: { alibaba: /^400 / },
  },
]

const path = (target: string) => target.split('?')[0] ?? ''
const withPath = (good: Request, change: (path: string) => string): Request => ({
  ...good,
  target: change(path(good.target)) + good.target.slice(path(good.target).length),
})

/** Alibaba's signatures cover no path; Huawei's do, and what is another path has no operation either. */
const FORMS: readonly Attack[] = [
  {
    name: 'F5 an encoded slash',
    on: isHuawei,
    make: good => withPath(good, text => text.replace(/\/(?=[^/]+$)/, '%2F')),
    said: 'nowhere',
  },
  {
    name: 'F5 an escaped letter of the path, which decodes to what was signed',
    on: isHuawei,
    make: good => withPath(good, text => text.replace('certificates', '%63ertificates')),
    said: 'let in',
  },
  {
    name: 'F5 a doubled slash',
    on: isHuawei,
    make: good => withPath(good, text => text.replace('/', '//')),
    said: { huawei: /^40[14] / },
  },
  {
    name: 'F5 a dot in the path',
    on: isHuawei,
    make: good =>
      withPath(good, text => text.replace('/certificates', '/./certificates').replace('/device', '/./device')),
    said: { huawei: /^40[14] / },
  },
  {
    name: 'F5 a way up and down again in the path',
    on: isHuawei,
    make: good => withPath(good, text => `${text}/../${text.split('/').at(-1)}`),
    said: { huawei: /^40[14] / },
  },
  {
    name: 'F5 the path in another case',
    on: isHuawei,
    make: good => withPath(good, text => text.toUpperCase()),
    said: 'nowhere',
  },
  {
    name: 'F5 a slash at the end, which the signature always has',
    on: isHuawei,
    make: good => withPath(good, text => `${text}/`),
    said: 'let in',
  },
  {
    name: 'F5 parameters in another order, which sign alike',
    make: good => {
      const [start, query = ''] = good.target.split('?')
      return { ...good, target: `${start}?${query.split('&').reverse().join('&')}` }
    },
    said: 'let in',
  },
  {
    name: 'F5 one more parameter',
    make: good => ({ ...good, target: `${good.target}&offset=0` }),
    said: MISMATCH,
  },
  {
    name: 'F5 one more parameter without a value',
    make: good => ({ ...good, target: `${good.target}&x` }),
    said: MISMATCH,
  },
  {
    name: 'F5 a parameter once more',
    make: good => ({ ...good, target: good.target.replace(/\?([^&]+)/, '?$1&$1') }),
    // Signed once or twice: RPC V1 sees at once that a name stands twice, if it is one of its own.
    said: { huawei: HUAWEI, alibaba: '400 SignatureDoesNotMatch' },
  },
  {
    name: 'F5 an empty piece, which no signature counts',
    make: good => ({ ...good, target: `${good.target}&` }),
    said: 'let in',
  },
  {
    name: 'F5 another value',
    make: good => ({ ...good, target: good.target.replace('=10', '=11') }),
    said: { huawei: HUAWEI, alibaba: '400 SignatureDoesNotMatch' },
  },
  {
    name: 'F5 bytes that are no UTF-8',
    make: good => ({ ...good, target: `${good.target}&name=%ff` }),
    // The action is read from the same parameters, so the encoding is found first.
    said: { huawei: HUAWEI, alibaba: /^400 (SignatureDoesNotMatch|InvalidName|InvalidParameter)$/ },
  },
  {
    name: 'F5 an escape in lower case, which decodes to what was signed',
    on: isV1,
    make: good => ({ ...good, target: good.target.replaceAll('%3A', '%3a') }),
    said: 'let in',
  },
  {
    name: 'F5 another method',
    make: good => ({ ...good, method: 'POST' }),
    // A method that the path does not have is refused before anybody is asked who he is.
    said: { huawei: /^40[015] /, alibaba: '400 SignatureDoesNotMatch' },
  },
]

const swapped = (good: Request, algorithm: string): Request =>
  withHeader(good, 'Authorization', headerOf(good, 'Authorization').replace(/^[\w-]+/, algorithm))

const CONFUSED: readonly Attack[] = [
  ...[
    'none',
    'None',
    'SDK-HMAC-SHA1',
    'SDK-HMAC-SM3',
    'SDK-ECDSA-P256-SHA256',
    'AWS4-HMAC-SHA256',
    'Bearer',
    'Basic',
  ].map(
    (algorithm): Attack => ({
      name: `F8 the algorithm ${algorithm}`,
      on: hasHeader,
      make: good => swapped(good, algorithm),
      // Without ACS at its head the request of Alibaba's client is no RPC, but for its x-acs- headers.
      said: { huawei: HUAWEI, alibaba: '400 InvalidSignatureMethod' },
    }),
  ),
  {
    name: 'F8 the algorithm in lower case',
    on: hasHeader,
    make: good =>
      withHeader(
        good,
        'Authorization',
        headerOf(good, 'Authorization').replace(/^[\w-]+/, text => text.toLowerCase()),
      ),
    said: { huawei: HUAWEI, alibaba: '400 InvalidSignatureMethod' },
  },
  {
    name: 'F8 the plain algorithm over a derived signature, and the other way round',
    on: isHuawei,
    make: (good, scheme) => swapped(good, scheme.startsWith('SDK') ? 'V11-HMAC-SHA256' : 'SDK-HMAC-SHA256'),
    said: { huawei: HUAWEI },
  },
  ...['HMAC-SHA256', 'none', 'HMAC-MD5', ''].map(
    (method): Attack => ({
      name: `F8 SignatureMethod=${method}`,
      on: isV1,
      make: (_, scheme, product) => {
        const request = unsigned(stage, product, scheme)
        return sign({ ...request, target: request.target.replace('HMAC-SHA1', method) }, scheme, stage.key)
      },
      said: { alibaba: method === '' ? '400 IncompleteSignature' : '400 InvalidSignatureMethod' },
    }),
  ),
  {
    name: 'F8 SignatureVersion=2.0',
    on: isV1,
    make: (_, scheme, product) => {
      const request = unsigned(stage, product, scheme)
      return sign({ ...request, target: request.target.replace('Version=1.0', 'Version=2.0') }, scheme, stage.key)
    },
    said: { alibaba: '400 IncompleteSignature' },
  },
  {
    name: 'F8 a bearer token of RPC',
    on: isAcs3,
    make: good => withLine(withHeader(good, 'Authorization', undefined), 'x-acs-bearer-token', 'x'),
    said: { alibaba: '400 InvalidSignatureMethod' },
  },
]

/** Replaces the signature, wherever the scheme has it. */
function withSignature(good: Request, scheme: SchemeName, change: (signature: string) => string): Request {
  if (!isV1(scheme))
    return withHeader(good, 'Authorization', headerOf(good, 'Authorization').replace(/(?<=Signature=)\w+$/, change))
  const target = good.target.replace(/(?<=&Signature=)[^&]+/, text =>
    encodeURIComponent(change(decodeURIComponent(text))),
  )
  return { ...good, target }
}

const changed = (name: string, change: (signature: string) => string, said: Said): Attack => ({
  name: `F9 ${name}`,
  make: (good, scheme) => withSignature(good, scheme, change),
  said,
})
const flip = (digit: string) => (digit === '0' ? '1' : '0')

const BENT: readonly Attack[] = [
  changed('a wrong first digit', text => text.replace(/^./, flip), MISMATCH),
  changed('a wrong last digit', text => text.replace(/.(?==?$)/, flip), MISMATCH),
  changed('the signature in the other case', text => text.toUpperCase(), {
    huawei: HUAWEI,
    alibaba: /^400 (IncompleteSignature|SignatureDoesNotMatch)$/,
  }),
  changed('a digit less', text => text.slice(0, -1), { huawei: HUAWEI, alibaba: /^400 / }),
  changed('a digit more', text => `${text}0`, { huawei: HUAWEI, alibaba: /^400 / }),
  changed('the signature twice', text => text + text, { huawei: HUAWEI, alibaba: /^400 / }),
  changed('nothing but zeros', text => text.replace(/\w/g, '0'), MISMATCH),
  {
    name: 'F9 unused bits of the base64 set, which decodes to the same bytes',
    on: isV1,
    // 20 bytes end in a character of which two bits count for nothing.
    make: (good, scheme) =>
      withSignature(good, scheme, text => {
        const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
        const at = text.length - 2
        return text.slice(0, at) + alphabet[alphabet.indexOf(text[at] ?? 'A') ^ 1] + text.slice(at + 1)
      }),
    said: MISMATCH,
  },
  {
    name: 'F9 the base64 without its padding',
    on: isV1,
    make: (good, scheme) => withSignature(good, scheme, text => text.replace('=', '')),
    said: MISMATCH,
  },
  {
    name: 'F9 a second signature behind the first',
    on: hasHeader,
    make: good => withHeader(good, 'Authorization', `${headerOf(good, 'Authorization')}, Signature=${'0'.repeat(64)}`),
    said: MALFORMED,
  },
  {
    name: 'F9 an Authorization header of 16 KB',
    on: hasHeader,
    make: good =>
      withHeader(good, 'Authorization', headerOf(good, 'Authorization') + ' '.repeat(8) + ','.repeat(16_384)),
    said: MALFORMED,
  },
  {
    name: 'F9 the signature of a secret that nobody has',
    make: (_, scheme, product) => sign(unsigned(stage, product, scheme), scheme, { ...stage.key, sk: 'x'.repeat(40) }),
    said: MISMATCH,
  },
  {
    name: 'F9 a key that nobody has',
    make: (_, scheme, product) => {
      const request = unsigned(stage, product, scheme)
      const stranger = { ...request, target: request.target.replace(stage.key.ak, 'NOBODYSKEY0000000000') }
      return sign(stranger, scheme, { ak: 'NOBODYSKEY0000000000', sk: stage.key.sk })
    },
    said: { huawei: HUAWEI, alibaba: '404 InvalidAccessKeyId.NotFound' },
  },
]

const ATTACKS = [...DATES, ...STRIPPED, ...SMUGGLED, ...FORMS, ...CONFUSED, ...BENT]

test('there are at least forty attacks, each with a name of its own', () => {
  expect(new Set(ATTACKS.map(({ name }) => name)).size).toBe(ATTACKS.length)
  expect(ATTACKS.length).toBeGreaterThanOrEqual(40)
})

describe.each(PAIRS)('%s with %s', (product, scheme) => {
  for (const { name, on, make, said } of ATTACKS) {
    if (on && !on(scheme)) continue
    test(`${name}: ${said === 'let in' ? 'let in' : 'refused'}`, async () => {
      const answer = await ask(stage, make(signed(stage, product, scheme), scheme, product))
      if (said === 'let in') expect(isLetIn(answer), answer.text).toBe(true)
      else if (said === 'nowhere') expect([answer.status, isLetIn(answer)]).toEqual([404, false])
      else {
        const refusal = refusalIn(product, answer)
        expect(refusal, `${answer.status} ${answer.text}`).toBeDefined()
        const expected = isHuawei(scheme) ? said.huawei : said.alibaba
        expect(refusal?.join(' ')).toEqual(expected instanceof RegExp ? expect.stringMatching(expected) : expected)
      }
      const twin = await ask(stage, signed(stage, product, scheme))
      expect(isLetIn(twin), twin.text).toBe(true)
    })
  }

  test('F7 a signature wrong in its first and in its last digit: the same answer', async () => {
    const good = signed(stage, product, scheme)
    const said = []
    for (const bend of [/^./, /.(?==?$)/]) {
      const { status, text } = await ask(
        stage,
        withSignature(good, scheme, all => all.replace(bend, flip)),
      )
      const ids = /"(?:request_id|RequestId)":"[^"]*"|requestId=[0-9A-F-]+/g
      // RPC V1 has its signature in the query, which no answer repeats.
      said.push([status, text.replaceAll(ids, '')])
    }
    expect(said[0]).toEqual(said[1])
    expect(isLetIn(await ask(stage, good))).toBe(true)
  })

  test(`F9 the signature cut at every length: refused`, async () => {
    const length = isV1(scheme) ? 28 : 64
    for (let kept = 0; kept < length; kept++) {
      const cut = withSignature(signed(stage, product, scheme), scheme, text => text.slice(0, kept))
      expect(refusalIn(product, await ask(stage, cut)), String(kept)).toBeDefined()
      if (kept % 5 === 4) expect(isLetIn(await ask(stage, signed(stage, product, scheme)))).toBe(true)
    }
  })

  test('F4 a folded header, and a blank before the colon: refused at the fence', async () => {
    for (const bend of [
      (bytes: string) => bytes.replace('\r\nConnection', '\r\n folded\r\nConnection'),
      (bytes: string) => bytes.replace('Host:', 'Host :'),
      (bytes: string) => bytes.replace('\r\nConnection', '\rConnection'),
      (bytes: string) => bytes.replace('Host: ', 'Host: \0'),
    ]) {
      const bytes = bend(bytesOf(signed(stage, product, scheme)))
      const answer = await sendBytes(stage.registry.port, bytes)
      expect([answer.status, isLetIn(answer)]).toEqual([400, false])
    }
  })

  test(`F1 the same request again: ${isHuawei(scheme) ? 'let in, as on the cloud' : 'refused'}, and after the window refused`, async () => {
    const request = signed(stage, product, scheme)
    expect(isLetIn(await ask(stage, request))).toBe(true)
    const again = await ask(stage, request)
    if (isHuawei(scheme)) expect(isLetIn(again)).toBe(true)
    else expect(refusalIn(product, again)).toEqual([400, 'SignatureNonceUsed'])
    stage.now += 15 * MINUTE + 1_000
    const late = refusalIn(product, await ask(stage, request))
    expect(late?.[1]).toBe(isHuawei(scheme) ? 'APIGW.0301' : 'InvalidTimeStamp.Expired')
  })
})

describe.each(PAIRS)('F6 a signature for %s with %s', (product, scheme) => {
  test.each(PAIRS.filter(([other]) => other !== product))('is none for %s with %s', async (other, otherScheme) => {
    const mine = signed(stage, product, scheme)
    const theirs = signed(stage, other, otherScheme)
    // The credentials of the one, the rest of the other.
    const bare = { ...theirs, target: theirs.target.replace(/&Signature=[^&]+/, '') }
    const crossed = isV1(scheme)
      ? { ...withHeader(bare, 'Authorization', undefined), target: `${bare.target}&${mine.target.split('?')[1]}` }
      : withHeader(bare, 'Authorization', headerOf(mine, 'Authorization'))
    const answer = await ask(stage, crossed)
    expect(isLetIn(answer)).toBe(false)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(isLetIn(await ask(stage, signed(stage, product, scheme)))).toBe(true)
    expect(isLetIn(await ask(stage, signed(stage, other, otherScheme)))).toBe(true)
  })
})
