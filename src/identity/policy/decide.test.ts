import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BUILT_IN_POLICIES } from './built-in.ts'
import { conditionKey } from './conditions.ts'
import { type ActionRequest, decide, type NamedPolicy } from './decide.ts'
import { readPolicy } from './document.ts'

type Json = Record<string, unknown>

function policy(statements: readonly Json[], version: '1.1' | '5.0' = '5.0', name = 'p'): NamedPolicy {
  return { name, document: readPolicy(JSON.stringify({ Version: version, Statement: statements })) }
}

const allow = (Action: string | readonly string[], more: Json = {}): Json => ({
  Effect: 'Allow',
  Action: [Action].flat(),
  ...more,
})
const deny = (Action: string | readonly string[], more: Json = {}): Json => ({
  Effect: 'Deny',
  Action: [Action].flat(),
  ...more,
})
const when = (operator: string, key: string, ...values: string[]): Json => ({
  Condition: { [operator]: { [key]: values } },
})

function request(action: string, context: Record<string, string> = {}, resource?: string): ActionRequest {
  return { action, resource, context: new Map(Object.entries(context).map(([k, v]) => [conditionKey(k), v])) }
}

type Row = readonly [
  why: string,
  statements: readonly Json[],
  request: ActionRequest,
  verdict: boolean,
  version?: '1.1' | '5.0',
]

const LIST = request('scm:cert:list')
const inProject = (id: string) => request('scm:cert:list', { 'g:EnterpriseProjectId': id })
const at = (time: string) => request('scm:cert:list', { 'g:CurrentTime': time })
const from = (ip: string) => request('scm:cert:list', { 'g:SourceIp': ip })
const tagged = (value: string, key = 'team') => request('scm:cert:list', { [`g:ResourceTag/${key}`]: value })
const DEVICE = 'iotda:local:d1:instance:i-1'
const on = (resource: string) => request('iotda:devicecertificates:queryList', {}, resource)

