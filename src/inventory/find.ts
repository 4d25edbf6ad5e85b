/** Finds one record among everything that a caller may see. */

import type { FoundRecord } from '../registry/inventory.ts'
import type { InventoryCall } from './call.ts'

export async function findVisible(
  { visible, records }: Pick<InventoryCall, 'visible' | 'records'>,
  number: number,
): Promise<FoundRecord | undefined> {
  for (const scope of await visible()) {
    const record = await records.find(scope, { number })
    if (record) return { scope, record }
  }
  return undefined
}
