/** Reads how PostgreSQL answers a statement, and says what is wrong with that. */

import type pg from 'pg'

/** The tables that are divided by scope. */
const DIVIDED = new Set(['records', 'scope_states', 'tallies', 'contents', 'record_contents', 'secrets'])

export interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Index Cond'?: string
  readonly Plans?: readonly PlanNode[]
}

/** The plan of a statement for any values of its parameters; needs PostgreSQL 16 or newer. */
export async function planOf(client: pg.ClientBase, text: string): Promise<PlanNode> {
  const { rows } = await client.query(`EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${text}`)
  return rows[0]['QUERY PLAN'][0].Plan
}

/** All nodes. The index of a bitmap names its table, too. */
export function* nodesOf(node: PlanNode): Generator<PlanNode> {
  yield node
  const table = node['Node Type'] === 'Bitmap Heap Scan' ? { 'Relation Name': node['Relation Name'] ?? '' } : {}
  for (const child of node.Plans ?? []) yield* nodesOf({ ...child, ...table })
}

/**
 * Reads of more than one scope: whatever reads a divided table has to look for the scope in an index.
 * @param isScope whether a parameter, by its number from 1, is the scope
 */
export function scopeProblems(plan: PlanNode, isScope: (parameter: number) => boolean): string[] {
  return [...nodesOf(plan)].flatMap(node => {
    const type = node['Node Type']
    const table = node['Relation Name']
    if (type === 'Seq Scan' && DIVIDED.has(table ?? '')) return [`all of ${table}`]
    const readsIndex = type === 'Index Scan' || type === 'Index Only Scan' || type === 'Bitmap Index Scan'
    if (!readsIndex || !DIVIDED.has(table ?? '')) return []
    const [, parameter] = /\(scope = \$(\d+)\)/.exec(node['Index Cond'] ?? '') ?? []
    return isScope(Number(parameter)) ? [] : [`${node['Index Name']} of other scopes`]
  })
}

const OF_LISTS = /^(list__|search__|records_fingerprint$)/

/**
 * What a list reads beyond the index that is meant for it, and what it sorts beyond its own page.
 * @param sorts how many sorts there may be: one of the page, and one of what a text filter found
 * @param ofOne whether one record is asked for by its number: then the primary key finds it
 */
export function listProblems(
  plan: PlanNode,
  isScope: (parameter: number) => boolean,
  sorts: number,
  ofOne: boolean,
): string[] {
  const problems = scopeProblems(plan, isScope)
  const nodes = [...nodesOf(plan)]
  const sorted = nodes.filter(({ 'Node Type': type }) => type === 'Sort' || type === 'Incremental Sort').length
  if (sorted > sorts) problems.push(`${sorted} sorts`)
  // The one sort that every list has is of its page, at the very top.
  if (sorted === sorts && sorts > 0 && plan['Node Type'] !== 'Sort') problems.push('a sort below the page')
  for (const { 'Node Type': type, 'Index Name': index = '', 'Index Cond': condition = '' } of nodes) {
    if (/Hash|Merge Join|Materialize|Gather/.test(type)) problems.push(type)
    if (!index.startsWith('records') && !index.includes('__')) continue
    const isByNumber = index === 'records_pkey' && (ofOne || condition.includes('(number = '))
    if (!OF_LISTS.test(index) && !isByNumber && index !== 'records_due') problems.push(`along ${index}`)
  }
  return problems
}
