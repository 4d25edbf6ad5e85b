/** The migration of the edits: what was changed or removed of late, so that what is remembered of a list can follow. */

/** `before` is what `trackedValues` gives as JSON; null for a change of more records than are written down one by one. */
export const EDIT_TABLES = `
CREATE TABLE edits (
  scope INTEGER NOT NULL,
  -- The value of scopes.changes that the write led to.
  change INTEGER NOT NULL,
  number INTEGER NOT NULL,
  before TEXT,
  PRIMARY KEY (scope, change, number)
) STRICT, WITHOUT ROWID;
`
