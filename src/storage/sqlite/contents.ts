/** Bytes and secrets of records. A content is kept once a scope, as long as any record refers to it. */

import { hash } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Content, SealedSecret } from '../../registry/record.ts'

export class Contents {
  readonly #find: StatementSync
  readonly #insert: StatementSync
  readonly #refer: StatementSync
  readonly #referred: StatementSync
  readonly #release: StatementSync
  readonly #prune: StatementSync
  readonly #read: StatementSync
  readonly #keep: StatementSync
  readonly #secret: StatementSync
  readonly #forget: StatementSync

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT id FROM contents WHERE scope = ? AND sha256 = ?')
    this.#insert = database.prepare('INSERT INTO contents (scope, sha256, bytes) VALUES (?, ?, ?)')
    this.#refer = database.prepare('INSERT INTO record_contents VALUES (?, ?, ?, ?, ?)')
    this.#referred = database.prepare('SELECT DISTINCT content FROM record_contents WHERE scope = ? AND number = ?')
    this.#release = database.prepare('DELETE FROM record_contents WHERE scope = ? AND number = ?')
    this.#prune = database.prepare(
      'DELETE FROM contents WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM record_contents WHERE content = ?1)',
    )
    this.#read = database.prepare(
      `SELECT contents.bytes FROM record_contents CROSS JOIN contents ON contents.id = record_contents.content
       WHERE record_contents.scope = ? AND number = ? AND role = ? ORDER BY position`,
    )
    this.#keep = database.prepare('INSERT OR REPLACE INTO secrets VALUES (?, ?, ?, ?)')
    this.#secret = database.prepare('SELECT sealed FROM secrets WHERE scope = ? AND number = ? AND role = ?')
    this.#forget = database.prepare('DELETE FROM secrets WHERE scope = ? AND number = ?')
  }

  add(scope: number, number: number, contents: readonly Content[], secrets: readonly SealedSecret[]): void {
    const positions = new Map<string, number>()
    for (const { role, bytes } of contents) {
      const position = positions.get(role) ?? 0
      positions.set(role, position + 1)
      this.#refer.run(scope, number, role, position, this.#idOf(scope, bytes))
    }
    this.seal(scope, number, secrets)
  }

  /** Each takes the place of the one that stands in its role. */
  seal(scope: number, number: number, secrets: readonly SealedSecret[]): void {
    for (const { role, sealed } of secrets) this.#keep.run(scope, number, role, sealed)
  }

  remove(scope: number, number: number): void {
    const contents = this.#referred.all(scope, number)
    this.#release.run(scope, number)
    for (const { content } of contents) this.#prune.run(content ?? null)
    this.#forget.run(scope, number)
  }

  ofRole(scope: number, number: number, role: string): Content[] {
    return this.#read.all(scope, number, role).map(({ bytes }) => ({ role, bytes: bytes as Uint8Array }))
  }

  secret(scope: number, number: number, role: string): Uint8Array | undefined {
    return this.#secret.get(scope, number, role)?.sealed as Uint8Array | undefined
  }

  #idOf(scope: number, bytes: Uint8Array): number {
    const sha256 = hash('sha256', bytes, 'buffer')
    const found = this.#find.get(scope, sha256)?.id
    return Number(found ?? this.#insert.run(scope, sha256, bytes).lastInsertRowid)
  }
}
