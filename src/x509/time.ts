/** UTCTime and GeneralizedTime (X.680 §46, §47; RFC 5280 §4.1.2.5) as Unix milliseconds. */
import type { DerReader } from './der.ts'
import { Tag } from './der.ts'

const utcTime = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?()(Z|[+-]\d{4})$/
const generalizedTime = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?([.,]\d{1,9})?(Z|[+-]\d{4})$/

/**
 * Reads the next element as a Time. RFC 5280 allows one spelling (seconds, no fraction, `Z`); the older ones that
 * X.680 allows are read where they name one moment. A day that no calendar has, an hour 24, a second 60 and a local
 * time without zone are refused: two parsers would see two moments.
 */
export function takeTime(reader: DerReader, field: string): number {
  reader.next(field)
  if (reader.tag !== Tag.utcTime && reader.tag !== Tag.generalizedTime) throw reader.fault(`${field} is no time`)
  const short = reader.tag === Tag.utcTime
  const parts = reader.end - reader.start > 32 ? null : (short ? utcTime : generalizedTime).exec(reader.latin1())
  if (parts === null) throw reader.fault(`${field} is no valid date`)
  const [, years, month, day, hour, minute, second = 0, fraction, zone = 'Z'] = parts
  const at = moment(short ? century(Number(years)) : Number(years), Number(month), Number(day))
  if (at === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
    throw reader.fault(`${field} is no valid date`)
  }
  const offset = offsetOf(zone)
  if (offset === undefined) throw reader.fault(`${field} is no valid date`)
  const milliseconds = fraction ? Math.trunc(Number(`0.${fraction.slice(1)}`) * 1000) : 0
  return at + ((Number(hour) * 60 + Number(minute) - offset) * 60 + Number(second)) * 1000 + milliseconds
}

/** Two digits mean 1950 to 2049 (RFC 5280 §4.1.2.5.1). */
function century(year: number): number {
  return year < 50 ? 2000 + year : 1900 + year
}

/** Midnight of a day in Unix milliseconds; undefined when the calendar has no such day. */
function moment(year: number, month: number, day: number): number | undefined {
  const date = new Date(0)
  // Date.UTC would take the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined
}

/** Minutes east of UTC. */
function offsetOf(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3))
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
