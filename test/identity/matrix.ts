/**
 * Requests made from the route tables, so that a new route is in every matrix by itself. Whatever a route reads has to
 * stand in the tables below; what does not makes the matrix fail and name it.
 */

import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Product, Route } from '../../src/products/shared/product.ts'
import { makeCertificate, makeKeyPair } from '../support/certificates.ts'
import type { Answer } from '../support/registry.ts'
import { hex, type Person, type Tenant, type Tenants } from '../support/tenants.ts'

/** What an identifier identifies. `nothing`: of this kind nothing exists anywhere. */
export type Kind =
  | 'project'
  | 'iotdaInstance'
  | 'app'
  | 'gateway'
  | 'authority'
  | 'device'
  | 'sslCertificate'
  | 'gatewayCertificate'
  | 'file'
  | 'workspace'
  | 'workspaces'
  | 'user'
  | 'aliyunUser'
  | 'aliyunUsers'
  | 'member'
  | 'key'
  | 'token'
  | 'domain'
  | 'enterpriseProject'
  | 'name'
  | 'names'
  | 'hostName'
  | 'fingerprint'
  | 'nothing'

export interface Slot {
  readonly where: 'path' | 'query' | 'body' | 'header'
  readonly name: string
  readonly kind: Kind
}

/** Of what each parameter is an identifier; `plain` where it is none. By product and name, or operation and name. */
const PARAMETERS: Readonly<Record<string, Kind | 'plain' | ((route: Route) => Kind)>> = {
  'dataworks ProjectId': 'workspace',
  'dataworks Id': 'file',
  'dataworks Name': 'name',
  'dataworks CreateUser': 'aliyunUser',
  'dataworks Ids': 'workspaces',
  'dataworks Names': 'names',
  'dataworks UserId': 'member',
  'dataworks UserIds': 'aliyunUsers',
  'GetProject Id': 'workspace',
  'CreateProjectMember UserId': 'aliyunUser',
  'iotda project_id': 'project',
  'iotda certificate_id': route => (route.path.includes('/device-certificates') ? 'device' : 'authority'),
  'iotda server_certificate_id': 'nothing',
  'iotda template_id': 'nothing',
  'iotda app_id': 'app',
  'iotda marker': 'authority',
  'iotda common_name': 'hostName',
  'iotda fingerprint': 'fingerprint',
  'scm certificate_id': 'sslCertificate',
  'scm resource_id': 'sslCertificate',
  'scm id': 'nothing',
  'scm enterprise_project_id': 'enterpriseProject',
  'scm content': 'hostName',
  'apic project_id': 'project',
  'apic certificate_id': 'gatewayCertificate',
  'apic instance_id': 'gateway',
  'apic group_id': 'nothing',
  'apic domain_id': 'nothing',
  'apic name': 'name',
  'apic common_name': 'hostName',
  'iam project_id': 'project',
  'iam user_id': 'user',
  'iam access_key': 'key',
  'iam domain_id': 'domain',
  'iam parent_id': 'domain',
  'KeystoneListUsers name': 'name',
  'KeystoneListProjects name': 'name',
  'AddCertificate app_id': 'app',
  'ImportCertificate enterprise_project_id': 'enterpriseProject',
  'CreateCertificateV2 instance_id': 'gateway',
  'KeystoneCreateToken auth.identity.password.user.id': 'user',
  'KeystoneCreateToken auth.scope.project.id': 'project',
  'KeystoneCreateToken auth.scope.domain.id': 'domain',
  'KeystoneCreateProject project.domain_id': 'domain',
  'KeystoneCreateProject project.parent_id': 'domain',
  'CreatePermanentAccessKey credential.user_id': 'user',
}

