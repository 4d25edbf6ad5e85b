/** IAM's wire formats: reference identity-huawei §1.1 for tokens, §2.4 for the lists. */

import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import type { Account, DirectoryReader, IssuedToken, Project, User } from '../../identity/directory.ts'
import { pathOf, type WireRequest } from '../../identity/wire-request.ts'

const Name = Type.Optional(Type.String({ minLength: 1, maxLength: 256 }))
const Reference = Type.Object({ id: Name, name: Name })

/** `auth` of `POST /v3/auth/tokens` (§1.1). */
export const tokenBody = Type.Object({
  auth: Type.Object({
    identity: Type.Object({
      methods: Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 8 }),
      password: Type.Optional(
        Type.Object({
          user: Type.Object({
            id: Name,
            name: Name,
            password: Type.String({ minLength: 1, maxLength: 1024 }),
            domain: Type.Optional(Reference),
          }),
        }),
      ),
      token: Type.Optional(Type.Object({ id: Type.String({ minLength: 1, maxLength: 8192 }) })),
    }),
    scope: Type.Optional(
      Type.Object({
        project: Type.Optional(Type.Object({ id: Name, name: Name, domain: Type.Optional(Reference) })),
        domain: Type.Optional(Reference),
      }),
    ),
  }),
})

export const noCatalogQuery = Type.Object({ nocatalog: Type.Optional(Type.String({ maxLength: 64 })) })

/** `POST /v3/projects` (§2.4). */
export const projectBody = Type.Object({
  project: Type.Object({
    name: Type.String({ minLength: 1, maxLength: 64 }),
    domain_id: Type.Optional(Type.String({ maxLength: 64 })),
    parent_id: Type.Optional(Type.String({ maxLength: 64 })),
    description: Type.Optional(Type.String({ maxLength: 255 })),
  }),
})

/** `GET /v3/users`. */
export const usersQuery = Type.Object({
  domain_id: Type.Optional(Type.String({ maxLength: 64 })),
  name: Type.Optional(Type.String({ maxLength: 64 })),
  enabled: Type.Optional(Type.Boolean()),
})

/** `GET /v3/projects` (§2.4). */
export const projectsQuery = Type.Object({
  domain_id: Type.Optional(Type.String({ maxLength: 64 })),
  name: Type.Optional(Type.String({ maxLength: 64 })),
  parent_id: Type.Optional(Type.String({ maxLength: 64 })),
  enabled: Type.Optional(Type.Boolean()),
  is_domain: Type.Optional(Type.Boolean()),
  page: Type.Optional(Type.Integer({ minimum: 1 })),
  per_page: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000 })),
})

/** `2026-03-30T08:00:00.000000Z`: six digits after the point, the last three zero (§9, trap 16). */
export function wireTime(time: number): string {
  return new Date(time).toISOString().replace('Z', '000Z')
}

/** As the client reached the server. Whether a proxy before it speaks TLS cannot be seen from here. */
export function baseOf({ headers }: WireRequest): string {
  return `http://${headers.first('host') ?? 'localhost'}`
}

/** Lists come whole: Terraform's pager would follow any `next` that is not null. */
export function linksOf(request: WireRequest) {
  return { self: baseOf(request) + pathOf(request.target), previous: null, next: null }
}

export function projectOf(project: Project, request: WireRequest) {
  return {
    id: project.id,
    name: project.name,
    domain_id: project.accountId,
    parent_id: project.accountId,
    description: '',
    enabled: project.enabled,
    is_domain: false,
    links: { self: `${baseOf(request)}/v3/projects/${project.id}` },
  }
}

export function domainOf(account: Account, request: WireRequest) {
  return {
    id: account.id,
    name: account.name,
    enabled: account.enabled,
    description: '',
    links: { self: `${baseOf(request)}/v3/domains/${account.id}` },
  }
}

/** Without `pwd_strength`, which nobody can know of a hash. */
export function userOf(user: User, request: WireRequest) {
  return {
    id: user.id,
    name: user.name,
    domain_id: user.accountId,
    enabled: user.enabled,
    description: '',
    password_expires_at: null,
    pwd_status: user.passwordHash !== null,
    links: { self: `${baseOf(request)}/v3/users/${user.id}`, previous: null, next: null },
  }
}

/** The one version of the API, as Keystone's clients discover it (§2.3). */
export function versionOf(request: WireRequest) {
  return {
    id: 'v3.6',
    status: 'stable',
    updated: '2016-04-04T00:00:00Z',
    links: [{ rel: 'self', href: `${baseOf(request)}/v3/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  }
}

export function regionOf(id: string, request: WireRequest) {
  return {
    id,
    type: 'public',
    description: '',
    parent_region_id: null,
    locales: { 'en-us': id },
    links: { self: `${baseOf(request)}/v3/regions/${id}` },
  }
}

interface TokenFacts {
  readonly token: IssuedToken
  readonly user: User
  readonly account: Account
  /** Of a token of a project. */
  readonly project: Project | undefined
  /** Their names. */
  readonly roles: readonly string[]
}

/** What a token says that its user may do: for an account's own user what the vendor says of one, else its policies. */
export async function rolesOf(directory: DirectoryReader, user: User): Promise<readonly string[]> {
  if (user.isRoot) return ['te_admin', 'secu_admin']
  const policies = (await directory.grantsOf(user.id)).map(({ policy }) => policy)
  const names = policies.map(async policy =>
    policy.kind === 'built-in' ? policy.name : (await directory.policy(policy.id))?.name,
  )
  return [...new Set(await Promise.all(names))].filter(name => name !== undefined).sort()
}

/** The body of a token (§1.1). */
export function tokenOf(facts: TokenFacts, request: WireRequest, withCatalog: boolean) {
  const { token, user, account, project, roles } = facts
  const domain = { id: account.id, name: account.name }
  return {
    token: {
      methods: token.methods,
      issued_at: wireTime(token.issuedAt),
      expires_at: wireTime(token.expiresAt),
      user: { id: user.id, name: user.name, domain, password_expires_at: '' },
      ...(project ? { project: { id: project.id, name: project.name, domain } } : { domain }),
      roles: roles.map(name => ({ id: '0', name })),
      ...(withCatalog && { catalog: catalogOf(request, project) }),
    },
  }
}

/** Where the services of this server are; global ones have the region `*`. */
export function catalogOf(request: WireRequest, project: Project | undefined) {
  const base = baseOf(request)
  const services = [
    { type: 'iam', region: '*', url: `${base}/v3` },
    { type: 'scm', region: '*', url: `${base}/v3` },
    ...(project
      ? [
          { type: 'iotda', region: project.name, url: `${base}/v5/iot/${project.id}` },
          { type: 'roma', region: project.name, url: `${base}/v2/${project.id}` },
        ]
      : []),
  ]
  return services.map(({ type, region, url }) => ({
    id: stableId(type),
    type,
    name: type,
    endpoints: [{ id: stableId(`${type} ${region}`), interface: 'public', region, region_id: region, url }],
  }))
}

/** 32 hex digits, the same each time. */
function stableId(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
