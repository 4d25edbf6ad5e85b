/** Where a page of the inventory stands: of each scope the first records behind a position, along its own index. */

import type { InventoryListing } from '../../registry/inventory.ts'
import { COLUMNS } from '../columns.ts'
import type { Condition } from '../inventory/expression.ts'
import type { Client } from './connections.ts'
import { asked, type Group, type Place } from './inventory-group.ts'
import { arrayText } from './texts.ts'

/** One more than a page has, in no order between scopes. */
export async function placesOf(client: Client, group: Group, listing: InventoryListing): Promise<readonly Place[]> {
  const stretches = stretchesOf(listing).map(stretch => stretchOf(stretch, group.condition, listing))
  const rows = await asked(
    client,
    `SELECT visible.scope, found.value, found.number
     FROM unnest(?::integer[]) AS visible (scope)
     CROSS JOIN LATERAL (${stretches.map(({ text }) => `(${text})`).join(' UNION ALL ')}) AS found`,
    [arrayText([...group.scopes.keys()]), ...stretches.flatMap(({ values }) => values)],
  )
  return rows.flatMap(([id, value, number]) => {
    const scope = group.scopes.get(Number(id))
    return scope ? [{ id: Number(id), scope, value: value as Place['value'], number: Number(number) }] : []
  })
}

/** A part of an order in which all records have a value, or none has; with what they have to be behind. */
interface Stretch {
  readonly absent: boolean
  readonly behind: Condition | undefined
}

/** Records without a value come after all others. */
function stretchesOf({ order, direction, after }: InventoryListing): readonly Stretch[] {
  const [sign, column] = [direction === 'ascending' ? '>' : '<', nameOf(order)]
  const byNumber = (number: number): Condition => ({ text: `records.number ${sign} ?`, values: [number] })
  if (order === 'number') return [{ absent: false, behind: after && byNumber(after.number) }]
  if (order === 'notAfter' && after?.value === null) return [{ absent: true, behind: byNumber(after.number) }]
  const behind: Condition | undefined = after && {
    text: `(${column}, records.number) ${sign} (?, ?)`,
    values: [after.value, after.number],
  }
  return [{ absent: false, behind }, ...(order === 'notAfter' ? [{ absent: true, behind: undefined }] : [])]
}

function stretchOf({ absent, behind }: Stretch, condition: Condition, listing: InventoryListing): Condition {
  const { order, take } = listing
  const column = nameOf(order)
  const direction = listing.direction === 'ascending' ? 'ASC' : 'DESC'
  const conditions = [
    'records.scope = visible.scope',
    condition.text,
    ...(order === 'notAfter' ? [`${column} IS ${absent ? '' : 'NOT '}NULL`] : []),
    ...(behind ? [behind.text] : []),
  ]
  const by = order === 'number' || absent ? [] : [`${column} ${direction}`]
  return {
    text: `SELECT ${column} AS value, records.number FROM records
      WHERE ${conditions.join(' AND ')} ORDER BY ${[...by, `records.number ${direction}`].join(', ')} LIMIT ${take + 1}`,
    values: [...condition.values, ...(behind?.values ?? [])],
  }
}

function nameOf(order: InventoryListing['order']): string {
  return `records.${COLUMNS[order].column}`
}
