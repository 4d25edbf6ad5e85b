/** Identity on a real database in a directory of its own, with a clock that the test owns. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { createIdentity } from '../../src/identity/create-identity.ts'
import { accessKeyContext, type Directory } from '../../src/identity/directory.ts'
import { createFirstAccount, type FirstRun } from '../../src/identity/first-account.ts'
import type { Identity, Vault } from '../../src/identity/identity.ts'
import { createPasswords, type Passwords } from '../../src/identity/passwords.ts'
import { AuthenticationFailure, type AuthenticationProblem } from '../../src/identity/principal.ts'
import { hashOfToken } from '../../src/identity/tokens.ts'
import { openVault } from '../../src/identity/vault.ts'
import { WireHeaders, type WireRequest } from '../../src/identity/wire-request.ts'
import { openDirectory } from '../../src/storage/directory.ts'
import type { DirectoryTables } from '../../src/storage/directory-tables.ts'
import { NodeSqliteDialect } from '../../src/storage/sqlite/kysely.ts'
import { migrate } from '../../src/storage/sqlite/migrate.ts'
import { MIGRATIONS } from '../../src/storage/sqlite/migrations.ts'
import { WriteTurns } from '../../src/storage/write-turns.ts'

/** 2026-03-30T08:00:00Z */
export const NOON = Date.UTC(2026, 2, 30, 8)

export interface TestClock {
  (): number
  now: number
}

export function testClock(now = NOON): TestClock {
  const clock = (() => clock.now) as TestClock
  clock.now = now
  return clock
}

export interface OpenedDirectory {
  readonly directory: Directory
  close(): Promise<void>
}

/** A directory as another process would open it: with connections of its own. */
export function openTestDirectory(path: string, clock: () => number): OpenedDirectory {
  const first = new DatabaseSync(path)
  first.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
  migrate(first, path, MIGRATIONS)
  const second = new DatabaseSync(path)
  second.exec('PRAGMA synchronous = NORMAL')
  const turns = new WriteTurns()
  const database = new Kysely<DirectoryTables>({ dialect: new NodeSqliteDialect(first, turns) })
  const nonces = new Kysely<DirectoryTables>({ dialect: new NodeSqliteDialect(second, turns) })
  return {
    directory: openDirectory({ database, nonces, clock }),
    async close() {
      await database.destroy()
      await nonces.destroy()
    },
  }
}

export interface IdentityFixture {
  readonly dataDir: string
  readonly path: string
  readonly clock: TestClock
  readonly directory: Directory
  readonly vault: Vault
  readonly passwords: Passwords
  readonly identity: Identity
  readonly first: FirstRun
  close(): Promise<void>
}

/** Hashing costs a thousandth of what it costs in earnest. */
export const cheapPasswords = () => createPasswords({ N: 2 ** 8, r: 8, p: 1 })

export async function openFixture(clock = testClock()): Promise<IdentityFixture> {
  const dataDir = mkdtempSync(join(tmpdir(), 'certfolio-identity-'))
  const path = join(dataDir, 'certfolio.db')
  const { directory, close } = openTestDirectory(path, clock)
  const vault = openVault(dataDir, {})
  const passwords = cheapPasswords()
  const first = await createFirstAccount({ directory, vault, passwords, clock, endpoint: 'http://127.0.0.1:8080' })
  if (first === undefined) throw new Error('a fresh directory has no account')
  return {
    dataDir,
    path,
    clock,
    directory,
    vault,
    passwords,
    identity: createIdentity({ directory, vault, clock }),
    first,
    async close() {
      await close()
      rmSync(dataDir, { recursive: true })
    },
  }
}

export interface WireParts {
  readonly method?: string
  readonly target?: string
  readonly headers?: Readonly<Record<string, string>> | readonly string[]
  readonly body?: string | Uint8Array
  /** Where it comes from; each from somewhere else without it, so that no attempt locks out the next. */
  readonly address?: string
}

let strangers = 0
function newAddress(): string {
  const n = strangers++
  return `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`
}

/** A request as the server hands it on. */
export function wireRequest(parts: WireParts): WireRequest {
  const { method = 'GET', target = '/', headers = {}, body = '', address = newAddress() } = parts
  return {
    id: '0123456789abcdef0123456789abcdef',
    method,
    target,
    headers: new WireHeaders(Array.isArray(headers) ? headers : Object.entries(headers).flat()),
    body: typeof body === 'string' ? Buffer.from(body) : body,
    remoteAddress: address,
  }
}

/** Gives the first user another access key, as the worked examples name it. */
export async function addKey(
  { directory, vault, clock, first }: IdentityFixture,
  id: string,
  secret: string,
  securityToken?: string,
): Promise<void> {
  await directory.addAccessKey({
    id,
    userId: first.user.id,
    sealedSecret: vault.seal(secret, accessKeyContext(id)),
    enabled: true,
    createdAt: clock(),
    expiresAt: securityToken === undefined ? null : clock() + 3_600_000,
    securityTokenHash: securityToken === undefined ? null : hashOfToken(securityToken),
  })
}

/** What authentication found wrong; fails where it found nothing wrong, or failed of something else. */
export async function problemOf(attempt: Promise<unknown>): Promise<AuthenticationProblem> {
  const error = await attempt.then(
    () => new Error('the request was let in'),
    (reason: unknown) => reason,
  )
  if (error instanceof AuthenticationFailure) return error.problem
  throw error
}
