/** SQLite's errors in the registry's words. */

import { RegistryFault } from '../../registry/fault.ts'
import type { WriteTurns } from '../write-turns.ts'

/** Primary result codes, see https://sqlite.org/rescode.html. */
export const SQLITE = {
  PERM: 3,
  BUSY: 5,
  LOCKED: 6,
  NOMEM: 7,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  NOTADB: 26,
} as const

/** The primary result code of an error that SQLite raised; `undefined` for any other error. */
export function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

const WHY: Readonly<Record<number, string>> = {
  [SQLITE.PERM]: 'no permission',
  [SQLITE.NOMEM]: 'out of memory',
  [SQLITE.READONLY]: 'read-only',
  [SQLITE.IOERR]: 'input/output error',
  [SQLITE.CORRUPT]: 'damaged database',
  [SQLITE.FULL]: 'disk full',
  [SQLITE.CANTOPEN]: 'cannot open file',
  [SQLITE.NOTADB]: 'damaged database',
}

/** Seconds after which it is worth asking again when another process keeps the database locked. */
const RETRY_AFTER = 1

/** The fault that an error of SQLite stands for; any other error as it is. */
export function faultOf(error: unknown): unknown {
  const code = primaryCode(error)
  if (code === undefined) return error
  if (code === SQLITE.BUSY || code === SQLITE.LOCKED)
    return new RegistryFault({ is: 'busy', retryAfterSeconds: RETRY_AFTER }, { cause: error })
  const why = WHY[code]
  return why === undefined ? error : new RegistryFault({ is: 'storage-failed', why }, { cause: error })
}

/**
 * Whether a failed commit leaves in doubt what the disk holds. After a failed sync the kernel may have dropped what was
 * to be written, so that a later sync succeeds without it: nothing may be written through this process any more.
 */
function isDoubtful(error: unknown): boolean {
  const code = primaryCode(error)
  return code === SQLITE.IOERR || code === SQLITE.CORRUPT || code === SQLITE.NOTADB
}

/** Call it with what a commit threw. */
export function endIfDoubtful(error: unknown, turns: WriteTurns): void {
  const fault = faultOf(error)
  if (isDoubtful(error) && fault instanceof RegistryFault) turns.end(fault)
}
