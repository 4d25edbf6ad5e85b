/** What the parts of the inventory share on PostgreSQL. */

import type { Expression, Position } from '../../registry/inventory.ts'
import type { Scope } from '../../registry/scope.ts'
import type { Condition } from '../inventory/expression.ts'
import type { Client } from './connections.ts'

/** Scopes of which the same is asked. */
export interface Group {
  readonly scopes: ReadonlyMap<number, Scope>
  readonly where: Expression
  readonly condition: Condition
}

/** A place of a page, and where it is. */
export interface Place extends Position {
  readonly id: number
  readonly scope: Scope
}

/** @param text with a `?` for each value; no condition has one of its own */
export async function asked(client: Client, text: string, values: readonly unknown[]): Promise<unknown[][]> {
  let last = 0
  const numbered = text.replaceAll('?', () => `$${++last}`)
  const { rows } = await client.query<unknown[]>({ text: numbered, values: [...values], rowMode: 'array' })
  return rows
}
