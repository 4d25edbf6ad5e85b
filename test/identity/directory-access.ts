/** What every engine's directory promises of groups, policies, grants, removals, failures and audit events. */

import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Grant } from '../../src/identity/access.ts'
import type { AuditEvent } from '../../src/identity/audit.ts'
import type { Directory, User } from '../../src/identity/directory.ts'
import type { FirstRun } from '../../src/identity/first-account.ts'
import { NOON, type OpenedDirectory, type TestClock } from './fixture.ts'

const id = () => randomBytes(16).toString('hex')
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** Two directories on one database, as two processes have them, after the first start. */
export interface Directories {
  readonly directory: Directory
  readonly other: OpenedDirectory
  readonly clock: TestClock
  readonly first: FirstRun
  close(): Promise<void>
}

let f: Directories
let other: OpenedDirectory

/** @param prepare makes a database of its own for each test; its clock begins at `NOON` */
export function directoryPromises(name: string, prepare: () => Promise<Directories>): void {
  describe(name, () => {
    beforeEach(async () => {
      f = await prepare()
      other = f.other
    })
    afterEach(() => f.close())

    grantPromises()
    namePromises()
    removalPromises()
    keyPromises()
    failurePromises()
    auditPromises()
  })
}

async function addUser(name: string): Promise<User> {
  const user: User = {
    id: id(),
    accountId: f.first.account.domainId,
    name,
    aliyunUserId: String(1e15 + randomBytes(6).readUIntBE(0, 6)),
    passwordHash: null,
    enabled: true,
    isRoot: false,
    credentialEpoch: 1,
    tenantRoles: [],
  }
  await f.directory.addUser(user)
  return user
}

async function addGroup(name: string): Promise<string> {
  const group = { id: id(), accountId: f.first.account.domainId, name, description: '', createdAt: f.clock() }
  expect(await f.directory.addGroup(group)).toBe(true)
  return group.id
}

async function addPolicy(name: string): Promise<string> {
  const times = { createdAt: f.clock(), updatedAt: f.clock() }
  const policy = { id: id(), accountId: f.first.account.domainId, name, description: 'why', document: '{}', ...times }
  expect(await f.directory.addPolicy(policy)).toBe(true)
  return policy.id
}

async function grant(to: Grant['to'], policy: Grant['policy'], reach: Grant['reach']): Promise<Grant> {
  const grant = { id: id(), accountId: f.first.account.domainId, to, policy, reach }
  expect(await f.directory.addGrant(grant)).toBe(true)
  return grant
}

function grantPromises(): void {
  describe('grants', () => {
    it('reach a user directly and through groups, and show at once here, and within a second elsewhere', async () => {
      const { directory } = f
      const [user, stranger] = [await addUser('eva'), await addUser('tom')]
      const group = await addGroup('readers')
      expect(await directory.grantsOf(user.id)).toEqual([])
      expect(await other.directory.grantsOf(user.id)).toEqual([])
      const policy = await addPolicy('mine')
      const direct = await grant({ kind: 'user', id: user.id }, { kind: 'custom', id: policy }, { kind: 'account' })
      const project = f.first.project.id
      const through = await grant(
        { kind: 'group', id: group },
        { kind: 'built-in', name: 'SCM ReadOnlyAccess' },
        { kind: 'project', id: project },
      )
      expect(await directory.grantsOf(user.id)).toEqual([direct])
      expect(await directory.addGroupMember(group, user.id)).toBe(true)
      expect(await directory.addGroupMember(group, user.id)).toBe(false)
      const both = [direct, through].toSorted((a, b) => (a.id < b.id ? -1 : 1))
      expect(await directory.grantsOf(user.id)).toEqual(both)
      expect(await directory.grantsOf(stranger.id)).toEqual([])
      f.clock.now += 999
      expect(await other.directory.grantsOf(user.id)).toEqual(both)
      expect(await directory.grants(user.accountId)).toEqual(both)
      expect((await directory.groupsOf(user.id)).map(({ name }) => name)).toEqual(['readers'])
      expect((await directory.groupMembers(group)).map(({ name }) => name)).toEqual(['eva'])
      expect(await directory.removeGroupMember(group, user.id)).toBe(true)
      expect(await directory.removeGroupMember(group, user.id)).toBe(false)
      expect(await directory.removeGrant(direct.id)).toBe(true)
      expect(await directory.removeGrant(direct.id)).toBe(false)
      expect(await directory.grantsOf(user.id)).toEqual([])
    })

    it('are the same object as long as nothing changes', async () => {
      const user = await addUser('eva')
      await grant({ kind: 'user', id: user.id }, { kind: 'built-in', name: 'FullAccess' }, { kind: 'all-projects' })
      const first = await f.directory.grantsOf(user.id)
      expect(await f.directory.grantsOf(user.id)).toBe(first)
      await addGroup('another')
      expect(await f.directory.grantsOf(user.id)).not.toBe(first)
      expect(await f.directory.grantsOf(user.id)).toEqual(first)
    })

    it('stand only once', async () => {
      const user = await addUser('eva')
      const one = await grant({ kind: 'user', id: user.id }, { kind: 'built-in', name: 'X' }, { kind: 'account' })
      expect(await f.directory.addGrant({ ...one, id: id() })).toBe(false)
      expect(await f.directory.grantsOf(user.id)).toEqual([one])
    })
  })
}

