/**
 * What finding out who asks costs, as a share of a whole list request: `node bench/identity.ts [--seconds S] [--json FILE]`,
 * and a part of `npm run bench`. A share is the processor time of `authenticate` alone over that of the serving process
 * for one list request under load: unlike time on the wall, it does not grow with what else the machine does. Linux.
 */

import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { enterFor } from '../src/cli/place.ts'
import type { FirstRun } from '../src/identity/first-account.ts'
import type { CredentialFamily } from '../src/identity/identity.ts'
import { WireHeaders, type WireRequest } from '../src/identity/wire-request.ts'
import { openRegistry } from '../src/main.ts'
import { makeCertificate } from '../test/support/certificates.ts'
import { signAcs3, signHuawei, signRpcV1 } from '../test/support/sign.ts'
import { start } from './process.ts'

/** Requests at one time, as many as the load has connections. */
const AT_ONCE = 8
/** Requests of one round, and rounds. The fastest counts: the others were held up by something else. */
const REQUESTS = 3_000
const ROUNDS = 8

export interface Share {
  readonly name: string
  /** Microseconds of the processor for one authentication. */
  readonly micros: number
  /** Microseconds of a whole list request, this authentication with it. */
  readonly whole: number
  readonly share: number
}

interface Scheme {
  readonly name: string
  readonly family: CredentialFamily
  /** A fresh request: target and headers. */
  readonly make: () => { readonly path: string; readonly headers: Readonly<Record<string, string>> }
  /** Whether one request may be sent again, so that the load does not spend its time signing. */
  readonly repeats: boolean
}

function schemesOf(endpoint: string, token: string, { accessKey, dataworks }: FirstRun): readonly Scheme[] {
  const key = { ak: accessKey.id, sk: accessKey.secret, method: 'GET' }
  const scm = '/v3/scm/certificates'
  const query = { ProjectId: String(dataworks.projectId) }
  const signed = (derived?: { region: string; service: string }) => () => ({
    path: scm,
    headers: signHuawei({ ...key, url: endpoint + scm, ...(derived && { derived }) }),
  })
  const action = 'ListCertificates'
  const rpc = `/?${new URLSearchParams(query)}`
  return [
    {
      name: 'token',
      family: 'huawei',
      make: () => ({ path: scm, headers: { 'X-Auth-Token': token } }),
      repeats: true,
    },
    { name: 'SDK-HMAC-SHA256', family: 'huawei', make: signed(), repeats: true },
    {
      name: 'V11-HMAC-SHA256',
      family: 'huawei',
      make: signed({ region: 'local-1', service: 'iotdm' }),
      repeats: true,
    },
    {
      name: 'ACS3-HMAC-SHA256',
      family: 'alibaba',
      make: () => ({ path: rpc, headers: signAcs3({ ...key, url: endpoint + rpc, action }) }),
      repeats: false,
    },
    {
      name: 'RPC signature V1',
      family: 'alibaba',
      make: () => ({ path: `/?${signRpcV1({ ...key, action, query }).query}`, headers: {} }),
      repeats: false,
    },
  ]
}

/** @param seconds of load for each scheme @param say told of each share as it is known */
export async function identityShares(
  seconds: number,
  say: (share: Share) => void = () => undefined,
): Promise<readonly Share[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'certfolio-bench-'))
  try {
    const firstRun = await prepare(dataDir)
    const main = new URL('../src/main.ts', import.meta.url).pathname
    const server = await start([main, 'serve', '--data', dataDir, '--port', '0', '--log-level', 'error'])
    const shares: Share[] = []
    try {
      for (const scheme of schemesOf(server.endpoint, await tokenOf(server.endpoint, firstRun), firstRun)) {
        await load(server.endpoint, scheme, 1)
        const before = processorMicros(server.pid)
        const requests = await load(server.endpoint, scheme, seconds)
        const whole = (processorMicros(server.pid) - before) / requests
        const micros = await authentication(dataDir, server.endpoint, scheme)
        const share = { name: scheme.name, micros, whole, share: micros / whole }
        say(share)
        shares.push(share)
      }
    } finally {
      await server.stop()
    }
    return shares
  } finally {
    await rm(dataDir, { recursive: true })
  }
}

