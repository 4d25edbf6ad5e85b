/** Times and integers as people write them, each as the interval that it stands for. */

/** Both inclusive, in whole ms. */
export interface Interval {
  readonly from: number
  readonly to: number
}

const DAY = 86_400_000
const UNITS = new Map([
  ['d', DAY],
  ['h', 3_600_000],
  ['m', 60_000],
])
const DATE = /^\d{4}-\d{2}-\d{2}$/
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/
const RELATIVE = /^now(?:([+-]\d{1,6})([dhm]))?$/

/** A day (UTC), a second, a millisecond, or a moment before or behind `now`. */
export function instantOf(text: string, now: number): Interval | undefined {
  const [relative, amount = '0', unit = 'd'] = RELATIVE.exec(text) ?? []
  if (relative !== undefined) {
    const at = now + Number(amount) * (UNITS.get(unit) ?? 0)
    return { from: at, to: at }
  }
  const [time, fraction] = TIME.exec(text) ?? []
  if (time === undefined && !DATE.test(text)) return undefined
  const from = Date.parse(text)
  // The 30th of February is read as a day in March by some engines.
  if (Number.isNaN(from) || new Date(from).toISOString().slice(0, 10) !== text.slice(0, 10)) return undefined
  const lasts = time === undefined ? DAY : fraction === undefined ? 1000 : 1
  return { from, to: from + lasts - 1 }
}

export function integerOf(text: string): number | undefined {
  return /^-?\d{1,9}$/.test(text) ? Number(text) : undefined
}
