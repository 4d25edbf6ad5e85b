/**
 * Secrets stay where they belong (reliability J): a canary in every slot that can hold one, a run of successes and
 * failures over all products at trace level, and then a search of everything that comes out or stays behind.
 */
import { randomBytes } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FirstRun } from '../../src/identity/first-account.ts'
import { createLog } from '../../src/server/log.ts'
import { makeCertificate, makeKeyPair } from '../support/certificates.ts'
import { certfolio, Process, temporaryDirectory } from '../support/command.ts'
import { exchange } from '../support/raw.ts'
import { signAcs3, signHuawei, signRpcV1 } from '../support/sign.ts'

/** Random, and with characters that each form writes in its own way where the slot allows them. */
function canary(marks = ''): string {
  return `cnry${randomBytes(18).toString('hex')}${marks}`
}

/** What of a private key is looked for: a piece of its body that no other key has. */
function pieceOf(keyPem: string): string {
  return keyPem.split('\n')[2]?.slice(4, 52) ?? ''
}

/** Every way in which a secret could be written, as what would be found. */
const FORMS = {
  plain: (secret: string) => [secret],
  // A text within a larger one has one of three alignments.
  base64: (secret: string) => [0, 1, 2].map(skip => Buffer.from(secret.slice(skip)).toString('base64').slice(0, -4)),
  base64url: (secret: string) =>
    [0, 1, 2].map(skip => Buffer.from(secret.slice(skip)).toString('base64url').slice(0, -4)),
  hex: (secret: string) => [Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('hex').toUpperCase()],
  'URL-encoded': (secret: string) => [encodeURIComponent(secret), encodeURIComponent(encodeURIComponent(secret))],
  'JSON-escaped': (secret: string) => [
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(JSON.stringify(secret)).slice(3, -3),
  ],
  'its first 12 characters': (secret: string) => [secret.slice(0, 12)],
  'split over lines': (secret: string) => [secret],
} satisfies Record<string, (secret: string) => string[]>

/** The forms in which a secret is found in a text. */
function found(secret: string, text: string): string[] {
  const joined = text.replace(/\\+[rn]|\s/g, '')
  return Object.entries(FORMS)
    .filter(([name, write]) => write(secret).some(form => (name === 'split over lines' ? joined : text).includes(form)))
    .map(([name]) => name)
}

/** The slot of each secret. */
const secrets = new Map<string, string>()
function plant(slot: string, secret: string): string {
  secrets.set(secret, slot)
  return secret
}
function plantKey(slot: string): string {
  const { keyPem } = makeKeyPair()
  plant(slot, pieceOf(keyPem))
  return keyPem
}

let place: Awaited<ReturnType<typeof temporaryDirectory>>
const outputs: { name: string; text: string }[] = []
let requests = 0

beforeAll(async () => {
  place = await temporaryDirectory()
  const data = join(place.path, 'data')
  const masterKey = plant('master key', randomBytes(32).toString('hex'))
  const env = { CERTFOLIO_MASTER_KEY: masterKey }
  const server = new Process(['serve', '--data', data, '--port', '0', '--log-level', 'trace'], env)
  const endpoint = await server.ready()
  const firstRun: FirstRun = JSON.parse(await readFile(join(data, 'first-run.json'), 'utf8'))
  plant('password', firstRun.user.password)
  plant('secret access key', firstRun.accessKey.secret)

  await run(endpoint, firstRun)
  await commands(data, env)

  outputs.push({ name: 'command line', text: await readFile(`/proc/${server.child.pid}/cmdline`, 'latin1') })
  server.child.kill('SIGTERM')
  const { code, stdout, stderr } = await server.outcome
  expect(code).toBe(0)
  outputs.push({ name: 'standard output', text: stdout }, { name: 'log', text: stderr })
  for (const name of await readdir(data))
    if (name !== 'first-run.json') outputs.push({ name, text: await readFile(join(data, name), 'latin1') })
})
afterAll(() => place?.remove())

