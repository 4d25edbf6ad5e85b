/**
 * A registry with several tenants: people with an access key each, accounts with everything that requests name, and
 * policies granted to them.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import type { Grant, GrantReach } from '../../src/identity/access.ts'
import { accessKeyContext, type Directory } from '../../src/identity/directory.ts'
import { hashOfToken } from '../../src/identity/tokens.ts'
import { type Answer, startRegistry, type TestRegistry, type TestRegistryOptions } from './registry.ts'
import { signAcs3, signHuawei } from './sign.ts'

export const hex = () => randomBytes(16).toString('hex')

/** Somebody who signs requests. */
export interface Person {
  readonly userId: string
  readonly name: string
  readonly ak: string
  readonly sk: string
  readonly securityToken?: string
}

/** An account, and what its requests name. */
export interface Tenant {
  readonly domainId: string
  readonly root: Person
  readonly projectId: string
  readonly iotdaInstance: string
  readonly appId: string
  readonly gateway: string
  readonly workspaceId: number
}

export interface Sent {
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Signs with this date; now without. */
  readonly date?: Date
}

/** A policy document of version 5.0 with one statement for each of the given. */
export function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '5.0', Statement: statements })
}

export function allow(action: string | readonly string[], rest: object = {}): object {
  return { Effect: 'Allow', Action: [action].flat(), ...rest }
}

export function deny(action: string | readonly string[], rest: object = {}): object {
  return { Effect: 'Deny', Action: [action].flat(), ...rest }
}

export interface Tenants {
  readonly registry: TestRegistry
  readonly directory: Directory
  /** The registry's first account. */
  readonly home: Tenant
  addTenant(name: string): Promise<Tenant>
  /** A user of the account (the first one without), who may do nothing yet. */
  addPerson(name?: string, account?: string): Promise<Person>
  addGroup(...members: readonly Person[]): Promise<string>
  addProject(
    name: string,
  ): Promise<{ readonly projectId: string; readonly iotdaInstance: string; readonly appId: string }>
  addEnterpriseProject(name: string): Promise<string>
  /**
   * Grants a policy: a document's text, or the name of a built-in one.
   * @param to a person, or the id of a group
   */
  grant(to: Person | string, policy: string, reach?: GrantReach): Promise<Grant>
  /** Gives the person another, temporary key, narrowed by a session policy. */
  narrowed(person: Person, sessionPolicy: string): Promise<Person>
  /** A Huawei request. @param path with its query, encoded */
  as(person: Person, method: string, path: string, sent?: Sent): Promise<Answer>
  /** A DataWorks request. */
  rpc(
    person: Person,
    action: string,
    parameters: Readonly<Record<string, string>>,
    method?: string,
    version?: string,
  ): Promise<Answer>
  /** Writes what the audit has noted so far. */
  audited(): Promise<void>
  close(): Promise<void>
}

