/** Failures and refusals are written down: who, what, why, by which policy, from where, and never a secret. */

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditEvent, AuditQuery, KeptAuditEvent } from '../../src/identity/audit.ts'
import { AuditTrail } from '../../src/identity/audit-trail.ts'
import { AuthenticationFailure, NotAllowed } from '../../src/identity/principal.ts'
import { allow, deny, hex, type Person, policy, startTenants, type Tenants } from '../support/tenants.ts'
import { wireRequest } from './fixture.ts'
import { newCertificate } from './matrix.ts'

describe('over HTTP', () => {
  let t: Tenants
  beforeAll(async () => {
    t = await startTenants()
  })
  afterAll(() => t.close())

  /** The events since the one that was newest when `work` began. */
  async function eventsOf(work: () => Promise<unknown>, query: Partial<AuditQuery> = {}): Promise<KeptAuditEvent[]> {
    await t.audited()
    const [newest] = await t.directory.auditEvents({ take: 1 })
    await work()
    await t.audited()
    const events = await t.directory.auditEvents({ take: 1000, ...query })
    return events.filter(({ number }) => number > (newest?.number ?? 0)).toReversed()
  }

  it('a refusal names the caller, the action, the resource, and the policy and statement that decided', async () => {
    const person = await t.addPerson('refused')
    await t.grant(person, 'SCM ReadOnlyAccess')
    const { policy: denying } = await t.grant(person, policy(allow('iotda:*:*'), deny('scm:cert:get')))
    const custom = denying.kind === 'custom' ? await t.directory.policy(denying.id) : undefined
    let requestId: string | undefined
    const [event, ...others] = await eventsOf(async () => {
      const answer = await t.as(person, 'GET', '/v3/scm/certificates/scs1234567890123')
      expect(answer.status).toBe(403)
      requestId = answer.headers['x-request-id']
    })
    expect(others).toEqual([])
    expect(event).toMatchObject({
      requestId,
      accountId: t.home.domainId,
      userId: person.userId,
      userName: 'refused',
      accessKeyId: person.ak,
      action: 'scm:cert:get',
      resource: `scm::${t.home.domainId}:cert:scs1234567890123`,
      verdict: 'refused',
      reason: 'explicit-deny',
      policy: custom?.name,
      statement: 1,
    })
    expect(event?.address).toMatch(/127\.0\.0\.1$/)
    expect(Math.abs((event?.at ?? 0) - Date.now())).toBeLessThan(60_000)
  })

  it('every way of being refused has its reason', async () => {
    const person = await t.addPerson('everywhere')
    const [project, workspace] = [t.home.projectId, { ProjectId: String(t.home.workspaceId) }]
    const red = await t.addEnterpriseProject('red')
    const { name, pem, keyPem } = newCertificate()
    const events = await eventsOf(async () => {
      await t.as(person, 'GET', '/v3/scm/certificates?limit=10')
      await t.as(person, 'GET', `/v5/iot/${project}/certificates`)
      await t.as(person, 'GET', `/v5/iot/${hex()}/certificates`)
      await t.as(person, 'GET', `/v2/${project}/apic/certificates?instance_id=common`)
      await t.rpc(person, 'ListCertificates', { ...workspace, PageNumber: '1', PageSize: '10' })
      await t.directory.setWorkspaceRoles(t.home.workspaceId, person.userId, ['role_project_guest'])
      await t.rpc(person, 'GetCertificate', { ...workspace, Id: '1' })
      await t.grant(person, 'SCM FullAccess', { kind: 'enterprise-project', id: red })
      await t.as(person, 'POST', '/v3/scm/certificates/import', {
        json: { name, certificate: pem, private_key: keyPem },
      })
    })
    expect(events.map(({ action, reason, userName }) => [action, reason, userName])).toEqual([
      ['scm:cert:list', 'no-policy-allows', 'everywhere'],
      ['iotda:certificates:queryList', 'no-policy-allows', 'everywhere'],
      ['iotda:certificates:queryList', 'no-such-place', 'everywhere'],
      ['roma:certificates:list', 'no-policy-allows', 'everywhere'],
      ['dataworks:ListCertificates', 'not-a-member', 'everywhere'],
      ['dataworks:GetCertificate', 'no-role-allows', 'everywhere'],
      ['scm:cert:import', 'no-policy-allows', 'everywhere'],
    ])
  })

  it('what is allowed, and what fails for other reasons, is no event', async () => {
    const events = await eventsOf(async () => {
      expect((await t.as(t.home.root, 'GET', '/v3/scm/certificates?limit=10')).status).toBe(200)
      expect((await t.as(t.home.root, 'GET', '/v3/scm/certificates?limit=11')).status).toBe(400)
      expect((await t.as(t.home.root, 'GET', '/v3/scm/certificates/scs1234567890123')).status).toBe(404)
      expect((await t.registry.request('GET', '/nowhere', { auth: 'none' })).status).toBe(404)
    })
    expect(events).toEqual([])
  })

  it('a failure names the problem, and whose key it was', async () => {
    const person = await t.addPerson('failing')
    const other = { ...person, sk: 'wrong' }
    const stale = { date: new Date(Date.now() - 3_600_000) }
    const events = await eventsOf(async () => {
      await t.as(other, 'GET', '/v3/scm/certificates?limit=10')
      await t.as(person, 'GET', '/v3/scm/certificates?limit=10', stale)
      await t.as({ ...person, ak: 'NOBODYSKEY0000000000' }, 'GET', '/v3/scm/certificates?limit=10')
      await t.registry.request('GET', '/v3/scm/certificates', { auth: 'none' })
      await t.registry.request('GET', '/v3/scm/certificates', {
        auth: 'none',
        headers: { 'X-Auth-Token': 'x'.repeat(43) },
      })
    })
    expect(events.every(({ verdict, action }) => verdict === 'failed' && action === 'scm:cert:list')).toBe(true)
    expect(events.map(({ reason, userName, accessKeyId }) => [reason, userName, accessKeyId])).toEqual([
      ['signature-mismatch', 'failing', person.ak],
      ['skewed-clock', expect.any(String), expect.any(String)],
      ['unknown-access-key', '', ''],
      ['no-credentials', '', ''],
      ['invalid-token', '', ''],
    ])
  })

  it('a token that is void any more names whose it was', async () => {
    const token = await t.registry.token()
    const events = await eventsOf(async () => {
      const { headers } = await t.registry.request('DELETE', '/v3/auth/tokens', {
        headers: { 'X-Subject-Token': token },
      })
      expect(headers['x-request-id']).toBeDefined()
      await t.registry.request('GET', '/v3/scm/certificates', { auth: 'none', headers: { 'X-Auth-Token': token } })
    })
    expect(events.at(-1)).toMatchObject({ reason: 'expired-token', userName: t.home.root.name, verdict: 'failed' })
  })

  it('failed log-ins and changes of identity are in the same place', async () => {
    const user = { name: 'admin', password: 'not it', domain: { name: 'admin' } }
    const json = { auth: { identity: { methods: ['password'], password: { user } } } }
    const [event] = await eventsOf(() => t.registry.request('POST', '/v3/auth/tokens', { json, auth: 'none' }))
    expect(event).toMatchObject({
      action: 'authenticate',
      verdict: 'failed',
      reason: 'wrong-password',
      userName: 'admin',
    })
    const person = await t.addPerson('two-keys')
    const credential = { credential: { user_id: person.userId } }
    const path = '/v3.0/OS-CREDENTIAL/credentials'
    const changes = await eventsOf(() => t.as(person, 'POST', path, { json: credential }), { verdict: 'changed' })
    expect(changes).toHaveLength(1)
    expect(changes[0]).toMatchObject({ userName: 'two-keys', verdict: 'changed' })
  })

  it('holds no secret, wherever a caller puts one', async () => {
    const canary = `canary${randomBytes(12).toString('hex')}`
    const person: Person = { ...(await t.addPerson('canary')), securityToken: canary }
    const key = { ...person, ak: canary, sk: canary }
    const events = await eventsOf(async () => {
      // The secret in the place of the key's name, as somebody does who swaps them.
      await t.as(key, 'GET', '/v3/scm/certificates?limit=10')
      await t.as(person, 'GET', '/v3/scm/certificates?limit=10')
      await t.rpc(key, 'ListCertificates', { ProjectId: '10000' })
      for (const headers of [
        { 'X-Auth-Token': canary },
        { 'X-Auth-Token': canary.repeat(2).slice(0, 43) },
        { Authorization: `SDK-HMAC-SHA256 Access=${canary}, SignedHeaders=host, Signature=${canary}` },
        { Authorization: `Bearer ${canary}` },
        { 'X-Project-Id': canary },
      ])
        await t.registry.request('GET', `/v3/scm/certificates?Signature=${canary}`, { auth: 'none', headers })
      const user = { name: canary, password: canary, domain: { name: canary } }
      const json = { auth: { identity: { methods: ['password'], password: { user } } } }
      await t.registry.request('POST', '/v3/auth/tokens', { json, auth: 'none' })
      await t.registry.rpc('ListCertificates', { AccessKeyId: canary, Signature: canary }, { auth: 'none' })
    })
    expect(events.length).toBeGreaterThanOrEqual(9)
    expect(JSON.stringify(events)).not.toContain(canary.slice(0, 20))
    await t.audited()
    for (const name of ['certfolio.db', 'certfolio.db-wal'])
      expect(readFileSync(join(t.registry.dataDir, name)).includes(canary), name).toBe(false)
  })
})

