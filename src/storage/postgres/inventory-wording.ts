/** The inventory's conditions on PostgreSQL. */

import type { TextColumn } from '../../registry/inventory.ts'
import { COLUMNS } from '../columns.ts'
import type { InventoryWording } from '../inventory/expression.ts'
import { isIndexed } from './rows.ts'
import { key } from './texts.ts'

/** By the name of the column, the field whose text may stand whole in `long_texts`. */
const FIELDS: ReadonlyMap<string, string> = new Map(
  Object.entries(COLUMNS).flatMap(([field, { column }]) =>
    isIndexed(field) ? [[`records.${column}`, field] as const] : [],
  ),
)

/** The text of a column, whole. */
export function wholeText(column: string): string {
  const field = FIELDS.get(column)
  return field === undefined ? column : `(coalesce(records.long_texts ->> '${field}', ${column}) COLLATE "C")`
}

export const INVENTORY_WORDING: InventoryWording = {
  key: (column: TextColumn, text) => (isIndexed(column) ? key(text) : text),
  oneOf: column => `${column} = ANY (ARRAY(SELECT json_array_elements_text(?::json) COLLATE "C"))`,
  has: column => `strpos(lower(${wholeText(column)}), ?) > 0`,
  anyOf: (column, condition) =>
    `EXISTS (SELECT FROM names_in(${column}) AS names (value) WHERE ${condition('(names.value COLLATE "C")')})`,
}