function namePromises(): void {
  describe('names', () => {
    it('of groups, policies and enterprise projects are unique in their account', async () => {
      const { directory } = f
      const accountId = f.first.account.domainId
      const now = f.clock()
      await addGroup('g')
      expect(await directory.addGroup({ id: id(), accountId, name: 'g', description: '', createdAt: now })).toBe(false)
      const policy = await addPolicy('p')
      const again = { id: id(), accountId, name: 'p', description: '', document: '{}', createdAt: now, updatedAt: now }
      expect(await directory.addPolicy(again)).toBe(false)
      expect((await directory.policyByName(accountId, 'p'))?.id).toBe(policy)
      expect((await directory.groupByName(accountId, 'g'))?.name).toBe('g')
      const project = {
        id: 'aaaaaaaa-0000-4000-8000-000000000001',
        accountId,
        name: 'e',
        enabled: true,
        createdAt: now,
      }
      expect(await directory.addEnterpriseProject(project)).toBe(true)
      expect(await directory.addEnterpriseProject({ ...project, id: 'b' })).toBe(false)
      expect(await directory.addEnterpriseProject({ ...project, name: 'f' })).toBe(false)
      expect(await directory.enterpriseProjects(accountId)).toEqual([project])
      expect(await directory.changeEnterpriseProject(accountId, project.id, { enabled: false })).toBe(true)
      expect((await directory.enterpriseProjectByName(accountId, 'e'))?.enabled).toBe(false)
    })

    it('may be the same in two accounts', async () => {
      const account = { id: id(), name: 'second', enabled: true, createdAt: f.clock() }
      await f.directory.addAccount(account)
      await addGroup('g')
      const group = { id: id(), accountId: account.id, name: 'g', description: '', createdAt: f.clock() }
      expect(await f.directory.addGroup(group)).toBe(true)
      expect(await f.directory.groups(account.id)).toEqual([group])
      expect((await f.directory.accounts()).map(({ name }) => name)).toEqual(['admin', 'second'])
    })
  })

  describe('a change of a policy', () => {
    it('keeps what is not changed', async () => {
      const policy = await addPolicy('p')
      f.clock.now += 5
      expect(await f.directory.changePolicy(policy, { document: '{"a":1}', updatedAt: f.clock() })).toBe(true)
      expect(await f.directory.policy(policy)).toMatchObject({ document: '{"a":1}', description: 'why' })
      expect((await f.directory.policy(policy))?.updatedAt).toBe(NOON + 5)
      expect(await f.directory.changePolicy(id(), { updatedAt: 0 })).toBe(false)
    })
  })
}

