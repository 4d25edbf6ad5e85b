/**
 * Requests that are not what they seem, as bytes: those that Node's parser refuses are answered as JSON and close the
 * connection, those that it would let through are refused by the fence (reliability H1).
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MAX_BODY_BYTES, MAX_HEADER_BYTES, MAX_TARGET_BYTES } from '../../src/server/limits.ts'
import { exchange, type RawAnswer } from '../support/raw.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

let registry: TestRegistry
let token: string
beforeAll(async () => {
  registry = await startRegistry()
  token = await registry.token()
})
afterAll(() => registry?.close())

const PATH = '/v3/scm/certificates'
const HOST = 'Host: certfolio.test'

/** A request from its lines, the empty line at the end included. */
function lines(...all: string[]): string {
  return `${all.join('\r\n')}\r\n\r\n`
}

function get(...headers: string[]): string {
  return lines(`GET ${PATH} HTTP/1.1`, ...headers)
}

function post(...headers: string[]): string {
  return lines(`POST ${PATH}/import HTTP/1.1`, HOST, 'Content-Type: application/json', ...headers)
}

function chunked(body: string): string {
  return post('Transfer-Encoding: chunked', 'Connection: close') + body
}

/** SCM's words: what it says is JSON and carries a code. */
function expectScm(answer: RawAnswer | undefined, status: number): void {
  expect(answer?.status).toBe(status)
  expect(answer?.headers['content-type']).toMatch(/^application\/json/)
  expect(answer?.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/)
  expect(JSON.parse(answer?.body ?? '')).toMatchObject({ error_code: expect.stringMatching(/^(?:SCM|APIGW)\./) })
}

/** The server's own words. */
function expectOwn(answer: RawAnswer | undefined, status: number): void {
  expect(answer?.status).toBe(status)
  expect(answer?.headers['content-type']).toMatch(/^application\/json/)
  expect(JSON.parse(answer?.body ?? '')).toMatchObject({
    error: {
      code: expect.any(String),
      message: expect.any(String),
      request_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    },
  })
}

type Case = readonly [name: string, status: number, bytes: string]