describe('a flood', () => {
  /** A log that writes when it is let. */
  function gatedLog() {
    const kept: AuditEvent[] = []
    const batches: number[] = []
    const gate = { open: Promise.resolve(), broken: false }
    const nothing = async () => undefined
    return {
      kept,
      batches,
      gate,
      log: {
        async appendAuditEvents(events: readonly AuditEvent[]) {
          await gate.open
          if (gate.broken) throw new Error('disk full')
          batches.push(events.length)
          kept.push(...events)
        },
        accessKey: nothing,
        token: nothing,
        user: nothing,
      },
    }
  }

  const failure = new AuthenticationFailure({ is: 'no-credentials' })
  const from = (address: string) => ({ ...wireRequest({}), remoteAddress: address })

  it('is kept in batches, and what finds no room is counted and told', async () => {
    const { log, kept, batches } = gatedLog()
    const trail = new AuditTrail(log, () => 7)
    for (let i = 0; i < 5_000; i++) trail.note(failure, from('10.0.0.1'), 'scm:cert:list')
    expect(trail.dropped).toBe(4_000)
    // One address that floods does not crowd out the others.
    trail.note(failure, from('10.0.0.2'), 'scm:cert:list')
    expect(trail.dropped).toBe(4_000)
    await trail.flush()
    expect(kept.filter(({ address }) => address === '10.0.0.1')).toHaveLength(1_000)
    expect(kept.filter(({ address }) => address === '10.0.0.2')).toHaveLength(1)
    expect(kept.filter(({ action }) => action === 'audit').map(({ reason, at }) => [reason, at])).toEqual([
      ['4000 events found no room', 7],
    ])
    expect(Math.max(...batches)).toBeLessThanOrEqual(501)
    // Told once.
    trail.note(failure, from('10.0.0.1'), 'scm:cert:list')
    await trail.flush()
    expect(kept.filter(({ action }) => action === 'audit')).toHaveLength(1)
  })

  it('of many addresses is bounded as a whole', async () => {
    const { log, kept } = gatedLog()
    const trail = new AuditTrail(log, () => 7)
    for (let i = 0; i < 30_000; i++) trail.note(failure, from(`10.0.${i % 256}.1`), 'scm:cert:list')
    expect(trail.dropped).toBe(20_000)
    await trail.flush()
    expect(kept).toHaveLength(10_001)
  })

  it('while nothing can be written costs its events and nothing else', async () => {
    const { log, kept, gate } = gatedLog()
    const trail = new AuditTrail(log, () => 7)
    gate.broken = true
    for (let i = 0; i < 10; i++) trail.note(failure, from('10.0.0.1'), 'scm:cert:list')
    await trail.flush()
    expect([kept.length, trail.dropped]).toEqual([0, 10])
    gate.broken = false
    trail.note(failure, from('10.0.0.1'), 'scm:cert:list')
    await trail.flush()
    expect(kept.map(({ action }) => action)).toEqual(['scm:cert:list', 'audit'])
  })

  it('leaves room again once it is written, and keeps nobody waiting', async () => {
    const { log, kept, gate } = gatedLog()
    const { promise, resolve } = Promise.withResolvers<void>()
    gate.open = promise
    const trail = new AuditTrail(log, () => 7)
    for (let i = 0; i < 1_000; i++) trail.note(failure, from('10.0.0.1'), 'scm:cert:list')
    const flushed = trail.flush()
    // The first 500 are under way: their room is free.
    for (let i = 0; i < 600; i++) trail.note(failure, from('10.0.0.1'), 'scm:cert:list')
    expect(trail.dropped).toBe(100)
    resolve()
    await flushed
    expect(kept).toHaveLength(1_501)
  })

  it('of other errors, and of refusals of nobody, is nothing', async () => {
    const { log, kept } = gatedLog()
    const trail = new AuditTrail(log, () => 7)
    trail.note(new Error('broken'), from('10.0.0.1'), 'scm:cert:list')
    trail.note(new NotAllowed({ is: 'no-such-place', place: { kind: 'account' } }), from('10.0.0.1'), 'scm:cert:list')
    await trail.flush()
    expect(kept).toEqual([])
  })
})
