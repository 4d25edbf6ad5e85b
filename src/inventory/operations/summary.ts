/** `GET /api/v1/summary`: what a dashboard shows, in one call. */

import { Type } from 'typebox'
import type { InventoryAnswer, InventoryCall } from '../call.ts'
import { Tally } from '../tally.ts'
import { CERTIFICATE_ENTRY, entryOf, iso } from '../wire.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const WEEK = 7 * DAY
const WEEKS = 53
const MAX_NEAREST = 10
/** Days before it expires that a certificate counts as expiring. */
const EXPIRING_DAYS = 30

const STATES = ['expired', 'expiring', 'valid', 'no-certificate'] as const

export const SUMMARY_QUERY = Type.Object({})

const COUNTS = Type.Record(Type.String(), Type.Integer())

export const SUMMARY_ANSWER = Type.Object({
  at: Type.String({ description: 'The minute that it is told of: counts of one minute cost nothing to ask again.' }),
  total: Type.Integer(),
  product: COUNTS,
  state: Type.Object(Object.fromEntries(STATES.map(state => [state, Type.Integer()])), {
    description: `expiring: within ${EXPIRING_DAYS} days.`,
  }),
  keyAlgorithm: COUNTS,
  expiries: Type.Array(Type.Object({ from: Type.String(), count: Type.Integer() }), {
    description: `How many expire in each of the next ${WEEKS} weeks.`,
  }),
  nearest: Type.Array(CERTIFICATE_ENTRY, { description: `The ${MAX_NEAREST} that expire next.` }),
})

export async function showSummary(call: InventoryCall): Promise<InventoryAnswer> {
  const now = call.clock()
  const at = now - (now % MINUTE)
  const visible = await call.visible()
  const expiring = at + EXPIRING_DAYS * DAY
  const weeks = Array.from({ length: WEEKS + 1 }, (_, week) => at + week * WEEK)
  const bounds = [...weeks, expiring].toSorted((a, b) => a - b)
  const everything = { visible, where: { is: 'all', of: [] } } as const
  const counts = await call.inventory.counts({ ...everything, columns: ['keyAlgorithm'], bounds })
  const [product, keyAlgorithm, state] = [new Tally(), new Tally(), new Tally(STATES)]
  const perWeek = weeks.slice(0, -1).map(from => ({ from: iso(from), count: 0 }))
  for (const { scope, values, bucket, count } of counts) {
    product.add(scope.product, count)
    keyAlgorithm.add(values[0] ?? '', count)
    const until = bucket < 0 ? undefined : (bounds[bucket] ?? Number.POSITIVE_INFINITY)
    state.add(stateOf(until, at, expiring), count)
    const week = until === undefined ? undefined : perWeek[weeks.findIndex(bound => until <= bound) - 1]
    if (week) week.count += count
  }
  const { records } = await call.inventory.page({
    visible,
    where: { is: 'between', column: 'notAfter', from: now },
    order: 'notAfter',
    direction: 'ascending',
    take: MAX_NEAREST,
    counted: false,
  })
  return {
    json: {
      at: iso(at),
      total: state.total,
      product: product.all(),
      state: state.all(),
      keyAlgorithm: keyAlgorithm.all(),
      expiries: perWeek,
      nearest: records.map(record => entryOf(record, now)),
    },
  }
}

/** @param until what `notAfter` is below; `undefined` without one */
function stateOf(until: number | undefined, now: number, expiring: number): (typeof STATES)[number] {
  if (until === undefined) return 'no-certificate'
  if (until <= now) return 'expired'
  return until <= expiring ? 'expiring' : 'valid'
}
