/** The log: JSON lines. No header, body or query ever goes into it; a line names the request by its id. */

import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** @param destination standard error without it */
export function createLog(
  level: (typeof LOG_LEVELS)[number],
  destination: DestinationStream = pino.destination(2),
): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      serializers: { err: describe },
    },
    destination,
  )
}

/** An error without its own properties, which may hold anything (a request, a statement's values). */
function describe(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  return {
    type: error.name,
    ...('code' in error && { code: String(error.code) }),
    stack: error.stack,
    ...(error.cause instanceof Error && { cause: describe(error.cause) }),
  }
}
