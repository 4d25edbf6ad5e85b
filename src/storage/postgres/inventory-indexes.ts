/** The indexes of the inventory's own questions: they lead by scope as all others, and hold every product's records. */

import { COLUMNS } from '../columns.ts'
import { INVENTORY_COLUMNS, inventoryIndex } from '../inventory/paths.ts'

/**
 * The texts of a JSON array. What is no text to PostgreSQL, NUL and half a surrogate pair, stands in it as an escape
 * (after an even number of backslashes, which are backslashes themselves) and is given as a character that no name has.
 */
const NAMES_IN = String.raw`
CREATE FUNCTION names_in(names text) RETURNS SETOF text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT json_array_elements_text((
    CASE WHEN strpos(names, '\u') = 0 THEN names
    ELSE regexp_replace(names, '(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})', '\1\uffff', 'g') END
  )::json)
$$;
`

/** A migration: it never changes, so neither do the columns. Numbers and fingerprints have their indexes already. */
export const INVENTORY_INDEXES =
  NAMES_IN +
  INVENTORY_COLUMNS.filter(column => column !== 'fingerprint' && column !== 'number')
    .map(column => `CREATE INDEX ${inventoryIndex(column)} ON records (scope, ${COLUMNS[column].column}, number);`)
    .join('\n')
