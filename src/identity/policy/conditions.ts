/**
 * Condition operators of policies (reference identity-huawei §6.3). A positive operator holds if any listed value
 * matches, a negative one if no listed value does. A key that the request does not have fails, unless the operator ends
 * in `IfExists`; a value of another type than the operator's never matches.
 */

import { BlockList, isIP } from 'node:net'
import { matchesWildcard } from './wildcard.ts'

interface Operator {
  readonly negative: boolean
  /** Why a value of a document does not fit the operator; checked when a policy is written. */
  readonly refuses: (listed: string) => string | undefined
  readonly holds: (actual: string, listed: string) => boolean
}

const anyText = () => undefined

function text(holds: Operator['holds'], negative = false): Operator {
  return { negative, refuses: anyText, holds }
}

function number(holds: (actual: number, listed: number) => boolean, negative = false): Operator {
  return {
    negative,
    refuses: listed => (readNumber(listed) === undefined ? 'is not a number' : undefined),
    holds: (actual, listed) => compare(readNumber, actual, listed, holds, negative),
  }
}

function date(holds: (actual: number, listed: number) => boolean): Operator {
  return {
    negative: false,
    refuses: listed => (readDate(listed) === undefined ? 'is not an ISO 8601 date' : undefined),
    holds: (actual, listed) => compare(readDate, actual, listed, holds, false),
  }
}

/** A negative operator must not hold for values of the wrong type either, so there they count as a match. */
function compare(
  read: (text: string) => number | undefined,
  actual: string,
  listed: string,
  holds: (actual: number, listed: number) => boolean,
  negative: boolean,
): boolean {
  const [a, b] = [read(actual), read(listed)]
  return a === undefined || b === undefined ? negative : holds(a, b)
}

function readNumber(value: string): number | undefined {
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined
}

function readDate(value: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/.test(value)) return undefined
  const time = Date.parse(value)
  return Number.isNaN(time) ? undefined : time
}

function readNetwork(value: string): { address: string; bits: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [address = '', length, more] = value.split('/')
  const family = isIP(address)
  const widest = family === 4 ? 32 : 128
  const bits = length === undefined ? widest : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN
  if (family === 0 || more !== undefined || !(bits <= widest)) return undefined
  return { address, bits, family: family === 4 ? 'ipv4' : 'ipv6' }
}

/** Networks that are kept ready: making one costs more than everything else about a decision. */
const MAX_NETWORKS = 1_000
const networks = new Map<string, BlockList>()

function isInNetwork(actual: string, listed: string): boolean {
  const network = readNetwork(listed)
  const family = isIP(actual)
  if (!network || family === 0 || (family === 4) !== (network.family === 'ipv4')) return false
  let list = networks.get(listed)
  if (list === undefined) {
    list = new BlockList()
    list.addSubnet(network.address, network.bits, network.family)
    if (networks.size >= MAX_NETWORKS) networks.clear()
    networks.set(listed, list)
  }
  return list.check(actual, network.family)
}

function network(negative: boolean): Operator {
  return {
    negative,
    refuses: listed => (readNetwork(listed) ? undefined : 'is not an IP address or network'),
    holds: (actual, listed) => (isIP(actual) === 0 ? negative : isInNetwork(actual, listed)),
  }
}

const truth: Operator = {
  negative: false,
  refuses: listed => (/^(true|false)$/i.test(listed) ? undefined : 'is neither true nor false'),
  holds: (actual, listed) => actual.toLowerCase() === listed.toLowerCase(),
}

const same = (a: string, b: string) => a === b
const sameIgnoringCase = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
const matches = (a: string, b: string) => matchesWildcard(b, a)

/** By name. `Null` asks whether the key is there at all and is decided in `conditionHolds`. */
const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['StringEquals', text(same)],
  ['StringNotEquals', text(same, true)],
  ['StringEqualsIgnoreCase', text(sameIgnoringCase)],
  ['StringNotEqualsIgnoreCase', text(sameIgnoringCase, true)],
  ['StringMatch', text(matches)],
  ['StringNotMatch', text(matches, true)],
  ['StringLike', text(matches)],
  ['StringNotLike', text(matches, true)],
  ['StringStartWith', text((a, b) => a.startsWith(b))],
  ['StringNotStartWith', text((a, b) => a.startsWith(b), true)],
  ['StringEndWith', text((a, b) => a.endsWith(b))],
  ['StringNotEndWith', text((a, b) => a.endsWith(b), true)],
  ['NumberEquals', number((a, b) => a === b)],
  ['NumberNotEquals', number((a, b) => a === b, true)],
  ['NumberLessThan', number((a, b) => a < b)],
  ['NumberLessThanEquals', number((a, b) => a <= b)],
  ['NumberGreaterThan', number((a, b) => a > b)],
  ['NumberGreaterThanEquals', number((a, b) => a >= b)],
  ['DateLessThan', date((a, b) => a < b)],
  ['DateLessThanEquals', date((a, b) => a <= b)],
  ['DateGreaterThan', date((a, b) => a > b)],
  ['DateGreaterThanEquals', date((a, b) => a >= b)],
  ['Bool', truth],
  ['Null', truth],
  ['IpAddress', network(false)],
  ['NotIpAddress', network(true)],
])

const IF_EXISTS = 'IfExists'

function operatorOf(name: string): { operator: Operator; base: string; ifExists: boolean } | undefined {
  const ifExists = name.endsWith(IF_EXISTS)
  const base = ifExists ? name.slice(0, -IF_EXISTS.length) : name
  const operator = base === 'Null' && ifExists ? undefined : OPERATORS.get(base)
  return operator && { operator, base, ifExists }
}

/** Why an operator with its values cannot stand in a policy; `undefined` if it can. */
export function operatorProblem(name: string, values: readonly string[]): string | undefined {
  const found = operatorOf(name)
  if (!found) return `unknown operator '${name.slice(0, 64)}'`
  for (const value of values) {
    const why = found.operator.refuses(value)
    if (why !== undefined) return `a value of ${name} ${why}`
  }
  return undefined
}

/** The condition keys of a request, by name in lower case (tag keys as they are); see `conditionKey`. */
export type Context = Pick<ReadonlyMap<string, string>, 'get'>

/** The name under which a condition key is looked up: `g:` names ignore case, the key of a tag does not. */
export function conditionKey(name: string): string {
  const slash = name.indexOf('/')
  return slash < 0 ? name.toLowerCase() : name.slice(0, slash).toLowerCase() + name.slice(slash)
}

/** Whether one condition holds for a request. An unknown operator never holds. */
export function conditionHolds(name: string, key: string, values: readonly string[], context: Context): boolean {
  const found = operatorOf(name)
  if (!found) return false
  const actual = context.get(conditionKey(key))
  if (found.base === 'Null') return values.some(value => (value.toLowerCase() === 'true') === (actual === undefined))
  if (actual === undefined) return found.ifExists
  const any = values.some(listed => found.operator.holds(actual, listed))
  return found.operator.negative ? !any : any
}
