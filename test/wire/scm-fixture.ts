/**
 * A registry with what SCM's borders need beside the first start: a user without permissions, and another account with
 * a project and a root user of its own. Its time stands still until a test moves it.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import { accessKeyContext } from '../../src/identity/directory.ts'
import { openVault } from '../../src/identity/vault.ts'
import { openRegistry } from '../../src/main.ts'
import type { CertificateAttributes } from '../../src/products/scm/certificate-record.ts'
import { searchTextOf } from '../../src/products/scm/listing.ts'
import { factsOf, type RecordFacts, type RegistryRecord } from '../../src/registry/record.ts'
import type { Scope } from '../../src/registry/scope.ts'
import { bringFirstRun } from '../../src/server/first-run.ts'
import { openDirectory } from '../../src/storage/directory.ts'
import type { DirectoryTables } from '../../src/storage/directory-tables.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { makeCertificate, makeKeyPair } from '../support/certificates.ts'
import { type Answer, type RequestOptions, startRegistry, type TestRegistry } from '../support/registry.ts'
import { signHuawei } from '../support/sign.ts'

export const CERTIFICATES = '/v3/scm/certificates'

export interface Key {
  readonly ak: string
  readonly sk: string
}

/** What differs from a bare order; the columns that are not named stay empty. */
export type Given = Partial<Omit<RecordFacts, 'attributes'>> & { readonly attributes?: Partial<CertificateAttributes> }

