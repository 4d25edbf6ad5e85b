/** Access keys ready for use: looked up, their secrets opened once and kept in memory as long as the key stands. */

import { randomBytes } from 'node:crypto'
import type { Clock } from '../registry/record-number.ts'
import { sameBytes } from './digest.ts'
import { type AccessKey, type Account, accessKeyContext, type DirectoryReader, type User } from './directory.ts'
import type { Vault } from './identity.ts'
import { AuthenticationFailure, type AuthenticationProblem } from './principal.ts'
import type { SignatureGuard } from './signature-guard.ts'
import { hashOfToken } from './tokens.ts'

/** Whose key it is, and whether it may be used now. */
export interface HeldKey {
  readonly id: string
  /** Of an unknown key, a secret that nobody has: the same work is done, and no signature matches. */
  readonly secret: string
  readonly holder: { readonly key: AccessKey; readonly user: User; readonly account: Account } | undefined
}

export class Keyring {
  readonly #directory: DirectoryReader
  readonly #vault: Vault
  readonly #clock: Clock
  readonly #guard: Pick<SignatureGuard, 'admit'>
  /** By the directory's own object: a changed key is another object, so a stale secret is never found. */
  readonly #secrets = new WeakMap<AccessKey, string>()
  readonly #nobodys = randomBytes(30).toString('base64url')

  constructor(directory: DirectoryReader, vault: Vault, clock: Clock, guard: Pick<SignatureGuard, 'admit'>) {
    this.#directory = directory
    this.#vault = vault
    this.#clock = clock
    this.#guard = guard
  }

  /** @param address from where the key is used. @throws AuthenticationFailure `locked` */
  async find(id: string, address: string): Promise<HeldKey> {
    const key = await this.#directory.accessKey(id)
    const user = key && (await this.#directory.user(key.userId))
    const account = user && (await this.#directory.account(user.accountId))
    if (!key || !user || !account) return { id, secret: this.#nobodys, holder: undefined }
    await this.#guard.admit(id, address)
    return { id, secret: this.#secretOf(key), holder: { key, user, account } }
  }

  #secretOf(key: AccessKey): string {
    let secret = this.#secrets.get(key)
    if (secret === undefined) {
      secret = this.#vault.open(key.sealedSecret, accessKeyContext(key.id)).toString('utf8')
      this.#secrets.set(key, secret)
    }
    return secret
  }

  /**
   * Whether the key may be used, with the security token that came along.
   * @throws AuthenticationFailure `unknown-access-key`, `inactive-access-key`, or about the security token
   */
  holderOf({ id, holder }: HeldKey, securityToken: string | undefined): NonNullable<HeldKey['holder']> {
    if (!holder) throw new AuthenticationFailure({ is: 'unknown-access-key', accessKeyId: id })
    const { key, user, account } = holder
    const refuse = (problem: AuthenticationProblem) => new AuthenticationFailure(problem, id)
    if (!key.enabled || !user.enabled || !account.enabled) throw refuse({ is: 'inactive-access-key', accessKeyId: id })
    if (key.securityTokenHash !== null) {
      if (securityToken === undefined || securityToken === '') throw refuse({ is: 'missing-security-token' })
      const same = sameBytes(Buffer.from(hashOfToken(securityToken)), Buffer.from(key.securityTokenHash))
      if (!same) throw refuse({ is: 'foreign-security-token' })
    } else if (securityToken !== undefined && securityToken !== '') {
      // A permanent key has none, so this one belongs to another key or to nobody.
      throw refuse({ is: 'invalid-security-token' })
    }
    if (key.expiresAt !== null && key.expiresAt <= this.#clock()) throw refuse({ is: 'expired-security-token' })
    return holder
  }
}
