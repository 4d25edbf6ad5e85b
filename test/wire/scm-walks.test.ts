/**
 * Walks over the certificate list by offset: over random data each record once, in order, with the right total; and
 * what such walks can promise while others write (reliability catalogue D2, the promise in the product's README).
 */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RegistryRecord } from '../../src/registry/record.ts'
import { importOf, quickCertificate, type ScmFixture, startScm } from './scm-fixture.ts'

let scm: ScmFixture
beforeAll(async () => {
  scm = await startScm()
})
afterAll(() => scm.close())

const columns = { certExpiredTime: 'notAfter', certStatus: 'status', certUpdateTime: 'updatedAt' } as const
type SortKey = keyof typeof columns

interface Walk {
  readonly ids: string[]
  readonly totals: Set<number>
}

/** Until an empty page, as Terraform walks. @param between called after each page */
async function walk(query: string, limit: number, between: () => Promise<unknown> = async () => {}): Promise<Walk> {
  const ids: string[] = []
  const totals = new Set<number>()
  for (;;) {
    const { status, json } = await scm.get(`?${query}&limit=${limit}&offset=${ids.length}`)
    expect(status).toBe(200)
    totals.add(json.total_count)
    if (json.certificates.length === 0) return { ids, totals }
    ids.push(...json.certificates.map(({ id }: { id: string }) => id))
    await between()
  }
}

function expected(records: readonly RegistryRecord[], key: SortKey, ascending: boolean): string[] {
  const sign = ascending ? 1 : -1
  return [...records]
    .sort((a, b) => {
      const [x, y] = [a[columns[key]], b[columns[key]]]
      if (x === y) return sign * (a.number - b.number)
      if (x === null || y === null) return x === null ? 1 : -1
      return x < y ? -sign : sign
    })
    .map(({ vendorId }) => vendorId ?? '')
}

/** Few distinct values, so that ties are common. */
const given = fc.record({
  status: fc.constantFrom('PAID', 'ISSUED', 'UPLOAD', 'EXPIRED', 'CHECKING', 'CHECKING_DOMAIN'),
  updatedAt: fc.integer({ min: 1, max: 6 }).map(minutes => Date.UTC(2026, 8, 1) + minutes * 60_000),
  notAfter: fc.option(
    fc.integer({ min: 1, max: 6 }).map(days => Date.UTC(2027, 0, days)),
    { nil: null },
  ),
  deployable: fc.boolean(),
  name: fc.constantFrom('shop', 'blog', 'mail'),
})

const question = fc.record({
  key: fc.constantFrom<SortKey>('certExpiredTime', 'certStatus', 'certUpdateTime'),
  ascending: fc.boolean(),
  filter: fc.constantFrom<[string, (record: RegistryRecord) => boolean]>(
    ['', () => true],
    ['&status=UPLOAD', ({ status }) => status === 'UPLOAD'],
    ['&status=CHECKING', ({ status }) => status.startsWith('CHECKING')],
    ['&deploy_support=true', ({ status, deployable }) => deployable && ['ISSUED', 'UPLOAD'].includes(status)],
    ['&content=BLOG', ({ name }) => name === 'blog'],
    ['&content=o&status=ISSUED', ({ name, status }) => name.includes('o') && status === 'ISSUED'],
  ),
})

it('a walk with any page size sees each record once, in the order asked for, with the right total', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(given, { maxLength: 120 }),
      fc.array(question, { minLength: 3, maxLength: 3 }),
      async (list, questions) => {
        // A project of its own: the records of other runs are out of sight.
        const compartment = randomUUID()
        const records = await scm.add(list.map(each => ({ ...each, compartment })))
        for (const { key, ascending, filter } of questions) {
          const [text, keeps] = filter
          const query = `enterprise_project_id=${compartment}&sort_key=${key}&sort_dir=${ascending ? 'ASC' : 'DESC'}${text}`
          const ids = expected(records.filter(keeps), key, ascending)
          for (const limit of [10, 20, 50])
            expect(await walk(query, limit)).toEqual({ ids, totals: new Set([ids.length]) })
        }
      },
    ),
    { numRuns: 25 },
  )
})