const ROWS: readonly Row[] = [
  // Actions.
  ['the action itself', [allow('scm:cert:list')], LIST, true],
  ['another action', [allow('scm:cert:get')], LIST, false],
  ['another service', [allow('iotda:cert:list')], LIST, false],
  ['letter case of the operation is ignored', [allow('scm:cert:List')], LIST, true],
  ['letter case of the request is ignored', [allow('scm:cert:list')], request('SCM:CERT:LIST'), true],
  ['a star for the operation', [allow('scm:cert:*')], LIST, true],
  ['a star for part of the operation', [allow('scm:cert:l*')], LIST, true],
  ['a star in the middle', [allow('scm:cert:l*t')], LIST, true],
  ['a star matches nothing too', [allow('scm:cert:list*')], LIST, true],
  ['a star for the resource', [allow('scm:*:list')], LIST, true],
  ['stars for all three', [allow('*:*:*')], LIST, true],
  ['a lone star in 5.0', [allow('*')], LIST, true],
  ['a question mark for one character in 5.0', [allow('scm:cert:lis?')], LIST, true],
  ['a question mark does not match none', [allow('scm:cert:list?')], LIST, false],
  ['a question mark does not match two', [allow('scm:cert:li?')], LIST, false],
  ['the first of several actions', [allow(['scm:cert:list', 'scm:cert:get'])], LIST, true],
  ['the last of several actions', [allow(['scm:cert:get', 'scm:cert:list'])], LIST, true],
  ['a prefix is no match', [allow('scm:cert:lis')], LIST, false],
  ['a dot means itself', [allow('scm:cert:list'), deny('scm:cert:l_st')], LIST, true],
  [
    'plural certificates do not cover the singular',
    [allow('iotda:certificates:*')],
    request('iotda:certificate:query'),
    false,
  ],
  ['the singular is named by itself', [allow('iotda:certificate:query')], request('iotda:certificate:query'), true],
  ['in 1.1 the action itself', [allow('scm:cert:list')], LIST, true, '1.1'],
  ['in 1.1 a star', [allow('scm:cert:*')], LIST, true, '1.1'],
  // Names that differ between the versions.
  ['import is upload', [allow('scm:cert:upload')], request('scm:cert:import'), true],
  ['upload is import', [allow('scm:cert:import')], request('scm:cert:upload'), true],
  ['export is download', [allow('scm:cert:download')], request('scm:cert:export'), true],
  ['download is export', [allow('scm:cert:export')], request('scm:cert:download'), true],
  ['update is edit', [allow('scm:cert:edit')], request('scm:cert:update'), true],
  ['subscribe is purchase', [allow('scm:cert:purchase')], request('scm:cert:subscribe'), true],
  ['apply is complete', [allow('scm:cert:complete')], request('scm:cert:apply'), true],
  [
    'a deny of the older name denies the newer',
    [allow('*'), deny('scm:cert:upload')],
    request('scm:cert:import'),
    false,
  ],
  [
    'a deny of the newer name denies the older',
    [allow('*'), deny('scm:cert:export')],
    request('scm:cert:download'),
    false,
  ],
  // NotAction.
  ['NotAction allows the others', [{ Effect: 'Allow', NotAction: ['scm:cert:delete'] }], LIST, true],
  ['NotAction leaves its own out', [{ Effect: 'Allow', NotAction: ['scm:cert:list'] }], LIST, false],
  ['NotAction with a star leaves a family out', [{ Effect: 'Allow', NotAction: ['scm:*'] }], LIST, false],
  ['NotAction in a deny denies the others', [allow('*'), { Effect: 'Deny', NotAction: ['scm:cert:get'] }], LIST, false],
  ['NotAction in a deny spares its own', [allow('*'), { Effect: 'Deny', NotAction: ['scm:cert:list'] }], LIST, true],
  [
    'NotAction knows both names',
    [{ Effect: 'Allow', NotAction: ['scm:cert:upload'] }],
    request('scm:cert:import'),
    false,
  ],
  // Effects.
  ['nothing allows', [deny('scm:cert:delete')], LIST, false],
  ['a deny wins over an allow before it', [allow('scm:cert:list'), deny('scm:cert:list')], LIST, false],
  ['a deny wins over an allow after it', [deny('scm:cert:list'), allow('scm:cert:list')], LIST, false],
  ['a broad deny wins over a narrow allow', [allow('scm:cert:list'), deny('*')], LIST, false],
  ['a deny of another action does not matter', [allow('scm:cert:list'), deny('scm:cert:delete')], LIST, true],
  [
    'a deny whose condition fails does not matter',
    [allow('*'), deny('*', when('StringEquals', 'g:UserName', 'eve'))],
    request('scm:cert:list', { 'g:UserName': 'bob' }),
    true,
  ],
  [
    'a deny whose condition holds matters',
    [allow('*'), deny('*', when('StringEquals', 'g:UserName', 'eve'))],
    request('scm:cert:list', { 'g:UserName': 'eve' }),
    false,
  ],
  // Resources.
  ['without Resource every resource', [allow('iotda:*:*')], on(DEVICE), true],
  ['a star for every resource', [allow('iotda:*:*', { Resource: ['*'] })], on(DEVICE), true],
  ['the resource itself', [allow('iotda:*:*', { Resource: [DEVICE] })], on(DEVICE), true],
  ['another instance', [allow('iotda:*:*', { Resource: ['iotda:*:*:instance:i-2'] })], on(DEVICE), false],
  ['another type', [allow('iotda:*:*', { Resource: ['iotda:*:*:app:*'] })], on(DEVICE), false],
  ['stars for region and account', [allow('iotda:*:*', { Resource: ['iotda:*:*:instance:i-1'] })], on(DEVICE), true],
  [
    'capitals of the service as the vendor writes them',
    [allow('iotda:*:*', { Resource: ['IoTDA:*:*:instance:*'] })],
    on(DEVICE),
    true,
  ],
  ['capitals of the id do matter', [allow('iotda:*:*', { Resource: ['iotda:*:*:instance:I-1'] })], on(DEVICE), false],
  [
    'one of several resources',
    [allow('iotda:*:*', { Resource: ['iotda:*:*:app:*', 'iotda:*:*:instance:*'] })],
    on(DEVICE),
    true,
  ],
  ['another account', [allow('iotda:*:*', { Resource: ['iotda:*:d2:instance:*'] })], on(DEVICE), false],
  [
    'a path with colons',
    [allow('iotda:*:*', { Resource: ['iotda:*:*:instance:a:*'] })],
    on('iotda:local:d1:instance:a:b'),
    true,
  ],
  [
    'a named resource does not cover an action without one',
    [allow('scm:*:*', { Resource: ['scm:*:*:cert:*'] })],
    LIST,
    false,
  ],
  [
    'a deny of one resource spares another',
    [allow('iotda:*:*'), deny('iotda:*:*', { Resource: ['iotda:*:*:instance:i-2'] })],
    on(DEVICE),
    true,
  ],
  [
    'a deny of one resource denies it',
    [allow('iotda:*:*'), deny('iotda:*:*', { Resource: [DEVICE] })],
    on(DEVICE),
    false,
  ],
  ['a question mark in a resource', [allow('iotda:*:*', { Resource: ['iotda:*:*:instance:i-?'] })], on(DEVICE), true],
  [
    'a question mark means itself in 1.1',
    [allow('iotda:*:*', { Resource: ['iotda:*:*:instance:i-?'] })],
    on(DEVICE),
    false,
    '1.1',
  ],
  // Strings.
  ['StringEquals, equal', [allow('*', when('StringEquals', 'g:EnterpriseProjectId', '0'))], inProject('0'), true],
  ['StringEquals, other', [allow('*', when('StringEquals', 'g:EnterpriseProjectId', '0'))], inProject('1'), false],
  [
    'StringEquals, any of several',
    [allow('*', when('StringEquals', 'g:EnterpriseProjectId', '0', '1'))],
    inProject('1'),
    true,
  ],
  ['StringEquals heeds case', [allow('*', when('StringEquals', 'g:EnterpriseProjectId', 'A'))], inProject('a'), false],
  ['StringEquals, key absent', [allow('*', when('StringEquals', 'g:EnterpriseProjectId', '0'))], LIST, false],
  [
    'StringEqualsIfExists, key absent',
    [allow('*', when('StringEqualsIfExists', 'g:EnterpriseProjectId', '0'))],
    LIST,
    true,
  ],
  [
    'StringEqualsIfExists, other',
    [allow('*', when('StringEqualsIfExists', 'g:EnterpriseProjectId', '0'))],
    inProject('1'),
    false,
  ],
  [
    'StringEqualsIgnoreCase',
    [allow('*', when('StringEqualsIgnoreCase', 'g:EnterpriseProjectId', 'AB'))],
    inProject('ab'),
    true,
  ],
  ['StringNotEquals, other', [allow('*', when('StringNotEquals', 'g:EnterpriseProjectId', '0'))], inProject('1'), true],
  [
    'StringNotEquals, equal',
    [allow('*', when('StringNotEquals', 'g:EnterpriseProjectId', '0'))],
    inProject('0'),
    false,
  ],
  [
    'StringNotEquals, differs from one of two only',
    [allow('*', when('StringNotEquals', 'g:EnterpriseProjectId', '0', '1'))],
    inProject('1'),
    false,
  ],
  ['StringNotEquals, key absent', [allow('*', when('StringNotEquals', 'g:EnterpriseProjectId', '0'))], LIST, false],
  [
    'StringNotEqualsIgnoreCase, equal but for case',
    [allow('*', when('StringNotEqualsIgnoreCase', 'g:EnterpriseProjectId', 'AB'))],
    inProject('ab'),
    false,
  ],
  [
    'StringMatch with a star',
    [allow('*', when('StringMatch', 'g:EnterpriseProjectId', 'prod-*'))],
    inProject('prod-1'),
    true,
  ],
  [
    'StringMatch with a question mark',
    [allow('*', when('StringMatch', 'g:EnterpriseProjectId', 'prod-?'))],
    inProject('prod-12'),
    false,
  ],
  [
    'StringMatch heeds case',
    [allow('*', when('StringMatch', 'g:EnterpriseProjectId', 'PROD*'))],
    inProject('prod-1'),
    false,
  ],
  [
    'StringNotMatch',
    [allow('*', when('StringNotMatch', 'g:EnterpriseProjectId', 'prod-*'))],
    inProject('test-1'),
    true,
  ],
  [
    'StringNotMatch, matching',
    [allow('*', when('StringNotMatch', 'g:EnterpriseProjectId', 'prod-*'))],
    inProject('prod-1'),
    false,
  ],
  ['StringLike is StringMatch', [allow('*', when('StringLike', 'g:EnterpriseProjectId', 'p*'))], inProject('p1'), true],
  [
    'StringNotLike is StringNotMatch',
    [allow('*', when('StringNotLike', 'g:EnterpriseProjectId', 'p*'))],
    inProject('p1'),
    false,
  ],
  [
    'StringStartWith',
    [allow('*', when('StringStartWith', 'g:EnterpriseProjectId', 'prod'))],
    inProject('prod-1'),
    true,
  ],
  [
    'StringStartWith, elsewhere in the text',
    [allow('*', when('StringStartWith', 'g:EnterpriseProjectId', '-1'))],
    inProject('prod-1'),
    false,
  ],
  [
    'StringStartWith: a star means itself',
    [allow('*', when('StringStartWith', 'g:EnterpriseProjectId', 'p*'))],
    inProject('prod'),
    false,
  ],
  [
    'StringNotStartWith',
    [allow('*', when('StringNotStartWith', 'g:EnterpriseProjectId', 'prod'))],
    inProject('prod-1'),
    false,
  ],
  ['StringEndWith', [allow('*', when('StringEndWith', 'g:EnterpriseProjectId', '-1'))], inProject('prod-1'), true],
  [
    'StringEndWithIfExists, key absent',
    [allow('*', when('StringEndWithIfExists', 'g:EnterpriseProjectId', '-1'))],
    LIST,
    true,
  ],
  [
    'StringNotEndWith',
    [allow('*', when('StringNotEndWith', 'g:EnterpriseProjectId', '-1'))],
    inProject('prod-2'),
    true,
  ],
  [
    'StringEquals: a dot means itself',
    [allow('*', when('StringEquals', 'g:EnterpriseProjectId', 'a.c'))],
    inProject('abc'),
    false,
  ],
  // Numbers.
  [
    'NumberEquals',
    [allow('*', when('NumberEquals', 'g:MFAAge', '60'))],
    request('scm:cert:list', { 'g:MFAAge': '60.0' }),
    true,
  ],
  [
    'NumberNotEquals',
    [allow('*', when('NumberNotEquals', 'g:MFAAge', '60'))],
    request('scm:cert:list', { 'g:MFAAge': '61' }),
    true,
  ],
  [
    'NumberNotEquals of no number',
    [allow('*', when('NumberNotEquals', 'g:MFAAge', '60'))],
    request('scm:cert:list', { 'g:MFAAge': 'x' }),
    false,
  ],
  [
    'NumberLessThan',
    [allow('*', when('NumberLessThan', 'g:MFAAge', '60'))],
    request('scm:cert:list', { 'g:MFAAge': '9' }),
    true,
  ],
  [
    'NumberLessThan, equal',
    [allow('*', when('NumberLessThan', 'g:MFAAge', '60'))],
    request('scm:cert:list', { 'g:MFAAge': '60' }),
    false,
  ],
  [
    'NumberLessThanEquals, equal',
    [allow('*', when('NumberLessThanEquals', 'g:MFAAge', '60'))],
    request('scm:cert:list', { 'g:MFAAge': '60' }),
    true,
  ],
  [
    'NumberGreaterThan',
    [allow('*', when('NumberGreaterThan', 'g:MFAAge', '60'))],
    request('scm:cert:list', { 'g:MFAAge': '100' }),
    true,
  ],
  [
    'NumberGreaterThan is no comparison of texts',
    [allow('*', when('NumberGreaterThan', 'g:MFAAge', '60'))],
    request('scm:cert:list', { 'g:MFAAge': '7' }),
    false,
  ],
  [
    'NumberGreaterThanEquals, equal',
    [allow('*', when('NumberGreaterThanEquals', 'g:MFAAge', '60'))],
    request('scm:cert:list', { 'g:MFAAge': '60' }),
    true,
  ],
  [
    'a value of another type never matches',
    [allow('*', when('NumberLessThan', 'g:MFAAge', '60'))],
    request('scm:cert:list', { 'g:MFAAge': 'soon' }),
    false,
  ],
  // Dates.
  [
    'DateLessThan, earlier',
    [allow('*', when('DateLessThan', 'g:CurrentTime', '2026-06-01T00:00:00Z'))],
    at('2026-05-31T23:59:59Z'),
    true,
  ],
  [
    'DateLessThan, at that time',
    [allow('*', when('DateLessThan', 'g:CurrentTime', '2026-06-01T00:00:00Z'))],
    at('2026-06-01T00:00:00Z'),
    false,
  ],
  [
    'DateLessThanEquals, at that time',
    [allow('*', when('DateLessThanEquals', 'g:CurrentTime', '2026-06-01T00:00:00Z'))],
    at('2026-06-01T00:00:00Z'),
    true,
  ],
  [
    'DateGreaterThan',
    [allow('*', when('DateGreaterThan', 'g:CurrentTime', '2026-06-01T00:00:00Z'))],
    at('2026-06-01T00:00:01Z'),
    true,
  ],
  [
    'DateGreaterThanEquals knows zones',
    [allow('*', when('DateGreaterThanEquals', 'g:CurrentTime', '2026-06-01T08:00:00+08:00'))],
    at('2026-06-01T00:00:00Z'),
    true,
  ],
  [
    'a date that is none never matches',
    [allow('*', when('DateLessThan', 'g:CurrentTime', '2026-06-01T00:00:00Z'))],
    at('yesterday'),
    false,
  ],
  // Truth and presence.
  [
    'Bool true',
    [allow('*', when('Bool', 'g:MFAPresent', 'true'))],
    request('scm:cert:list', { 'g:MFAPresent': 'true' }),
    true,
  ],
  [
    'Bool false',
    [allow('*', when('Bool', 'g:MFAPresent', 'true'))],
    request('scm:cert:list', { 'g:MFAPresent': 'false' }),
    false,
  ],
  ['Bool, key absent', [allow('*', when('Bool', 'g:MFAPresent', 'true'))], LIST, false],
  ['Null true, key absent', [allow('*', when('Null', 'g:EnterpriseProjectId', 'true'))], LIST, true],
  ['Null true, key there', [allow('*', when('Null', 'g:EnterpriseProjectId', 'true'))], inProject('0'), false],
  ['Null false, key there', [allow('*', when('Null', 'g:EnterpriseProjectId', 'false'))], inProject('0'), true],
  ['Null false, key absent', [allow('*', when('Null', 'g:EnterpriseProjectId', 'false'))], LIST, false],
  // Addresses.
  ['IpAddress, the address', [allow('*', when('IpAddress', 'g:SourceIp', '10.0.0.1'))], from('10.0.0.1'), true],
  ['IpAddress, in the network', [allow('*', when('IpAddress', 'g:SourceIp', '10.0.0.0/8'))], from('10.9.8.7'), true],
  ['IpAddress, outside', [allow('*', when('IpAddress', 'g:SourceIp', '10.0.0.0/8'))], from('11.0.0.1'), false],
  ['IpAddress, IPv6', [allow('*', when('IpAddress', 'g:SourceIp', '2001:db8::/32'))], from('2001:db8::1'), true],
  ['IpAddress, other family', [allow('*', when('IpAddress', 'g:SourceIp', '::/0'))], from('10.0.0.1'), false],
  ['NotIpAddress, outside', [allow('*', when('NotIpAddress', 'g:SourceIp', '10.0.0.0/8'))], from('11.0.0.1'), true],
  ['NotIpAddress, inside', [allow('*', when('NotIpAddress', 'g:SourceIp', '10.0.0.0/8'))], from('10.0.0.1'), false],
  [
    'NotIpAddress of no address',
    [allow('*', when('NotIpAddress', 'g:SourceIp', '10.0.0.0/8'))],
    from('nowhere'),
    false,
  ],
  // Keys.
  [
    'letter case of a g: key is ignored',
    [allow('*', when('StringEquals', 'G:enterpriseprojectid', '0'))],
    inProject('0'),
    true,
  ],
  [
    'a tag of the resource',
    [allow('*', when('StringEquals', 'g:ResourceTag/team', 'payments'))],
    tagged('payments'),
    true,
  ],
  [
    'another value of the tag',
    [allow('*', when('StringEquals', 'g:ResourceTag/team', 'payments'))],
    tagged('search'),
    false,
  ],
  [
    'letter case of a tag key matters',
    [allow('*', when('StringEquals', 'g:ResourceTag/Team', 'payments'))],
    tagged('payments'),
    false,
  ],
  ['a tag that is not there', [allow('*', when('StringEquals', 'g:ResourceTag/team', 'payments'))], LIST, false],
  ['a key called constructor is only absent', [allow('*', when('Null', 'g:constructor', 'true'))], LIST, true],
  // Several conditions.
  [
    'all keys of an operator must hold',
    [allow('*', { Condition: { StringEquals: { 'g:UserName': ['a'], 'g:ProjectName': ['x'] } } })],
    request('scm:cert:list', { 'g:UserName': 'a', 'g:ProjectName': 'y' }),
    false,
  ],
  [
    'all keys hold',
    [allow('*', { Condition: { StringEquals: { 'g:UserName': ['a'], 'g:ProjectName': ['x'] } } })],
    request('scm:cert:list', { 'g:UserName': 'a', 'g:ProjectName': 'x' }),
    true,
  ],
  [
    'all operators must hold',
    [allow('*', { Condition: { StringEquals: { 'g:UserName': ['a'] }, Bool: { 'g:MFAPresent': ['true'] } } })],
    request('scm:cert:list', { 'g:UserName': 'a', 'g:MFAPresent': 'false' }),
    false,
  ],
  [
    'a second statement may allow',
    [allow('*', when('StringEquals', 'g:UserName', 'b')), allow('scm:cert:list')],
    request('scm:cert:list', { 'g:UserName': 'a' }),
    true,
  ],
]

