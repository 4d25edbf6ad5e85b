/** A client that lives through crashes: it knows the endpoint of now, and tells an answer from none. */

import type { FirstRun } from '../../src/identity/first-account.ts'
import { signHuawei } from '../support/sign.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what a body holds is what the caller is about to find out
  readonly json: any
}

export class Client {
  /** One, or several that share the registry: they are asked in turn. */
  endpoints: readonly string[] = []
  readonly firstRun: FirstRun
  #asked = 0

  constructor(firstRun: FirstRun) {
    this.firstRun = firstRun
  }

  get projectId(): string {
    return this.firstRun.project.id
  }

  /** Signed by the first user. @throws Error where no answer came: whether it was done is unknown */
  async ask(method: string, path: string, json?: object, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    const url = `${this.endpoints[this.#asked++ % this.endpoints.length]}${path}`
    const body = json === undefined ? '' : JSON.stringify(json)
    const given = { ...(json !== undefined && { 'Content-Type': 'application/json' }), ...headers }
    const { id: ak, secret: sk } = this.firstRun.accessKey
    const signed =
      headers?.['X-Auth-Token'] || path === '/v3/auth/tokens'
        ? given
        : signHuawei({ ak, sk, method, url, headers: given, body })
    const response = await fetch(url, { method, headers: signed, ...(body !== '' && { body }) })
    const text = await response.text()
    return { status: response.status, headers: response.headers, json: text === '' ? undefined : JSON.parse(text) }
  }
}
