/** The bounds of authentication, each with its reason. */

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
