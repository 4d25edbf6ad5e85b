/** The directory's tables of who may do what, of failures and of the audit: typed for every engine, made for SQLite. */

import type { Generated } from 'kysely'

type Flag = 0 | 1

export interface AccessTables {
  groups: { id: string; account_id: string; name: string; description: string; created_at: number }
  group_members: { group_id: string; user_id: string }
  policies: {
    id: string
    account_id: string
    name: string
    description: string
    document: string
    created_at: number
    updated_at: number
  }
  /** `policy` is a name or an id, after `policy_kind`; `reach_id` is empty where the reach has none. */
  grants: {
    id: string
    account_id: string
    to_kind: string
    to_id: string
    policy_kind: string
    policy: string
    reach_kind: string
    reach_id: string
  }
  enterprise_projects: { account_id: string; id: string; name: string; enabled: Flag; created_at: number }
  failures: { subject: string; count: number; since: number; locked_until: number }
  audit_events: {
    number: Generated<number>
    at: number
    request_id: string
    account_id: string
    user_id: string
    user_name: string
    access_key_id: string
    action: string
    resource: string
    verdict: string
    reason: string
    policy: string
    statement: number | null
    address: string
  }
}

export const ACCESS_TABLES = `
  ALTER TABLE facilities ADD COLUMN enterprise_project_id TEXT NOT NULL DEFAULT '0';
  ALTER TABLE access_keys ADD COLUMN session_policy TEXT;
  ALTER TABLE access_keys ADD COLUMN description TEXT NOT NULL DEFAULT '';
  CREATE INDEX access_keys_by_expiry ON access_keys (expires_at) WHERE expires_at IS NOT NULL;
  CREATE INDEX tokens_of_user ON tokens (user_id);
  CREATE TABLE groups (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (account_id, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE group_members (
    group_id TEXT NOT NULL REFERENCES groups (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    PRIMARY KEY (group_id, user_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX groups_of_user ON group_members (user_id);
  CREATE TABLE policies (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    document TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (account_id, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE grants (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    to_kind TEXT NOT NULL,
    to_id TEXT NOT NULL,
    policy_kind TEXT NOT NULL,
    policy TEXT NOT NULL,
    reach_kind TEXT NOT NULL,
    reach_id TEXT NOT NULL,
    UNIQUE (to_kind, to_id, policy_kind, policy, reach_kind, reach_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX grants_of_account ON grants (account_id);
  CREATE TABLE enterprise_projects (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE failures (
    subject TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    since INTEGER NOT NULL,
    locked_until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX failures_by_lock ON failures (locked_until);
  CREATE INDEX failures_by_start ON failures (since);
  CREATE TABLE audit_events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    access_key_id TEXT NOT NULL,
    action TEXT NOT NULL,
    resource TEXT NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    policy TEXT NOT NULL,
    statement INTEGER,
    address TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_events_by_time ON audit_events (at);
  CREATE INDEX audit_events_of_account ON audit_events (account_id, number);
  CREATE INDEX audit_events_of_user ON audit_events (user_id, number);
`
