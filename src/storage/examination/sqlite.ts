/** A SQLite registry as the examination reads it. */

import { DatabaseSync } from 'node:sqlite'
import { RECORD_COLUMNS, recordOf } from '../columns.ts'
import { opening } from '../sqlite/connection.ts'
import { migrate, versionOf } from '../sqlite/migrate.ts'
import { MIGRATIONS } from '../sqlite/migrations.ts'
import { openForReading } from '../sqlite/reading.ts'
import type { EngineCheck, ExaminedContent, ExaminedMoment, ExaminedRecord, SealedAccessKey } from './moment.ts'
import { linkFindings, numberFindings } from './sqlite-links.ts'
import { tallyFindings } from './sqlite-tallies.ts'
import { textFindings } from './sqlite-texts.ts'

export async function examineSqlite<T>(path: string, work: (moment: ExaminedMoment) => Promise<T>): Promise<T> {
  const database = openForReading(path)
  try {
    const version = versionOf(database)
    if (version < MIGRATIONS.length)
      throw new Error(
        `${path} has schema version ${version} of ${MIGRATIONS.length}; start the server once, which brings it up to date`,
      )
    database.exec('BEGIN')
    return await work(new SqliteExamined(database))
  } catch (error) {
    throw opening(path, error)
  } finally {
    database.close()
  }
}

class SqliteExamined implements ExaminedMoment {
  readonly checks: readonly EngineCheck[]
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
    this.checks = [
      { name: 'integrity', run: () => integrityFindings(database) },
      { name: 'schema', run: () => schemaFindings(database) },
      { name: 'links', run: () => linkFindings(database) },
      { name: 'numbers', run: () => numberFindings(database) },
      { name: 'totals', run: () => tallyFindings(database) },
      { name: 'text index', run: () => textFindings(database) },
    ]
  }

  async count() {
    const count = (table: string) => Number(this.#database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n)
    return { records: count('records'), contents: count('contents'), secrets: count('secrets') }
  }

  *records(): Generator<ExaminedRecord> {
    const select = this.#database.prepare(
      `SELECT ${RECORD_COLUMNS}, records.scope, records.product, scopes.key
       FROM records LEFT JOIN scopes ON scopes.id = records.scope ORDER BY number`,
    )
    select.setReturnArrays(true)
    const contents = this.#database.prepare(
      `SELECT role, bytes FROM record_contents JOIN contents ON contents.id = record_contents.content
       WHERE record_contents.scope = ? AND number = ? ORDER BY role, position`,
    )
    const secrets = this.#database.prepare('SELECT role, sealed FROM secrets WHERE scope = ? AND number = ?')
    for (const found of select.iterate()) {
      const row = found as unknown as Parameters<typeof recordOf>[0]
      const record = recordOf(row)
      const [scope, product, key] = row.slice(-3)
      yield {
        record,
        product: String(product),
        scope: String(key),
        contents: contents
          .all(Number(scope), record.number)
          .map(({ role, bytes }) => ({ role: String(role), bytes: bytes as Uint8Array })),
        secrets: secrets
          .all(Number(scope), record.number)
          .map(({ role, sealed }) => ({ role: String(role), sealed: sealed as Uint8Array })),
      }
    }
  }

  *contents(): Generator<ExaminedContent> {
    const select = this.#database.prepare(
      `SELECT scopes.key, lower(hex(sha256)) AS sha256, bytes FROM contents LEFT JOIN scopes ON scopes.id = contents.scope`,
    )
    for (const { key, sha256, bytes } of select.iterate())
      yield { scope: String(key), sha256: String(sha256), bytes: bytes as Uint8Array }
  }

  *accessKeys(): Generator<SealedAccessKey> {
    for (const { id, sealed_secret } of this.#database
      .prepare('SELECT id, sealed_secret FROM access_keys ORDER BY id')
      .iterate())
      yield { id: String(id), sealedSecret: sealed_secret as Uint8Array }
  }
}

function* integrityFindings(database: DatabaseSync): Generator<string> {
  for (const { integrity_check: says } of database.prepare('PRAGMA integrity_check(100)').all())
    if (says !== 'ok') yield `SQLite says of its file: ${says}.`
  for (const { table, parent } of database.prepare('PRAGMA foreign_key_check').all())
    yield `A row of ${table} refers to a row of ${parent} that does not exist.`
}

/** Holds the schema against that of a new database. Indexes of lists are made as products declare them. */
function* schemaFindings(database: DatabaseSync): Generator<string> {
  const fresh = new DatabaseSync(':memory:')
  try {
    migrate(fresh, ':memory:', MIGRATIONS)
    const present = schemaOf(database)
    for (const [name, { type, sql }] of schemaOf(fresh)) {
      const found = present.get(name)
      if (found === undefined) yield `The ${type} ${name} is missing.`
      else if (found.sql !== sql) yield `The ${type} ${name} is not the one that this version makes.`
    }
  } finally {
    fresh.close()
  }
}

function schemaOf(database: DatabaseSync) {
  const rows = database.prepare('SELECT type, name, sql FROM sqlite_schema').all()
  return new Map(rows.map(({ type, name, sql }) => [String(name), { type: String(type), sql: String(sql ?? '') }]))
}
