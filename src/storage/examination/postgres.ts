/** A PostgreSQL registry as the examination reads it. */

import type { Content } from '../../registry/record.ts'
import { SELECT_RECORDS } from '../backup/postgres-tables.ts'
import type { Client } from '../postgres/connections.ts'
import { versionOf } from '../postgres/migrate.ts'
import { MIGRATIONS } from '../postgres/migrations.ts'
import { readOneMoment, streamed } from '../postgres/reading.ts'
import { recordOfRow } from '../postgres/rows.ts'
import type { ServerUrl } from '../postgres/server-url.ts'
import type { EngineCheck, ExaminedContent, ExaminedMoment, ExaminedRecord, SealedAccessKey } from './moment.ts'
import {
  integrityFindings,
  linkFindings,
  longTextFindings,
  numberFindings,
  schemaFindings,
  tallyFindings,
} from './postgres-checks.ts'

/** Records whose contents are asked for at once. */
const AT_ONCE = 200

export function examinePostgres<T>(
  client: Client,
  server: ServerUrl,
  work: (moment: ExaminedMoment) => Promise<T>,
): Promise<T> {
  return readOneMoment(client, server, async () => {
    const version = await versionOf(client)
    if (version < MIGRATIONS.length)
      throw new Error(
        `${server.shown} has schema version ${version} of ${MIGRATIONS.length}; start the server once, which brings it up to date`,
      )
    return work(new PostgresExamined(client))
  })
}

class PostgresExamined implements ExaminedMoment {
  readonly checks: readonly EngineCheck[]
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
    this.checks = [
      { name: 'integrity', run: () => integrityFindings(client) },
      { name: 'schema', run: () => schemaFindings(client) },
      { name: 'links', run: () => linkFindings(client) },
      { name: 'numbers', run: () => numberFindings(client) },
      { name: 'totals', run: () => tallyFindings(client) },
      { name: 'long texts', run: () => longTextFindings(client) },
    ]
  }

  async count() {
    const count = async (table: string) =>
      Number((await this.#client.query<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)).rows[0]?.n)
    return { records: await count('records'), contents: await count('contents'), secrets: await count('secrets') }
  }

  async *records(): AsyncGenerator<ExaminedRecord> {
    const { rows } = await this.#client.query<{ id: number; key: string }>('SELECT id, key FROM scopes')
    const keys = new Map(rows.map(({ id, key }) => [id, key]))
    let batch: Found[] = []
    for await (const row of streamed(this.#client, SELECT_RECORDS)) {
      batch.push({ record: recordOfRow(row), scope: Number(row.at(-2)), product: String(row.at(-1)) })
      if (batch.length < AT_ONCE) continue
      yield* await this.#whole(batch, keys)
      batch = []
    }
    yield* await this.#whole(batch, keys)
  }

  async *contents(): AsyncGenerator<ExaminedContent> {
    const select = `SELECT key, encode(sha256, 'hex'), bytes FROM contents LEFT JOIN scopes ON scopes.id = contents.scope`
    for await (const [key, sha256, bytes] of streamed(this.#client, select))
      yield { scope: String(key), sha256: String(sha256), bytes: bytes as Buffer }
  }

  async *accessKeys(): AsyncGenerator<SealedAccessKey> {
    for await (const [id, sealed] of streamed(this.#client, 'SELECT id, sealed_secret FROM access_keys ORDER BY id'))
      yield { id: String(id), sealedSecret: sealed as Buffer }
  }

  /** The records with what belongs to them. */
  async #whole(batch: readonly Found[], keys: ReadonlyMap<number, string>): Promise<readonly ExaminedRecord[]> {
    const contents = await this.#parts(batch, CONTENTS)
    const secrets = await this.#parts(batch, SECRETS)
    return batch.map(({ record, scope, product }) => ({
      record,
      product,
      scope: keys.get(scope) ?? String(scope),
      contents: contents.get(record.number) ?? [],
      secrets: (secrets.get(record.number) ?? []).map(({ role, bytes }) => ({ role, sealed: bytes })),
    }))
  }

  async #parts(batch: readonly Found[], select: string): Promise<ReadonlyMap<number, readonly Content[]>> {
    const { rows } = await this.#client.query<{ number: number; role: string; bytes: Buffer }>(select, [
      batch.map(({ scope }) => scope),
      batch.map(({ record }) => record.number),
    ])
    return Map.groupBy(rows, ({ number }) => number)
  }
}

type Found = Pick<ExaminedRecord, 'record' | 'product'> & { readonly scope: number }

const CONTENTS = `SELECT number, role, bytes FROM unnest($1::integer[], $2::bigint[]) AS wanted (scope, number)
  JOIN record_contents USING (scope, number) JOIN contents USING (scope, sha256) ORDER BY number, role, position`
const SECRETS = `SELECT number, role, sealed AS bytes FROM unnest($1::integer[], $2::bigint[]) AS wanted (scope, number)
  JOIN secrets USING (scope, number)`
