/** The first start: an account that can be used at once, with everything a client needs to know of it. */

import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import type { Clock } from '../registry/record-number.ts'
import { type AccessKey, accessKeyContext, type Directory, type User } from './directory.ts'
import type { Vault } from './identity.ts'
import type { Passwords } from './passwords.ts'
import type { Facility } from './principal.ts'

/** What `first-run.json` holds: the one time that the secrets are shown. */
export interface FirstRun {
  readonly endpoint: string
  readonly account: { readonly name: string; readonly domainId: string }
  readonly user: { readonly name: string; readonly id: string; readonly password: string }
  readonly accessKey: { readonly id: string; readonly secret: string }
  readonly project: { readonly name: string; readonly id: string }
  readonly iotda: { readonly instanceId: string; readonly appId: string }
  readonly apic: { readonly instanceId: string }
  readonly dataworks: { readonly projectId: number }
}

export interface FirstAccountParts {
  readonly directory: Directory
  readonly vault: Vault
  readonly passwords: Passwords
  readonly clock: Clock
  /** The base URL that clients reach the server by, for example `http://127.0.0.1:8080`. */
  readonly endpoint: string
  /** Puts what is about to be made into safety: once the account stands, nothing else holds its secrets in clear. */
  readonly keep?: ((firstRun: FirstRun) => Promise<void>) | undefined
}

const NAME = 'admin'
const PROJECT_NAME = 'default'
const WORKSPACE_ID = 10000

/** Makes the account, durably, unless there is one. @returns what was made; `undefined` where nothing had to be done */
export async function createFirstAccount(parts: FirstAccountParts): Promise<FirstRun | undefined> {
  const { directory, vault, passwords, clock, endpoint, keep } = parts
  if (await directory.firstAccount()) return undefined
  const password = randomBytes(18).toString('base64url')
  const account = { id: newId(), name: NAME, enabled: true, createdAt: clock() }
  const user: User = {
    id: newId(),
    accountId: account.id,
    name: NAME,
    aliyunUserId: newAliyunUserId(),
    passwordHash: await passwords.hash(password),
    enabled: true,
    isRoot: true,
    credentialEpoch: 1,
    tenantRoles: ['tenant_owner'],
  }
  const { key, secret } = newAccessKey(vault, user.id, clock())
  const project = { id: newId(), accountId: account.id, name: PROJECT_NAME, enabled: true, isDefault: true }
  const facility = (kind: Facility['kind'], id: string, name: string): Facility => ({
    kind,
    id,
    projectId: project.id,
    name,
    isDefault: true,
  })
  const instance = facility('iotda-instance', randomUUID(), 'default')
  const app = facility('iotda-app', newId(), 'DefaultApp')
  const gateway = facility('apic-instance', randomUUID(), 'default')
  const firstRun: FirstRun = {
    endpoint,
    account: { name: account.name, domainId: account.id },
    user: { name: user.name, id: user.id, password },
    accessKey: { id: key.id, secret },
    project: { name: project.name, id: project.id },
    iotda: { instanceId: instance.id, appId: app.id },
    apic: { instanceId: gateway.id },
    dataworks: { projectId: WORKSPACE_ID },
  }
  await keep?.(firstRun)
  const founded = await directory.found({
    account,
    user,
    accessKey: key,
    project,
    facilities: [instance, app, gateway],
    workspace: { id: WORKSPACE_ID, accountId: account.id, name: 'default' },
  })
  // Where another process was faster, what was made here never existed.
  return founded ? firstRun : undefined
}

/** 32 lower-case hex digits: the form of the ids of accounts, users, projects and resource spaces. */
function newId(): string {
  return randomBytes(16).toString('hex')
}

/** 16 decimal digits, as the user ids of seed 000. */
function newAliyunUserId(): string {
  return `1${letters('0123456789', 15)}`
}

/** A permanent key as the vendors make them: 20 upper-case characters, and a secret of 40. */
function newAccessKey(vault: Vault, userId: string, now: number): { key: AccessKey; secret: string } {
  const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
  const digits = '0123456789'
  const id = letters(upper + digits, 20)
  const secret = letters(upper + upper.toLowerCase() + digits, 40)
  const sealedSecret = vault.seal(secret, accessKeyContext(id))
  return {
    key: { id, userId, sealedSecret, enabled: true, createdAt: now, expiresAt: null, securityTokenHash: null },
    secret,
  }
}

function letters(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}
