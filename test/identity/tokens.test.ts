import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TokenReach } from '../../src/identity/directory.ts'
import { issueToken } from '../../src/identity/tokens.ts'
import { type IdentityFixture, openFixture, problemOf, testClock, wireRequest } from './fixture.ts'

let f: IdentityFixture
beforeAll(async () => {
  f = await openFixture()
})
afterAll(() => f.close())

const user = async () => {
  const found = await f.directory.user(f.first.user.id)
  if (!found) throw new Error('no user')
  return found
}
const issue = async (reach: TokenReach = { projectId: f.first.project.id }) =>
  issueToken(f.directory, f.clock, await user(), reach, ['password'])
const present = (text: string, more: Record<string, string> = {}) =>
  f.identity.authenticate(wireRequest({ headers: { 'X-Auth-Token': text, ...more } }), 'huawei')

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

describe('a token', () => {
  it('is 256 random bits as base64url, and only its hash is kept', async () => {
    const { text, token } = await issue()
    expect(text).toMatch(/^[\w-]{43}$/)
    expect(Buffer.from(text, 'base64url')).toHaveLength(32)
    expect(token.hash).toBe(createHash('sha256').update(text).digest('hex'))
    expect(JSON.stringify(await f.directory.token(token.hash))).not.toContain(text)
    expect((await issue()).text).not.toBe(text)
  })

  it('is refused when cut at any length', async () => {
    const { text } = await issue()
    for (let length = 1; length < text.length; length++)
      expect(await problemOf(present(text.slice(0, length)))).toEqual({ is: 'invalid-token' })
    await present(text)
  })

  it('has one spelling: no other last character, padding, blank or second half is accepted', async () => {
    const { text } = await issue()
    const others = [...ALPHABET].filter(letter => letter !== text.at(-1)).map(letter => text.slice(0, -1) + letter)
    for (const other of [...others, `${text}=`, `${text}A`, text + text, text.toLowerCase(), `${text},${text}`])
      expect(await problemOf(present(other))).toEqual({ is: 'invalid-token' })
    await present(text)
  })

  it('of 16 KB is refused without being looked up', async () => {
    expect(await problemOf(present('A'.repeat(16_384)))).toEqual({ is: 'invalid-token' })
  })

  it('given twice is refused', async () => {
    const { text } = await issue()
    const request = wireRequest({ headers: ['X-Auth-Token', text, 'x-auth-token', text] })
    expect((await problemOf(f.identity.authenticate(request, 'huawei'))).is).toBe('malformed-credentials')
  })

  it('expires after 24 hours, to the millisecond', async () => {
    const { text } = await issue()
    f.clock.now += 24 * 3_600_000 - 1
    await present(text)
    f.clock.now += 1
    expect(await problemOf(present(text))).toEqual({ is: 'expired-token' })
  })

  it('leaves older ones valid', async () => {
    const older = await issue()
    await issue()
    await present(older.text)
  })

  it('ends when it is revoked', async () => {
    const { text, token } = await issue()
    await present(text)
    expect(await f.directory.revokeToken(token.hash)).toBe(true)
    expect(await problemOf(present(text))).toEqual({ is: 'expired-token' })
  })

  it('ends when the credentials of its user change', async () => {
    const { text } = await issue()
    await present(text)
    await f.directory.changeUser(f.first.user.id, { credentialEpoch: (await user()).credentialEpoch + 1 })
    expect(await problemOf(present(text))).toEqual({ is: 'expired-token' })
  })

  it('of a disabled user is worth nothing', async () => {
    const { text } = await issue()
    await f.directory.changeUser(f.first.user.id, { enabled: false })
    expect(await problemOf(present(text))).toEqual({ is: 'invalid-token' })
    await f.directory.changeUser(f.first.user.id, { enabled: true })
    await present(text)
  })

  it('names its project, and contradicts itself beside another X-Project-Id', async () => {
    const { text } = await issue()
    const own = f.first.project.id
    expect((await present(text)).projectId).toBe(own)
    expect((await present(text, { 'X-Project-Id': own })).projectId).toBe(own)
    const principal = await present(text, { 'X-Project-Id': 'f'.repeat(32) })
    for (const projectId of [own, 'f'.repeat(32)])
      await expect(
        f.identity.enter(principal, 'scm:cert:list', 'scm', { kind: 'project', projectId }),
      ).rejects.toMatchObject({ refusal: { is: 'no-such-place' } })
  })

  it('of the account names no project but the one of X-Project-Id', async () => {
    const { text } = await issue({ accountId: f.first.account.domainId })
    expect((await present(text)).projectId).toBeUndefined()
    expect((await present(text, { 'X-Project-Id': f.first.project.id })).projectId).toBe(f.first.project.id)
  })

  it('is not looked at beside a signature', async () => {
    const { text } = await issue()
    const Authorization = `SDK-HMAC-SHA256 Access=a, SignedHeaders=x-sdk-date, Signature=${'0'.repeat(64)}`
    expect((await problemOf(present(text, { Authorization }))).is).toBe('missing-date')
  })

  it('means nothing to Alibaba', async () => {
    const { text } = await issue()
    const request = wireRequest({ headers: { 'X-Auth-Token': text } })
    expect(await problemOf(f.identity.authenticate(request, 'alibaba'))).toEqual({ is: 'no-credentials' })
  })

  it('that expired long ago is forgotten when others are issued', async () => {
    const clock = testClock()
    const g = await openFixture(clock)
    const owner = await g.directory.user(g.first.user.id)
    if (!owner) throw new Error('no user')
    const reach = { accountId: owner.accountId }
    const { token } = await issueToken(g.directory, clock, owner, reach, ['password'])
    clock.now += 72 * 3_600_000
    await issueToken(g.directory, clock, owner, reach, ['password'])
    expect(await g.directory.token(token.hash)).toBeUndefined()
    await g.close()
  })
})

it('no credentials are no credentials', async () => {
  for (const family of ['huawei', 'alibaba'] as const)
    expect(await problemOf(f.identity.authenticate(wireRequest({}), family))).toEqual({ is: 'no-credentials' })
})
