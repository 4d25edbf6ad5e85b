/**
 * Answers lists: in one statement, so that a page and its total are of one moment, and in one round trip where the total
 * is kept or known. A shape of question is planned once; the statements made of it are prepared once a connection.
 */

import type { Listing, ListingDeclaration } from '../../registry/listing.ts'
import type { RegistryRecord } from '../../registry/record.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { declaredTallies } from '../declared.ts'
import type { IndexedTexts } from '../indexed-texts.ts'
import { asked, type Question } from '../question.ts'
import type { Sql } from '../sql.ts'
import { type Tally, tallyOf } from '../tally.ts'
import type { Connections } from './connections.ts'
import { type ListStatement, listStatement, type TotalKind } from './list-statement.ts'
import { type Plan, plan } from './plan.ts'
import { recordOfRow } from './rows.ts'

/** Shapes of questions that are kept: all that five products are asked in practice. */
const MAX_SHAPES = 512
/** Counted totals that are remembered of each shape. */
const MAX_TOTALS = 16
/** Records left out from which on it is worth not to read them. */
const DEEP = 50
/** Texts that are compared along the order in the time in which one that was found is sorted. */
const SORTED_PER_WALKED = 4

/** A page, and whether a status became due that it does not tell yet. */
export interface AskedPage {
  readonly due: boolean
  readonly records: readonly RegistryRecord[]
  readonly total: number
}

interface Shape {
  readonly plan: Plan
  /** The tally that knows the total. */
  readonly tally: Tally | undefined
  /** Made when they are first needed: each way of reading, with each way of telling the total. */
  readonly statements: Map<string, ListStatement>
  /** What was counted, by what was asked. */
  readonly totals: BoundedCache<Counted>
}

interface Counted {
  /** The scope's count of changes at which it holds; -1 when nothing was counted yet. */
  changes: number
  total: number
  /** Records of the whole scope. */
  whole: number
}

interface Declared {
  readonly id: number
  readonly tallies: ReadonlySet<string>
}

type Way = 'walk' | 'deep' | 'found' | 'none'

export class Lists {
  readonly #connections: Connections
  readonly #declared = new WeakMap<ListingDeclaration, Declared>()
  readonly #shapes = new BoundedCache<Shape>(MAX_SHAPES)
  #texts: IndexedTexts
  #declarations = 0

  constructor(connections: Connections, texts: IndexedTexts) {
    this.#connections = connections
    this.#texts = texts
  }

  /** From now on the declarations' listings may be asked: their indexes are there. */
  declare(declarations: readonly ListingDeclaration[], texts: IndexedTexts): void {
    this.#texts = texts
    for (const declaration of declarations) {
      const tallies = new Set(['', ...declaredTallies(declaration).map(columns => columns.join(','))])
      this.#declared.set(declaration, { id: ++this.#declarations, tallies })
    }
  }

  /** @param now Unix ms, at which statuses may be due */
  async page(scope: number, listing: Listing, now: number): Promise<AskedPage> {
    const declared = this.#declared.get(listing.declaration)
    if (declared === undefined) throw new Error(`the listing of ${listing.declaration.product} was never declared`)
    const question = asked(listing, this.#texts)
    if (question === undefined) return { due: false, records: [], total: 0 }
    const shape = this.#shapes.get(`${declared.id} ${question.shape}`, () => shapeOf(question, declared))
    const ask = (way: Way, total: TotalKind) => this.#ask(shape, way, total, question, scope, now)

    if (shape.tally !== undefined) return ask(wayOf(question), 'kept')
    const counted = shape.totals.get(countedKey(shape.plan.total, question, scope), () => ({
      changes: -1,
      total: 0,
      whole: 0,
    }))
    if (counted.changes === -1 && shape.plan.found !== undefined) remember(counted, await ask('none', 'counted'))
    const way = cheapest(question, counted, shape)
    if (counted.changes !== -1) {
      // What was counted holds if the scope did not change since: the same statement tells.
      const page = await ask(way, 'unsaid')
      if (page.changes === counted.changes) return { ...page, total: counted.total }
    }
    const page = await ask(way, 'counted')
    remember(counted, page)
    return page
  }

  async #ask(
    shape: Shape,
    way: Way,
    total: TotalKind,
    question: Question,
    scope: number,
    now: number,
  ): Promise<Answer> {
    const name = `${way} ${total}`
    let statement = shape.statements.get(name)
    if (statement === undefined) {
      const page = way === 'none' ? undefined : (shape.plan[way] ?? shape.plan.walk)
      statement = listStatement(page, total, shape.plan.total, question)
      shape.statements.set(name, statement)
    }
    const rows = await this.#connections.rows(statement, statement.values(question, scope, now))
    const [first] = rows
    const [changes, due, counted, whole] = first ?? []
    return {
      changes: Number(changes ?? 0),
      due: due === true,
      total: Number(counted ?? 0),
      whole: Number(whole ?? 0),
      records: rows.flatMap(row => (way === 'none' || row[HEAD] === null ? [] : [recordOfRow(row.slice(HEAD))])),
    }
  }
}

interface Answer extends AskedPage {
  readonly changes: number
  readonly whole: number
}

/** Columns before those of the record. */
const HEAD = 4

function shapeOf(question: Question, { tallies }: Declared): Shape {
  const tally = tallyOf(question.filters)
  return {
    plan: plan(question),
    tally: tally !== undefined && tallies.has(tally.join(',')) ? tally : undefined,
    statements: new Map(),
    totals: new BoundedCache(MAX_TOTALS),
  }
}

/** What a count depends on, without the window. */
function countedKey({ slots }: Sql, question: Question, scope: number): string {
  // No stored text has a NUL, so the key cannot be misread.
  return slots.map(slot => slot(question, scope)).join('\0')
}

function remember(counted: Counted, { changes, total, whole }: Answer): void {
  counted.changes = changes
  counted.total = total
  counted.whole = whole
}

function wayOf({ window }: Question): 'walk' | 'deep' {
  return window.skip < DEEP ? 'walk' : 'deep'
}

/** What was counted before is good enough to choose by, also when it does not hold any more. */
function cheapest(question: Question, { total, whole }: Counted, { plan }: Shape): 'walk' | 'deep' | 'found' {
  if (plan.found === undefined) return wayOf(question)
  const { skip, take } = question.window
  const walked = total === 0 ? Number.POSITIVE_INFINITY : ((skip + take) * whole) / total
  return walked * SORTED_PER_WALKED < total ? wayOf(question) : 'found'
}
