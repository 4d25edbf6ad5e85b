/**
 * The inventory's questions on PostgreSQL: each in one moment, and each scope by its own indexes, fanned out and merged
 * by the server. The values are part of what the planner decides by, and time is the limit of what it may cost.
 */

import { RegistryFault } from '../../registry/fault.ts'
import type {
  Count,
  CountQuestion,
  Expression,
  FoundRecord,
  InventoryListing,
  InventoryPage,
  InventoryReader,
  Position,
} from '../../registry/inventory.ts'
import { TooCostly } from '../../registry/inventory.ts'
import type { Clock } from '../../registry/record-number.ts'
import type { Scope } from '../../registry/scope.ts'
import { COLUMNS } from '../columns.ts'
import { settled } from '../due-status.ts'
import { conditionOf, inScope, isEverything, isNothing } from '../inventory/expression.ts'
import { MAX_AT_ONCE, MAX_COMBINATIONS, MAX_WAITING } from '../inventory/limits.ts'
import { inOrder } from '../inventory/merge.ts'
import type { Client, Connections } from './connections.ts'
import { codeOf, faultOf } from './failure.ts'
import { asked, type Group, type Place } from './inventory-group.ts'
import { placesOf } from './inventory-places.ts'
import { INVENTORY_WORDING, wholeText } from './inventory-wording.ts'
import { ROW_COLUMNS } from './plan.ts'
import { recordOfRow } from './rows.ts'
import { arrayText, key } from './texts.ts'

const STATEMENT_TIMED_OUT = '57014'
/** Seconds after which it is worth asking again. */
const RETRY_AFTER = 1

const KNOWN_SCOPES = `SELECT id, key, EXISTS (
    SELECT FROM records WHERE records.scope = scopes.id AND status_due_at <= $1
  ) AS due FROM scopes WHERE key = ANY ($2::text[])`

interface Parts {
  /** Of a size that is the number of questions at once, each statement bounded in time. */
  readonly connections: Connections
  readonly clock: Clock
  /** Has statuses that became due be so in the scope's rows. */
  readonly becomeDue: (scope: Scope) => Promise<void>
}

export class PostgresInventory implements InventoryReader {
  readonly #connections: Connections
  readonly #clock: Clock
  readonly #becomeDue: (scope: Scope) => Promise<void>
  #asking = 0

  constructor({ connections, clock, becomeDue }: Parts) {
    this.#connections = connections
    this.#clock = clock
    this.#becomeDue = becomeDue
  }

  page(listing: InventoryListing): Promise<InventoryPage> {
    return this.#ask(listing.visible, async (client, ids) => {
      const groups = groupsOf(ids, listing)
      const placed = (await inTurn(groups, group => placesOf(client, group, listing))).flat()
      const page = inOrder(placed, listing.direction === 'ascending').slice(0, listing.take + 1)
      const shown = page.slice(0, listing.take)
      const last = shown.at(-1)
      const next: Position | undefined =
        last && page.length > shown.length ? { value: last.value, number: last.number } : undefined
      const records = await this.#records(client, shown)
      return { records, next, total: listing.counted ? await totalOf(client, groups) : undefined }
    })
  }

  counts(question: CountQuestion): Promise<readonly Count[]> {
    return this.#ask(question.visible, async (client, ids) => {
      const counts: Count[] = []
      for (const group of groupsOf(ids, question)) {
        counts.push(...(await countsOf(client, group, question)))
        if (counts.length > MAX_COMBINATIONS) throw new TooCostly()
      }
      return counts
    })
  }

  async #ask<T>(
    visible: readonly Scope[],
    answer: (client: Client, ids: ReadonlyMap<string, number>) => Promise<T>,
  ): Promise<T> {
    if (this.#asking >= MAX_AT_ONCE + MAX_WAITING)
      throw new RegistryFault({ is: 'busy', retryAfterSeconds: RETRY_AFTER })
    this.#asking++
    try {
      const ids = await this.#prepare(visible)
      return await this.#connections.read(async client => {
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
        const result = await answer(client, ids)
        await client.query('COMMIT')
        return result
      })
    } catch (error) {
      throw codeOf(error) === STATEMENT_TIMED_OUT ? new TooCostly() : faultOf(error)
    } finally {
      this.#asking--
    }
  }

  /** Has the rows know the statuses that are due. @returns the ids of the scopes, which never change, by their keys */
  async #prepare(visible: readonly Scope[]): Promise<ReadonlyMap<string, number>> {
    const values = [this.#clock(), visible.map(scope => key(scope.key))]
    const { rows } = await this.#connections.read(client =>
      client.query<{ id: number; key: string; due: boolean }>(KNOWN_SCOPES, values),
    )
    const due = new Set(rows.filter(row => row.due).map(row => row.key))
    for (const scope of visible) if (due.has(key(scope.key))) await this.#becomeDue(scope)
    return new Map(rows.map(row => [row.key, row.id]))
  }

  async #records(client: Client, places: readonly Place[]): Promise<FoundRecord[]> {
    if (places.length === 0) return []
    const { rows } = await client.query<unknown[]>({
      text: `SELECT ${ROW_COLUMNS} FROM unnest($1::integer[], $2::bigint[]) WITH ORDINALITY AS wanted (scope, number, place)
        JOIN records ON records.scope = wanted.scope AND records.number = wanted.number ORDER BY wanted.place`,
      values: [places.map(({ id }) => id), places.map(({ number }) => number)],
      rowMode: 'array',
    })
    const now = this.#clock()
    return rows.flatMap((row, at) => {
      const place = places[at]
      return place ? [{ scope: place.scope, record: settled(recordOfRow(row), now) }] : []
    })
  }
}