describe('decisions of one policy', () => {
  test('there are at least 120 of them', () => expect(ROWS.length).toBeGreaterThanOrEqual(120))
  test.each(ROWS.map(row => [`${row[4] ?? '5.0'}: ${row[0]} → ${row[3] ? 'yes' : 'no'}`, row] as const))(
    '%s',
    (_, row) => {
      expect(decide([policy(row[1], row[4])], row[2]).allowed).toBe(row[3])
    },
  )
})

describe('decisions of built-in policies', () => {
  test.each([
    ['FullAccess', 'scm:cert:delete', true],
    ['Tenant Administrator', 'iotda:certificates:upload', true],
    ['Tenant Administrator', 'iam:users:createUser', false],
    ['Tenant Guest', 'iotda:devicecertificates:queryList', true],
    ['Tenant Guest', 'iotda:certificates:delete', false],
    ['IoTDA FullAccess', 'iotda:certificates:delete', true],
    ['IoTDA FullAccess', 'scm:cert:list', false],
    ['IoTDA ReadOnlyAccess', 'iotda:certificate:query', true],
    ['IoTDA ReadOnlyAccess', 'iotda:certificates:upload', false],
    ['SCM FullAccess', 'scm:cert:export', true],
    ['SCM ReadOnlyAccess', 'scm:cert:list', true],
    ['SCM ReadOnlyAccess', 'scm:cert:export', false],
    ['SCM ReadOnlyAccess', 'scm:cert:import', false],
    ['ROMA FullAccess', 'roma:certificates:create', true],
    ['ROMA CommonOperations', 'roma:certificates:delete', true],
    ['ROMA ReadOnlyAccess', 'roma:certificates:list', true],
    ['ROMA ReadOnlyAccess', 'roma:certificates:create', false],
    ['Security Administrator', 'iam:users:createUser', true],
    ['Security Administrator', 'scm:cert:list', false],
    ['IAM ReadOnlyAccess', 'iam:users:listUsers', true],
    ['IAM ReadOnlyAccess', 'iam:users:createUser', false],
  ] as const)('%s, %s: %s', (name, action, verdict) => {
    const builtIn = BUILT_IN_POLICIES.get(name)
    expect(builtIn && decide([builtIn], request(action)).allowed).toBe(verdict)
  })
})

