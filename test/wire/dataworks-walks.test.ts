/** What a walk by page through certificate files promises (reliability D2), over real HTTP. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { folded } from '../../src/products/dataworks/listing.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry.close())

interface Seen {
  readonly Id: number
  readonly Name: string
}

async function page(parameters: Readonly<Record<string, string>>): Promise<{ seen: Seen[]; total: number }> {
  const answer = await registry.rpc('ListCertificates', { ProjectId: '10000', ...parameters })
  expect(answer.status, answer.text).toBe(200)
  return { seen: answer.json.PagingInfo.Certificates, total: answer.json.PagingInfo.TotalCount }
}

/** Asks for page after page until one is not full. @param between runs after each page */
async function walk(size: number, parameters: Readonly<Record<string, string>> = {}, between = async () => {}) {
  const seen: Seen[] = []
  const totals: number[] = []
  for (let number = 1; ; number++) {
    const { seen: more, total } = await page({ ...parameters, PageSize: String(size), PageNumber: String(number) })
    seen.push(...more)
    totals.push(total)
    if (more.length < size) return { seen, totals }
    await between()
  }
}

async function remove({ Id }: Seen): Promise<void> {
  const answer = await registry.rpc('DeleteCertificate', { ProjectId: '10000', Id: String(Id) }, { method: 'POST' })
  expect(answer.status, answer.text).toBe(200)
}

async function bringIn(names: Iterable<string>): Promise<void> {
  await registry.bringIn('dataworks', Object.fromEntries([...names].map(name => [name, `file ${name}`])))
}

async function empty(): Promise<void> {
  for (const file of (await walk(100)).seen) await remove(file)
}

function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

const fileName = fc.oneof(
  fc.stringMatching(/^[a-cA-C%_*.]{1,6}$/),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(name => !/[\p{Cc}/]/u.test(name)),
)

test('with pages of 1, 2, 7 and 100, every file is seen once, in order, with the right total', async () => {
  const question = fc.record({
    names: fc.uniqueArray(fileName, { maxLength: 25 }),
    SortBy: fc.constantFrom('Id', 'CreateTime', 'Name'),
    Order: fc.constantFrom('Asc', 'Desc'),
    Name: fc.oneof(fc.constant(''), fc.stringMatching(/^[a-c%_*.]{1,3}$/)),
  })
  const walks = fc.asyncProperty(question, async ({ names, SortBy, Order, Name }) => {
    await bringIn(names)
    const made = (await walk(100)).seen
    const matching = made.filter(file => folded(file.Name).includes(folded(Name)))
    const inOrder = matching.sort((a, b) => (SortBy === 'Name' && byCodePoint(a.Name, b.Name)) || a.Id - b.Id)
    const expected = (Order === 'Asc' ? inOrder : inOrder.reverse()).map(file => file.Name)
    expect(made.map(file => file.Name).sort()).toEqual(names.toSorted())
    for (const size of [1, 2, 7, 100]) {
      const { seen, totals } = await walk(size, { SortBy, Order, Name })
      expect(seen.map(file => file.Name)).toEqual(expected)
      expect(new Set(totals)).toEqual(new Set([expected.length]))
    }
  })
  await fc.assert(walks.afterEach(empty), { numRuns: 25 })
})

test.each([1, 7, 100])('while files are added, a walk by pages of %i misses none and repeats none', async size => {
  const standing = Array.from({ length: 40 }, (_, i) => `standing-${i}`)
  await bringIn(standing)
  let added = 0
  let writing = Promise.resolve()
  // One write races with every page; it is in before the page after that one is asked for.
  const { seen, totals } = await walk(size, {}, async () => {
    await writing
    if (added < 60) writing = bringIn([`added-${size}-${added++}`])
  })
  await writing
  const ids = seen.map(file => file.Id)
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
  expect(seen.map(file => file.Name)).toEqual(expect.arrayContaining(standing))
  expect(totals).toEqual(totals.toSorted((a, b) => a - b))
  // With pages of 100 the first one is the last; otherwise the walk has met what was added meanwhile.
  if (size < 100) expect(seen.length).toBeGreaterThan(standing.length)
  await empty()
})

test('while files are deleted, a walk repeats none, and each deletion costs one other file at most', async () => {
  const standing = Array.from({ length: 50 }, (_, i) => `standing-${i}`)
  await bringIn(standing)
  const made = (await walk(100)).seen
  const doomed = made.filter((_, i) => i % 11 === 0)
  const left = [...doomed]
  const { seen } = await walk(7, {}, async () => {
    const next = left.shift()
    if (next) await remove(next)
  })
  const ids = seen.map(file => file.Id)
  expect(new Set(ids).size).toBe(ids.length)
  const deleted = doomed.length - left.length
  expect(deleted).toBeGreaterThan(2)
  expect(ids.length).toBeGreaterThanOrEqual(made.length - 2 * deleted)
  await empty()
})
