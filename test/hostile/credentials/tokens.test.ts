/** Attacks on tokens (F4, F8 to F10 of the attack catalogue), on the list of every product that takes them. */

import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, HUAWEI, isLetIn, openStage, type ProductName, refusalIn, type Stage, withToken } from './targets.ts'
import { type Answer, bytesOf, sendBytes, withHeader, withLine } from './wire.ts'

const DAY = 24 * 3_600_000

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

/** What each product says of no token, of one that is none, and of one that is over (identity-huawei §5.6). */
const SAID: Readonly<Record<string, Readonly<Record<'none' | 'invalid' | 'expired', string>>>> = {
  'iotda-devices': { none: '401 IOTDA.000002', invalid: '401 IOTDA.000002', expired: '401 APIGW.0307' },
  'iotda-cas': { none: '401 IOTDA.000002', invalid: '401 IOTDA.000002', expired: '401 APIGW.0307' },
  scm: { none: '401 SCM.1000', invalid: '401 SCM.1000', expired: '401 APIGW.0307' },
  apic: { none: '401 APIG.1000', invalid: '401 APIG.1002', expired: '401 APIG.1001' },
}

function expectRefusal(product: ProductName, answer: Answer, is: 'none' | 'invalid' | 'expired'): void {
  expect(refusalIn(product, answer)?.join(' '), `${answer.status} ${answer.text}`).toBe(SAID[product]?.[is])
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (header: object, signature = 'AAAA') =>
  `${base64url(header)}.${base64url({ sub: stage.registry.firstRun.user.id, exp: 9_999_999_999, aud: 'iam' })}.${signature}`

/** Texts that are made of the good token, or are none at all. */
const TEXTS: readonly [string, () => string][] = [
  ['F8 a JWT of the algorithm none', () => jwt({ alg: 'none' }, '')],
  ['F8 a JWT of the algorithm None', () => jwt({ alg: 'None', typ: 'JWT' }, '')],
  ['F8 a JWT of the algorithm NONE', () => jwt({ alg: 'NONE' }, '')],
  ['F8 a JWT without an algorithm', () => jwt({ typ: 'JWT' })],
  ['F8 a JWT of HS256', () => jwt({ alg: 'HS256' })],
  ['F8 a JWT with a key of its own', () => jwt({ alg: 'RS256', jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } })],
  ['F8 a JWT with the address of a key', () => jwt({ alg: 'RS256', jku: `http://127.0.0.1:1/keys` })],
  ['F8 a JWT with the address of a certificate', () => jwt({ alg: 'RS256', x5u: `http://127.0.0.1:1/cert` })],
  ['F8 a JWT whose kid is a path', () => jwt({ alg: 'HS256', kid: '../../../../dev/null' })],
  ['F8 a JWT whose kid is SQL', () => jwt({ alg: 'HS256', kid: "x' UNION SELECT 'a" })],
  ['F8 a JWT with an unknown crit', () => jwt({ alg: 'HS256', crit: ['x'] })],
  ['F8 a JWT with b64:false', () => jwt({ alg: 'HS256', b64: false, crit: ['b64'] })],
  ['F9 the last character of another value', () => bentAt(stage.token, 42)],
  ['F9 the first character of another value', () => bentAt(stage.token, 0)],
  ['F9 with padding', () => `${stage.token}=`],
  ['F9 with a blank inside', () => `${stage.token.slice(0, 20)} ${stage.token.slice(20)}`],
  ['F9 with a tab inside', () => `${stage.token.slice(0, 20)}\t${stage.token.slice(20)}`],
  ['F9 percent-encoded', () => `%${stage.token.charCodeAt(0).toString(16)}${stage.token.slice(1)}`],
  ['F9 in quotes', () => `"${stage.token}"`],
  ['F9 behind Bearer', () => `Bearer ${stage.token}`],
  ['F9 twice with a comma', () => `${stage.token},${stage.token}`],
  ['F9 twice', () => stage.token + stage.token],
  ['F9 in upper case', () => stage.token.toUpperCase()],
  ['F9 in plain base64', () => Buffer.from(stage.token, 'base64url').toString('base64')],
  ['F9 in hex', () => Buffer.from(stage.token, 'base64url').toString('hex')],
  ['F9 its hash, as it is kept', () => Buffer.from(hashOf(stage.token), 'hex').toString('base64url')],
  ['F9 with a byte beyond ASCII', () => `${stage.token}\xff`],
  ['F9 16 KB of it', () => stage.token.repeat(381)],
  ['F9 another one of the same form', () => randomBytes(32).toString('base64url')],
  ['F9 SQL', () => "' OR '1'='1"],
  ['F9 a wildcard', () => '%'],
]