/** Words and numbers that name nothing, by product. */
const PLAIN: Readonly<Record<string, readonly string[]>> = {
  dataworks: [
    ...['PageSize', 'PageNumber', 'StartCreateTime', 'EndCreateTime', 'SortBy', 'Order', 'Type', 'Code', 'Codes'],
    ...['RoleCodes', 'AliyunResourceGroupId', 'AliyunResourceTags', 'DevEnvironmentEnabled', 'DevRoleDisabled'],
    ...['PaiTaskEnabled', 'Status'],
  ],
  iotda: ['limit', 'offset', 'content'],
  scm: [
    ...['limit', 'offset', 'sort_dir', 'sort_key', 'status', 'deploy_support', 'owned_by_self', 'expired_days_since'],
    ...['name', 'certificate', 'certificate_chain', 'private_key', 'duplicate_check', 'enc_certificate'],
    'enc_private_key',
  ],
  apic: [
    ...['offset', 'limit', 'signature_algorithm', 'type', 'algorithm_type', 'cert_content', 'private_key'],
    ...['trusted_root_ca', 'cert_content_sign', 'private_key_sign', 'name'],
  ],
  iam: [
    ...['nocatalog', 'enabled', 'is_domain', 'page', 'per_page', 'region_id'],
    // What names users and accounts of a log-in beside their ids: `test/identity` asks them one by one.
    ...['auth.identity.methods', 'auth.identity.password.user.name', 'auth.identity.password.user.password'],
    ...['auth.identity.password.user.domain.id', 'auth.identity.password.user.domain.name'],
    ...['auth.scope.project.name', 'auth.scope.project.domain.id', 'auth.scope.project.domain.name'],
    ...['auth.scope.domain.name', 'auth.identity.token.duration_seconds', 'auth.identity.policy'],
    // No identifier but a credential: whoever has it is its user.
    'auth.identity.token.id',
    ...['project.name', 'project.description', 'credential.description', 'credential.status'],
  ],
}

/** Operations of other APIs than DataWorks' own. */
const VERSIONS: Readonly<Record<string, string>> = {
  GetCallerIdentity: '2015-04-01',
  AuthorizeFileUpload: '2019-12-19',
}

/** What stands in a parameter that names nothing and cannot be left out. */
const WORDS: Readonly<Record<string, string>> = { RoleCodes: '["role_project_guest"]', Code: 'role_project_dev' }

/** The parameters of a route's query that cannot be left out, with a word for those that identify nothing. */
export function requiredOf(route: Route): ReadonlyMap<string, string | undefined> {
  const { required = [], properties = {} } = (route.query ?? {}) as {
    required?: readonly string[]
    properties?: Record<string, { default?: unknown }>
  }
  return new Map(required.filter(name => properties[name]?.default === undefined).map(name => [name, WORDS[name]]))
}

/** Headers that name something, by product. */
const HEADERS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  iotda: { 'Instance-Id': 'iotdaInstance', 'X-Project-Id': 'project', 'X-Domain-Id': 'domain' },
  scm: { 'X-Project-Id': 'project', 'X-Domain-Id': 'domain' },
  apic: { 'X-Project-Id': 'project', 'X-Domain-Id': 'domain' },
  iam: { 'X-Project-Id': 'project', 'X-Domain-Id': 'domain', 'X-Subject-Token': 'token' },
  dataworks: {},
}

export function slotsOf(product: Product, route: Route): readonly Slot[] {
  const slots: Slot[] = []
  const add = (where: Slot['where'], name: string) => {
    const known =
      PARAMETERS[`${route.operation} ${name}`] ?? (where !== 'body' && PARAMETERS[`${product.name} ${name}`])
    if (!known && !PLAIN[product.name]?.includes(name))
      throw new Error(`${product.name} ${route.operation}: say in the matrix what '${name}' identifies`)
    if (known && known !== 'plain')
      slots.push({ where, name, kind: typeof known === 'function' ? known(route) : known })
  }
  for (const [, name] of route.path.matchAll(/:(\w+)/g)) add('path', name ?? '')
  for (const name of Object.keys(route.query?.properties ?? {})) add('query', name)
  for (const name of leaves(route.body)) add('body', name)
  const headers = HEADERS[product.name]
  if (!headers) throw new Error(`${product.name}: say in the matrix which headers identify something`)
  for (const [name, kind] of Object.entries(headers)) slots.push({ where: 'header', name, kind })
  return slots
}