export interface ScmFixture {
  readonly registry: TestRegistry
  /** Unix ms. */
  readonly time: { now: number }
  /** The root user of another account. */
  readonly foreign: Key & { readonly projectId: string; readonly domainId: string }
  /** A user of the first account who has no permission. */
  readonly plainUser: Key
  readonly domainId: string
  /** GET below `/v3/scm/certificates`, signed. */
  get(rest?: string, options?: RequestOptions): Promise<Answer>
  import(body: object, options?: RequestOptions): Promise<Answer>
  delete(id: string, options?: RequestOptions): Promise<Answer>
  /** A request that another key signs. */
  as(key: Key, method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Answer>
  /** Puts records into the first account without the API: the states that no operation reaches yet. */
  add(given: readonly Given[]): Promise<readonly RegistryRecord[]>
  /** Names of a list's certificates, in their order. */
  names(query: string): Promise<string[]>
  close(): Promise<void>
}

export async function startScm(now = Date.UTC(2026, 8, 15, 8)): Promise<ScmFixture> {
  const time = { now }
  const clock = () => time.now
  const dataDir = await mkdtemp(join(tmpdir(), 'certfolio-scm-'))
  const first = await openRegistry({ dataDir, env: {}, clock })
  const run = await bringFirstRun(first, dataDir, 'http://127.0.0.1')
  await first.close()
  if (run === undefined) throw new Error('the registry had an account before its first start')
  const more = await addMore(dataDir, clock, run.account.domainId)
  const registry = await startRegistry({ dataDir, clock })
  const operator = await registry.operator()
  const scope: Scope = await registry.identity.enter(operator.principal, 'scm:cert:import', 'scm', { kind: 'account' })
  const get = (rest = '', options: RequestOptions = {}) =>
    registry.get(`${CERTIFICATES}${rest}`, { auth: 'key', ...options })
  return {
    registry,
    time,
    ...more,
    domainId: run.account.domainId,
    get,
    import: (body, options) => registry.post(`${CERTIFICATES}/import`, body, { auth: 'key', ...options }),
    delete: (id, options) => registry.delete(`${CERTIFICATES}/${id}`, { auth: 'key', ...options }),
    as: ({ ak, sk }, method, path, json, headers = {}) => {
      const body = json === undefined ? '' : JSON.stringify(json)
      const type = json === undefined ? {} : { 'Content-Type': 'application/json' }
      const url = `${registry.endpoint}${path}`
      const signed = signHuawei({
        ak,
        sk,
        method,
        url,
        headers: { ...type, ...headers },
        body,
        date: new Date(time.now),
      })
      return registry.request(method, path, { auth: 'none', headers: signed, ...(json && { body }) })
    },
    async add(given) {
      const drafts = given.map((each, at) => ({ facts: recordOf(each, at, time.now), contents: [], secrets: [] }))
      return (await registry.storage.records.add(scope, drafts)).map(({ record }) => record)
    },
    async names(query) {
      const { json } = await get(query)
      return json.certificates.map(({ name }: { name: string }) => name)
    },
    async close() {
      await registry.close()
      await rm(dataDir, { recursive: true })
    },
  }
}

let made = 0

/** An order that has no certificate yet, as buying would lay it down. */
function recordOf(given: Given, at: number, now: number): RecordFacts {
  const name = given.name ?? `order-${at}`
  const commonName = given.commonName ?? ''
  const attributes = {
    type: null,
    brand: null,
    validityMonths: 12,
    domainType: 'SINGLE_DOMAIN',
    domainCount: 1,
    wildcardCount: 0,
    sans: '',
    ...given.attributes,
  }
  return {
    ...factsOf(undefined),
    vendorId: `scs${String(1_400_000_000_000 + made++)}`,
    uniqueKey: null,
    compartment: '0',
    creator: '',
    owner: '',
    status: 'PAID',
    statusDueAt: null,
    statusWhenDue: '',
    updatedAt: now,
    deployable: false,
    contentSize: 0,
    description: '',
    searchText: searchTextOf(name, commonName, attributes.sans),
    ...given,
    name,
    commonName,
    attributes,
  }
}

async function addMore(dataDir: string, clock: () => number, accountId: string) {
  const storage = await openSqlite(join(dataDir, 'certfolio.db'), { clock })
  const database = new Kysely<DirectoryTables>({ dialect: storage.dialect() })
  const directory = openDirectory({ database, clock })
  const vault = openVault(dataDir, {})
  const hex = () => randomBytes(16).toString('hex')
  const addUser = async (account: string, name: string, isRoot: boolean): Promise<Key> => {
    const user = { id: hex(), accountId: account, name, passwordHash: null, enabled: true, isRoot, tenantRoles: [] }
    await directory.addUser({ ...user, aliyunUserId: String(randomBytes(6).readUIntBE(0, 6)), credentialEpoch: 1 })
    const key = { ak: `KEYOF${name.toUpperCase()}`.padEnd(20, '0'), sk: hex() }
    const sealedSecret = vault.seal(key.sk, accessKeyContext(key.ak))
    const terms = { enabled: true, createdAt: clock(), expiresAt: null, securityTokenHash: null }
    await directory.addAccessKey({ id: key.ak, userId: user.id, sealedSecret, ...terms })
    return key
  }
  const domainId = hex()
  const projectId = hex()
  await directory.addAccount({ id: domainId, name: 'foreign', enabled: true, createdAt: clock() })
  await directory.addProject({ id: projectId, accountId: domainId, name: 'default', enabled: true, isDefault: true })
  const more = {
    plainUser: await addUser(accountId, 'plain', false),
    foreign: { ...(await addUser(domainId, 'foreign', true)), projectId, domainId },
  }
  await database.destroy()
  await storage.close()
  return more
}

const keys = makeKeyPair()

/** A certificate in under a millisecond: all of them have one key pair. */
export function quickCertificate(options: Parameters<typeof makeCertificate>[0] = {}) {
  return makeCertificate({ keys, ...options })
}

/** An import body that is taken; `given` wins. */
export function importOf(certificate: { readonly pem: string; readonly keyPem: string }, given: object = {}) {
  return { name: 'test', certificate: certificate.pem, private_key: certificate.keyPem, ...given }
}

/** Status, code and message of an error, checked for the envelope on the way (seed 003, tables 5 to 7). */
export function errorOf(answer: Answer): { status: number; code: string; message: string } {
  const { error_code: code, error_msg: message, ...others } = answer.json
  const allowed = String(code).startsWith('APIGW') ? ['request_id'] : []
  const surplus = Object.keys(others).filter(member => !allowed.includes(member))
  if (surplus.length > 0) throw new Error(`an error has the members ${surplus}`)
  if (typeof code !== 'string' || code.length < 3 || code.length > 36) throw new Error('an error has no code')
  if (typeof message !== 'string' || message.length > 1024) throw new Error('an error has no message')
  if (!/^[0-9a-f]{32}$/.test(answer.headers['x-request-id'] ?? '')) throw new Error('an error has no X-Request-Id')
  if (!answer.headers['content-type']?.startsWith('application/json')) throw new Error('an error is not JSON')
  return { status: answer.status, code, message }
}
