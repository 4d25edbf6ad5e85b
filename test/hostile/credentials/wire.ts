/** Requests as bytes, and the signatures over exactly the headers that a test names: what no client library would send. */

import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'

export type Header = readonly [name: string, value: string]

export interface Request {
  readonly method: string
  readonly target: string
  readonly headers: readonly Header[]
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: what a body holds is what the test is about to find out
  readonly json: any
}

/** Sends bytes on a connection of their own and reads the answer. @param from the address that it comes from */
export function send(port: number, request: Request, from = '127.0.0.1'): Promise<Answer> {
  return sendBytes(port, bytesOf(request), from)
}

export function bytesOf({ method, target, headers, body }: Request): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const length = body === '' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`
  return `${method} ${target} HTTP/1.1\r\n${lines}${length}Connection: close\r\n\r\n${body}`
}

export function sendBytes(port: number, bytes: string, from = '127.0.0.1'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ port, host: '127.0.0.1', localAddress: from }, () =>
      socket.write(Buffer.from(bytes, 'latin1')),
    )
    socket.on('data', chunk => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => {
      const said = Buffer.concat(chunks).toString('utf8')
      const [, status = '0'] = /^HTTP\/1\.1 (\d{3})/.exec(said) ?? []
      const text = said.slice(said.indexOf('\r\n\r\n') + 4)
      resolve({ status: Number(status), text, json: jsonOf(text) })
    })
  })
}

/** Sends many requests one after the other on one connection. @param from the address that they come from */
export class Line {
  readonly #agent: Agent
  readonly #port: number

  constructor(port: number, from: string) {
    this.#port = port
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress: from })
  }

  async send({ method, target, headers, body }: Request): Promise<Answer> {
    const options = { port: this.#port, host: '127.0.0.1', method, path: target, agent: this.#agent }
    const outgoing = request({ ...options, headers: headers.flat() })
    outgoing.end(body)
    const [answer] = await once(outgoing, 'response')
    const chunks: Buffer[] = []
    for await (const chunk of answer) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString('utf8')
    return { status: answer.statusCode, text, json: jsonOf(text) }
  }

  close(): void {
    this.#agent.destroy()
  }
}

function jsonOf(text: string): unknown {
  try {
    // A chunked body is one line between two lengths.
    return JSON.parse(/^[0-9a-f]+\r\n(.*)\r\n0\r\n\r\n$/s.exec(text)?.[1] ?? text)
  } catch {
    return undefined
  }
}

/** With a header replaced, or left out where the value is `undefined`. */
export function withHeader(request: Request, name: string, value: string | undefined): Request {
  const others = request.headers.filter(([each]) => each.toLowerCase() !== name.toLowerCase())
  return { ...request, headers: value === undefined ? others : [...others, [name, value]] }
}

/** With one more line, whether the name is there already or not. */
export function withLine(request: Request, name: string, value: string): Request {
  return { ...request, headers: [...request.headers, [name, value]] }
}

export function headerOf({ headers }: Request, name: string): string {
  return headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1] ?? ''
}

export interface Key {
  readonly ak: string
  readonly sk: string
  /** Of a temporary key. */
  readonly token?: string
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
const canonicalQuery = (query: string) =>
  [...new URLSearchParams(query)]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1))
    .map(pair => pair.join('='))
    .join('&')
const lines = (request: Request, names: readonly string[]) =>
  names.map(name => `${name}:${headerOf(request, name).trim()}\n`).join('')

/** Signs what stands in the request: every header, or those that are named. */
export function signHuaweiAs(request: Request, { ak, sk }: Key, derived: boolean, only?: readonly string[]): Request {
  const names = only ?? request.headers.map(([name]) => name.toLowerCase()).sort()
  const [path = '', query = ''] = request.target.split('?')
  const date = headerOf(request, 'x-sdk-date')
  const hash = sha256(request.body)
  const canonical = [
    request.method,
    path.replace(/\/?$/, '/'),
    canonicalQuery(query),
    lines(request, names),
    names.join(';'),
    hash,
  ]
  const info = `${date.slice(0, 8)}/local-1/iotdm`
  const key = derived ? Buffer.from(hkdfSync('sha256', sk, ak, info, 32)).toString('hex') : sk
  const algorithm = derived ? 'V11-HMAC-SHA256' : 'SDK-HMAC-SHA256'
  const toSign = [algorithm, date, ...(derived ? [info] : []), sha256(canonical.join('\n'))].join('\n')
  const signature = createHmac('sha256', key).update(toSign).digest('hex')
  const who = derived ? `Credential=${ak}/${info}` : `Access=${ak}`
  return withHeader(
    request,
    'Authorization',
    `${algorithm} ${who}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  )
}

export function signAcs3As(request: Request, { ak, sk }: Key, only?: readonly string[]): Request {
  const names = only ?? request.headers.map(([name]) => name.toLowerCase()).sort()
  const [, query = ''] = request.target.split('?')
  const hash = sha256(request.body)
  const canonical = [request.method, '/', canonicalQuery(query), lines(request, names), names.join(';'), hash].join(
    '\n',
  )
  const signature = createHmac('sha256', sk)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex')
  return withHeader(
    request,
    'Authorization',
    `ACS3-HMAC-SHA256 Credential=${ak},SignedHeaders=${names.join(';')},Signature=${signature}`,
  )
}

/** Signs the parameters of the query, whichever stand there. */
export function signV1As(request: Request, { sk }: Key): Request {
  const [path = '', query = ''] = request.target.split('?')
  const toSign = `${request.method}&%2F&${encode(canonicalQuery(query))}`
  const signature = createHmac('sha1', `${sk}&`).update(toSign).digest('base64')
  return { ...request, target: `${path}?${query}&Signature=${encode(signature)}` }
}

export const compactDate = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')
export const extendedDate = (time: number) => new Date(time).toISOString().replace(/\.\d+/, '')
export const newNonce = () => randomBytes(16).toString('hex')