/** The scopes in which anything may match, those together of which the same is asked. */
function groupsOf(
  ids: ReadonlyMap<string, number>,
  { visible, where }: Pick<InventoryListing, 'visible' | 'where'>,
): readonly Group[] {
  const groups = new Map<string, { scopes: Map<number, Scope>; where: Expression }>()
  for (const scope of visible) {
    const id = ids.get(key(scope.key))
    const asked = inScope(where, scope)
    if (id === undefined || isNothing(asked)) continue
    const name = JSON.stringify(asked)
    const group = groups.get(name)
    if (group) group.scopes.set(id, scope)
    else groups.set(name, { scopes: new Map([[id, scope]]), where: asked })
  }
  return [...groups.values()].map(group => ({ ...group, condition: conditionOf(group.where, INVENTORY_WORDING) }))
}

async function inTurn<T, U>(all: readonly T[], work: (one: T) => Promise<U>): Promise<U[]> {
  const results: U[] = []
  for (const one of all) results.push(await work(one))
  return results
}

async function totalOf(client: Client, groups: readonly Group[]): Promise<number> {
  let total = 0
  for (const { scopes, where, condition } of groups) {
    const ids = arrayText([...scopes.keys()])
    const { text, values } = isEverything(where)
      ? { text: "SELECT coalesce(sum(count), 0) FROM tallies WHERE scope = ANY (?) AND tally = ''", values: [] }
      : {
          text: `SELECT count(*) FROM records WHERE records.scope = ANY (?) AND ${condition.text}`,
          values: condition.values,
        }
    const [row] = await asked(client, text, [ids, ...values])
    total += Number(row?.[0])
  }
  return total
}

async function countsOf(
  client: Client,
  { scopes, condition }: Group,
  { columns, bounds }: CountQuestion,
): Promise<readonly Count[]> {
  const names = columns.map(column => wholeText(`records.${COLUMNS[column].column}`))
  const places = bounds.map((_, at) => `WHEN records.not_after < ? THEN ${at}`).join(' ')
  const bucket = `CASE WHEN records.not_after IS NULL THEN -1 ${places} ELSE ${bounds.length} END`
  const by = ['scope', bucket, ...names].map((_, at) => at + 2).join(', ')
  const rows = await asked(
    client,
    `SELECT count(*), records.scope, ${[bucket, ...names].join(', ')} FROM records
     WHERE records.scope = ANY (?) AND ${condition.text} GROUP BY ${by} LIMIT ${MAX_COMBINATIONS + 1}`,
    [...bounds, arrayText([...scopes.keys()]), ...condition.values],
  )
  return rows.flatMap(([count, id, place, ...values]) => {
    const scope = scopes.get(Number(id))
    return scope ? [{ scope, values: values as string[], bucket: Number(place), count: Number(count) }] : []
  })
}