describe('what Node refuses is said in the words of the product, and closes the connection', () => {
  test.each<Case>([
    [
      'Content-Length beside Transfer-Encoding',
      400,
      `${post('Content-Length: 2', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    ],
    ['two equal Content-Lengths', 400, `${post('Content-Length: 2', 'Content-Length: 2')}{}`],
    ['two different Content-Lengths', 400, `${post('Content-Length: 2', 'Content-Length: 3')}{}`],
    ['a Content-Length with a sign', 400, `${post('Content-Length: +2')}{}`],
    ['a negative Content-Length', 400, `${post('Content-Length: -2')}{}`],
    ['a hexadecimal Content-Length', 400, `${post('Content-Length: 0x2')}{}`],
    ['an empty Content-Length', 400, post('Content-Length:')],
    ['a list of Content-Lengths', 400, `${post('Content-Length: 2, 2')}{}`],
    ['a Content-Length of 30 digits', 400, post(`Content-Length: ${'9'.repeat(30)}`)],
    ['an unknown transfer coding', 400, post('Transfer-Encoding: gzip')],
    ['a transfer coding that only ends like chunked', 400, post('Transfer-Encoding: xchunked')],
    ['the identity transfer coding', 400, post('Transfer-Encoding: identity')],
    ['a coding after chunked', 400, post('Transfer-Encoding: chunked, gzip')],
    ['a bare LF after a header', 400, `GET ${PATH} HTTP/1.1\r\n${HOST}\nX: y\r\n\r\n`],
    ['a bare CR in a header', 400, get(HOST, 'X: a\rb')],
    ['a NUL in a header', 400, get(HOST, 'X: a\0b')],
    ['a control character in a header', 400, get(HOST, 'X: a\x01b')],
    ['a folded header line', 400, get(HOST, 'X: a', ' b')],
    ['a space before the colon', 400, get(HOST, 'X : a')],
    ['a parenthesis in a header name', 400, get(HOST, 'X(y): a')],
    ['an empty header name', 400, get(HOST, ': a')],
    ['a header line without a colon', 400, get(HOST, 'X')],
    ['a version that does not exist', 400, lines(`GET ${PATH} HTTP/1.9`, HOST)],
    ['HTTP/2.0 on the request line', 400, lines(`GET ${PATH} HTTP/2.0`, HOST)],
    ['no HTTP in the version', 400, lines(`GET ${PATH} ICAP/1.0`, HOST)],
    ['headers over the limit', 494, get(HOST, `X: ${'a'.repeat(MAX_HEADER_BYTES)}`)],
    ['a target that the parser gives up on', 414, lines(`GET ${PATH}?${'a'.repeat(MAX_HEADER_BYTES)} HTTP/1.1`, HOST)],
  ])('%s', async (_, status, bytes) => {
    const { answers, rest } = await exchange(registry.port, bytes)
    expect(answers).toHaveLength(1)
    expectScm(answers[0], status)
    expect(answers[0]?.headers.connection).toBe('close')
    expect(rest).toBe('')
  })

  test.each<Case>([
    ['a method in lower case', 400, lines(`get ${PATH} HTTP/1.1`, HOST)],
    ['a method that does not exist', 400, lines(`FETCH ${PATH} HTTP/1.1`, HOST)],
  ])('%s', async (_, status, bytes) => {
    const { answers } = await exchange(registry.port, bytes)
    expect(answers).toHaveLength(1)
    expectScm(answers[0], status)
  })

  test.each<Case>([
    ['a target with bytes beyond ASCII', 400, lines('GET /caf\xe9 HTTP/1.1', HOST)],
    ['an empty target', 400, lines('GET  HTTP/1.1', HOST)],
    ['a target that is no path', 400, lines('GET v3/scm/certificates HTTP/1.1', HOST)],
    ['the preface of HTTP/2', 400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['the first bytes of TLS', 400, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['an asterisk as target', 400, lines('OPTIONS * HTTP/1.1', HOST)],
    ['CONNECT', 405, lines('CONNECT other.test:443 HTTP/1.1', HOST)],
  ])('%s, whose path cannot be known, in the words of the server', async (_, status, bytes) => {
    const { answers } = await exchange(registry.port, bytes)
    expect(answers).toHaveLength(1)
    expectOwn(answers[0], status)
  })
})

describe('chunks', () => {
  test.each<Case>([
    ['a size that is no number', 400, chunked('xyz\r\n{}\r\n0\r\n\r\n')],
    ['a negative size', 400, chunked('-2\r\n{}\r\n0\r\n\r\n')],
    ['a size with 0x', 400, chunked('0x2\r\n{}\r\n0\r\n\r\n')],
    ['a size of 17 digits', 400, chunked('fffffffffffffffff\r\n{}')],
    ['no CRLF after the data', 400, chunked('2\r\n{}0\r\n\r\n')],
    ['an extension of 20 KB', 413, chunked(`2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`)],
  ])('%s: refused', async (_, status, bytes) => {
    const { answers } = await exchange(registry.port, bytes)
    expect(answers).toHaveLength(1)
    expectScm(answers[0], status)
  })

  test.each<Case>([
    ['trailers', 401, chunked('2\r\n{}\r\n0\r\nX-Trailer: a\r\n\r\n')],
    ['an extension', 401, chunked('2;a=b\r\n{}\r\n0\r\n\r\n')],
    ['leading zeros', 401, chunked('0002\r\n{}\r\n0\r\n\r\n')],
  ])('%s: read past', async (_, status, bytes) => {
    const { answers } = await exchange(registry.port, bytes)
    expect(answers).toHaveLength(1)
    expectScm(answers[0], status)
  })

  test('a trailer is no header: credentials in it count for nothing', async () => {
    const { answers } = await exchange(registry.port, chunked(`2\r\n{}\r\n0\r\nX-Auth-Token: ${token}\r\n\r\n`))
    expectScm(answers[0], 401)
  })

  test.each<Case>([
    ['chunks that end before the last one', 400, chunked('2\r\n{}\r\n')],
    ['a body shorter than announced', 400, `${post('Content-Length: 10')}{}`],
    ['half a request line', 400, 'GET /v3/scm'],
    ['headers without an end', 400, `GET ${PATH} HTTP/1.1\r\n${HOST}\r\n`],
  ])('%s, when the client has closed its side: refused or cut', async (_, status, bytes) => {
    const { answers } = await exchange(registry.port, bytes, { half: true })
    expect(answers.map(answer => answer.status)).toEqual(answers.length > 0 ? [status] : [])
  })
})

describe('the fence refuses what Node lets through, and closes the connection', () => {
  const twice = (header: string) => get(HOST, header, header)
  test.each<Case>([
    ['two Hosts', 400, get(HOST, 'Host: other.test')],
    ['two equal Hosts', 400, get(HOST, HOST)],
    ['no Host', 400, get('X: y')],
    ['no Host in HTTP/1.0', 400, lines(`GET ${PATH} HTTP/1.0`)],
    ['HTTP/0.9', 400, lines(`GET ${PATH} HTTP/0.9`, HOST)],
    ['two Authorizations', 400, twice('Authorization: SDK-HMAC-SHA256 Access=a, SignedHeaders=host, Signature=b')],
    ['two X-Auth-Tokens', 400, twice('X-Auth-Token: a')],
    ['two Content-Types', 400, `${post('Content-Type: text/plain', 'Content-Length: 2')}{}`],
    ['two X-Sdk-Dates', 400, twice('X-Sdk-Date: 20260101T000000Z')],
    ['two X-Project-Ids', 400, twice('X-Project-Id: a')],
    ['two x-acs-dates', 400, twice('x-acs-date: 2026-01-01T00:00:00Z')],
    ['a target of another host', 400, lines(`GET http://other.test${PATH} HTTP/1.1`, HOST)],
    ['a fragment in the target', 400, lines(`GET ${PATH}#a HTTP/1.1`, HOST)],
    ['a percent sign without digits', 400, lines(`GET ${PATH}/%zz HTTP/1.1`, HOST)],
    ['a percent-encoded byte that is no UTF-8', 400, lines(`GET ${PATH}/%ff HTTP/1.1`, HOST)],
    ['101 header lines', 400, get(HOST, ...Array.from({ length: 100 }, (_, i) => `X-${i}: a`))],
    ['1,500 header lines', 400, get(HOST, ...Array.from({ length: 1499 }, (_, i) => `X-${i}: a`))],
    ['a target over the limit', 414, lines(`GET ${PATH}?${'a'.repeat(MAX_TARGET_BYTES)} HTTP/1.1`, HOST)],
    [
      'an upgrade to h2c',
      400,
      get(HOST, 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'),
    ],
    ['an upgrade to a web socket', 400, get(HOST, 'Connection: Upgrade', 'Upgrade: websocket')],
    [
      'a transfer coding in HTTP/1.0',
      400,
      `${lines(`POST ${PATH}/import HTTP/1.0`, HOST, 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    ],
    ['an expectation that is not 100-continue', 400, get(HOST, 'Expect: 200-ok')],
    ['TRACE', 405, lines(`TRACE ${PATH} HTTP/1.1`, HOST)],
    ['a body in gzip', 415, `${post('Content-Encoding: gzip', 'Content-Length: 2')}{}`],
    ['a body in br', 415, `${post('Content-Encoding: br', 'Content-Length: 2')}{}`],
    ['a body in two codings', 415, `${post('Content-Encoding: identity, zstd', 'Content-Length: 2')}{}`],
  ])('%s', async (_, status, bytes) => {
    const { answers, rest } = await exchange(registry.port, bytes)
    expect(answers).toHaveLength(1)
    expectScm(answers[0], status)
    expect(answers[0]?.headers.connection).toBe('close')
    expect(rest).toBe('')
  })

  test.each([
    ['100 header lines', get(HOST, 'Connection: close', ...Array.from({ length: 98 }, (_, i) => `X-${i}: a`))],
    ['a header that is given twice and decides nothing', get(HOST, 'Connection: close', 'X: a', 'X: b')],
    ['HTTP/1.0 with a Host', lines(`GET ${PATH} HTTP/1.0`, HOST)],
    ['an empty line before the request', `\r\n${get(HOST, 'Connection: close')}`],
    [
      'a body in the identity coding',
      `${post('Content-Encoding: identity', 'Content-Length: 2', 'Connection: close')}{}`,
    ],
    ['a GET with a body', `${get(HOST, 'Content-Length: 2', 'Connection: close')}{}`],
  ])('but not %s', async (_, bytes) => {
    const { answers } = await exchange(registry.port, bytes)
    expect(answers).toHaveLength(1)
    expectScm(answers[0], 401)
  })

  test('nor a method that a header would override: it is the one of the request line', async () => {
    const request = get(HOST, `X-Auth-Token: ${token}`, 'X-HTTP-Method-Override: DELETE', 'Connection: close')
    const { answers } = await exchange(registry.port, request)
    expect(answers[0]?.status).toBe(200)
  })
})

describe('every product refuses in its own words', () => {
  const project = 'a'.repeat(32)
  const refusals: readonly (readonly [name: string, status: number, bytes: (path: string) => string])[] = [
    ['two Hosts', 400, path => lines(`GET ${path} HTTP/1.1`, HOST, 'Host: other.test')],
    ['two Authorizations', 400, path => lines(`GET ${path} HTTP/1.1`, HOST, 'Authorization: a', 'Authorization: b')],
    ['a fragment', 400, path => lines(`GET ${path}#a HTTP/1.1`, HOST)],
    ['HTTP/0.9', 400, path => lines(`GET ${path} HTTP/0.9`, HOST)],
    ['an upgrade', 400, path => lines(`GET ${path} HTTP/1.1`, HOST, 'Connection: Upgrade', 'Upgrade: h2c')],
    [
      '101 header lines',
      400,
      path => lines(`GET ${path} HTTP/1.1`, HOST, ...Array.from({ length: 100 }, () => 'X: a')),
    ],
    [
      'a body in gzip',
      415,
      path => lines(`POST ${path} HTTP/1.1`, HOST, 'Content-Encoding: gzip', 'Content-Length: 0'),
    ],
    ['a folded header line', 400, path => lines(`GET ${path} HTTP/1.1`, HOST, 'X: a', ' b')],
  ]
  const products: readonly (readonly [name: string, path: string, words: object])[] = [
    ['dataworks', '/?Action=ListCertificates', { Code: expect.any(String), RequestId: expect.any(String) }],
    ['iotda', `/v5/iot/${project}/certificates`, { error_code: expect.stringMatching(/^(?:IOTDA|APIGW)\./) }],
    ['scm', '/v3/scm/certificates', { error_code: expect.stringMatching(/^(?:SCM|APIGW)\./) }],
    ['apic', `/v2/${project}/apic/certificates`, { error_code: expect.stringMatching(/^APIGW?\./) }],
    ['apigw', `/v2/${project}/apigw/certificates`, { error_code: expect.stringMatching(/^APIGW?\./) }],
    ['iam', '/v3/auth/tokens', { error: { code: expect.any(Number), message: expect.any(String) } }],
  ]
  const long = 'a'.repeat(1_000_000)
  test.each(products)('%s: a parameter of a million characters', async (_, path, words) => {
    const target = `${path.replace(/\?.*/, '')}?name=${long}&Action=ListCertificates`
    const { answers } = await exchange(registry.port, lines(`GET ${target} HTTP/1.1`, HOST))
    expect(answers.map(answer => answer.status)).toEqual([414])
    expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject(words)
  })

  test.each(products)('%s: a header of a million characters, after a good request too', async (_, path, words) => {
    const socket = connect({ port: registry.port, host: '127.0.0.1' })
    socket.write(lines('GET /healthz HTTP/1.1', HOST))
    await once(socket, 'data')
    let text = ''
    socket.on('data', bytes => {
      text += bytes
    })
    socket.write(lines(`GET ${path} HTTP/1.1`, HOST, `X: ${long}`))
    await once(socket, 'close')
    expect(text).toMatch(/^HTTP\/1\.1 (?:431|494) /)
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n')))).toMatchObject(words)
  })

  test('an honest client that sends too long a target reads the answer every time', async () => {
    const asked = Array.from({ length: 40 }, () => registry.get(`${PATH}?name=${long}`, { auth: 'none' }))
    expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([414]))
  })

  const cases = products.flatMap(([product, path, words]) =>
    refusals.map(([name, status, bytes]) => [product, name, status, bytes(path), words] as const),
  )
  test.each(cases)('%s: %s', async (_product, _name, status, bytes, words) => {
    const { answers } = await exchange(registry.port, bytes)
    expect(answers.map(answer => answer.status)).toEqual([status])
    expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject(words)
  })
})

describe('one connection, several requests', () => {
  const good = get(HOST, 'X-Auth-Token: x')
  const last = get(HOST, 'X-Auth-Token: x', 'Connection: close')
  const malformed = get(HOST, 'X : a')

  test('pipelined requests are answered in order', async () => {
    const other = lines('GET /healthz HTTP/1.1', HOST)
    const { answers } = await exchange(registry.port, good + other + last)
    expect(answers.map(answer => answer.status)).toEqual([401, 200, 401])
  })

  test('a malformed request after a good one does not take its answer', async () => {
    const { answers } = await exchange(registry.port, good + malformed)
    expect(answers[0]?.status).toBe(401)
    expect(answers.slice(1).map(answer => answer.status)).toEqual(answers.length > 1 ? [400] : [])
  })

  test('nothing after a malformed request is looked at', async () => {
    const { answers } = await exchange(registry.port, malformed + good)
    expect(answers.map(answer => answer.status)).toEqual([400])
  })

  test('nothing after a refused request is looked at', async () => {
    const { answers } = await exchange(registry.port, get(HOST, HOST) + good)
    expect(answers.map(answer => answer.status)).toEqual([400])
  })

  test('a body is no second request', async () => {
    const hidden = get(HOST)
    const { answers } = await exchange(
      registry.port,
      `${post(`Content-Length: ${hidden.length}`, 'Connection: close')}${hidden}`,
    )
    expect(answers.map(answer => answer.status)).toEqual([401])
  })
})

describe('100-continue', () => {
  test('a client that may send is told to', async () => {
    const { answers } = await exchange(
      registry.port,
      `${post('Expect: 100-continue', 'Content-Length: 2', 'Connection: close')}{}`,
    )
    expect(answers.map(answer => answer.status)).toEqual([100, 401])
  })

  test('a client that would send too much is told so instead', async () => {
    const { answers } = await exchange(
      registry.port,
      post('Expect: 100-continue', `Content-Length: ${MAX_BODY_BYTES + 1}`),
    )
    expect(answers).toHaveLength(1)
    expectScm(answers[0], 413)
  })

  test('a client that the fence refuses is not told to send', async () => {
    const { answers } = await exchange(registry.port, post('Expect: 100-continue', 'Content-Length: 2', HOST))
    expect(answers).toHaveLength(1)
    expectScm(answers[0], 400)
  })
})

describe('bodies', () => {
  const padded = (length: number) => `{"name":"${'a'.repeat(length - 11)}"}`
  const send = (body: string) =>
    registry.request('POST', `${PATH}/import`, { body, headers: { 'Content-Type': 'application/json' } })

  test.each([
    ['one byte under the limit', MAX_BODY_BYTES - 1, 400],
    ['at the limit', MAX_BODY_BYTES, 400],
    ['one byte over the limit', MAX_BODY_BYTES + 1, 413],
    ['five times the limit', 5 * MAX_BODY_BYTES, 413],
  ])('%s', async (_, length, status) => {
    const answer = await send(padded(length))
    expect(answer.status).toBe(status)
    expect(answer.json).toMatchObject({ error_code: expect.any(String) })
  })

  test('chunks over the limit are refused as well', async () => {
    const chunk = `${(MAX_BODY_BYTES / 2).toString(16)}\r\n${'a'.repeat(MAX_BODY_BYTES / 2)}\r\n`
    const { answers } = await exchange(registry.port, chunked(`${chunk.repeat(3)}0\r\n\r\n`))
    expectScm(answers[0], 413)
  })

  test('ten announced gigabytes are refused before they come', async () => {
    const { answers } = await exchange(registry.port, post('Content-Length: 10000000000'))
    expectScm(answers[0], 413)
  })

  test.each([
    ['nested 100,000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['with 50,000 members', `{${Array.from({ length: 50_000 }, (_, i) => `"k${i}":1`).join(',')}}`],
    ['with a member twice', '{"name":"a","name":"b"}'],
    ['with a number beyond all numbers', '{"name":1e400}'],
    ['with half a character', '{"name":"\\ud800"}'],
    ['with __proto__', '{"__proto__":{"certificate":"x"},"constructor":{"prototype":{}}}'],
    ['that is null', 'null'],
    ['that is empty', ''],
    ['that is cut short', '{"name":'],
    ['with a byte order mark', '\ufeff{"name":"a"}'],
    ['in UTF-16', Buffer.from('{"name":"a"}', 'utf16le').toString('latin1')],
  ])('JSON %s is refused, not an internal error', async (_, body) => {
    const answer = await send(body)
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({ error_code: expect.any(String) })
  })

  test.each(['text/plain', 'multipart/form-data; boundary=a', 'application/x-www-form-urlencoded', 'nonsense'])(
    'a body of the type %s is refused where JSON belongs',
    async type => {
      const answer = await registry.request('POST', `${PATH}/import`, { body: '{}', headers: { 'Content-Type': type } })
      expect(answer.status).toBe(415)
      expect(answer.json).toMatchObject({ error_code: expect.any(String) })
    },
  )
})

describe('paths and methods', () => {
  const unknown = { error_code: 'APIGW.0101' }

  test('an unknown path below a prefix is said by the product', async () => {
    const answer = await registry.get('/v3/scm/nothing', { auth: 'none' })
    expect(answer).toMatchObject({ status: 404, json: unknown })
  })

  test('also when the prefix is percent-encoded', async () => {
    const answer = await registry.get('/v3/%73cm/nothing', { auth: 'none' })
    expect(answer).toMatchObject({ status: 404, json: unknown })
  })

  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'POST'])(
    '%s where only GET is says which there are',
    async method => {
      const answer = await registry.request(method, PATH, { auth: 'none' })
      expect(answer.status).toBe(405)
      expect(answer.headers.allow).toBe('GET')
      expect(answer.json).toMatchObject({ error_code: expect.any(String) })
    },
  )

  test('HEAD is no other way to say GET', async () => {
    expect(await registry.request('HEAD', PATH)).toMatchObject({ status: 405, text: '' })
  })

  test('PROPFIND and other methods that no product has are answered alike', async () => {
    const { answers } = await exchange(registry.port, lines(`PROPFIND ${PATH} HTTP/1.1`, HOST, 'Connection: close'))
    expectScm(answers[0], 405)
  })

  test('a path and the path with a slash at its end are the same', async () => {
    expect(await registry.get(`${PATH}/`)).toMatchObject({ status: 200 })
  })

  test('a path outside of every product is not found', async () => {
    const answer = await registry.get('/v9/nothing', { auth: 'none' })
    expect(answer).toMatchObject({ status: 404, json: { error: { code: 'not-found' } } })
  })

  test('a path parameter may be long', async () => {
    const answer = await registry.get(`${PATH}/${'a'.repeat(5000)}`)
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({ error_code: expect.stringMatching(/^SCM\./) })
  })
})
