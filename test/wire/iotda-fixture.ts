/**
 * A registry with more than the first start lays down, so that borders can be tested: a second resource space, a second
 * instance, a user without permissions, and another account with a project of its own.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import { accessKeyContext } from '../../src/identity/directory.ts'
import type { Facility, Principal } from '../../src/identity/principal.ts'
import { openVault } from '../../src/identity/vault.ts'
import { openRegistry } from '../../src/main.ts'
import type { Scope } from '../../src/registry/scope.ts'
import { bringFirstRun } from '../../src/server/first-run.ts'
import { openDirectory } from '../../src/storage/directory.ts'
import type { DirectoryTables } from '../../src/storage/directory-tables.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { makeCertificate, makeKeyPair } from '../support/certificates.ts'
import { oid, sequence, set, utf8 } from '../support/der.ts'
import { type Answer, type RequestOptions, startRegistry, type TestRegistry } from '../support/registry.ts'

export type IotdaProduct = 'iotda-devices' | 'iotda-cas'

export interface Key {
  readonly ak: string
  readonly sk: string
}

/** A project as requests name it. */
export interface Place {
  readonly projectId: string
  readonly instanceId: string
  readonly appId: string
}

export interface IotdaFixture {
  readonly registry: TestRegistry
  /** The registry's time in Unix ms; stands still until a test moves it. */
  readonly time: { now: number }
  readonly place: Place
  /** Further ones of the same project. */
  readonly secondAppId: string
  readonly secondInstanceId: string
  /** The project of another account. */
  readonly foreign: Place
  /** The access key of a user of the first account who has no permission. */
  readonly plainUser: Key
  /** GET below `/v5/iot/{project_id}` of the first project. */
  get(path: string, options?: RequestOptions): Promise<Answer>
  scope(product: IotdaProduct, instanceId?: string): Promise<Scope>
  foreignScope(product: IotdaProduct): Promise<Scope>
  close(): Promise<void>
}

/** @param now the registry's time; the machine's clock runs on where `undefined` is given */
export async function startIotda(now: number | undefined = Date.UTC(2025, 10, 13, 15, 1, 20)): Promise<IotdaFixture> {
  const time = { now: now ?? 0 }
  const clock = now === undefined ? Date.now : () => time.now
  const dataDir = await mkdtemp(join(tmpdir(), 'certfolio-iotda-'))
  const registry = openRegistry({ dataDir, env: {}, clock })
  const first = await bringFirstRun(await registry, dataDir, 'http://127.0.0.1')
  await (await registry).close()
  if (first === undefined) throw new Error('the registry had an account before its first start')
  const more = await addMore(dataDir, clock, first.account.domainId, first.project.id)
  const running = await startRegistry({ dataDir, clock })
  const { principal } = await running.operator()
  const place = { projectId: first.project.id, ...first.iotda }
  const enter = (who: Principal, product: IotdaProduct, { projectId, instanceId }: Omit<Place, 'appId'>) =>
    running.identity.enter(who, 'iotda:certificates:upload', product, { kind: 'project', projectId, part: instanceId })
  return {
    registry: running,
    time,
    place,
    ...more,
    get: (path, options) => running.get(`/v5/iot/${place.projectId}${path}`, options),
    scope: (product, instanceId = place.instanceId) => enter(principal, product, { ...place, instanceId }),
    foreignScope: product =>
      enter({ ...principal, domainId: more.foreignAccountId, projectId: undefined }, product, more.foreign),
    async close() {
      await running.close()
      await rm(dataDir, { recursive: true })
    },
  }
}

async function addMore(dataDir: string, clock: () => number, accountId: string, projectId: string) {
  const storage = await openSqlite(join(dataDir, 'certfolio.db'), { clock })
  const database = new Kysely<DirectoryTables>({ dialect: storage.dialect() })
  const directory = openDirectory({ database, clock })
  const addFacility = async (kind: Facility['kind'], project: string, id: string, isDefault: boolean) => {
    await directory.addFacility({ kind, id, projectId: project, name: id, isDefault })
    return id
  }
  const user = await addUser(directory, accountId, 'plain')
  const key = { ak: 'PLAINUSER00000000001', sk: randomBytes(20).toString('hex') }
  await directory.addAccessKey({
    id: key.ak,
    userId: user,
    sealedSecret: openVault(dataDir, {}).seal(key.sk, accessKeyContext(key.ak)),
    enabled: true,
    createdAt: clock(),
    expiresAt: null,
    securityTokenHash: null,
  })
  const foreignAccountId = randomBytes(16).toString('hex')
  const foreignProjectId = randomBytes(16).toString('hex')
  await directory.addAccount({ id: foreignAccountId, name: 'foreign', enabled: true, createdAt: clock() })
  await directory.addProject({
    id: foreignProjectId,
    accountId: foreignAccountId,
    name: 'default',
    enabled: true,
    isDefault: true,
  })
  const more = {
    plainUser: key,
    secondAppId: await addFacility('iotda-app', projectId, 'second-app', false),
    secondInstanceId: await addFacility('iotda-instance', projectId, randomUUID(), false),
    foreignAccountId,
    foreign: {
      projectId: foreignProjectId,
      instanceId: await addFacility('iotda-instance', foreignProjectId, randomUUID(), true),
      appId: await addFacility('iotda-app', foreignProjectId, 'foreign-app', true),
    },
  }
  await database.destroy()
  await storage.close()
  return more
}

async function addUser(directory: ReturnType<typeof openDirectory>, accountId: string, name: string) {
  const id = randomBytes(16).toString('hex')
  await directory.addUser({
    id,
    accountId,
    name,
    aliyunUserId: `2${randomBytes(7).readUIntBE(0, 6)}`.padEnd(16, '0').slice(0, 16),
    passwordHash: null,
    enabled: true,
    isRoot: false,
    credentialEpoch: 1,
    tenantRoles: [],
  })
  return id
}

const keys = makeKeyPair()

/** A certificate in under a millisecond: all of them have one key pair. */
export function quickCertificate(subject: string, options: Parameters<typeof makeCertificate>[0] = {}) {
  return makeCertificate({ subject, keys, ...options })
}

/** The name with one CN, which may hold a comma. */
export function commonNameDer(commonName: string): Uint8Array {
  return sequence(set(sequence(oid('2.5.4.3'), utf8(commonName))))
}

/** Every member of an IoTDA error, checked for the envelope on the way. */
export function errorOf(answer: Answer): { status: number; code: string; message: string } {
  const { error_code: code, error_msg: message, ...others } = answer.json
  const allowed = String(code).startsWith('APIGW') ? ['request_id'] : []
  const surplus = Object.keys(others).filter(member => !allowed.includes(member))
  if (surplus.length > 0) throw new Error(`an error has the members ${surplus}`)
  if (!/^[0-9a-f]{32}$/.test(answer.headers['x-request-id'] ?? '')) throw new Error('an error has no X-Request-Id')
  return { status: answer.status, code, message }
}
