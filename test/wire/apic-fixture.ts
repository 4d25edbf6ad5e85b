/**
 * A registry with more gateways than the first start lays down, so that borders can be tested: a second instance, a
 * user without permissions, and another account with a project and an instance of its own.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import { expect } from 'vitest'
import { accessKeyContext } from '../../src/identity/directory.ts'
import { openVault } from '../../src/identity/vault.ts'
import { openRegistry } from '../../src/main.ts'
import { bringFirstRun } from '../../src/server/first-run.ts'
import { openDirectory } from '../../src/storage/directory.ts'
import type { DirectoryTables } from '../../src/storage/directory-tables.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import { type CertificateOptions, makeCertificate } from '../support/certificates.ts'
import { type Answer, type RequestOptions, startRegistry, type TestRegistry } from '../support/registry.ts'

/** The path words of ROMA Connect and of API Gateway. */
export const WORDS = ['apic', 'apigw'] as const
export type Word = (typeof WORDS)[number]

export type Query = Readonly<Record<string, string | number>>

export interface ApicFixture {
  readonly registry: TestRegistry
  /** The registry's time in Unix ms; stands still until a test moves it. */
  readonly time: { now: number }
  readonly projectId: string
  /** The first instance, and another one of the same project. */
  readonly instanceId: string
  readonly secondInstanceId: string
  /** Of another account. */
  readonly foreign: { readonly projectId: string; readonly instanceId: string }
  /** The access key of a user of the first account who has no permission. */
  readonly plainUser: { readonly ak: string; readonly sk: string }
  /** The collection of certificates under a path word. */
  path(word: Word, projectId?: string): string
  /** The certificates of the first instance, unless the query names another one. */
  list(word: Word, query?: Query, options?: RequestOptions): Promise<Answer>
  create(word: Word, form: object, options?: RequestOptions): Promise<Answer>
  /** Creates a certificate that has to be taken. @returns its detail */
  // biome-ignore lint/suspicious/noExplicitAny: what a body holds is what the test is about to find out
  add(form?: object, certificate?: CertificateOptions): Promise<any>
  close(): Promise<void>
}

/** @param query encoded here */
export function encoded(query: Query): string {
  return Object.entries(query)
    .map(pair => pair.map(encodeURIComponent).join('='))
    .join('&')
}

/** A form with a fresh certificate and its key, global unless it says otherwise. */
export function formOf(more: object = {}, certificate: CertificateOptions = {}) {
  const { pem, keyPem } = makeCertificate({ subject: 'CN=a.test', sans: ['a.test'], ...certificate })
  return { name: 'cert_demo', cert_content: pem, private_key: keyPem, ...more }
}

export async function startApic(now = Date.UTC(2026, 7, 26, 7, 27, 6, 304)): Promise<ApicFixture> {
  const time = { now }
  const clock = () => time.now
  const dataDir = await mkdtemp(join(tmpdir(), 'certfolio-apic-'))
  const opened = await openRegistry({ dataDir, env: {}, clock })
  const first = await bringFirstRun(opened, dataDir, 'http://127.0.0.1')
  await opened.close()
  if (first === undefined) throw new Error('the registry had an account before its first start')
  const more = await addMore(dataDir, clock, first.account.domainId, first.project.id)
  const registry = await startRegistry({ dataDir, clock })
  const { instanceId } = first.apic
  const path = (word: Word, projectId = first.project.id) => `/v2/${projectId}/${word}/certificates`
  const create: ApicFixture['create'] = (word, form, options) => registry.post(path(word), form, options)
  return {
    registry,
    time,
    projectId: first.project.id,
    instanceId,
    ...more,
    path,
    list: (word, query = {}, options) =>
      registry.get(`${path(word)}?${encoded({ instance_id: instanceId, ...query })}`, options),
    create,
    async add(form, certificate) {
      const answer = await create('apic', formOf(form, certificate))
      expect(answer.json).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{32}$/) })
      return answer.json
    },
    async close() {
      await registry.close()
      await rm(dataDir, { recursive: true })
    },
  }
}

async function addMore(dataDir: string, clock: () => number, accountId: string, projectId: string) {
  const storage = await openSqlite(join(dataDir, 'certfolio.db'), { clock })
  const database = new Kysely<DirectoryTables>({ dialect: storage.dialect() })
  const directory = openDirectory({ database, clock })
  const newId = () => randomBytes(16).toString('hex')
  const userId = newId()
  await directory.addUser({
    id: userId,
    accountId,
    name: 'plain',
    aliyunUserId: '2876543210987654',
    passwordHash: null,
    enabled: true,
    isRoot: false,
    credentialEpoch: 1,
    tenantRoles: [],
  })
  const plainUser = { ak: 'PLAINUSER00000000001', sk: randomBytes(20).toString('hex') }
  await directory.addAccessKey({
    id: plainUser.ak,
    userId,
    sealedSecret: openVault(dataDir, {}).seal(plainUser.sk, accessKeyContext(plainUser.ak)),
    enabled: true,
    createdAt: clock(),
    expiresAt: null,
    securityTokenHash: null,
  })
  const foreignAccountId = newId()
  const foreign = { projectId: newId(), instanceId: randomUUID() }
  await directory.addAccount({ id: foreignAccountId, name: 'foreign', enabled: true, createdAt: clock() })
  await directory.addProject({
    id: foreign.projectId,
    accountId: foreignAccountId,
    name: 'default',
    enabled: true,
    isDefault: true,
  })
  const addGateway = (id: string, project: string, isDefault: boolean) =>
    directory.addFacility({ kind: 'apic-instance', id, projectId: project, name: id, isDefault })
  const secondInstanceId = randomUUID()
  await addGateway(secondInstanceId, projectId, false)
  await addGateway(foreign.instanceId, foreign.projectId, true)
  await database.destroy()
  await storage.close()
  return { plainUser, foreign, secondInstanceId }
}

/** Status and code of an error, checked for the envelope on the way. */
export function errorOf({ status, json, headers }: Answer): { status: number; code: string; message: string } {
  // The gateway in front of the service adds the request's id; the service does not.
  const more = String(json.error_code).startsWith('APIGW') ? ['request_id'] : []
  expect(Object.keys(json).sort()).toEqual(['error_code', 'error_msg', ...more])
  expect(json.error_code).toMatch(/^APIGW?\.\d{4}$/)
  expect(json.error_msg).toMatch(/./)
  expect(headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/)
  expect(headers['content-type']).toMatch(/^application\/json/)
  return { status, code: json.error_code, message: json.error_msg }
}