/** An account, and enough certificates in the two lists for a full page. */
async function prepare(dataDir: string): Promise<FirstRun> {
  const registry = await openRegistry({ dataDir, env: {} })
  try {
    const firstRun = await registry.createFirstAccount('http://127.0.0.1:0')
    if (!firstRun) throw new Error('a fresh registry has an account')
    for (const intake of registry.products.flatMap(({ intakes }) => intakes)) {
      if (intake.product !== 'scm' && intake.product !== 'dataworks') continue
      const { scope, context } = await enterFor(registry, intake, {})
      const drafts = Array.from({ length: 50 }, (_, i) =>
        intake.drafts(
          { name: `${i}.pem`, bytes: Buffer.from(makeCertificate({ sans: [`${i}.example.com`] }).pem) },
          context,
        ),
      )
      await registry.storage.records.add(scope, drafts.flat())
    }
    return firstRun
  } finally {
    await registry.close()
  }
}

/** Connections, as many as keep one process busy. */
const CONNECTIONS = 8
/** A signature that may be repeated is made anew after so many ms, before it gets old. */
const FRESH_MS = 60_000

/** @returns how many requests were answered. @throws Error when any answer is not 200 */
async function load(endpoint: string, scheme: Scheme, seconds: number): Promise<number> {
  let last = scheme.make()
  let made = performance.now()
  const setupRequest = (request: object) => {
    if (!scheme.repeats || performance.now() - made > FRESH_MS) {
      last = scheme.make()
      made = performance.now()
    }
    return { ...request, ...last }
  }
  const options = { url: endpoint, connections: CONNECTIONS, duration: seconds, requests: [{ setupRequest }] }
  const result = await autocannon(options)
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${scheme.name}: ${result.non2xx} requests were refused`)
  return result['2xx']
}

async function authentication(dataDir: string, endpoint: string, scheme: Scheme): Promise<number> {
  const registry = await openRegistry({ dataDir, env: {} })
  const { host } = new URL(endpoint)
  const run = async (some: readonly WireRequest[]) => {
    let next = 0
    const one = async () => {
      for (let request = some[next++]; request; request = some[next++])
        await registry.identity.authenticate(request, scheme.family)
    }
    const began = process.cpuUsage()
    await Promise.all(Array.from({ length: AT_ONCE }, one))
    const { user, system } = process.cpuUsage(began)
    return user + system
  }
  try {
    let fastest = Number.POSITIVE_INFINITY
    for (let round = 0; round < ROUNDS; round++) {
      const requests = Array.from({ length: REQUESTS }, () => wireRequest(host, scheme.make()))
      fastest = Math.min(fastest, (await run(requests)) / REQUESTS)
    }
    return fastest
  } finally {
    await registry.close()
  }
}

/** Of another process, since its start: fields 14 and 15 of its stat, in hundredths of a second. */
function processorMicros(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

function wireRequest(host: string, made: ReturnType<Scheme['make']>): WireRequest {
  const raw = Object.entries({ Host: host, Connection: 'keep-alive', Accept: '*/*', ...made.headers }).flat()
  return {
    id: '0'.repeat(32),
    method: 'GET',
    target: made.path,
    headers: new WireHeaders(raw),
    body: new Uint8Array(0),
    remoteAddress: '127.0.0.1',
  }
}

async function tokenOf(endpoint: string, { account, user, project }: FirstRun): Promise<string> {
  const password = { user: { name: user.name, password: user.password, domain: { name: account.name } } }
  const auth = { identity: { methods: ['password'], password }, scope: { project: { id: project.id } } }
  const answer = await fetch(`${endpoint}/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth }),
  })
  const token = answer.headers.get('x-subject-token')
  if (token === null) throw new Error(`no token: ${answer.status}`)
  return token
}

function lineOf({ name, micros, whole, share }: Share): string {
  return [
    name.padEnd(34),
    `${micros.toFixed(1)} µs`.padStart(12),
    `of ${whole.toFixed(1)} µs`.padStart(14),
    `${(share * 100).toFixed(1)} %`.padStart(9),
  ].join('  ')
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '3' }, json: { type: 'string' } } })
  const shares = await identityShares(Number(values.seconds), share => console.log(lineOf(share)))
  if (values.json) await writeFile(values.json, `${JSON.stringify(shares, undefined, 2)}\n`)
}
