/** The first migration: records and what belongs to them. */

/**
 * The scope leads every key, so that a distributed PostgreSQL divides the tables by it. `scopes` is read by everybody
 * and seldom written; what each write changes of a scope stands in `scope_states`. Text is compared and ordered by its
 * bytes: `COLLATE "C"`. Texts that are indexed are kept as `texts.ts` says; those that are too long for an index stand
 * whole in `long_texts`, by field.
 */
export const RECORD_TABLES = `
CREATE TABLE scopes (
  id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  key text COLLATE "C" NOT NULL UNIQUE,
  product text COLLATE "C" NOT NULL
);

CREATE TABLE scope_states (
  scope integer PRIMARY KEY,
  -- How often its records were written to: what was counted at one value holds as long as it stands.
  changes bigint NOT NULL DEFAULT 0,
  -- The largest record number that was assigned in it.
  last_number bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE records (
  scope integer NOT NULL,
  product text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  vendor_id text COLLATE "C",
  unique_key text COLLATE "C",
  compartment text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  common_name text COLLATE "C" NOT NULL,
  creator text COLLATE "C" NOT NULL,
  owner text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  status_due_at bigint,
  status_when_due text COLLATE "C" NOT NULL,
  updated_at bigint NOT NULL,
  not_before bigint,
  not_after bigint,
  fingerprint text COLLATE "C" NOT NULL,
  fingerprint_sha1 text COLLATE "C" NOT NULL,
  spki_fingerprint text COLLATE "C" NOT NULL,
  serial_number text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  issuer text COLLATE "C" NOT NULL,
  subject_alt_names text COLLATE "C" NOT NULL,
  key_algorithm text COLLATE "C" NOT NULL,
  key_bits bigint,
  signature_algorithm text COLLATE "C" NOT NULL,
  deployable smallint NOT NULL,
  content_size bigint NOT NULL,
  description text COLLATE "C" NOT NULL,
  search_text text COLLATE "C" NOT NULL,
  attributes text COLLATE "C" NOT NULL,
  long_texts jsonb,
  PRIMARY KEY (scope, number)
);

CREATE UNIQUE INDEX records_vendor_id ON records (scope, vendor_id) WHERE vendor_id IS NOT NULL;
CREATE UNIQUE INDEX records_unique_key ON records (scope, unique_key) WHERE unique_key IS NOT NULL;
CREATE INDEX records_fingerprint ON records (scope, fingerprint, number);
CREATE INDEX records_due ON records (scope, status_due_at) WHERE status_due_at IS NOT NULL;

-- Bytes, once a scope. DER hardly compresses, so nobody tries to.
CREATE TABLE contents (
  scope integer NOT NULL,
  sha256 bytea NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (scope, sha256)
);
ALTER TABLE contents ALTER bytes SET STORAGE EXTERNAL;

CREATE TABLE record_contents (
  scope integer NOT NULL,
  number bigint NOT NULL,
  role text COLLATE "C" NOT NULL,
  position integer NOT NULL,
  sha256 bytea NOT NULL,
  PRIMARY KEY (scope, number, role, position),
  FOREIGN KEY (scope, sha256) REFERENCES contents
);
CREATE INDEX record_contents_content ON record_contents (scope, sha256);

CREATE TABLE secrets (
  scope integer NOT NULL,
  number bigint NOT NULL,
  role text COLLATE "C" NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (scope, number, role)
);

-- Who assigns record numbers, and how far: see numbers.ts.
CREATE TABLE workers (
  worker smallint PRIMARY KEY,
  holder text COLLATE "C",
  beat_at timestamptz NOT NULL DEFAULT '-infinity',
  mark bigint NOT NULL DEFAULT 0
);
INSERT INTO workers (worker) SELECT generate_series(0, 31);

-- Totals that are kept up to date: the columns of each tally of a product, and the counts.
CREATE TABLE tally_columns (
  product text COLLATE "C" NOT NULL,
  columns text COLLATE "C" NOT NULL,
  PRIMARY KEY (product, columns)
);
CREATE TABLE tallies (
  scope integer NOT NULL,
  tally text COLLATE "C" NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (scope, tally)
) WITH (fillfactor = 70);
`