/** Remembers an answer: status line aside, everything of it. @returns it, for what comes next */
async function ask(url: string, init: RequestInit): Promise<{ response: Response; text: string }> {
  requests++
  const response = await fetch(url, { redirect: 'manual', ...init })
  const text = await response.text()
  const headers = [...response.headers].filter(([name]) => name !== 'x-subject-token')
  outputs.push({
    name: `answer ${response.status} to ${init.method} ${new URL(url).pathname}`,
    text: `${headers.join('\n')}\n${text}`,
  })
  return { response, text }
}

/** Successes and failures over all products. */
async function run(endpoint: string, firstRun: FirstRun): Promise<void> {
  const { account, user, accessKey, project, apic } = firstRun
  const credentials = { ak: accessKey.id, sk: accessKey.secret }
  const json = { 'Content-Type': 'application/json' }
  const login = (password: string) => {
    const identity = {
      methods: ['password'],
      password: { user: { name: user.name, password, domain: { name: account.name } } },
    }
    const body = JSON.stringify({ auth: { identity, scope: { project: { id: project.id } } } })
    return ask(`${endpoint}/v3/auth/tokens`, { method: 'POST', headers: json, body })
  }
  const { response } = await login(user.password)
  const token = plant('token', response.headers.get('x-subject-token') ?? '')
  expect(token).toHaveLength(43)
  await login(plant('wrong password', canary('"\\é&')))
  const withToken = { 'X-Auth-Token': token, ...json }

  const lists = [
    '/?Action=ListCertificates&Version=2024-05-18&ProjectId=10000',
    `/v5/iot/${project.id}/certificates`,
    `/v5/iot/${project.id}/device-certificates`,
    '/v3/scm/certificates',
    `/v2/${project.id}/apic/certificates?instance_id=${apic.instanceId}`,
    `/v2/${project.id}/apigw/certificates?instance_id=${apic.instanceId}`,
    '/v3/projects',
    '/v3/auth/tokens',
    '/nowhere',
    '/',
  ]
  const refused: Record<string, Record<string, string>> = {
    'X-Auth-Token of a refused request': { 'X-Auth-Token': canary() },
    'X-Subject-Token of a refused request': { 'X-Auth-Token': token, 'X-Subject-Token': canary() },
    'Authorization: Bearer': { Authorization: `Bearer ${canary('+/=')}` },
    'Authorization: Basic': { Authorization: `Basic ${canary('+/=')}` },
    'signature of a refused request': {
      Authorization: `SDK-HMAC-SHA256 Access=${accessKey.id}, SignedHeaders=host;x-sdk-date, Signature=${canary()}`,
      'X-Sdk-Date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
    },
    'signature of a refused ACS3 request': {
      Authorization: `ACS3-HMAC-SHA256 Credential=${accessKey.id},SignedHeaders=host,Signature=${canary()}`,
    },
    'security token': { 'X-Security-Token': canary('+/=') },
    cookie: { Cookie: `session=${canary()}` },
    'unknown header': { 'X-Api-Key': canary() },
  }
  for (const path of lists) {
    const url = `${endpoint}${path}`
    await ask(url, { method: 'GET', headers: withToken })
    for (const [slot, headers] of Object.entries(refused)) {
      const value = Object.values(headers).find(text => text.includes('cnry')) ?? ''
      plant(slot, /cnry\S*/.exec(value)?.[0] ?? '')
      await ask(url, { method: 'GET', headers })
      await ask(url, { method: 'DELETE', headers })
    }
    const value = encodeURIComponent(plant('value of a query', canary('"&é')))
    for (const name of [
      'limit',
      'offset',
      'marker',
      'Signature',
      'SecurityToken',
      'PageSize',
      'X-Amz-Signature',
      'name',
    ])
      await ask(`${url}${url.includes('?') ? '&' : '?'}${name}=${value}`, { method: 'GET', headers: withToken })
    await exchange(
      Number(new URL(endpoint).port),
      `GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: ${plant('malformed header', canary())}\r\n folded\r\n\r\n`,
    ).then(({ answers }) => outputs.push({ name: `answer to malformed ${path}`, text: JSON.stringify(answers) }))
  }
  await signed(endpoint, credentials, token)
  await bodies(endpoint, withToken, project.id, apic.instanceId)
}

