/** Passwords: hashed with scrypt, off the event loop, a few at a time. */

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { RegistryFault } from '../registry/fault.ts'
import { MAX_PASSWORD_BYTES } from './limits.ts'

/** What a hash costs: `N` and `r` give its memory (128 · N · r bytes), `p` repeats the work. */
export interface ScryptCost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** 32 MiB for each hash, so that a serving process stays small. */
export const PASSWORD_COST: ScryptCost = { N: 2 ** 15, r: 8, p: 3 }
/** Hashes at one time: bounds memory to 64 MiB, and leaves threads to the rest of the process. */
const CONCURRENT = 2
/** Callers that may wait for their turn; the next is told to come back. */
const MAX_WAITING = 256
const SALT_BYTES = 16
const HASH_BYTES = 32

export interface Passwords {
  /** @returns `scrypt$N$r$p$salt$hash`, salt and hash as base64url */
  hash(password: string): Promise<string>
  /**
   * Whether the password is the one that was hashed. Costs the same without a hash (an unknown user).
   * @throws RegistryFault `busy`
   */
  matches(password: string, hash: string | null | undefined): Promise<boolean>
}

export function createPasswords(cost: ScryptCost = PASSWORD_COST): Passwords {
  let running = 0
  const waiting: (() => void)[] = []

  async function derive(password: string, salt: Buffer, { N, r, p }: ScryptCost): Promise<Buffer> {
    if (running >= CONCURRENT) {
      if (waiting.length >= MAX_WAITING) throw new RegistryFault({ is: 'busy', retryAfterSeconds: 5 })
      await new Promise<void>(resolve => waiting.push(resolve))
    } else running++
    try {
      return await new Promise<Buffer>((resolve, reject) =>
        scrypt(
          password.normalize('NFC'),
          salt,
          HASH_BYTES,
          { N, r, p, maxmem: 129 * N * r + 1024 * r * p },
          (error, hash) => (error ? reject(error) : resolve(hash)),
        ),
      )
    } finally {
      // The turn is handed on, so that nobody overtakes those who wait.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }

  /** Stands in for the hash of a user who does not exist. */
  const nobody = { cost, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) }

  return {
    async hash(password) {
      if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) throw new RangeError('the password is too long')
      const salt = randomBytes(SALT_BYTES)
      const hash = await derive(password, salt, cost)
      return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$')
    },
    async matches(password, hash) {
      if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return false
      const kept = (hash && parse(hash)) || nobody
      const derived = await derive(password, kept.salt, kept.cost)
      return timingSafeEqual(derived, kept.hash) && kept !== nobody
    },
  }
}

function parse(text: string): { cost: ScryptCost; salt: Buffer; hash: Buffer } | undefined {
  const found = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w-]+)\$([\w-]+)$/.exec(text)
  const [, N, r, p, salt = '', hash = ''] = found ?? []
  const bytes = Buffer.from(hash, 'base64url')
  return found && bytes.length === HASH_BYTES
    ? { cost: { N: Number(N), r: Number(r), p: Number(p) }, salt: Buffer.from(salt, 'base64url'), hash: bytes }
    : undefined
}
