/** Answers lists. A shape of question is planned and prepared once; asking it again only binds its values. */

import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { Listing, ListingDeclaration } from '../../registry/listing.ts'
import type { RegistryRecord } from '../../registry/record.ts'
import type { Page } from '../../registry/store.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { RECORD_COLUMNS, recordOf } from '../columns.ts'
import { declaredTallies } from '../declared.ts'
import { asked, type Question } from '../question.ts'
import { type Sql, values } from '../sql.ts'
import { type Tally, tallyKeys, tallyOf } from '../tally.ts'
import { type PageSql, plan } from './plan.ts'
import type { Scopes } from './scopes.ts'
import type { Tallies } from './tallies.ts'
import { TEXTS } from './text-search.ts'

/** Prepared shapes of questions: all that five products are asked in practice, at some KiB each. */
const MAX_PREPARED = 512
/** Counted totals that are remembered of each. */
const MAX_TOTALS = 16
/** Records that are sorted sooner than searched for in order: well below a millisecond. */
const FEW = 500

type Rows = SQLOutputValue[][]

interface Prepared<S extends Sql = Sql> {
  readonly sql: S
  readonly statement: StatementSync
}

interface Answers {
  readonly page: Prepared<PageSql>
  readonly few: Prepared<PageSql> | undefined
  readonly many: Prepared<PageSql> | undefined
  readonly total: Prepared
  /** What was counted, by the scope's changes and the values that were asked. */
  readonly totals: BoundedCache<number>
  /** The tally that knows the total of this shape. */
  readonly tally: Tally | undefined
}

interface Declared {
  readonly id: number
  readonly tallies: ReadonlySet<string>
}

export class Lists {
  readonly #database: DatabaseSync
  readonly #tallies: Tallies
  readonly #scopes: Scopes
  readonly #byNumber: StatementSync
  readonly #declared = new WeakMap<ListingDeclaration, Declared>()
  readonly #prepared = new BoundedCache<Answers>(MAX_PREPARED)
  #declarations = 0

  constructor(database: DatabaseSync, tallies: Tallies, scopes: Scopes) {
    this.#database = database
    this.#tallies = tallies
    this.#scopes = scopes
    this.#byNumber = database.prepare(`SELECT ${RECORD_COLUMNS} FROM records WHERE number = ? AND scope = ?`)
    this.#byNumber.setReturnArrays(true)
  }

  /** From now on the declaration's listings may be asked: their indexes are there. */
  declare(declaration: ListingDeclaration): void {
    const tallies = new Set(['', ...declaredTallies(declaration).map(columns => columns.join(','))])
    this.#declared.set(declaration, { id: ++this.#declarations, tallies })
  }

  /** Call it in a read transaction: total and records are of one moment. `scope` is the scope's id. */
  page(scope: number, listing: Listing): Page {
    const declared = this.#declared.get(listing.declaration)
    if (declared === undefined) throw new Error(`the listing of ${listing.declaration.product} was never declared`)
    const question = asked(listing, TEXTS)
    if (question === undefined) return { records: [], total: 0 }
    const answers = this.#prepared.get(`${declared.id} ${question.shape}`, () => this.#prepare(question, declared))
    const total = this.#total(answers, question, scope)
    if (total === 0) return { records: [], total }
    const page = this.#cheapest(answers, question, scope, total)
    const rows = page.statement.all(...values(page.sql, question, scope)) as unknown as Rows
    return { records: page.sql.gives === 'records' ? rows.map(recordOf) : this.#records(scope, rows), total }
  }

  #prepare(question: Question, declared: Declared): Answers {
    const { page, few, many, total } = plan(question)
    const columns = tallyOf(question.filters)
    return {
      page: this.#statement(page),
      few: few && this.#statement(few),
      many: many && this.#statement(many),
      total: this.#statement(total),
      totals: new BoundedCache(MAX_TOTALS),
      tally: columns !== undefined && declared.tallies.has(columns.join(',')) ? columns : undefined,
    }
  }

  #statement<S extends Sql>(sql: S): Prepared<S> {
    const statement = this.#database.prepare(sql.text)
    statement.setReturnArrays(true)
    return { sql, statement }
  }

  #total({ tally, total, totals }: Answers, question: Question, scope: number): number {
    if (tally !== undefined)
      return tallyKeys(tally, question.filters)
        .map(key => this.#tallies.count(scope, key))
        .reduce((sum, count) => sum + count, 0)
    const asked = values(total.sql, question, scope)
    // No stored text has a NUL, so the key cannot be misread. A walk over many pages counts once.
    return totals.get([this.#scopes.changes(scope), ...asked].join('\0'), () => {
      const row = total.statement.get(...asked) as unknown as Rows[number] | undefined
      return Number(row?.[0])
    })
  }

  #cheapest({ page, few, many }: Answers, question: Question, scope: number, total: number): Prepared<PageSql> {
    if (few !== undefined && total <= FEW) return few
    if (many === undefined) return page
    const whole = this.#tallies.count(scope, '')
    const walked = ((question.window.skip + question.window.take) * whole) / total
    return walked < total ? many : page
  }

  #records(scope: number, numbers: Rows): RegistryRecord[] {
    return numbers.flatMap(([number]) => {
      const row = this.#byNumber.get(number ?? null, scope) as unknown as Rows[number] | undefined
      return row === undefined ? [] : [recordOf(row)]
    })
  }
}