/** Refusals of a signature say what was signed: never the values of what authenticates. */
async function signed(endpoint: string, { ak, sk }: { ak: string; sk: string }, token: string): Promise<void> {
  const url = `${endpoint}/v3/scm/certificates`
  for (const secret of [sk, 'wrong']) {
    const headers = {
      'X-Security-Token': plant('signed security token', canary('+/=')),
      'X-Auth-Token': token,
      Cookie: plant('signed cookie', canary('=')),
    }
    await ask(url, { method: 'GET', headers: signHuawei({ ak, sk: secret, method: 'GET', url, headers }) })
    const rpc = `${endpoint}/?ProjectId=10000`
    const securityToken = plant('ACS3 security token', canary('+/='))
    const acs3 = { ak, sk: secret, method: 'GET', url: rpc, action: 'ListCertificates' }
    await ask(rpc, { method: 'GET', headers: signAcs3({ ...acs3, securityToken }) })
    await ask(rpc, { method: 'GET', headers: signAcs3(acs3) })
    const v1Token = plant('V1 security token', canary('+/='))
    const v1 = { ak, sk: secret, method: 'GET', action: 'ListCertificates', query: { ProjectId: '10000' } }
    await ask(`${endpoint}/?${signRpcV1({ ...v1, securityToken: v1Token }).query}`, { method: 'GET' })
    await ask(`${endpoint}/?${signRpcV1(v1).query}`, { method: 'GET' })
  }
}

/** Private keys in bodies that are taken and in bodies that are not. */
async function bodies(endpoint: string, headers: Record<string, string>, projectId: string, instanceId: string) {
  const keys = makeKeyPair()
  const certificate = makeCertificate({ subject: 'CN=canary.test', sans: ['canary.test'], keys }).pem
  plant('private key that is taken', pieceOf(keys.keyPem))
  const other = plantKey('private key of another certificate')
  const alone = plantKey('private key where a certificate belongs')
  const cut = plantKey('private key in JSON that is cut short')
  const large = plantKey('private key in a body that is too large')
  const typed = plantKey('private key in a body of another type')
  const scm = `${endpoint}/v3/scm/certificates/import`
  const gateway = `${endpoint}/v2/${projectId}/apic/certificates`
  const iot = `${endpoint}/v5/iot/${projectId}/certificates`
  const post = (url: string, body: string, more: Record<string, string> = {}) =>
    ask(url, { method: 'POST', headers: { ...headers, ...more }, body })
  const name = 'canary'
  for (const [pem, privateKey] of [
    [certificate, keys.keyPem],
    [certificate, other],
    [alone, alone],
  ]) {
    await post(scm, JSON.stringify({ name, certificate: pem, private_key: privateKey }))
    const gatewayBody = { name, cert_content: pem, private_key: privateKey, type: 'instance', instance_id: instanceId }
    await post(gateway, JSON.stringify(gatewayBody))
    await post(iot, JSON.stringify({ content: pem, private_key: privateKey }))
  }
  for (const url of [scm, gateway, iot, `${endpoint}/v3/auth/tokens`, `${endpoint}/`, `${endpoint}/nowhere`]) {
    await post(url, JSON.stringify({ private_key: cut }).slice(0, -2))
    await post(url, JSON.stringify({ private_key: large }) + ' '.repeat(1024 * 1024))
    await post(url, JSON.stringify({ private_key: typed }), { 'Content-Type': 'text/plain' })
    await post(url, `private_key=${encodeURIComponent(typed)}`, { 'Content-Type': 'application/x-www-form-urlencoded' })
  }
  await ask(`${endpoint}/v3/scm/certificates?limit=10`, { method: 'GET', headers })
}