describe('properties', () => {
  const row = fc.constantFrom(...ROWS)
  const policies = fc.array(row, { maxLength: 6 }).map(rows => rows.map((r, index) => policy(r[1], r[4], `p${index}`)))
  const anyRequest = row.map(r => r[2])

  test('adding a deny never allows', () => {
    fc.assert(
      fc.property(policies, row, anyRequest, (before, extra, asked) => {
        const denies = policy(
          extra[1].map(statement => ({ ...statement, Effect: 'Deny' })),
          extra[4],
        )
        if (!decide(before, asked).allowed) expect(decide([...before, denies], asked).allowed).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })

  test('adding an allow never denies', () => {
    fc.assert(
      fc.property(policies, row, anyRequest, (before, extra, asked) => {
        const allows = policy(
          extra[1].map(statement => ({ ...statement, Effect: 'Allow' })),
          extra[4],
        )
        if (decide(before, asked).allowed) expect(decide([...before, allows], asked).allowed).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test('the verdict does not depend on order', () => {
    const shuffled = policies.chain(list =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
    )
    fc.assert(
      fc.property(shuffled, anyRequest, ([list, other], asked) => {
        expect(decide(other, asked).allowed).toBe(decide(list, asked).allowed)
      }),
      { numRuns: 2000 },
    )
  })
})
