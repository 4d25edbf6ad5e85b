/** `GET /api/v1/certificates`: every certificate that the caller may see, page by page. */

import { type Static, Type } from 'typebox'
import type { InventoryOrder, Position } from '../../registry/inventory.ts'
import type { InventoryAnswer, InventoryCall } from '../call.ts'
import { type Cursor, type CursorOwner, invalidCursor, openCursor, sealCursor } from '../cursor.ts'
import { parseFilter } from '../filter/parse.ts'
import { findVisible } from '../find.ts'
import { DEFAULT_PAGE, MAX_CURSOR, MAX_PAGE } from '../limits.ts'
import { CERTIFICATE_ENTRY, entryOf } from '../wire.ts'
import { FILTER, filterMeans } from './filter-query.ts'

/** By the name that they are asked for by. */
export const ORDERS = {
  expiry: 'notAfter',
  created: 'number',
  name: 'name',
  cn: 'commonName',
  issuer: 'issuer',
  status: 'status',
} as const satisfies Record<string, InventoryOrder>

type OrderName = keyof typeof ORDERS

export const LIST_QUERY = Type.Object({
  filter: FILTER,
  order: Type.Unsafe<OrderName>({
    type: 'string',
    enum: Object.keys(ORDERS),
    default: 'created',
    description: 'Equal ones are in the order in which they were brought in; those without a value come last.',
  }),
  direction: Type.Unsafe<'asc' | 'desc'>({ type: 'string', enum: ['asc', 'desc'], default: 'asc' }),
  limit: Type.Integer({ minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE }),
  cursor: Type.Optional(
    Type.String({ maxLength: MAX_CURSOR, description: '`next` of the page before; everything else as it was there.' }),
  ),
  total: Type.Boolean({ default: true, description: 'Whether all that match are counted.' }),
})

export const LIST_ANSWER = Type.Object({
  total: Type.Union([Type.Integer(), Type.Null()], {
    description: 'How many match now, whatever the page; null where `total=false`.',
  }),
  certificates: Type.Array(CERTIFICATE_ENTRY),
  next: Type.Union([Type.String(), Type.Null()], { description: 'The cursor of the next page; null on the last.' }),
})

export async function listCertificates(call: InventoryCall): Promise<InventoryAnswer> {
  const query = call.query as Static<typeof LIST_QUERY>
  const { filter = '', order, direction, limit, total: counted } = query
  const { principal, vault, clock } = call
  const owner: CursorOwner = { userId: principal.userId, question: ['certificates', filter, order, direction] }
  const at = clock()
  const cursor = query.cursor === undefined ? undefined : openCursor(vault, owner, query.cursor, at)
  const now = cursor?.now ?? at
  const where = parseFilter(filter, filterMeans(call, now))
  const after = cursor && (await positionOf(call, cursor, ORDERS[order]))
  const { records, next, total } = await call.inventory.page({
    visible: await call.visible(),
    where,
    order: ORDERS[order],
    direction: direction === 'asc' ? 'ascending' : 'descending',
    ...(after && { after }),
    take: limit,
    counted,
  })
  return {
    json: {
      total: total ?? null,
      certificates: records.map(record => entryOf(record, now)),
      next: next ? sealCursor(vault, owner, next, now, at) : null,
    },
  }
}

/** @throws InventoryProblem `invalid-cursor` where the record that knows the place is gone */
async function positionOf(call: InventoryCall, { position }: Cursor, order: InventoryOrder): Promise<Position> {
  const { number, value } = position
  if (value !== undefined) return { number, value }
  const found = await findVisible(call, number)
  if (!found) throw invalidCursor()
  return { number, value: found.record[order] }
}
