/**
 * IoTDA's record ids: 24 lower-case hex digits that begin with the record's Unix seconds, as the vendor's samples do
 * (seed 001: `66178add3b98944277731d0a` is 2024-04-11). They are an encoding of the record number that sorts the same,
 * so "ids smaller than the marker" is a comparison of numbers, and a marker needs no record to stand there.
 */
import { firstNumberAt, NUMBER_EPOCH, timeOfNumber } from '../../registry/record-number.ts'

/** Record numbers that fall into one second. */
const NUMBERS_PER_SECOND = firstNumberAt(NUMBER_EPOCH + 1000)
/** Hex digits of the Unix seconds, then of the number's place within its second. */
const SECONDS_DIGITS = 8
const PLACE_DIGITS = 16

const RECORD_ID = /^[0-9a-f]{24}$/

/** The record id of a record number. */
export function recordIdOf(number: number): string {
  const seconds = Math.floor(timeOfNumber(number) / 1000)
  const place = number % NUMBERS_PER_SECOND
  return seconds.toString(16).padStart(SECONDS_DIGITS, '0') + place.toString(16).padStart(PLACE_DIGITS, '0')
}

/** The record number of a record id; `undefined` for a text that is the id of no number. */
export function numberOfRecordId(id: string): number | undefined {
  if (!RECORD_ID.test(id)) return undefined
  const number = firstNumberWithIdAtLeast(id)
  return number !== undefined && recordIdOf(number) === id ? number : undefined
}

/**
 * The smallest record number whose id is not smaller than `marker`: exactly the numbers below it have smaller ids, for
 * markers that were never issued as well.
 *
 * @param marker 24 lower-case hex digits
 * @returns `undefined` where every number's id is smaller
 */
export function firstNumberWithIdAtLeast(marker: string): number | undefined {
  const seconds = Number.parseInt(marker.slice(0, SECONDS_DIGITS), 16) - NUMBER_EPOCH / 1000
  if (seconds < 0) return 0
  // Places beyond a second's last number lie between that number and the next second's first.
  const place = BigInt(`0x${marker.slice(SECONDS_DIGITS)}`)
  const within = place < NUMBERS_PER_SECOND ? Number(place) : NUMBERS_PER_SECOND
  const number = seconds * NUMBERS_PER_SECOND + within
  return number > Number.MAX_SAFE_INTEGER ? undefined : number
}
