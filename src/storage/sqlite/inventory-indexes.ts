/** The indexes of the inventory's own questions: they lead by scope as all others, and hold every product's records. */

import { COLUMNS } from '../columns.ts'
import { INVENTORY_COLUMNS, inventoryIndex } from '../inventory/paths.ts'

/** A migration: it never changes, so neither do the columns. The index of fingerprints stands already. */
export const INVENTORY_INDEXES = INVENTORY_COLUMNS.filter(column => column !== 'fingerprint')
  .map(column => {
    const keys = column === 'number' ? 'scope' : `scope, ${COLUMNS[column].column}`
    return `CREATE INDEX ${inventoryIndex(column)} ON records (${keys});`
  })
  .join('\n')
