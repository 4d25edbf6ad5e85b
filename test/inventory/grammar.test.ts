import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CertificateEntry } from '../../src/inventory/wire.ts'
import { draft } from '../storage/drafts.ts'
import type { Answer } from '../support/registry.ts'
import { startTenants, type Tenants } from '../support/tenants.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 5, 15, 12)

let tenants: Tenants
let everything: CertificateEntry[]

async function ask(filter: string): Promise<Answer> {
  return tenants.as(tenants.home.root, 'GET', `/api/v1/certificates?limit=1000&filter=${encodeURIComponent(filter)}`, {
    date: new Date(NOW),
  })
}

const NAMES = ['alpha', 'Alpha', 'be ta', 'a%_*', 'quo"te', 'back\\slash', 'and', '中文', '😀', 'x)y', '']

beforeAll(async () => {
  tenants = await startTenants({ clock: () => NOW })
  const { registry, home } = tenants
  const { identity, storage } = registry
  const { principal } = await registry.operator()
  const scopes = [
    await identity.enter(principal, '', 'scm', { kind: 'account' }),
    await identity.enter(principal, '', 'apic', { kind: 'project', projectId: home.projectId }),
  ]
  let seed = 7
  const pick = <T>(from: readonly T[]): T => {
    seed = (seed * 48271) % 2147483647
    return from[seed % from.length] as T
  }
  for (const scope of scopes)
    await storage.records.add(
      scope,
      Array.from({ length: 60 }, (_, at) =>
        draft({
          vendorId: `v${at}`,
          name: pick(NAMES),
          commonName: pick(['www.test', 'mail.test', '']),
          subjectAltNames: pick([[], ['www.test'], ['a.test', 'B.test']]),
          issuer: pick(['CN=One', 'CN=Two,O=x']),
          owner: pick(['ann', 'bob', '']),
          status: pick(['UPLOAD', 'ISSUED']),
          serialNumber: pick(['1f', '10', 'a', '-5', '']),
          fingerprint: pick(['', 'ab'.repeat(32), 'cd'.repeat(32)]),
          keyAlgorithm: pick(['RSA', 'EC', '']),
          keyBits: pick([2048, 256, null]),
          notAfter: pick([null, NOW - DAY, NOW, NOW + 30 * DAY, NOW + 30 * DAY + 1, NOW + 10 * DAY + 1000]),
          notBefore: pick([null, NOW - 90 * DAY]),
        }),
      ),
    )
  everything = (await ask('')).json.certificates
})
afterAll(() => tenants?.close())

interface Known {
  /** As it is asked. */
  readonly text: string
  /** What it means, said another way. */
  readonly holds: (entry: CertificateEntry) => boolean
}

const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
const lower = (text: string) => text.replace(/[A-Z]/g, letter => letter.toLowerCase())

const TEXTS = {
  name: 'name',
  cn: 'commonName',
  issuer: 'issuer',
  owner: 'owner',
  status: 'status',
  keyAlgorithm: 'keyAlgorithm',
} as const

const value = fc.constantFrom(...NAMES, 'www.test', 'CN=One', 'ann', 'UPLOAD', 'RSA', 'nothing')

const texts: fc.Arbitrary<Known> = fc
  .tuple(fc.constantFrom(...(Object.keys(TEXTS) as (keyof typeof TEXTS)[])), fc.constantFrom('=', '!=', '~'), value)
  .map(([field, operator, wanted]) => ({
    text: `${field} ${operator} ${quoted(wanted)}`,
    holds: entry => {
      const has = entry[TEXTS[field]]
      if (operator === '~') return lower(has).includes(lower(wanted))
      return (has === wanted) === (operator === '=')
    },
  }))

const sets: fc.Arbitrary<Known> = fc
  .tuple(
    fc.constantFrom(...(Object.keys(TEXTS) as (keyof typeof TEXTS)[])),
    fc.boolean(),
    fc.array(value, { minLength: 1, maxLength: 4 }),
  )
  .map(([field, not, wanted]) => ({
    text: `${field} ${not ? 'NOT ' : ''}in (${wanted.map(quoted).join(' ,')})`,
    holds: entry => wanted.includes(entry[TEXTS[field]]) !== not,
  }))

const COMPARED: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}
const operator = fc.constantFrom(...Object.keys(COMPARED))
const compare = (operator: string, a: number | null, b: number) => a !== null && COMPARED[operator]?.(a, b) === true

