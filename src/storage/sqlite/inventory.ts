/** The inventory's questions on SQLite: each scope is asked along its own indexes, and the answers are merged. */

import type {
  Count,
  CountQuestion,
  FoundRecord,
  InventoryListing,
  InventoryPage,
  InventoryReader,
  Position,
} from '../../registry/inventory.ts'
import { TooCostly } from '../../registry/inventory.ts'
import type { Clock } from '../../registry/record-number.ts'
import type { Scope } from '../../registry/scope.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { COLUMNS, RECORD_COLUMNS, recordOf } from '../columns.ts'
import { settled } from '../due-status.ts'
import { inScope, isEverything, isNothing } from '../inventory/expression.ts'
import { FEW, MAX_COMBINATIONS } from '../inventory/limits.ts'
import { inOrder } from '../inventory/merge.ts'
import { narrowPaths, orderPath, type Path } from '../inventory/paths.ts'
import { Work } from '../inventory/work.ts'
import { type InventorySnapshot, InventorySnapshots } from './inventory-snapshots.ts'
import { InventoryWalk } from './inventory-walk.ts'

/** Counts that are remembered until their scope is written to. */
const MAX_REMEMBERED = 1_000
/** Combinations of a count that is remembered. */
const MAX_REMEMBERED_COMBINATIONS = 1_000

/** One scope of a question, as its rows know it. */
interface Part {
  readonly scope: Scope
  readonly id: number
  /** Another number after each write to it. */
  readonly changes: number
  readonly where: ReturnType<typeof inScope>
}

interface Parts {
  readonly path: string
  readonly clock: Clock
  /** Has statuses that became due be so in the scope's rows. */
  readonly becomeDue: (scope: Scope) => Promise<void>
}

export class SqliteInventory implements InventoryReader {
  readonly #snapshots: InventorySnapshots
  readonly #clock: Clock
  readonly #becomeDue: (scope: Scope) => Promise<void>
  readonly #totals = new BoundedCache<{ total?: number }>(MAX_REMEMBERED)
  readonly #counts = new BoundedCache<{ counts?: readonly Count[] }>(MAX_REMEMBERED)

  constructor({ path, clock, becomeDue }: Parts) {
    this.#snapshots = new InventorySnapshots(path)
    this.#clock = clock
    this.#becomeDue = becomeDue
  }

  async page(listing: InventoryListing): Promise<InventoryPage> {
    return this.#ask(listing.visible, async (snapshot, work) => {
      const parts = partsOf(snapshot, listing)
      const placed: (Position & { readonly from: Part })[] = []
      for (const part of parts)
        for (const place of await firstOf(snapshot, work, part, listing)) placed.push({ ...place, from: part })
      const page = inOrder(placed, listing.direction === 'ascending').slice(0, listing.take + 1)
      const shown = page.slice(0, listing.take)
      const now = this.#clock()
      const records = shown.map(({ from, number }): FoundRecord => {
        const [row] = snapshot.rows(`SELECT ${RECORD_COLUMNS} FROM records WHERE number = ? AND scope = ?`, [
          number,
          from.id,
        ])
        if (row === undefined) throw new Error('a record is in an index and nowhere else')
        return { scope: from.scope, record: settled(recordOf(row), now) }
      })
      const last = shown.at(-1)
      const next: Position | undefined =
        last && page.length > shown.length ? { value: last.value, number: last.number } : undefined
      return { records, next, total: listing.counted ? await this.#total(snapshot, work, parts) : undefined }
    })
  }

  async counts(question: CountQuestion): Promise<readonly Count[]> {
    return this.#ask(question.visible, async (snapshot, work) => {
      const all: Count[] = []
      for (const part of partsOf(snapshot, question)) {
        const counts = await this.#countsOf(snapshot, work, part, question)
        if (all.length + counts.length > MAX_COMBINATIONS) throw new TooCostly()
        all.push(...counts)
      }
      return all
    })
  }

  close(): void {
    this.#snapshots.close()
  }

  async #ask<T>(
    visible: readonly Scope[],
    answer: (snapshot: InventorySnapshot, work: Work) => Promise<T>,
  ): Promise<T> {
    for (const scope of visible) await this.#becomeDue(scope)
    return this.#snapshots.within(snapshot => answer(snapshot, new Work()))
  }

  async #total(snapshot: InventorySnapshot, work: Work, parts: readonly Part[]): Promise<number> {
    let total = 0
    for (const part of parts) {
      const remembered = this.#totals.get(keyOf(part), () => ({}))
      remembered.total ??= await totalOf(snapshot, work, part)
      total += remembered.total
    }
    return total
  }

  async #countsOf(
    snapshot: InventorySnapshot,
    work: Work,
    part: Part,
    question: CountQuestion,
  ): Promise<readonly Count[]> {
    const { columns, bounds } = question
    const remembered = this.#counts.get(`${keyOf(part)}|${columns}|${bounds}`, () => ({}))
    if (remembered.counts) return remembered.counts
    const counts = await countsOf(snapshot, work, part, question)
    if (counts.length <= MAX_REMEMBERED_COMBINATIONS) remembered.counts = counts
    return counts
  }
}

