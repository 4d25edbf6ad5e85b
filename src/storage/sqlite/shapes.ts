/** The statements of questions by their shape: a shape is planned and prepared once, asking it again binds its values. */

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { BoundedCache } from '../bounded-cache.ts'
import type { Question } from '../question.ts'
import { type Sql, values } from '../sql.ts'
import { effort, gathering, plan, steps } from './plan.ts'

/** Prepared statements: all that five products are asked in practice, at some KiB each. */
const MAX_PREPARED = 1024

type Row = readonly (number | string | null)[]

/** What a statement is for. */
export type Use = 'page' | 'few' | 'many' | 'total' | 'keys' | 'count' | 'gathering' | 'effort'

export const STATEMENTS: Readonly<Record<Use, (question: Question) => Sql | undefined>> = {
  page: question => plan(question).page,
  few: question => plan(question).few,
  many: question => plan(question).many,
  total: question => plan(question).total,
  keys: question => steps(question).keys,
  count: question => steps(question).count,
  gathering,
  effort,
}

interface Prepared {
  readonly sql: Sql
  readonly statement: StatementSync
}

export class Shapes {
  readonly #database: DatabaseSync
  /** `null` where a shape has no such statement. */
  readonly #prepared = new BoundedCache<Prepared | null>(MAX_PREPARED)

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Whether the shape has a statement for this. */
  has(use: Use, question: Question): boolean {
    return this.#find(use, question) !== null
  }

  all(use: Use, question: Question, scope: number): readonly Row[] {
    const { sql, statement } = this.#get(use, question)
    return statement.all(...values(sql, question, scope)) as unknown as Row[]
  }

  /** Row by row, from a statement of its own: others may be asked in between. */
  iterate(use: Use, question: Question, scope: number): Iterable<Row> {
    const { sql } = this.#get(use, question)
    const statement = this.#database.prepare(sql.text)
    statement.setReturnArrays(true)
    return statement.iterate(...values(sql, question, scope)) as unknown as Iterable<Row>
  }

  /** The first value of the only row. */
  number(use: Use, question: Question, scope: number): number {
    const { sql, statement } = this.#get(use, question)
    const row = statement.get(...values(sql, question, scope)) as unknown as Row | undefined
    return Number(row?.[0] ?? 0)
  }

  #get(use: Use, question: Question): Prepared {
    const prepared = this.#find(use, question)
    if (prepared === null) throw new Error(`${question.declaration.product}: no ${use} for ${question.shape}`)
    return prepared
  }

  #find(use: Use, question: Question): Prepared | null {
    return this.#prepared.get(`${use} ${question.declaration.product} ${question.shape}`, () => {
      const sql = STATEMENTS[use](question)
      if (sql === undefined) return null
      const statement = this.#database.prepare(sql.text)
      statement.setReturnArrays(true)
      return { sql, statement }
    })
  }
}