/** The command line, with what it is given by mistake. */
async function commands(data: string, env: Record<string, string>): Promise<void> {
  const mistyped = plant('value of a mistyped option', canary())
  const keys = makeKeyPair()
  plant('private key that is brought in', pieceOf(keys.keyPem))
  const folder = await temporaryDirectory()
  await writeFile(join(folder.path, 'x.crt'), makeCertificate({ subject: 'CN=x.test', sans: ['x.test'], keys }).pem)
  await writeFile(join(folder.path, 'x.key'), keys.keyPem)
  await writeFile(join(folder.path, 'alone.pem'), plantKey('private key that is not brought in'))
  const given = [
    ...['scm', 'apic', 'iotda-cas', 'iotda-devices', 'dataworks'].map(into => [
      'import',
      folder.path,
      '--into',
      into,
      '--data',
      data,
    ]),
    ['import', folder.path, '--into', mistyped],
    ['import', folder.path, '--into', 'scm', '--scope', mistyped],
    ['serve', `--password=${mistyped}`],
    ['serve', '--password', mistyped],
    ['serve', '--port', mistyped],
    ['serve', '--log-level', mistyped],
    [mistyped],
  ]
  for (const args of given) {
    const { stdout, stderr } = await certfolio(args, { env })
    outputs.push({ name: `certfolio ${args[0] === mistyped ? '' : args[0]}`, text: stdout + stderr })
  }
  const wrong = plant('master key that is none', canary())
  const { stderr } = await certfolio(['serve', '--data', join(data, '..', 'other')], {
    env: { CERTFOLIO_MASTER_KEY: wrong },
  })
  outputs.push({ name: 'certfolio serve', text: stderr })
  await folder.remove()
}

test('enough was asked, of every product, with every kind of answer, to be worth a search', () => {
  expect(new Set(secrets.values()).size).toBeGreaterThanOrEqual(25)
  expect(requests).toBeGreaterThan(200)
  for (const secret of secrets.keys()) expect(secret.length).toBeGreaterThanOrEqual(24)
  const log = outputs.find(({ name }) => name === 'log')?.text ?? ''
  for (const product of ['dataworks', 'iotda', 'scm', 'apic', 'iam', 'server'])
    expect(log).toContain(`"product":"${product}"`)
  for (const status of [200, 201, 400, 401, 404, 405, 413, 415])
    expect(outputs.some(({ name }) => name.startsWith(`answer ${status} `))).toBe(true)
  expect(outputs.some(({ name, text }) => name.startsWith('certfolio.db') && text.includes('canary.test'))).toBe(true)
})

test('no secret is in any answer, log, message, file of the data directory or command line', () => {
  const leaks = [...secrets].flatMap(([secret, slot]) =>
    outputs.flatMap(({ name, text }) => found(secret, text).map(form => `${slot} in ${name}: ${form}`)),
  )
  expect(leaks).toEqual([])
})

describe('the search finds a secret that leaks', () => {
  test.each(Object.entries(FORMS))('%s', (name, write) => {
    const secret = canary('"\\é&+/=')
    for (const form of write(secret)) {
      const leak = name === 'split over lines' ? `${form.slice(0, 20)}\n${form.slice(20)}` : form
      expect(found(secret, `${'x'.repeat(1000)}${leak}${'y'.repeat(1000)}`)).toContain(name)
    }
  })

  test('in the middle of a longer text in base64', () => {
    const secret = canary()
    for (const before of ['', 'a', 'ab']) {
      const text = Buffer.from(`${before}${secret}tail`).toString('base64')
      expect(found(secret, text)).toContain('base64')
    }
  })

  test('in a line that the log is made to write', () => {
    let text = ''
    const sink = new Writable({
      write(chunk, _encoding, done) {
        text += chunk
        done()
      },
    })
    const { keyPem } = makeKeyPair()
    createLog('trace', sink).info({ body: keyPem }, 'leak')
    expect(found(pieceOf(keyPem), text)).toContain('plain')
    expect(found(keyPem.replaceAll('\n', '').slice(27, 100), text)).toContain('split over lines')
  })
})