/** The scopes in which anything may match. Those that nothing was ever added to have no rows. */
function partsOf(snapshot: InventorySnapshot, { visible, where }: Pick<InventoryListing, 'visible' | 'where'>): Part[] {
  return visible.flatMap((scope): Part[] => {
    const asked = inScope(where, scope)
    if (isNothing(asked)) return []
    const [row] = snapshot.rows('SELECT id, changes FROM scopes WHERE key = ?', [scope.key])
    return row === undefined ? [] : [{ scope, id: Number(row[0]), changes: Number(row[1]), where: asked }]
  })
}

function keyOf({ id, changes, where }: Part): string {
  return `${id}|${changes}|${JSON.stringify(where)}`
}

/** The first of a scope's records behind the position, one more than a page has, in order. */
async function firstOf(
  snapshot: InventorySnapshot,
  work: Work,
  { id, where }: Part,
  { order, direction, after, take }: InventoryListing,
): Promise<readonly Position[]> {
  const ascending = direction === 'ascending'
  const path = await fewest(snapshot, work, id, narrowPaths(where))
  if (path === undefined)
    return new InventoryWalk(snapshot, work, id, orderPath(where, order, ascending), after).next(take + 1)
  const found = await new InventoryWalk(snapshot, work, id, path).next(FEW)
  const placed = found.map(({ number }): Position => {
    const [row] = snapshot.rows(`SELECT ${COLUMNS[order].column} FROM records WHERE number = ?`, [number])
    return { value: row?.[0] as Position['value'], number }
  })
  const behind = after ? placed.filter(place => inOrder([place, after], ascending)[0] === after) : placed
  return inOrder(behind, ascending).slice(0, take + 1)
}

/** The first path that leaves few records. */
async function fewest(
  snapshot: InventorySnapshot,
  work: Work,
  scope: number,
  paths: readonly Path[],
): Promise<Path | undefined> {
  for (const path of paths) {
    const entries = new InventoryWalk(snapshot, work, scope, { ...path, rest: { is: 'all', of: [] } })
    if ((await entries.next(FEW)).length < FEW) return path
  }
  return undefined
}

async function totalOf(snapshot: InventorySnapshot, work: Work, { id, where }: Part): Promise<number> {
  if (isEverything(where)) {
    const [row] = snapshot.rows("SELECT count FROM tallies WHERE scope = ? AND tally = ''", [id])
    return Number(row?.[0] ?? 0)
  }
  return new InventoryWalk(snapshot, work, id, countingPath(where)).count()
}

/** The most promising path; where all has to be read, the shortest index. */
function countingPath(where: Part['where']): Path {
  return narrowPaths(where)[0] ?? orderPath(where, 'number', true)
}

async function countsOf(
  snapshot: InventorySnapshot,
  work: Work,
  { scope, id, where }: Part,
  { columns, bounds }: CountQuestion,
): Promise<readonly Count[]> {
  const names = columns.map(column => `records.${COLUMNS[column].column}`)
  const bucket = `CASE WHEN records.not_after IS NULL THEN -1 ${bounds.map((_, at) => `WHEN records.not_after < ? THEN ${at}`).join(' ')} ELSE ${bounds.length} END`
  const found = new Map<string, { values: readonly string[]; bucket: number; count: number }>()
  const walk = new InventoryWalk(snapshot, work, id, countingPath(where))
  await walk.groups([bucket, ...names], bounds, ([count, place, ...values]) => {
    const key = JSON.stringify([place, ...values])
    const known = found.get(key)
    if (known) known.count += Number(count)
    else found.set(key, { values: values as string[], bucket: Number(place), count: Number(count) })
    if (found.size > MAX_COMBINATIONS) throw new TooCostly()
  })
  return [...found.values()].map(each => ({ scope, ...each }))
}