/** The members of a body that are no objects themselves, by their paths. */
function leaves(schema: unknown, above = ''): readonly string[] {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, object> }
  return Object.entries(properties).flatMap(([name, member]) =>
    Object.keys((member as { properties?: object }).properties ?? {}).length > 0
      ? leaves(member, `${above}${name}.`)
      : [`${above}${name}`],
  )
}

const keys = makeKeyPair()
let made = 0

/** A name or host name that nobody has used. */
export function newCertificate(ca = false) {
  const host = `host${randomBytes(6).toString('hex')}.example.com`
  return { host, name: `cert${++made}`, ...makeCertificate({ keys, ca, subject: `CN=${host}`, sans: [host] }) }
}

/** An id of its form that nothing has. */
export const NEVER: Readonly<Record<Kind, () => string>> = {
  project: hex,
  iotdaInstance: randomUUID,
  app: hex,
  gateway: randomUUID,
  authority: () => hex().slice(0, 24),
  device: randomUUID,
  sslCertificate: () => `scs${String(randomBytes(6).readUIntBE(0, 6) % 1e13).padStart(13, '0')}`,
  gatewayCertificate: hex,
  file: () => String(randomBytes(6).readUIntBE(0, 6) + 1),
  workspace: () => String(1e9 + (randomBytes(4).readUInt32BE(0) % 1e9)),
  workspaces: () => `[${NEVER.workspace()}]`,
  user: hex,
  aliyunUser: () => String(1e15 + randomBytes(6).readUIntBE(0, 6)),
  aliyunUsers: () => `["${NEVER.aliyunUser()}"]`,
  member: () => NEVER.aliyunUser(),
  key: () => randomBytes(10).toString('hex').toUpperCase(),
  token: () => randomBytes(32).toString('base64url'),
  domain: hex,
  enterpriseProject: randomUUID,
  name: () => `none${hex().slice(0, 8)}`,
  names: () => `["${NEVER.name()}"]`,
  hostName: () => `none${hex().slice(0, 8)}`,
  fingerprint: () => hex() + hex(),
  nothing: hex,
}

/** What a tenant has, one of each kind. */
export type Belongings = Readonly<Record<Kind, string>>

/** Makes something of a kind for the registry's first account. @returns its id */
export async function make(t: Tenants, kind: Kind): Promise<string> {
  const { home, registry } = t
  const { root } = home
  const created = async (answer: Promise<Answer>, id: (json: Answer['json']) => string): Promise<string> => {
    const { status, json, text } = await answer
    if (status >= 300) throw new Error(`nothing was made: ${status} ${text}`)
    return id(json)
  }
  const { pem, keyPem, name, host } = newCertificate(kind === 'authority')
  switch (kind) {
    case 'sslCertificate': {
      const json = { name, certificate: pem, private_key: keyPem }
      return created(t.as(root, 'POST', '/v3/scm/certificates/import', { json }), made => made.certificate_id)
    }
    case 'authority': {
      const path = `/v5/iot/${home.projectId}/certificates`
      return created(t.as(root, 'POST', path, { json: { content: pem } }), made => made.certificate_id)
    }
    case 'gatewayCertificate': {
      const json = { name, cert_content: pem, private_key: keyPem }
      return created(t.as(root, 'POST', `/v2/${home.projectId}/apic/certificates`, { json }), made => made.id)
    }
    case 'device': {
      await registry.bringIn('iotda-devices', { [`${name}.pem`]: pem })
      const path = `/v5/iot/${home.projectId}/device-certificates?common_name=${host.slice(0, 16)}`
      return created(t.as(root, 'GET', path), found => found.device_certificates[0].certificate_id)
    }
    case 'file': {
      await registry.bringIn('dataworks', { [`${name}.pem`]: pem })
      const asked = { ProjectId: String(home.workspaceId), Name: name, PageNumber: '1', PageSize: '10' }
      return created(t.rpc(root, 'ListCertificates', asked), found => String(found.PagingInfo.Certificates[0].Id))
    }
    case 'key':
      return permanentKey(t)
    case 'token':
      return tokenOf(t)
    case 'user':
      return (await t.addPerson(`made-${name}`)).userId
    case 'aliyunUser':
    case 'member': {
      const { userId } = await t.addPerson(`made-${name}`)
      if (kind === 'member') await t.directory.setWorkspaceRoles(home.workspaceId, userId, ['role_project_guest'])
      return (await t.directory.user(userId))?.aliyunUserId ?? ''
    }
    default:
      throw new Error(`a matrix makes no ${kind}`)
  }
}

