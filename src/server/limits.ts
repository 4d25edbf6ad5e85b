/** Every limit of the port, with its unit and its reason. */

/** Bytes of a request body. Certificates, chains and keys of all products stay far below. */
export const MAX_BODY_BYTES = 1024 * 1024

/**
 * Bytes of an oversized body that are read and thrown away, so that an honest client sees the 413: answering before it
 * has sent everything resets its connection. Beyond this the connection is cut.
 */
export const MAX_DISCARDED_BYTES = 16 * MAX_BODY_BYTES

/** Milliseconds for which the rest of a request is read and thrown away, after it was refused before its end. */
export const MAX_DISCARDING = 5_000

/** Bytes of request line and headers. DataWorks' clients send certificates in the query; Node's own limit is 16 KiB. */
export const MAX_HEADER_BYTES = 64 * 1024

/** Bytes of the request target: what is left of the above for headers is what vendors' clients send with room to spare. */
export const MAX_TARGET_BYTES = 48 * 1024

/** Header lines. The vendors' clients send under 25. */
export const MAX_HEADER_LINES = 100

/** Times of the port in milliseconds; a test injects small ones. */
export interface Timeouts {
  /** Until the last header line has come. */
  readonly headers: number
  /** Until the whole request has come. */
  readonly request: number
  /** Without any byte in either direction, while a request is answered. */
  readonly silence: number
  /** Between two requests of a connection. */
  readonly keepAlive: number
  /** How often the first two are checked. */
  readonly checkEvery: number
  /** For what is in flight when the server stops; then it is cut. */
  readonly drain: number
}

export const TIMEOUTS: Timeouts = {
  headers: 15_000,
  request: 30_000,
  silence: 60_000,
  // Longer than the idle times of common proxies (60 s), so that they close first and never write into a closed socket.
  keepAlive: 65_000,
  checkEvery: 1_000,
  // A supervisor kills after 10 s.
  drain: 8_000,
}

/** Requests of one connection; then it is closed, so that clients spread over processes again. */
export const MAX_REQUESTS_PER_CONNECTION = 10_000
