/** The first migration: records and what belongs to them. */

/**
 * Scopes are integers below the port, so that the many indexes that they lead stay narrow. A record's number is its
 * rowid: numbers are unique in the whole database, every index ends in the rowid without naming it (which makes each
 * order total for free), the text index is keyed by it, and the wide rows stay out of the indexes, where deep pages skip
 * over them unread. No question reaches a record by its number without its scope beside it.
 */
export const RECORD_TABLES = `
CREATE TABLE scopes (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  product TEXT NOT NULL,
  -- How often its records were written to: what was counted at one value holds as long as it stands.
  changes INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE records (
  number INTEGER PRIMARY KEY,
  scope INTEGER NOT NULL REFERENCES scopes,
  product TEXT NOT NULL,
  vendor_id TEXT,
  unique_key TEXT,
  compartment TEXT NOT NULL,
  name TEXT NOT NULL,
  common_name TEXT NOT NULL,
  creator TEXT NOT NULL,
  owner TEXT NOT NULL,
  status TEXT NOT NULL,
  status_due_at INTEGER,
  status_when_due TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  not_before INTEGER,
  not_after INTEGER,
  fingerprint TEXT NOT NULL,
  fingerprint_sha1 TEXT NOT NULL,
  spki_fingerprint TEXT NOT NULL,
  serial_number TEXT NOT NULL,
  subject TEXT NOT NULL,
  issuer TEXT NOT NULL,
  subject_alt_names TEXT NOT NULL,
  key_algorithm TEXT NOT NULL,
  key_bits INTEGER,
  signature_algorithm TEXT NOT NULL,
  deployable INTEGER NOT NULL,
  content_size INTEGER NOT NULL,
  description TEXT NOT NULL,
  search_text TEXT NOT NULL,
  attributes TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX records_vendor_id ON records (scope, vendor_id) WHERE vendor_id IS NOT NULL;
CREATE UNIQUE INDEX records_unique_key ON records (scope, unique_key) WHERE unique_key IS NOT NULL;
CREATE INDEX records_fingerprint ON records (scope, fingerprint);
CREATE INDEX records_due ON records (scope, status_due_at) WHERE status_due_at IS NOT NULL;

-- Bytes, once a scope.
CREATE TABLE contents (
  id INTEGER PRIMARY KEY,
  scope INTEGER NOT NULL REFERENCES scopes,
  sha256 BLOB NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (scope, sha256)
) STRICT;

CREATE TABLE record_contents (
  scope INTEGER NOT NULL,
  number INTEGER NOT NULL,
  role TEXT NOT NULL,
  position INTEGER NOT NULL,
  content INTEGER NOT NULL REFERENCES contents,
  PRIMARY KEY (scope, number, role, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_contents_content ON record_contents (content);

CREATE TABLE secrets (
  scope INTEGER NOT NULL,
  number INTEGER NOT NULL,
  role TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (scope, number, role)
) STRICT, WITHOUT ROWID;

-- The largest record number that was ever assigned; deleting its record does not make it free again.
CREATE TABLE last_number (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  number INTEGER NOT NULL
) STRICT;
-- Not 0, which would read as "none was assigned".
INSERT INTO last_number VALUES (1, 1);

-- Totals that are kept up to date: the columns of each tally of a product, and the counts.
CREATE TABLE tally_columns (
  product TEXT NOT NULL,
  columns TEXT NOT NULL,
  PRIMARY KEY (product, columns)
) STRICT, WITHOUT ROWID;
CREATE TABLE tallies (
  scope INTEGER NOT NULL,
  tally TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (scope, tally)
) STRICT, WITHOUT ROWID;

-- What text filters look at, by record number: see text-search.ts.
CREATE VIRTUAL TABLE text_search USING fts5 (
  scope, text,
  content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
);
`