/** Another key of another user: nobody has more than two. */
async function permanentKey(t: Tenants): Promise<string> {
  return (await t.addPerson(`with-key-${hex()}`)).ak
}

/** A fresh token of the first account's root user. */
async function tokenOf({ registry }: Tenants): Promise<string> {
  const { user, account, project } = registry.firstRun
  const password = { user: { name: user.name, password: user.password, domain: { name: account.name } } }
  const json = { auth: { identity: { methods: ['password'], password }, scope: { project: { id: project.id } } } }
  const { headers } = await registry.request('POST', '/v3/auth/tokens', { json, auth: 'none' })
  return headers['x-subject-token'] ?? ''
}

/** The values of a request's slots, by where and name. */
export type Filling = Readonly<Record<string, string | undefined>>

export function keyOf({ where, name }: Slot): string {
  return `${where} ${name}`
}

/** Bodies that would be taken, given what they identify. */
const BODIES: Readonly<Record<string, (at: (name: string) => string | undefined, who: Caller) => object>> = {
  ImportCertificate: at => {
    const { name, pem, keyPem } = newCertificate()
    return { name, certificate: pem, private_key: keyPem, ...given('enterprise_project_id', at) }
  },
  AddCertificate: at => ({ content: newCertificate(true).pem, ...given('app_id', at) }),
  CreateCertificateV2: at => {
    const { name, pem, keyPem } = newCertificate()
    const instance = at('instance_id') === undefined ? {} : { type: 'instance', ...given('instance_id', at) }
    return { name, cert_content: pem, private_key: keyPem, ...instance }
  },
  KeystoneCreateToken: (at, who) => {
    const user = at('auth.identity.password.user.id')
    const [project, domain] = [at('auth.scope.project.id'), at('auth.scope.domain.id')]
    const password = user === undefined ? (who.password ?? '') : 'wrong'
    const identity = { methods: ['password'], password: { user: { id: user ?? who.userId, password } } }
    const scope =
      project !== undefined
        ? { project: { id: project } }
        : domain !== undefined
          ? { domain: { id: domain } }
          : undefined
    return { auth: { identity, ...(scope && { scope }) } }
  },
  KeystoneCreateProject: at => {
    const owner = at('project.domain_id') === undefined ? {} : { domain_id: at('project.domain_id') }
    const parent = at('project.parent_id') === undefined ? {} : { parent_id: at('project.parent_id') }
    return { project: { name: `project-${hex().slice(0, 8)}`, ...owner, ...parent } }
  },
  // Nobody may have many keys, so each request is for somebody else, or for nobody.
  CreatePermanentAccessKey: at => ({ credential: { user_id: at('credential.user_id') ?? NEVER.user() } }),
  UpdatePermanentAccessKey: () => ({ credential: { status: 'active' } }),
  CreateTemporaryAccessKeyByToken: () => ({ auth: { identity: { methods: ['token'] } } }),
}

function given(name: string, at: (name: string) => string | undefined): object {
  const value = at(name)
  return value === undefined ? {} : { [name]: value }
}

export interface Caller extends Person {
  readonly password?: string
}

export interface Manner {
  /** Another verb than the route's. */
  readonly method?: string
  /** Without credentials. */
  readonly unsigned?: boolean
}

