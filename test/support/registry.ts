/**
 * A whole registry in this process, on a free port and a data directory of its own: every room is real.
 *
 *     const registry = await startRegistry()
 *     afterAll(() => registry.close())
 *
 *     const answer = await registry.get('/v3/scm/certificates?limit=10')      // with a token
 *     expect(answer.status).toBe(200)
 *     expect(answer.json.total_count).toBe(0)
 *
 *     await registry.bringIn('scm', { 'a.pem': certificate.pem })             // as `certfolio import` does
 *     await registry.rpc('ListCertificates', { ProjectId: '10000' })          // DataWorks, signed with ACS3
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { bringInto, type Verdict } from '../../src/cli/bring-in.ts'
import { enterFor } from '../../src/cli/place.ts'
import type { AccessRules } from '../../src/identity/access-rules.ts'
import type { FirstRun } from '../../src/identity/first-account.ts'
import { createPasswords } from '../../src/identity/passwords.ts'
import { openRegistry, rooms } from '../../src/main.ts'
import type { Clock } from '../../src/registry/record-number.ts'
import { bringFirstRun } from '../../src/server/first-run.ts'
import type { Timeouts } from '../../src/server/limits.ts'
import { createLog } from '../../src/server/log.ts'
import type { Registry } from '../../src/server/registry.ts'
import { startServer } from '../../src/server/server.ts'
import { signAcs3, signHuawei } from './sign.ts'

/** How a request proves who sends it: a token, a signature with the access key (plain, ACS3), or not at all. */
export type Auth = 'token' | 'key' | 'acs3' | 'none'

export interface RequestOptions {
  /** Sent as they are, beside those of `auth`; each wins over its namesake there. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Sent as the body, with its content type. */
  readonly json?: unknown
  /** Default `token`. */
  readonly auth?: Auth
}

export interface Answer {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** The body as JSON; `undefined` where it is none. Tests look into it freely. */
  // biome-ignore lint/suspicious/noExplicitAny: what a body holds is what the test is about to find out
  readonly json: any
}

export interface TestRegistryOptions {
  /** The time of the registry, in Unix ms; the machine's without it. */
  readonly clock?: Clock
  readonly timeouts?: Partial<Timeouts>
  /** What the operator demands beyond the vendors. */
  readonly rules?: AccessRules
  /** A data directory that stays; a fresh one, removed at the end, without it. */
  readonly dataDir?: string
}

export interface TestRegistry
  extends Pick<Registry, 'storage' | 'identity' | 'products' | 'operator' | 'directory' | 'passwords'> {
  /** For example `http://127.0.0.1:41234`. */
  readonly endpoint: string
  readonly port: number
  readonly dataDir: string
  /** The first account: every id and secret. */
  readonly firstRun: FirstRun
  /** A token of the first user for the first project; the same one each time. */
  token(): Promise<string>
  /** @param path with its query, encoded as it goes out */
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>
  get(path: string, options?: RequestOptions): Promise<Answer>
  post(path: string, json: unknown, options?: RequestOptions): Promise<Answer>
  delete(path: string, options?: RequestOptions): Promise<Answer>
  /** An RPC operation, signed with ACS3 by the first user's key, its parameters in the query. GET by default. */
  rpc(
    action: string,
    parameters?: Readonly<Record<string, string>>,
    options?: RequestOptions & { readonly method?: string; readonly version?: string },
  ): Promise<Answer>
  /** Brings files in as `certfolio import --into PRODUCT` does. @throws Error where one is refused */
  bringIn(
    product: string,
    files: Readonly<Record<string, string | Uint8Array>>,
    scope?: Readonly<Record<string, string>>,
  ): Promise<void>
  /** The same, and what became of each record and each file that was not taken. */
  verdicts(
    product: string,
    files: Readonly<Record<string, string | Uint8Array>>,
    scope?: Readonly<Record<string, string>>,
  ): Promise<readonly Verdict[]>
  /** Every line of the log so far. */
  log(): string
  close(): Promise<void>
}

/** Hashes of passwords at a thousandth of their cost: many registries are started here. */
const CHEAP = createPasswords({ N: 2 ** 8, r: 8, p: 1 })