export async function startTenants(options: TestRegistryOptions = {}): Promise<Tenants> {
  const registry = await startRegistry(options)
  const { directory, firstRun, identity, endpoint } = registry
  const { vault } = identity
  const accountId = firstRun.account.domainId
  const now = options.clock ?? Date.now
  const { userId } = (await registry.operator()).principal

  async function addKey(user: string, terms: object = {}): Promise<{ ak: string; sk: string }> {
    const key = { ak: randomBytes(10).toString('hex').toUpperCase(), sk: randomBytes(20).toString('hex') }
    const sealedSecret = vault.seal(key.sk, accessKeyContext(key.ak))
    const usual = { enabled: true, createdAt: now(), expiresAt: null, securityTokenHash: null }
    await directory.addAccessKey({ id: key.ak, userId: user, sealedSecret, ...usual, ...terms })
    return key
  }

  async function addUser(account: string, name: string, isRoot: boolean): Promise<Person> {
    const user = { id: hex(), accountId: account, name, passwordHash: null, enabled: true, isRoot, tenantRoles: [] }
    const aliyunUserId = String(1e15 + randomBytes(6).readUIntBE(0, 6))
    await directory.addUser({ ...user, aliyunUserId, credentialEpoch: 1 })
    return { userId: user.id, name, ...(await addKey(user.id)) }
  }

  async function addFacilities(projectId: string) {
    const [iotdaInstance, appId, gateway] = [randomUUID(), hex(), randomUUID()]
    const usual = { projectId, name: 'default', isDefault: true }
    await directory.addFacility({ kind: 'iotda-instance', id: iotdaInstance, ...usual })
    await directory.addFacility({ kind: 'iotda-app', id: appId, ...usual })
    await directory.addFacility({ kind: 'apic-instance', id: gateway, ...usual })
    return { projectId, iotdaInstance, appId, gateway }
  }

  async function addProject(account: string, name: string, isDefault: boolean) {
    const projectId = hex()
    await directory.addProject({ id: projectId, accountId: account, name, enabled: true, isDefault })
    return addFacilities(projectId)
  }

  const policies = new Map<string, string>()
  async function policyOf(text: string): Promise<Grant['policy']> {
    if (!text.startsWith('{')) return { kind: 'built-in', name: text }
    let id = policies.get(text)
    if (id === undefined) {
      id = hex()
      policies.set(text, id)
      const times = { createdAt: now(), updatedAt: now() }
      await directory.addPolicy({ id, accountId, name: `policy-${id}`, description: '', document: text, ...times })
    }
    return { kind: 'custom', id }
  }

  let workspaces = 20_000
  let people = 0
  return {
    registry,
    directory,
    home: {
      domainId: accountId,
      root: { userId, name: firstRun.user.name, ak: firstRun.accessKey.id, sk: firstRun.accessKey.secret },
      projectId: firstRun.project.id,
      iotdaInstance: firstRun.iotda.instanceId,
      appId: firstRun.iotda.appId,
      gateway: firstRun.apic.instanceId,
      workspaceId: firstRun.dataworks.projectId,
    },
    async addTenant(name) {
      const domainId = hex()
      await directory.addAccount({ id: domainId, name, enabled: true, createdAt: now() })
      const root = await addUser(domainId, name, true)
      const workspaceId = ++workspaces
      await directory.addWorkspace({ id: workspaceId, accountId: domainId, name })
      return { domainId, root, workspaceId, ...(await addProject(domainId, 'default', true)) }
    },
    addPerson: (name = `person-${++people}`, account = accountId) => addUser(account, name, false),
    async addGroup(...members) {
      const group = { id: hex(), accountId, name: `group-${hex()}`, description: '', createdAt: now() }
      await directory.addGroup(group)
      for (const member of members) await directory.addGroupMember(group.id, member.userId)
      return group.id
    },
    addProject: name => addProject(accountId, name, false),
    async addEnterpriseProject(name) {
      const id = randomUUID()
      await directory.addEnterpriseProject({ id, accountId, name, enabled: true, createdAt: now() })
      return id
    },
    async grant(to, text, reach = { kind: 'account' }) {
      const who =
        typeof to === 'string' ? ({ kind: 'group', id: to } as const) : ({ kind: 'user', id: to.userId } as const)
      const grant: Grant = { id: hex(), accountId, to: who, policy: await policyOf(text), reach }
      if (!(await directory.addGrant(grant))) throw new Error('the same grant stands already')
      return grant
    },
    async narrowed(person, sessionPolicy) {
      const securityToken = hex()
      const terms = { expiresAt: now() + 3_600_000, securityTokenHash: hashOfToken(securityToken), sessionPolicy }
      return { ...person, ...(await addKey(person.userId, terms)), securityToken }
    },
    as({ ak, sk, securityToken }, method, path, { json, headers = {}, date = new Date() } = {}) {
      const body = json === undefined ? '' : JSON.stringify(json)
      const type = json === undefined ? {} : { 'Content-Type': 'application/json' }
      const token = securityToken === undefined ? {} : { 'X-Security-Token': securityToken }
      const signing = {
        ak,
        sk,
        method,
        url: `${endpoint}${path}`,
        headers: { ...type, ...token, ...headers },
        body,
        date,
      }
      return registry.request(method, path, {
        auth: 'none',
        headers: signHuawei(signing),
        ...(body !== '' && { body }),
      })
    },
    rpc({ ak, sk, securityToken }, action, parameters, method = 'GET', version = '2024-05-18') {
      const query = Object.entries(parameters).map(pair => pair.map(encodeURIComponent).join('='))
      const path = `/${query.length > 0 ? `?${query.join('&')}` : ''}`
      const headers = securityToken === undefined ? {} : { 'x-acs-security-token': securityToken }
      const signing = {
        ak,
        sk,
        method,
        url: `${endpoint}${path}`,
        action,
        version,
        headers,
        date: new Date(),
      }
      return registry.request(method, path, { auth: 'none', headers: signAcs3(signing) })
    },
    audited: () => identity.audit.flush(),
    close: () => registry.close(),
  }
}
