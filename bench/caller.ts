/** Signs what the bench asks, as clients do: a token for Huawei's lists, a fresh signature for each of Alibaba's. */

import type { FirstRun } from '../src/identity/first-account.ts'
import { signAcs3 } from '../test/support/sign.ts'

export type Headers = Readonly<Record<string, string>>

export class Caller {
  readonly endpoint: string
  readonly #firstRun: FirstRun
  readonly #token: string

  private constructor(endpoint: string, firstRun: FirstRun, token: string) {
    this.endpoint = endpoint
    this.#firstRun = firstRun
    this.#token = token
  }

  static async at(endpoint: string, firstRun: FirstRun): Promise<Caller> {
    return new Caller(endpoint, firstRun, await tokenOf(endpoint, firstRun))
  }

  headers(path: string): Headers {
    return path.startsWith('/?') ? this.#signed(path) : { 'X-Auth-Token': this.#token }
  }

  /** @throws Error when the answer is not 200 */
  async ask(path: string): Promise<string> {
    const answer = await fetch(`${this.endpoint}${path}`, { headers: this.headers(path) })
    const body = await answer.text()
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${body}`)
    return body
  }

  #signed(path: string): Headers {
    const { accessKey } = this.#firstRun
    return signAcs3({
      ak: accessKey.id,
      sk: accessKey.secret,
      method: 'GET',
      url: `${this.endpoint}${path}`,
      action: 'ListCertificates',
      version: '2024-05-18',
      headers: {},
      body: '',
      date: new Date(),
    })
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