function bentAt(token: string, at: number): string {
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

describe.each(HUAWEI)('%s', product => {
  const twin = async () => expect(isLetIn(await ask(stage, withToken(stage, product)))).toBe(true)

  test.each(TEXTS)('%s: refused', async (_, text) => {
    expectRefusal(product, await ask(stage, withToken(stage, product, text())), 'invalid')
    await twin()
  })

  test('F9 the token cut at every length: refused', async () => {
    for (let kept = 1; kept < stage.token.length; kept++)
      expectRefusal(product, await ask(stage, withToken(stage, product, stage.token.slice(0, kept))), 'invalid')
    expectRefusal(product, await ask(stage, withToken(stage, product, '')), 'none')
    await twin()
  })

  test('F9 the last character with every other value: refused, though some decode to the same bytes', async () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    for (const letter of letters) {
      if (letter === stage.token.at(-1)) continue
      expectRefusal(product, await ask(stage, withToken(stage, product, stage.token.slice(0, -1) + letter)), 'invalid')
    }
    await twin()
  })

  test('F4 blanks around it are no part of it, as HTTP has it', async () => {
    const bytes = bytesOf(withToken(stage, product)).replace('X-Auth-Token: ', 'x-auth-TOKEN: \t ')
    expect(isLetIn(await sendBytes(stage.registry.port, bytes))).toBe(true)
  })

  test.each([
    ['F4 two tokens', () => withLine(withToken(stage, product), 'x-auth-token', stage.token)],
    ['F4 a good one and a bad one', () => withLine(withToken(stage, product), 'X-Auth-Token', 'A'.repeat(43))],
    ['F4 two Host headers', () => withLine(withToken(stage, product), 'Host', 'elsewhere.example')],
  ])('%s: refused at the fence', async (_, make) => {
    expect(refusalIn(product, await ask(stage, make()))?.[0]).toBe(400)
    await twin()
  })

  test.each([
    ['F4 an underscore for a hyphen', () => withLine(bare(product), 'X_Auth_Token', stage.token)],
    ['F4 in the query', () => ({ ...bare(product), target: `${bare(product).target}&X-Auth-Token=${stage.token}` })],
    ['F4 in a cookie', () => withLine(bare(product), 'Cookie', `X-Auth-Token=${stage.token}`)],
    ['F4 as the subject', () => withLine(bare(product), 'X-Subject-Token', stage.token)],
  ])('%s: nobody', async (_, make) => {
    expectRefusal(product, await ask(stage, make()), 'none')
    await twin()
  })

  test('F4 as a bearer: another algorithm', async () => {
    const answer = await ask(stage, withLine(bare(product), 'Authorization', `Bearer ${stage.token}`))
    expect(refusalIn(product, answer)?.join(' ')).toBe('401 APIGW.0301')
    await twin()
  })

  test('F4 Connection: x-auth-token, which is for proxies, takes nothing away', async () => {
    expect(isLetIn(await ask(stage, withLine(withToken(stage, product), 'Connection', 'x-auth-token')))).toBe(true)
  })

  test('F10 a token is good to the last millisecond of its day, and not at the next', async () => {
    const began = stage.now
    const fresh = await newToken()
    stage.now = began + DAY - 1
    expect(isLetIn(await ask(stage, withToken(stage, product, fresh)))).toBe(true)
    stage.now = began + DAY
    expectRefusal(product, await ask(stage, withToken(stage, product, fresh)), 'expired')
    // A clock that was set back makes no token good that was refused for its end, and no good one bad.
    stage.now = began
    expect(isLetIn(await ask(stage, withToken(stage, product, fresh)))).toBe(true)
  })
})

function bare(product: ProductName) {
  return withHeader(withToken(stage, product), 'X-Auth-Token', undefined)
}

async function newToken(): Promise<string> {
  const { user, account, project } = stage.registry.firstRun
  const password = { user: { name: user.name, password: user.password, domain: { name: account.name } } }
  const auth = { identity: { methods: ['password'], password }, scope: { project: { id: project.id } } }
  const answer = await stage.registry.post('/v3/auth/tokens', { auth }, { auth: 'none' })
  return answer.headers['x-subject-token'] ?? ''
}
