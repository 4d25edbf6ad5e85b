/** Writes of identity: tokens that are issued and revoked. */

import type { Client } from './client.ts'

const TOKENS = '/v3/auth/tokens'

export class TokenJournal {
  /** Acknowledged tokens, and whether their revocation was; `undefined` while nobody knows. */
  readonly #revoked = new Map<string, boolean | undefined>()
  #violations = 0

  /** Tokens that were refused although they stand, or accepted although they were revoked. */
  get violations(): number {
    return this.#violations
  }

  get count(): number {
    return this.#revoked.size
  }

  /** @throws Error where no answer came */
  async issue(client: Client): Promise<void> {
    const { account, user, project } = client.firstRun
    const password = { user: { name: user.name, password: user.password, domain: { name: account.name } } }
    const auth = { identity: { methods: ['password'], password }, scope: { project: { id: project.id } } }
    const { headers } = await client.ask('POST', TOKENS, { auth })
    const token = headers.get('x-subject-token')
    if (token !== null) this.#revoked.set(token, false)
  }

  /** @throws Error where no answer came */
  async revokeOne(client: Client): Promise<void> {
    const [token] = [...this.#revoked].find(([, revoked]) => revoked === false) ?? []
    if (token === undefined) return
    this.#revoked.set(token, undefined)
    const { status } = await client.ask('DELETE', TOKENS, undefined, {
      'X-Auth-Token': token,
      'X-Subject-Token': token,
    })
    if (status === 204) this.#revoked.set(token, true)
  }

  async check(client: Client): Promise<void> {
    for (const [token, revoked] of this.#revoked) {
      const { status } = await client.ask('GET', '/v3/scm/certificates', undefined, { 'X-Auth-Token': token })
      if (revoked === undefined) this.#revoked.set(token, status === 401)
      else if ((status === 401) !== revoked) this.#violations++
    }
  }
}
