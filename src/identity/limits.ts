/** The bounds of authentication, each with its reason. */

import type { LockRule } from './failures.ts'
import type { ThrottleRule } from './throttle.ts'

/** How far a signature's date may be from now, either way, in ms. Both vendors: 15 minutes; exactly 15:00 is valid. */
export const CLOCK_WINDOW_MS = 15 * 60_000

/** How long a nonce is remembered, in ms: it outlives a signature dated at the far end of the window. */
export const NONCE_MEMORY_MS = 2 * CLOCK_WINDOW_MS + 60_000

/** Life of a token in ms. Huawei IAM: 24 hours. */
export const TOKEN_LIFE_MS = 24 * 3_600_000

/** Longest `Authorization` header that is looked at, in characters: the real ones have below 1,000. */
export const MAX_AUTHORIZATION_LENGTH = 8_192

/** Longest nonce, in characters: the clients send 32 or 64. */
export const MAX_NONCE_LENGTH = 256

/** Longest password that is hashed, in UTF-8 bytes. */
export const MAX_PASSWORD_BYTES = 1_024

/** Huawei's default: 5 failed log-ins within 15 minutes lock for 15 minutes (identity-huawei §7.4). */
export const LOGIN_LOCK: LockRule = { most: 5, withinMs: 15 * 60_000, lockMs: 15 * 60_000 }

/** Huawei's: more than 5 wrong signatures in a row lock a key for 5 minutes (identity-huawei §5.1, §7.4). */
export const SIGNATURE_LOCK: LockRule = { most: 6, withinMs: 15 * 60_000, lockMs: 5 * 60_000 }

/** Wrong keys, signatures and tokens of one address that are answered as such; a misconfigured fleet has fewer. */
export const FAILURES_OF_ADDRESS: ThrottleRule = { burst: 300, perSecond: 5 }

/** Log-ins of one address, good and bad: hashing a password is the most expensive thing that a stranger can ask for. */
export const LOGINS_OF_ADDRESS: ThrottleRule = { burst: 300, perSecond: 5 }

/** Tokens and temporary keys of one user: each is a row for a day. */
export const TOKENS_OF_USER: ThrottleRule = { burst: 300, perSecond: 5 }

/** Life of a temporary key in seconds: 15 minutes to 24 hours (identity-huawei §1.5). */
export const TEMPORARY_KEY_SECONDS = { least: 900, most: 86_400, default: 900 } as const

/** Permanent keys of one user. Huawei: two, so that one can take over from the other. */
export const MAX_KEYS_PER_USER = 2