function removalPromises(): void {
  describe('a removal', () => {
    it('of a user takes keys, tokens, memberships and grants with it', async () => {
      const { directory } = f
      const user = await addUser('eva')
      const group = await addGroup('g')
      await directory.addGroupMember(group, user.id)
      await directory.setWorkspaceRoles(10000, user.id, ['role_project_dev'])
      await grant({ kind: 'user', id: user.id }, { kind: 'built-in', name: 'FullAccess' }, { kind: 'account' })
      const terms = { enabled: true, createdAt: f.clock(), expiresAt: null, securityTokenHash: null }
      await directory.addAccessKey({ id: 'K'.repeat(20), userId: user.id, sealedSecret: Buffer.of(1), ...terms })
      const times = { issuedAt: f.clock(), expiresAt: f.clock() + DAY, epoch: 1, revoked: false }
      await directory.addToken({ hash: 'h', userId: user.id, projectId: null, methods: ['password'], ...times })
      expect((await directory.accessKeys(user.id)).map(key => key.id)).toEqual(['K'.repeat(20)])
      expect(await directory.workspaceMembers(10000)).toEqual([{ userId: user.id, roles: ['role_project_dev'] }])
      expect(await directory.removeUser(user.id)).toBe(true)
      expect(await directory.removeUser(user.id)).toBe(false)
      expect(await directory.user(user.id)).toBeUndefined()
      expect(await directory.accessKey('K'.repeat(20))).toBeUndefined()
      expect(await directory.token('h')).toBeUndefined()
      expect(await directory.groupMembers(group)).toEqual([])
      expect(await directory.workspaceMembers(10000)).toEqual([])
      expect(await directory.grants(user.accountId)).toEqual([])
      expect((await directory.users(user.accountId)).map(({ name }) => name)).toEqual(['admin'])
    })

    it('of a group, a policy, a project or an enterprise project takes its grants with it', async () => {
      const { directory } = f
      const accountId = f.first.account.domainId
      const user = await addUser('eva')
      const [group, policy] = [await addGroup('g'), await addPolicy('p')]
      const project = { id: id(), accountId, name: 'second', enabled: true, isDefault: false }
      await directory.addProject(project)
      const enterprise = { id: 'e', accountId, name: 'e', enabled: true, createdAt: 0 }
      await directory.addEnterpriseProject(enterprise)
      const [to, builtIn] = [{ kind: 'user', id: user.id } as const, { kind: 'built-in', name: 'X' } as const]
      await grant({ kind: 'group', id: group }, builtIn, { kind: 'account' })
      await grant(to, { kind: 'custom', id: policy }, { kind: 'account' })
      await grant(to, builtIn, { kind: 'project', id: project.id })
      await grant(to, builtIn, { kind: 'enterprise-project', id: 'e' })
      const stays = await grant(to, builtIn, { kind: 'all-projects' })
      expect(await directory.removeGroup(group)).toBe(true)
      expect(await directory.removePolicy(policy)).toBe(true)
      expect(await directory.changeProject(project.id, { enabled: false })).toBe(true)
      expect((await directory.project(project.id))?.enabled).toBe(false)
      expect(await directory.removeProject(project.id)).toBe(true)
      expect(await directory.removeEnterpriseProject(accountId, 'e')).toBe(true)
      expect(await directory.grants(accountId)).toEqual([stays])
      expect(await directory.changeProject(project.id, {})).toBe(false)
    })
  })
}

function keyPromises(): void {
  describe('access keys', () => {
    it('that were temporary are forgotten a day after they expired', async () => {
      const { directory } = f
      const user = await addUser('eva')
      const terms = { userId: user.id, sealedSecret: Buffer.of(1), enabled: true, createdAt: f.clock() }
      const temporary = { expiresAt: f.clock() + MINUTE, securityTokenHash: 'x', sessionPolicy: '{"Version":"5.0"}' }
      await directory.addAccessKey({ id: 'A', ...terms, ...temporary })
      expect(await directory.accessKey('A')).toMatchObject({ sessionPolicy: '{"Version":"5.0"}', description: '' })
      f.clock.now += DAY
      await directory.addAccessKey({ id: 'B', ...terms, expiresAt: null, securityTokenHash: null, description: 'b' })
      expect((await directory.accessKeys(user.id)).map(key => key.id)).toEqual(['A', 'B'])
      f.clock.now += MINUTE + 1
      await directory.addAccessKey({ id: 'C', ...terms, expiresAt: null, securityTokenHash: null })
      expect((await directory.accessKeys(user.id)).map(key => key.id)).toEqual(['B', 'C'])
      expect(await directory.changeAccessKey('B', { description: 'changed' })).toBe(true)
      expect(await directory.accessKey('B')).toMatchObject({
        description: 'changed',
        enabled: true,
        sessionPolicy: null,
      })
    })
  })
}

