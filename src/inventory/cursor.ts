/**
 * Cursors: sealed under the master key for one question of one caller, so that nobody reads, alters or hands on one.
 */

import { hash } from 'node:crypto'
import type { Vault } from '../identity/identity.ts'
import type { Position } from '../registry/inventory.ts'
import { CURSOR_LIFE, MAX_CARRIED, MAX_CURSOR } from './limits.ts'
import { InventoryProblem } from './problem.ts'

/** What a cursor belongs to. */
export interface CursorOwner {
  readonly userId: string
  /** Everything that decides which records come, and in which order. */
  readonly question: readonly string[]
}

export interface Cursor {
  /** Without a value where that is too long to carry: the record itself tells it. */
  readonly position: Omit<Position, 'value'> & Partial<Pick<Position, 'value'>>
  /** Unix ms of the walk's first page, which `now` and days left count from on all of them. */
  readonly now: number
}

export function sealCursor(
  vault: Vault,
  owner: CursorOwner,
  { value, number }: Position,
  now: number,
  at: number,
): string {
  const carried = typeof value === 'string' && value.length > MAX_CARRIED ? {} : { value }
  const text = JSON.stringify({ number, ...carried, now, until: at + CURSOR_LIFE })
  return Buffer.from(vault.seal(text, contextOf(owner))).toString('base64url')
}

/** @throws InventoryProblem `invalid-cursor`, `expired-cursor` */
export function openCursor(vault: Vault, owner: CursorOwner, cursor: string, at: number): Cursor {
  const bytes = Buffer.from(cursor, 'base64url')
  // Of the many spellings that decode alike one is ours.
  if (cursor.length > MAX_CURSOR || bytes.toString('base64url') !== cursor) throw invalidCursor()
  const { until, now, ...position } = opened(vault, bytes, contextOf(owner))
  if (at >= until) throw new InventoryProblem('expired-cursor', 'The cursor has expired; begin the walk anew.')
  return { position, now }
}

export function invalidCursor(): InventoryProblem {
  const why = 'it was altered, or made for another filter, order or caller'
  return new InventoryProblem('invalid-cursor', `The cursor is none of this list: ${why}.`)
}

function opened(vault: Vault, bytes: Uint8Array, context: string) {
  let text: string
  try {
    text = vault.open(bytes, context).toString('utf8')
  } catch {
    throw invalidCursor()
  }
  return JSON.parse(text) as Cursor['position'] & { readonly now: number; readonly until: number }
}

function contextOf({ userId, question }: CursorOwner): string {
  return `inventory/cursor/${userId}/${hash('sha256', JSON.stringify(question))}`
}
