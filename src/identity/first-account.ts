/** The first start: an account that can be used at once, with everything a client needs to know of it. */

import type { Clock } from '../registry/record-number.ts'
import type { Directory, User } from './directory.ts'
import type { Vault } from './identity.ts'
import { newAccessKey, newAliyunUserId, newId, newPassword } from './new-credentials.ts'
import { newFacilities } from './new-facilities.ts'
import type { Passwords } from './passwords.ts'

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
  const password = newPassword()
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
  const { instance, app, gateway } = newFacilities(project.id)
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