/** Sends what a route's table says, its slots filled. */
export function send(
  t: Tenants,
  who: Caller,
  product: Product,
  route: Route,
  filling: Filling,
  { method = route.method, unsigned = false }: Manner = {},
): Promise<Answer> {
  const at = (where: Slot['where']) =>
    Object.entries(filling).flatMap(([key, value]) =>
      key.startsWith(`${where} `) && value !== undefined ? [[key.slice(where.length + 1), value] as const] : [],
    )
  const query = at('query').map(pair => pair.map(encodeURIComponent).join('='))
  const asked = query.length > 0 ? `?${query.join('&')}` : ''
  if (product.choose) {
    const version = VERSIONS[route.operation] ?? '2024-05-18'
    const headers = { 'x-acs-action': route.operation, 'x-acs-version': version }
    if (unsigned) return t.registry.request(method, `/${asked}`, { auth: 'none', headers })
    return t.rpc(who, route.operation, Object.fromEntries(at('query')), method, version)
  }
  const path = `${route.path.replace(/:(\w+)/g, (_, name) => encodeURIComponent(filling[`path ${name}`] ?? 'local-1'))}${asked}`
  const build = BODIES[route.operation]
  if (route.body && !build) throw new Error(`${product.name} ${route.operation}: say in the matrix what its body is`)
  const json = route.body && method === route.method ? build?.(name => filling[`body ${name}`], who) : undefined
  const sent = { headers: Object.fromEntries(at('header')), ...(json && { json }) }
  return unsigned ? t.registry.request(method, path, { auth: 'none', ...sent }) : t.as(who, method, path, sent)
}

/** Everything of an answer that the caller can see, without what differs between any two answers. */
export function seen({ status, headers, text }: Answer, filled: readonly string[] = []) {
  const { date, 'content-length': length, ...others } = headers
  const masked = (value: string) =>
    filled
      .filter(id => id.length > 6)
      .reduce((all, id) => all.replaceAll(id, '<asked>'), value)
      .replace(/[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}/gi, '<uuid>')
      .replace(/scs\d{13}|\b[0-9a-f]{24,}\b|\b[A-Z0-9]{20}\b|(?<![\w-])[\w-]{40,}(?![\w-])/g, '<id>')
      .replace(/\d{4}-\d\d-\d\d[T ][\d:.]+Z?|\d{8}T\d{6}Z/g, '<time>')
      .replace(/(?:cert|host|project-|none)[0-9a-f]+/g, '<name>')
  const visible = Object.entries(others).map(([name, value]) => [name, masked(value)])
  return { status, text: masked(text), headers: Object.fromEntries(visible), ...(status >= 400 && { length }) }
}

/** One of each kind for the first account. */
export async function belongings(t: Tenants): Promise<Belongings> {
  const { home, registry, directory } = t
  const own = await directory.user(home.root.userId)
  const { pem, der, host, name } = newCertificate()
  await registry.bringIn('iotda-devices', { 'named.pem': pem })
  return {
    ...places(home),
    authority: await make(t, 'authority'),
    device: await make(t, 'device'),
    sslCertificate: await make(t, 'sslCertificate'),
    gatewayCertificate: await make(t, 'gatewayCertificate'),
    file: await make(t, 'file'),
    workspaces: `[${home.workspaceId}]`,
    aliyunUser: own?.aliyunUserId ?? '',
    aliyunUsers: `["${own?.aliyunUserId}"]`,
    member: await make(t, 'member'),
    key: home.root.ak,
    token: await make(t, 'token'),
    enterpriseProject: await t.addEnterpriseProject(`of-${name}`),
    name: own?.name ?? '',
    names: '["default"]',
    hostName: host.slice(0, 16),
    fingerprint: createHash('sha256').update(der).digest('hex'),
    nothing: hex(),
  }
}

/** What a tenant has without doing anything. */
export function places(tenant: Tenant) {
  return {
    project: tenant.projectId,
    iotdaInstance: tenant.iotdaInstance,
    app: tenant.appId,
    gateway: tenant.gateway,
    workspace: String(tenant.workspaceId),
    user: tenant.root.userId,
    domain: tenant.domainId,
  } satisfies Partial<Record<Kind, string>>
}