export async function startRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'certfolio-')))
  const lines: string[] = []
  const log = createLog(
    'trace',
    new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk))
        done()
      },
    }),
  )
  const registry = await openRegistry({
    dataDir,
    env: {},
    passwords: CHEAP,
    ...(options.clock && { clock: options.clock }),
    ...(options.rules && { rules: options.rules }),
  })
  const server = await startServer({
    registry,
    host: '127.0.0.1',
    port: 0,
    log,
    ...(options.timeouts && { timeouts: options.timeouts }),
  })
  const { endpoint } = server
  const firstRun = await firstRunOf(registry, dataDir, endpoint)
  const now = options.clock ?? Date.now

  async function authorize(
    auth: Auth,
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string | Uint8Array,
  ): Promise<Record<string, string>> {
    const { id: ak, secret: sk } = firstRun.accessKey
    const date = new Date(now())
    switch (auth) {
      case 'token':
        return { 'X-Auth-Token': await token(), ...headers }
      case 'key':
        return signHuawei({ ak, sk, method, url, headers, body, date })
      case 'acs3': {
        const { 'x-acs-action': action = '', 'x-acs-version': version = '', ...others } = headers
        return signAcs3({ ak, sk, method, url, action, ...(version && { version }), headers: others, body, date })
      }
      case 'none':
        return { ...headers }
    }
  }

  async function request(method: string, path: string, asked: RequestOptions = {}): Promise<Answer> {
    const url = `${endpoint}${path}`
    const body = asked.json === undefined ? (asked.body ?? '') : JSON.stringify(asked.json)
    const type = asked.json === undefined ? {} : { 'Content-Type': 'application/json' }
    const headers = await authorize(asked.auth ?? 'token', method, url, { ...type, ...asked.headers }, body)
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      ...(body.length > 0 && { body: body as string | Uint8Array<ArrayBuffer> }),
    })
    const text = await response.text()
    return { status: response.status, headers: Object.fromEntries(response.headers), text, json: jsonOf(text) }
  }

  let issued: Promise<string> | undefined
  function token(): Promise<string> {
    issued ??= askForToken()
    return issued
  }

  async function askForToken(): Promise<string> {
    const { account, user, project } = firstRun
    const identity = {
      methods: ['password'],
      password: { user: { name: user.name, password: user.password, domain: { name: account.name } } },
    }
    const json = { auth: { identity, scope: { project: { id: project.id } } } }
    const answer = await request('POST', '/v3/auth/tokens', { json, auth: 'none' })
    const text = answer.headers['x-subject-token']
    if (text === undefined) throw new Error(`no token: ${answer.status} ${answer.text}`)
    return text
  }

  const verdicts: TestRegistry['verdicts'] = async (product, files, scope = {}) => {
    const intake = rooms.intakes.find(each => each.product === product)
    if (!intake) throw new Error(`nothing is brought into ${product}`)
    const given = Object.entries(files).map(([name, bytes]) => ({ path: name, name, bytes: Buffer.from(bytes) }))
    const seen: Verdict[] = []
    for await (const verdict of bringInto(registry, intake, await enterFor(registry, intake, scope), given))
      seen.push(verdict)
    return seen
  }

  return {
    ...registry,
    endpoint,
    port: Number(new URL(endpoint).port),
    dataDir,
    firstRun,
    token,
    request,
    get: (path, asked) => request('GET', path, asked),
    post: (path, json, asked) => request('POST', path, { json, ...asked }),
    delete: (path, asked) => request('DELETE', path, asked),
    rpc(action, parameters = {}, { method = 'GET', version = '2024-05-18', headers, ...asked } = {}) {
      const query = Object.entries(parameters).map(pair => pair.map(encodeURIComponent).join('='))
      return request(method, `/${query.length > 0 ? `?${query.join('&')}` : ''}`, {
        auth: 'acs3',
        ...asked,
        headers: { 'x-acs-action': action, 'x-acs-version': version, ...headers },
      })
    },
    async bringIn(product, files, scope) {
      for (const verdict of await verdicts(product, files, scope))
        if (verdict.is === 'refused') throw new Error(`${verdict.path}: ${verdict.why}`)
    },
    verdicts,
    log: () => lines.join(''),
    async close() {
      await server.close()
      await registry.close()
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true })
    },
  }
}

async function firstRunOf(registry: Registry, dataDir: string, endpoint: string): Promise<FirstRun> {
  const firstRun = await bringFirstRun(registry, dataDir, endpoint)
  if (!firstRun) throw new Error(`${dataDir} has an account, but no first-run.json`)
  return firstRun
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