const numbers: fc.Arbitrary<Known> = fc.oneof(
  fc.tuple(operator, fc.constantFrom(256, 2048, 0)).map(([by, bits]) => ({
    text: `keySize${by}${bits}`,
    holds: (entry: CertificateEntry) => compare(by, entry.keySize, bits),
  })),
  fc.tuple(operator, fc.constantFrom(NOW, NOW + 30 * DAY, NOW + 30 * DAY + 1)).map(([by, at]) => ({
    text: `notAfter ${by} ${new Date(at).toISOString()}`,
    holds: (entry: CertificateEntry) => compare(by, entry.notAfter === null ? null : Date.parse(entry.notAfter), at),
  })),
  // A date is the whole day: what compares is the days.
  fc.tuple(operator, fc.constantFrom('2026-06-15', '2026-06-14', '2026-07-15')).map(([by, day]) => ({
    text: `notAfter ${by} ${day}`,
    holds: (entry: CertificateEntry) =>
      compare(by, entry.notAfter === null ? null : Date.parse(entry.notAfter.slice(0, 10)), Date.parse(day)),
  })),
  fc.tuple(operator, fc.constantFrom(10, 11, 9, -400)).map(([by, days]) => ({
    text: `daysLeft ${by} ${days}`,
    holds: (entry: CertificateEntry) => compare(by, entry.daysLeft, days),
  })),
)

const others: fc.Arbitrary<Known> = fc.constantFrom<Known>(
  { text: 'product = scm', holds: ({ product }) => product === 'scm' },
  { text: 'product in (apic, dataworks)', holds: ({ product }) => product === 'apic' },
  { text: 'san = a.test', holds: ({ subjectAltNames }) => subjectAltNames.includes('a.test') },
  { text: 'san ~ b.TEST', holds: ({ subjectAltNames }) => subjectAltNames.includes('B.test') },
  { text: 'serial = 0x1F', holds: ({ serialNumber }) => serialNumber === '1f' },
  { text: 'serial = 00:1f', holds: ({ serialNumber }) => serialNumber === '1f' },
  // Sixteen, or hex 10, which is how it is kept; 10 alone may also be ten.
  { text: 'serial = 16', holds: ({ serialNumber }) => serialNumber === '10' },
  { text: 'serial = 10', holds: ({ serialNumber }) => ['10', 'a'].includes(serialNumber) },
  { text: 'serial = -5', holds: ({ serialNumber }) => serialNumber === '-5' },
  { text: `sha256 = ${'AB'.repeat(32)}`, holds: ({ sha256 }) => sha256 === 'ab'.repeat(32) },
  {
    text: `sha256 != ${Array.from({ length: 32 }, () => 'cd').join(':')}`,
    holds: ({ sha256 }) => sha256 !== 'cd'.repeat(32),
  },
  { text: 'abababab', holds: ({ sha256 }) => sha256 === 'ab'.repeat(32) },
  { text: '"MAIL.t"', holds: ({ commonName }) => commonName === 'mail.test' },
  { text: 'notBefore < now', holds: ({ notBefore }) => notBefore !== null },
  { text: 'created > now-1h', holds: () => true },
  { text: 'created < 2026-01-01', holds: () => false },
)

const filters: fc.Arbitrary<Known> = fc.letrec<{ filter: Known }>(tie => ({
  filter: fc.oneof(
    { depthSize: 'medium' },
    texts,
    sets,
    numbers,
    others,
    tie('filter').map(({ text, holds }) => ({
      text: `not (${text})`,
      holds: (entry: CertificateEntry) => !holds(entry),
    })),
    fc.tuple(tie('filter'), fc.constantFrom('and', 'or', 'AND', 'Or'), tie('filter')).map(([a, word, b]) => ({
      text: `(${a.text}) ${word} (${b.text})`,
      holds: (entry: CertificateEntry) =>
        word.toLowerCase() === 'and' ? a.holds(entry) && b.holds(entry) : a.holds(entry) || b.holds(entry),
    })),
  ),
})).filter