it.each(
  Object.keys(columns).flatMap(key => [
    [key, 'ASC'],
    [key, 'DESC'],
  ]),
)('by %s %s a thousand records are walked once each, whatever the page size', async (key, direction) => {
  const compartment = randomUUID()
  const records = await scm.add(
    Array.from({ length: 1000 }, (_, at) => ({
      compartment,
      status: ['UPLOAD', 'ISSUED', 'EXPIRED'][at % 3] ?? '',
      updatedAt: Date.UTC(2026, 8, 1) + ((at * 7919) % 13) * 1000,
      notAfter: at % 4 === 0 ? null : Date.UTC(2027, 0, 1) + ((at * 31) % 17) * 1000,
    })),
  )
  const ids = expected(records, key as SortKey, direction === 'ASC')
  for (const limit of [10, 20, 50]) {
    const query = `enterprise_project_id=${compartment}&sort_key=${key}&sort_dir=${direction}`
    expect((await walk(query, limit)).ids).toEqual(ids)
  }
})

it.each([10, 20, 50])(
  'by certUpdateTime ASC nothing is missed or repeated while others import, in pages of %i',
  async limit => {
    const compartment = randomUUID()
    const records = Array.from({ length: 200 }, (_, at) => ({ compartment, updatedAt: scm.time.now - 200 + at }))
    const before = (await scm.add(records)).map(({ vendorId }) => vendorId ?? '')
    const imports: Promise<string>[] = []
    const importOne = async () => {
      const answer = await scm.import(importOf(quickCertificate(), { enterprise_project_id: compartment }))
      return answer.json.certificate_id as string
    }
    const query = `enterprise_project_id=${compartment}&sort_dir=ASC`
    const { ids, totals } = await walk(query, limit, async () => {
      // Not awaited: they are under way while the next page is asked for.
      if (imports.length >= 64) return
      for (let writer = 0; writer < 8; writer++) {
        scm.time.now++
        imports.push(importOne())
      }
    })
    const came = await Promise.all(imports)
    expect(ids.filter(id => before.includes(id))).toEqual(before)
    expect(totals.size).toBeGreaterThan(1)
    // Once the others are done, a walk sees what they brought as well.
    const after = (await walk(query, limit)).ids
    expect(after.slice(0, 200)).toEqual(before)
    expect([...after.slice(200)].sort()).toEqual([...came].sort())
  },
)

it('by certUpdateTime DESC nothing is missed while others import, though some may be seen twice', async () => {
  const compartment = randomUUID()
  const before = await scm.add(
    Array.from({ length: 60 }, (_, at) => ({ compartment, updatedAt: scm.time.now - 60 + at })),
  )
  let imports = 0
  const { ids } = await walk(`enterprise_project_id=${compartment}`, 10, async () => {
    if (imports++ < 5) {
      scm.time.now++
      await scm.import(importOf(quickCertificate(), { enterprise_project_id: compartment }))
    }
  })
  expect(before.filter(({ vendorId }) => !ids.includes(vendorId ?? ''))).toEqual([])
  // What makes the promise for ASC worth having: here the pages did shift.
  expect(ids.length).toBeGreaterThan(new Set(ids).size)
})

it('by certUpdateTime ASC k deletions cost at most k records', async () => {
  const compartment = randomUUID()
  const before = await scm.add(
    Array.from({ length: 100 }, (_, at) => ({ compartment, status: 'UPLOAD', updatedAt: scm.time.now - 100 + at })),
  )
  const deleted: string[] = []
  const { ids } = await walk(`enterprise_project_id=${compartment}&sort_dir=ASC`, 10, async () => {
    const victim = before[deleted.length * 2]?.vendorId ?? ''
    if (deleted.length < 7 && (await scm.delete(victim)).status === 204) deleted.push(victim)
  })
  const stayed = before.map(({ vendorId }) => vendorId ?? '').filter(id => !deleted.includes(id))
  expect(deleted).toHaveLength(7)
  expect(stayed.filter(id => !ids.includes(id)).length).toBeLessThanOrEqual(7)
  expect(new Set(ids).size).toBe(ids.length)
})
