/** Holds SQLite's rows against each other where no constraint does. */

import type { DatabaseSync } from 'node:sqlite'

/** Each query gives rows of sentences. */
const LINKS = [
  `SELECT 'The record ' || records.number || ' is of the product ' || product || ', its scope of another one.'
   FROM records WHERE product IS NOT (SELECT product FROM scopes WHERE id = records.scope)`,
  `SELECT DISTINCT 'The record ' || number || ' does not exist, and has contents.' FROM record_contents AS links
   WHERE NOT EXISTS (SELECT 1 FROM records WHERE number = links.number AND scope = links.scope)`,
  `SELECT DISTINCT 'The record ' || number || ' does not exist, and has secrets.' FROM secrets
   WHERE NOT EXISTS (SELECT 1 FROM records WHERE number = secrets.number AND scope = secrets.scope)`,
  `SELECT 'The record ' || number || ' has a content of another scope.' FROM record_contents AS links
   WHERE NOT EXISTS (SELECT 1 FROM contents WHERE id = links.content AND scope = links.scope)`,
  `SELECT 'The contents of the record ' || number || ' (' || role || ') are not numbered from 0 on.'
   FROM record_contents GROUP BY scope, number, role HAVING min(position) <> 0 OR max(position) <> count(*) - 1`,
  `SELECT 'The content ' || lower(hex(sha256)) || ' belongs to no record.' FROM contents
   WHERE NOT EXISTS (SELECT 1 FROM record_contents WHERE content = contents.id)`,
]

export function* linkFindings(database: DatabaseSync): Generator<string> {
  for (const sql of LINKS) {
    const select = database.prepare(sql)
    select.setReturnArrays(true)
    for (const row of select.iterate()) yield String((row as unknown as readonly unknown[])[0])
  }
}

/** A number that is given out again would be two records' own. */
export function* numberFindings(database: DatabaseSync): Generator<string> {
  const row = database
    .prepare('SELECT (SELECT number FROM last_number) AS last, (SELECT max(number) FROM records) AS largest')
    .get()
  if (typeof row?.last !== 'number') yield 'The largest number that was ever assigned is not known.'
  else if (typeof row.largest === 'number' && row.largest > row.last)
    yield `The record ${row.largest} has a larger number than was ever assigned (${row.last}).`
}
