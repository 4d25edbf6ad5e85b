/** PostgreSQL's errors in the registry's words. */

import { RegistryFault } from '../../registry/fault.ts'

/**
 * What an error means for whoever asked.
 * - `lost`: the connection, or the server that could be written to. Nothing that was not committed is there.
 * - `conflict`: the transaction was undone for the sake of another one; it may be tried again as it was.
 * - `busy`: it took too long, or there was no connection to be had.
 * - `failed`: the server could not do it.
 */
type Kind = 'lost' | 'conflict' | 'busy' | 'failed'

/** A server that answers, but takes no writes: a standby, or a primary that was demoted. */
export class NotPrimary extends Error {
  constructor() {
    super('the server takes no writes')
    this.name = 'NotPrimary'
  }
}

/** SQLSTATEs, see https://www.postgresql.org/docs/current/errcodes-appendix.html. */
const BY_STATE: Readonly<Record<string, Kind>> = {
  '25006': 'lost', // read-only transaction: the server was demoted
  '40001': 'conflict', // serialization failure
  '40P01': 'conflict', // deadlock
  '53300': 'busy', // too many connections
  '55P03': 'busy', // lock not available in time
  '57014': 'busy', // statement timeout
  '57P01': 'lost', // admin shutdown
  '57P02': 'lost', // crash shutdown
  '57P03': 'lost', // cannot connect now
  '57P05': 'lost', // idle session timeout
  '25P03': 'lost', // idle in transaction too long
}
const WHY: Readonly<Record<string, string>> = {
  '53100': 'disk full',
  '53200': 'out of memory',
  '58030': 'input/output error',
  XX001: 'damaged database',
  XX002: 'damaged database',
}
/** Of the operating system and of the resolver. */
const LOST: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
])
/** What `pg` says of its own, without a code. */
const LOST_WORDS = /^Connection terminated|not queryable|Query read timeout|server conn|Client was closed/
const NO_CONNECTION_FREE = 'timeout exceeded when trying to connect'

const CONNECTION_EXCEPTION = '08'

export function kindOf(error: unknown): Kind | undefined {
  if (error instanceof NotPrimary) return 'lost'
  if (!(error instanceof Error)) return undefined
  if (error instanceof AggregateError && error.errors.length > 0) return kindOf(error.errors[0])
  const code = codeOf(error)
  if (code === undefined)
    return error.message === NO_CONNECTION_FREE ? 'busy' : LOST_WORDS.test(error.message) ? 'lost' : undefined
  if (code.startsWith(CONNECTION_EXCEPTION) || LOST.has(code)) return 'lost'
  return BY_STATE[code] ?? (code in WHY ? 'failed' : undefined)
}

/** Seconds after which it is worth asking again. */
const RETRY_AFTER = 1

/** The fault that an error of PostgreSQL stands for; any other error as it is. */
export function faultOf(error: unknown): unknown {
  switch (kindOf(error)) {
    case undefined:
      return error
    case 'failed':
      return new RegistryFault({ is: 'storage-failed', why: WHY[codeOf(error) ?? ''] ?? 'failed' }, { cause: error })
    case 'lost':
      return new RegistryFault({ is: 'storage-failed', why: 'no connection to the database' }, { cause: error })
    default:
      return new RegistryFault({ is: 'busy', retryAfterSeconds: RETRY_AFTER }, { cause: error })
  }
}

/** The error of the server or of the system, by its code. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
