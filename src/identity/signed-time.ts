/** The time that a signature names, and whether it is near enough. */

import { CLOCK_WINDOW_MS } from './limits.ts'
import { AuthenticationFailure } from './principal.ts'

/** Huawei's `yyyymmddTHHMMSSZ`, or Alibaba's `yyyy-mm-ddTHH:MM:SSZ`; both UTC in whole seconds. */
const FORMS = {
  compact: /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/,
  extended: /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})Z$/,
} as const

/**
 * Checks the date of a signature against the clock. @param now Unix ms
 * @throws AuthenticationFailure `missing-date`, `malformed-date`, `skewed-clock`
 */
export function checkSignedTime(text: string | undefined, form: keyof typeof FORMS, now: number): string {
  if (text === undefined || text === '') throw new AuthenticationFailure({ is: 'missing-date' })
  const [year, month, day, hour, minute, second] = (FORMS[form].exec(text) ?? []).slice(1)
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const time = second === undefined ? Number.NaN : Date.parse(iso)
  // A date that does not exist (30 February) is read as another one.
  if (Number.isNaN(time) || new Date(time).toISOString() !== iso)
    throw new AuthenticationFailure({ is: 'malformed-date' })
  if (Math.abs(now - time) > CLOCK_WINDOW_MS) throw new AuthenticationFailure({ is: 'skewed-clock' })
  return text
}