function failurePromises(): void {
  describe('failures', () => {
    const rule = { most: 3, withinMs: 15 * MINUTE, lockMs: 10 * MINUTE }

    it('lock a subject in all processes, for as long as the rule says', async () => {
      const { directory } = f
      expect(await other.directory.lockedUntil('user/eva')).toBeUndefined()
      for (const _ of [1, 2]) expect(await directory.countFailure('user/eva', rule)).toBeUndefined()
      expect(await directory.lockedUntil('user/eva')).toBeUndefined()
      expect(await other.directory.countFailure('user/eva', rule)).toBe(NOON + 10 * MINUTE)
      expect(await other.directory.lockedUntil('user/eva')).toBe(NOON + 10 * MINUTE)
      f.clock.now += 999
      expect(await directory.lockedUntil('user/eva')).toBe(NOON + 10 * MINUTE)
      expect(await directory.lockedUntil('user/tom')).toBeUndefined()
      f.clock.now = NOON + 10 * MINUTE - 1
      // A failure of a locked subject does not lengthen the lock.
      expect(await directory.countFailure('user/eva', rule)).toBe(NOON + 10 * MINUTE)
      f.clock.now += 1
      expect(await directory.lockedUntil('user/eva')).toBeUndefined()
      expect(await directory.countFailure('user/eva', rule)).toBeUndefined()
    })

    it('that lie too far apart lock nobody', async () => {
      for (const _ of [1, 2]) await f.directory.countFailure('key/a', rule)
      f.clock.now += rule.withinMs
      for (const _ of [1, 2]) expect(await f.directory.countFailure('key/a', rule)).toBeUndefined()
      expect(await f.directory.countFailure('key/a', rule)).toBe(f.clock() + rule.lockMs)
    })

    it('are forgotten by a success, and so is the lock', async () => {
      for (const _ of [1, 2, 3]) await f.directory.countFailure('key/a', rule)
      expect(await f.directory.lockedUntil('key/a')).toBeDefined()
      await f.directory.clearFailures('key/a')
      expect(await f.directory.lockedUntil('key/a')).toBeUndefined()
      expect(await f.directory.countFailure('key/a', rule)).toBeUndefined()
    })
  })
}

function auditPromises(): void {
  describe('audit events', () => {
    const event = (change: Partial<AuditEvent> = {}): AuditEvent => ({
      at: f.clock(),
      requestId: id(),
      accountId: f.first.account.domainId,
      userId: f.first.user.id,
      userName: 'admin',
      accessKeyId: '',
      action: 'scm:cert:list',
      resource: '',
      verdict: 'refused',
      reason: 'no-policy-allows',
      policy: '',
      statement: null,
      address: '127.0.0.1',
      ...change,
    })

    it('are read newest first, by every bound, page by page', async () => {
      const { directory } = f
      const events = Array.from({ length: 30 }, (_, i) => {
        const verdict = i % 3 === 0 ? 'failed' : 'refused'
        return event({ at: NOON + i, verdict, userId: i % 2 === 0 ? 'a' : 'b', statement: i })
      })
      await directory.appendAuditEvents(events)
      const all = await directory.auditEvents({ take: 1000 })
      expect(all.map(({ number, ...rest }) => rest)).toEqual(events.toReversed())
      for (const query of [{ verdict: 'failed' }, { userId: 'b' }, { from: NOON + 4, to: NOON + 9 }] as const) {
        const expected = all.filter(
          one =>
            (!('verdict' in query) || one.verdict === query.verdict) &&
            (!('userId' in query) || one.userId === query.userId) &&
            (!('from' in query) || (one.at >= query.from && one.at <= (query.to ?? 0))),
        )
        expect(expected.length).toBeGreaterThan(0)
        expect(await directory.auditEvents({ ...query, take: 1000 })).toEqual(expected)
      }
      expect(await directory.auditEvents({ accountId: 'nobody', take: 10 })).toEqual([])
      const first = await directory.auditEvents({ take: 7 })
      const rest = await directory.auditEvents({ take: 1000, before: first.at(-1)?.number ?? 0 })
      expect([...first, ...rest]).toEqual(all)
    })

    it('are forgotten after 180 days', async () => {
      await f.directory.appendAuditEvents([event({ reason: 'old' }), event({ at: NOON + DAY, reason: 'newer' })])
      f.clock.now += 180 * DAY + 1
      await f.directory.appendAuditEvents([event({ reason: 'new' })])
      expect((await f.directory.auditEvents({ take: 10 })).map(({ reason }) => reason)).toEqual(['new', 'newer'])
    })
  })
}
