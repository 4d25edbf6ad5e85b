/** The tables of the directory, as Kysely types them on every engine and as SQLite creates them. */

import type { AccessTables } from './directory-access-tables.ts'

type Flag = 0 | 1

/** Booleans are 0 and 1, lists are JSON text: the same on both engines. */
export interface DirectoryTables extends AccessTables {
  accounts: { id: string; name: string; enabled: Flag; created_at: number }
  users: {
    id: string
    account_id: string
    name: string
    aliyun_user_id: string
    password_hash: string | null
    enabled: Flag
    is_root: Flag
    credential_epoch: number
    tenant_roles: string
  }
  projects: { id: string; account_id: string; name: string; enabled: Flag; is_default: Flag }
  facilities: {
    project_id: string
    kind: string
    id: string
    name: string
    is_default: Flag
    enterprise_project_id: string
  }
  workspaces: { id: number; account_id: string; name: string }
  workspace_members: { workspace_id: number; user_id: string; roles: string }
  access_keys: {
    id: string
    user_id: string
    sealed_secret: Uint8Array
    enabled: Flag
    created_at: number
    expires_at: number | null
    security_token_hash: string | null
    session_policy: string | null
    description: string
  }
  tokens: {
    hash: string
    user_id: string
    project_id: string | null
    methods: string
    issued_at: number
    expires_at: number
    epoch: number
    revoked: Flag
  }
  /** `digest` is the SHA-256 (base64url) of an access key id and a nonce. */
  nonces: { digest: string; until: number }
  /** One row. Its counter goes up with every change of a row that is kept in memory. */
  directory_changes: { id: 1; counter: number }
  /** One row at most. Of this database alone: a backup has a check of its own. */
  master_key_check: { id: 1; sealed: Uint8Array }
}

export const MASTER_KEY_TABLE = `
  CREATE TABLE master_key_check (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    sealed BLOB NOT NULL
  ) STRICT;
`

export const DIRECTORY_TABLES = `
  CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE users (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    aliyun_user_id TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    enabled INTEGER NOT NULL,
    is_root INTEGER NOT NULL,
    credential_epoch INTEGER NOT NULL,
    tenant_roles TEXT NOT NULL,
    UNIQUE (account_id, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    is_default INTEGER NOT NULL,
    UNIQUE (account_id, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE facilities (
    project_id TEXT NOT NULL REFERENCES projects (id),
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    is_default INTEGER NOT NULL,
    PRIMARY KEY (project_id, kind, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE workspaces (
    id INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL
  ) STRICT;
  CREATE TABLE workspace_members (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    roles TEXT NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE access_keys (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    sealed_secret BLOB NOT NULL,
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    security_token_hash TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX access_keys_of_user ON access_keys (user_id);
  CREATE TABLE tokens (
    hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    project_id TEXT,
    methods TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    revoked INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tokens_by_expiry ON tokens (expires_at);
  CREATE TABLE nonces (
    digest TEXT PRIMARY KEY,
    until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX nonces_by_end ON nonces (until);
  CREATE TABLE directory_changes (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    counter INTEGER NOT NULL
  ) STRICT;
  INSERT INTO directory_changes (id, counter) VALUES (1, 0);
`