describe('the filter', () => {
  test('finds what a naive evaluation finds, whatever is asked', async () => {
    expect(everything.length).toBe(120)
    await fc.assert(
      fc.asyncProperty(filters, async ({ text, holds }) => {
        const nesting = text.split('(').length
        fc.pre(nesting < 14 && text.length < 3000)
        const { status, json, text: body } = await ask(text)
        expect([text, status, status === 200 ? '' : body]).toEqual([text, 200, ''])
        const expected = everything.filter(holds).map(({ id }) => id)
        expect([text, json.certificates.map(({ id }: CertificateEntry) => id)]).toEqual([text, expected])
        expect(json.total).toBe(expected.length)
      }),
      { numRuns: 300 },
    )
  })

  test('binds and closer than or, and not closer than both', async () => {
    const found = async (filter: string) => (await ask(filter)).json.certificates.map(({ id }: CertificateEntry) => id)
    const plain = 'not owner = ann and status = UPLOAD or cn = "www.test"'
    expect(await found(plain)).toEqual(await found('((not (owner = ann)) and status = UPLOAD) or cn = "www.test"'))
    expect(await found(plain)).not.toEqual(await found('not owner = ann and (status = UPLOAD or cn = "www.test")'))
  })

  test.each([
    ['cn =', 5, 'a text'],
    ['cn = and', 6, 'a text'],
    ['cm = a', 1, 'a field (product, scope'],
    ['(cn = a', 8, 'and, or, or a closing parenthesis'],
    ['cn = a)', 7, 'and, or, or the end'],
    ['cn = a b', 8, 'and, or, or the end'],
    ['cn < a', 4, '=, !=, ~ or in'],
    ['keySize ~ 3', 9, '=, !=, <, <=, >, >= or in'],
    ['keySize = big', 11, 'an integer'],
    ['keySize = 1e3', 11, 'an integer'],
    ['notAfter < 2026-02-30', 12, 'a time'],
    ['notAfter < 2026-13-01', 12, 'a time'],
    ['notAfter < tomorrow', 12, 'a time'],
    ['product = scn', 11, 'one of dataworks, '],
    ['sha1 = abc', 8, '40 hex digits'],
    ['serial = xyz', 10, 'a serial number'],
    ['cn in a', 7, 'an opening parenthesis'],
    ['cn in ()', 8, 'a text'],
    ['cn in (a b)', 10, 'a comma or a closing parenthesis'],
    ['"never ends', 12, 'a double quote'],
    ['"bad \\escape"', 7, '" or \\'],
    ['cn = a!', 7, 'a field'],
    ['or', 1, 'a field, a text, not'],
    ["cn = 'a'", 6, 'a field, a text in double quotes'],
  ])('%s: 400 with the place and what was expected there', async (filter, at, expected) => {
    const { status, json } = await ask(filter)
    expect([status, json.error.code, json.error.at]).toEqual([400, 'invalid-filter', at])
    expect(json.error.message).toContain(`at character ${at}: expected ${expected}`)
    expect(json.error.requestId).toMatch(/^[0-9a-f]{32}$/)
  })

  test.each([
    ['parentheses', `${'('.repeat(5000)}`, 4097],
    ['nesting', `${'('.repeat(40)}cn = a${')'.repeat(40)}`, 18],
    ['nots', `${'not '.repeat(40)}cn = a`, 69],
    ['comparisons', Array.from({ length: 70 }, () => 'cn = a').join(' or '), 641],
    ['values', `cn in (${Array.from({ length: 101 }, () => 'a').join(',')})`, 208],
    ['a long text', `cn = ${'a'.repeat(600)}`, 6],
  ])('bounds %s', async (_, filter, at) => {
    const { status, json } = await ask(filter)
    expect([status, json.error.code, json.error.at]).toEqual([400, 'invalid-filter', at])
  })

  test('never gets a 5xx for anything at all', async () => {
    const pieces = fc.constantFrom(
      'cn',
      'notAfter',
      '=',
      '!=',
      '~',
      '<',
      '(',
      ')',
      ',',
      'in',
      'not',
      'and',
      'or',
      '"',
      '\\',
      '"a"',
      '1',
      'now+1d',
      '\0',
      '\ud800',
      '中',
      ' ',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 12 }), async parts => {
        const filter = parts.join(' ').toWellFormed()
        const { status, text } = await ask(filter)
        expect([filter, [200, 400].includes(status), text.slice(0, status === 200 ? 0 : 80)]).toEqual([
          filter,
          true,
          expect.any(String),
        ])
      }),
      { numRuns: 300 },
    )
  })
})
