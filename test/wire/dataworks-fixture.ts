/**
 * A registry with more than the first start lays down: a second workspace, another account with a workspace of its own,
 * and a user for every role, for a role that nobody knows, and for none.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import { accessKeyContext } from '../../src/identity/directory.ts'
import { openVault } from '../../src/identity/vault.ts'
import { openDirectory } from '../../src/storage/directory.ts'
import type { DirectoryTables } from '../../src/storage/directory-tables.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { type Answer, startRegistry, type TestRegistry } from '../support/registry.ts'
import { signAcs3 } from '../support/sign.ts'

export interface Key {
  readonly ak: string
  readonly sk: string
}

export interface DataworksFixture {
  readonly registry: TestRegistry
  /** Workspace ids: the first account's two, and the other account's. */
  readonly workspaces: { readonly first: string; readonly second: string; readonly foreign: string }
  /** The root user of the other account. */
  readonly foreign: Key
  /** A key that was switched off. */
  readonly inactive: Key
  /** The key of a user who has one role, in the first workspace or, where the role is one, in the tenant. */
  holderOf(role: string): Key
  /** An RPC request that another key signs. */
  as(key: Key, action: string, parameters: Readonly<Record<string, string>>, method?: string): Promise<Answer>
  close(): Promise<void>
}

const WORKSPACES = { first: '10000', second: '20000', foreign: '30000' }

/** @param roles codes for which there is a user each; the empty text is a user without a role */
export async function startDataworks(roles: readonly string[]): Promise<DataworksFixture> {
  const dataDir = await mkdtemp(join(tmpdir(), 'certfolio-dataworks-'))
  const first = await startRegistry({ dataDir })
  const accountId = first.firstRun.account.domainId
  await first.close()
  const { holders, foreign, inactive } = await addMore(dataDir, accountId, roles)
  const registry = await startRegistry({ dataDir })
  return {
    registry,
    workspaces: WORKSPACES,
    foreign,
    inactive,
    holderOf(role) {
      const key = holders.get(role)
      if (!key) throw new Error(`nobody has the role ${role}`)
      return key
    },
    as(key, action, parameters, method = 'GET') {
      const path = `/?${new URLSearchParams(parameters)}`
      const headers = signAcs3({ ...key, method, url: `${registry.endpoint}${path}`, action })
      return registry.request(method, path, { auth: 'none', headers })
    },
    async close() {
      await registry.close()
      await rm(dataDir, { recursive: true })
    },
  }
}

async function addMore(dataDir: string, accountId: string, roles: readonly string[]) {
  const storage = await openSqlite(join(dataDir, 'certfolio.db'), { clock: Date.now })
  const database = new Kysely<DirectoryTables>({ dialect: storage.dialect() })
  const directory = openDirectory({ database, clock: Date.now })
  const vault = openVault(dataDir, {})
  const hex = () => randomBytes(16).toString('hex')
  let made = 0
  const addUser = async (account: string, isRoot: boolean, tenantRoles: string[], enabled = true) => {
    const id = hex()
    const name = `user-${++made}`
    const aliyunUserId = String(1_900_000_000_000_000 + made)
    const user = { id, accountId: account, name, aliyunUserId, passwordHash: null, enabled: true, isRoot, tenantRoles }
    await directory.addUser({ ...user, credentialEpoch: 1 })
    const key = { ak: `LTAI5tUSER${String(made).padStart(10, '0')}`, sk: hex() }
    const sealedSecret = vault.seal(key.sk, accessKeyContext(key.ak))
    const terms = { enabled, createdAt: Date.now(), expiresAt: null, securityTokenHash: null }
    await directory.addAccessKey({ id: key.ak, userId: id, sealedSecret, ...terms })
    return { id, key }
  }

  await directory.addWorkspace({ id: Number(WORKSPACES.second), accountId, name: 'second' })
  const otherAccount = hex()
  await directory.addAccount({ id: otherAccount, name: 'other', enabled: true, createdAt: Date.now() })
  await directory.addWorkspace({ id: Number(WORKSPACES.foreign), accountId: otherAccount, name: 'foreign' })
  const { key: foreign } = await addUser(otherAccount, true, [])
  const { key: inactive } = await addUser(accountId, false, ['tenant_owner'], false)
  const holders = new Map<string, Key>()
  for (const role of roles) {
    const { id, key } = await addUser(accountId, false, role.startsWith('tenant_') ? [role] : [])
    if (role.startsWith('role_')) await directory.setWorkspaceRoles(Number(WORKSPACES.first), id, [role])
    holders.set(role, key)
  }
  await database.destroy()
  await storage.close()
  return { holders, foreign, inactive }
}
