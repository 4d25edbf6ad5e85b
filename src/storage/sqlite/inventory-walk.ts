/** Reads along one index of one scope, piece by piece. */

import type { Position } from '../../registry/inventory.ts'
import { COLUMNS } from '../columns.ts'
import { type Condition, conditionOf, type InventoryWording, isEverything } from '../inventory/expression.ts'
import { INDEX_PIECE, PIECE } from '../inventory/limits.ts'
import { behind, type InventoryColumn, inventoryIndex, type Path, type Segment } from '../inventory/paths.ts'
import type { Work } from '../inventory/work.ts'
import type { Bound } from '../sql.ts'
import { identifier } from '../sql-names.ts'
import type { InventorySnapshot } from './inventory-snapshots.ts'

const WORDING: InventoryWording = {
  oneOf: column => `${column} IN (SELECT value FROM json_each(?))`,
  has: column => `instr(lower(${column}), ?) > 0`,
  anyOf: (column, condition) =>
    `EXISTS (SELECT 1 FROM json_each(${column}) AS names WHERE ${condition('names.value')})`,
}

/** What a statement gives of the records along a path that fulfil the rest of the question. */
interface Wanted {
  /** Of `walked.value`, `walked.number`, and `records` where rows are needed. */
  readonly columns: string
  /** Values of marks in the columns. */
  readonly values?: readonly Bound[]
  /** How many columns, behind the first, make groups. */
  readonly groups?: number
}

export class InventoryWalk {
  readonly #snapshot: InventorySnapshot
  readonly #work: Work
  readonly #scope: number
  readonly #path: Path
  readonly #rest: Condition | undefined
  #segments: readonly Segment[]

  /** @param after only what comes behind it */
  constructor(snapshot: InventorySnapshot, work: Work, scope: number, path: Path, after?: Position) {
    this.#snapshot = snapshot
    this.#work = work
    this.#scope = scope
    this.#path = path
    this.#rest = isEverything(path.rest) ? undefined : conditionOf(path.rest, WORDING)
    this.#segments = after ? behind(path.column, path.segments, after.value, after.number) : path.segments
  }

  /** The next records in the order of the path, fewer only at its end. */
  async next(take: number): Promise<readonly Position[]> {
    const found: Position[] = []
    for (let size = Math.min(take, PIECE); found.length < take; size = Math.min(size * 2, PIECE)) {
      const rows = await this.#piece(size, { columns: 'walked.value, walked.number' })
      if (rows === undefined) break
      for (const [value, number] of rows) found.push({ value, number } as Position)
    }
    return found
  }

  async count(): Promise<number> {
    let count = 0
    for (;;) {
      const rows = await this.#piece(this.#rest ? PIECE : INDEX_PIECE, { columns: 'count(*)' })
      if (rows === undefined) return count
      count += Number(rows[0]?.[0])
    }
  }

  /** @param take told each combination and how often it stands in a piece: the same one may come again */
  async groups(
    columns: readonly string[],
    values: readonly Bound[],
    take: (row: readonly unknown[]) => void,
  ): Promise<void> {
    for (;;) {
      const rows = await this.#piece(PIECE, {
        columns: ['count(*)', ...columns].join(', '),
        values,
        groups: columns.length,
      })
      if (rows === undefined) return
      for (const row of rows) take(row)
    }
  }

  /** @returns `undefined` at the end of the path */
  async #piece(size: number, wanted: Wanted): Promise<unknown[][] | undefined> {
    const [segment, ...others] = this.#segments
    if (segment === undefined) return undefined
    return this.#work.piece(() => {
      const { text, values } = stretch(this.#path, segment, this.#scope)
      const [last] = this.#snapshot.rows(`${text} LIMIT 1 OFFSET ?`, [...values, size - 1])
      const { columns, values: asked = [], groups = 0 } = wanted
      const rows = this.#rest || groups > 0 ? 'CROSS JOIN records ON records.number = walked.number' : ''
      const rest = this.#rest ? `WHERE ${this.#rest.text}` : ''
      const by = groups > 0 ? `GROUP BY ${Array.from({ length: groups }, (_, at) => at + 2).join(', ')}` : ''
      const found = this.#snapshot.rows(
        `SELECT ${columns} FROM (${text} LIMIT ? + 0) AS walked ${rows} ${rest} ${by}`,
        [...asked, ...values, size, ...(this.#rest?.values ?? [])],
      )
      this.#segments = last ? behind(this.#path.column, this.#segments, last[0] as Bound, Number(last[1])) : others
      return found
    })
  }
}

/** The entries of an index in one segment, in order: `value` and `number`. */
function stretch({ column, ascending }: Path, segment: Segment, scope: number): Condition {
  const name = `records.${COLUMNS[column].column}`
  const [beyond, direction] = ascending ? ['>', 'ASC'] : ['<', 'DESC']
  const conditions = ['records.scope = ?']
  const values: Bound[] = [scope]
  const ask = (condition: string, value: Bound | undefined) => {
    if (value === undefined) return
    conditions.push(condition)
    values.push(value)
  }
  if (segment.is === 'tied') {
    if (segment.value === null) conditions.push(`${name} IS NULL`)
    else ask(`${name} = ?`, segment.value)
    ask(`records.number ${beyond} ?`, segment.beyond)
  } else {
    if (isNullable(column)) conditions.push(`${name} IS NOT NULL`)
    ask(`${name} >= ?`, segment.from)
    ask(`${name} <= ?`, segment.to)
    ask(`${name} ${beyond} ?`, segment.beyond)
  }
  return {
    text: `SELECT ${name} AS value, records.number AS number FROM records INDEXED BY ${identifier(inventoryIndex(column))}
           WHERE ${conditions.join(' AND ')} ORDER BY ${name} ${direction}, records.number ${direction}`,
    values,
  }
}

function isNullable(column: InventoryColumn): boolean {
  return column === 'notAfter'
}
