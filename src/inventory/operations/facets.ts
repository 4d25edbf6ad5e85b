/** `GET /api/v1/facets`: how many certificates a filter finds, by what they are. */

import { type Static, Type } from 'typebox'
import type { InventoryAnswer, InventoryCall } from '../call.ts'
import { EXPIRY_BUCKETS, expiryBounds, expiryBucket } from '../expiry.ts'
import { parseFilter } from '../filter/parse.ts'
import { Tally } from '../tally.ts'
import { FILTER, filterMeans } from './filter-query.ts'

/** Values of a facet that are told, those that occur most first; the rest is one number. */
const MAX_VALUES = 50

export const FACETS_QUERY = Type.Object({ filter: FILTER })

const FACET = Type.Object({
  values: Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }), {
    description: `At most ${MAX_VALUES}, the most frequent first.`,
  }),
  others: Type.Integer({ description: 'How many have none of these values.' }),
})

export const FACETS_ANSWER = Type.Object({
  total: Type.Integer(),
  product: FACET,
  status: FACET,
  expiry: Type.Object(Object.fromEntries(EXPIRY_BUCKETS.map(name => [name, Type.Integer()])), {
    description: 'Each certificate in the first that it fits; none: without a certificate.',
  }),
  keyAlgorithm: FACET,
  issuer: FACET,
})

export async function showFacets(call: InventoryCall): Promise<InventoryAnswer> {
  const { filter = '' } = call.query as Static<typeof FACETS_QUERY>
  const now = call.clock()
  const counts = await call.inventory.counts({
    visible: await call.visible(),
    where: parseFilter(filter, filterMeans(call, now)),
    columns: ['status', 'keyAlgorithm', 'issuer'],
    bounds: expiryBounds(now),
  })
  const tallies = { product: new Tally(), status: new Tally(), keyAlgorithm: new Tally(), issuer: new Tally() }
  const expiry = new Tally(EXPIRY_BUCKETS)
  for (const { scope, values, bucket, count } of counts) {
    const [status = '', keyAlgorithm = '', issuer = ''] = values
    tallies.product.add(scope.product, count)
    tallies.status.add(status, count)
    tallies.keyAlgorithm.add(keyAlgorithm, count)
    tallies.issuer.add(issuer, count)
    expiry.add(expiryBucket(bucket), count)
  }
  const facets = Object.entries(tallies).map(([name, tally]) => [name, tally.most(MAX_VALUES)])
  return { json: { total: expiry.total, ...Object.fromEntries(facets), expiry: expiry.all() } }
}
