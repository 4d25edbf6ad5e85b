/** Bytes and secrets of records. A content is kept once a scope, as long as any record refers to it. */

import { hash } from 'node:crypto'
import type { Content, Draft } from '../../registry/record.ts'
import type { Connections, Statement } from './connections.ts'
import type { WriteTransaction } from './transaction.ts'

const KEEP: Statement = {
  name: 'contents_keep',
  text: `INSERT INTO contents SELECT DISTINCT ON (sha256) $1::integer, sha256, bytes
    FROM unnest($2::bytea[], $3::bytea[]) AS given (sha256, bytes)
    ON CONFLICT DO NOTHING`,
}
const REFER: Statement = {
  name: 'contents_refer',
  text: `INSERT INTO record_contents
    SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::integer[], $5::bytea[])`,
}
const SEAL: Statement = {
  name: 'secrets_keep',
  text: `INSERT INTO secrets SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::bytea[])
    ON CONFLICT (scope, number, role) DO UPDATE SET sealed = excluded.sealed`,
}
const RELEASE: Statement = {
  name: 'contents_release',
  text: 'DELETE FROM record_contents WHERE scope = $1 AND number = $2 RETURNING sha256',
}
const PRUNE: Statement = {
  name: 'contents_prune',
  text: `DELETE FROM contents WHERE scope = $1 AND sha256 = ANY ($2::bytea[]) AND NOT EXISTS (
      SELECT FROM record_contents
      WHERE record_contents.scope = $1 AND record_contents.sha256 = contents.sha256
    )`,
}
const FORGET: Statement = { name: 'secrets_forget', text: 'DELETE FROM secrets WHERE scope = $1 AND number = $2' }
const OF_ROLE: Statement = {
  name: 'contents_of_role',
  text: `SELECT contents.bytes FROM record_contents
    JOIN contents ON contents.scope = $1 AND contents.sha256 = record_contents.sha256
    WHERE record_contents.scope = $1 AND number = $2 AND role = $3 ORDER BY position`,
}
const SECRET: Statement = {
  name: 'secret',
  text: 'SELECT sealed FROM secrets WHERE scope = $1 AND number = $2 AND role = $3',
}

type Kept = Pick<Draft, 'contents' | 'secrets'> & { readonly number: number }

export async function keepContents(transaction: WriteTransaction, records: readonly Kept[]): Promise<void> {
  const references = records.flatMap(({ number, contents }) => {
    const positions = new Map<string, number>()
    return contents.map(({ role, bytes }) => {
      const position = positions.get(role) ?? 0
      positions.set(role, position + 1)
      return { number, role, position, sha256: hash('sha256', bytes, 'buffer'), bytes: bufferOf(bytes) }
    })
  })
  const { scope } = transaction
  if (references.length > 0) {
    await transaction.ask(KEEP, [scope, references.map(({ sha256 }) => sha256), references.map(({ bytes }) => bytes)])
    await transaction.ask(REFER, [
      scope,
      references.map(({ number }) => number),
      references.map(({ role }) => role),
      references.map(({ position }) => position),
      references.map(({ sha256 }) => sha256),
    ])
  }
  await sealSecrets(transaction, records)
}

/** Each takes the place of the one that stands in its role. */
export async function sealSecrets(
  transaction: WriteTransaction,
  records: readonly Omit<Kept, 'contents'>[],
): Promise<void> {
  const secrets = records.flatMap(({ number, secrets }) => secrets.map(secret => ({ ...secret, number })))
  if (secrets.length > 0)
    await transaction.ask(SEAL, [
      transaction.scope,
      secrets.map(({ number }) => number),
      secrets.map(({ role }) => role),
      secrets.map(({ sealed }) => bufferOf(sealed)),
    ])
}

export async function removeContents(transaction: WriteTransaction, number: number): Promise<void> {
  const { scope } = transaction
  const released = (await transaction.ask(RELEASE, [scope, number])).map(([sha256]) => sha256)
  if (released.length > 0) await transaction.ask(PRUNE, [scope, released])
  await transaction.ask(FORGET, [scope, number])
}

export async function contentsOf(
  connections: Connections,
  scope: number,
  number: number,
  role: string,
): Promise<readonly Content[]> {
  const rows = await connections.rows(OF_ROLE, [scope, number, role])
  return rows.map(([bytes]) => ({ role, bytes: plain(bytes) }))
}

export async function secretOf(
  connections: Connections,
  scope: number,
  number: number,
  role: string,
): Promise<Uint8Array | undefined> {
  const [row] = await connections.rows(SECRET, [scope, number, role])
  return row && plain(row[0])
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Not a `Buffer`: that is what the other engine gives. */
function plain(bytes: unknown): Uint8Array {
  return new Uint8Array(bytes as Buffer)
}
