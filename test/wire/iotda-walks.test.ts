/**
 * Walks through IoTDA's two lists over random data and random page sizes, alone and under concurrent writes. What is
 * promised: a walk by marker sees every record that exists throughout it exactly once, newest first; offsets are counted
 * anew at each request, so that deletions may cost as many misses as there were deletions, and insertions none.
 */
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { caDraft } from '../../src/products/iotda/ca-certificate.ts'
import { deviceDraft } from '../../src/products/iotda/device-certificate.ts'
import type { Draft } from '../../src/registry/record.ts'
import type { Scope } from '../../src/registry/scope.ts'
import { type Certificate, readCertificate } from '../../src/x509/certificate.ts'
import { type IotdaFixture, type IotdaProduct, quickCertificate, startIotda } from './iotda-fixture.ts'

const RUNS = 12
const POOL = 400

let iotda: IotdaFixture
let certificates: readonly Certificate[]
beforeAll(async () => {
  iotda = await startIotda(undefined)
  certificates = Array.from({ length: POOL }, (_, i) =>
    readCertificate(quickCertificate(`CN=c-${i}`, { ca: true }).der),
  )
})
afterAll(() => iotda.close())

interface Page {
  readonly names: readonly string[]
  readonly count: number
  readonly marker: string | null
}

interface List {
  readonly product: IotdaProduct
  readonly draft: (certificate: Certificate) => Draft
  readonly page: (query: string) => Promise<Page>
}

const lists: readonly List[] = [
  {
    product: 'iotda-devices',
    draft: certificate => deviceDraft(certificate, { creator: 'a'.repeat(32), now: Date.now() }),
    async page(query) {
      const { json } = await iotda.get(`/device-certificates?common_name=c-&${query}`)
      const names = json.device_certificates.map((one: { common_name: string }) => one.common_name)
      return { names, ...json.page }
    },
  },
  {
    product: 'iotda-cas',
    draft: certificate => caDraft(certificate, { appId: iotda.place.appId, creator: 'a'.repeat(32), now: Date.now() }),
    async page(query) {
      const { json } = await iotda.get(`/certificates?app_id=${iotda.place.appId}&${query}`)
      return { names: json.certificates.map((one: { cn_name: string }) => one.cn_name), ...json.page }
    },
  },
]

/** What the list holds, kept beside it: certificates of the pool by name, with their record numbers. */
class Holdings {
  readonly numbers = new Map<string, number>()
  /** Every number that was ever given, for the order of what a walk saw. */
  readonly given = new Map<string, number>()
  readonly #scope: Scope
  readonly #list: List
  #next = 0

  constructor(scope: Scope, list: List) {
    this.#scope = scope
    this.#list = list
  }

  async add(count: number): Promise<void> {
    const fresh = certificates.slice(this.#next, this.#next + count)
    this.#next += fresh.length
    const added = await iotda.registry.storage.records.add(this.#scope, fresh.map(this.#list.draft))
    for (const { record } of added) {
      this.numbers.set(record.commonName, record.number)
      this.given.set(record.commonName, record.number)
    }
  }

  /** Removes the record at this place of the list, counted round it. @returns its name */
  async remove(place: number): Promise<string | undefined> {
    const name = [...this.numbers.keys()][place % Math.max(this.numbers.size, 1)]
    if (name === undefined) return undefined
    const number = this.numbers.get(name) ?? 0
    this.numbers.delete(name)
    await iotda.registry.storage.records.remove(this.#scope, number)
    return name
  }

  newestFirst(): string[] {
    return [...this.numbers].sort(([, a], [, b]) => b - a).map(([name]) => name)
  }

  async clear(): Promise<void> {
    const { records } = iotda.registry.storage
    await Promise.all([...this.numbers.values()].map(number => records.remove(this.#scope, number)))
    this.numbers.clear()
  }
}

/** How a walk asks: so many pages by offset from each marker, each of so many records. */
const steps = fc.array(fc.record({ limit: fc.integer({ min: 1, max: 50 }), pages: fc.integer({ min: 1, max: 4 }) }), {
  minLength: 1,
  maxLength: 6,
})

interface Step {
  readonly limit: number
  readonly pages: number
}

/** Walks until a page is empty, the steps over and over. @param between done while each page is asked for */
async function walk(list: List, asking: readonly Step[], between?: () => Promise<unknown>): Promise<Page[]> {
  const pages: Page[] = []
  let marker = ''
  for (let i = 0; ; i++) {
    const { limit, pages: count } = asking[i % asking.length] ?? { limit: 10, pages: 1 }
    for (let page = 0; page < count; page++) {
      const asked = list.page(`limit=${limit}&offset=${page * limit}${marker && `&marker=${marker}`}`)
      const [answer] = await Promise.all([asked, between?.()])
      if (answer.marker === null) return [...pages, answer]
      pages.push(answer)
    }
    marker = pages.at(-1)?.marker ?? ''
  }
}

const namesOf = (pages: readonly Page[]) => pages.flatMap(({ names }) => names)

function occurrences(names: readonly string[]): Map<string, number> {
  const counted = new Map<string, number>()
  for (const name of names) counted.set(name, (counted.get(name) ?? 0) + 1)
  return counted
}

describe.each(lists)('$product', list => {
  let held: Holdings
  const begin = async () => {
    held = new Holdings(await iotda.scope(list.product), list)
  }
  const end = () => held.clear()
  beforeEach(begin)
  afterEach(end)

  it('a walk by marker and offset in any mixture sees each record once, newest first, with the right count', async () => {
    const sizes = fc.integer({ min: 0, max: 150 })
    const gaps = fc.array(fc.nat(), { maxLength: 20 })
    await fc.assert(
      fc
        .asyncProperty(sizes, gaps, steps, async (size, removed, asking) => {
          await held.add(size)
          for (const place of removed) await held.remove(place)
          const pages = await walk(list, asking)
          expect(namesOf(pages)).toEqual(held.newestFirst())
          for (const { count } of pages) expect(count).toBe(held.numbers.size)
        })
        .beforeEach(begin)
        .afterEach(end),
      { numRuns: RUNS },
    )
  })

  it.each([1, 8])(
    'a walk by marker under %i writers sees every record that stays exactly once, any other at most once',
    async writers => {
      const sizes = fc.integer({ min: 20, max: 150 })
      const limits = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 })
      const writes = fc.infiniteStream(fc.option(fc.nat(), { freq: 2 }))
      await fc.assert(
        fc
          .asyncProperty(sizes, limits, writes, async (size, asked, stream) => {
            await held.add(size)
            const before = new Set(held.numbers.keys())
            const removed = new Set<string>()
            const write = async () => {
              const place = stream.next().value
              if (place === null) return held.add(1)
              const name = await held.remove(place)
              if (name !== undefined) removed.add(name)
            }
            const pages = await walk(
              list,
              asked.map(limit => ({ limit, pages: 1 })),
              () => Promise.all(Array.from({ length: writers }, write)),
            )
            const seen = namesOf(pages)
            const times = occurrences(seen)
            for (const name of before) if (!removed.has(name)) expect(times.get(name), name).toBe(1)
            for (const [name, count] of times) expect(count, name).toBe(1)
            const numbers = seen.map(name => held.given.get(name) ?? Number.NaN)
            expect(numbers).toEqual(numbers.toSorted((a, b) => b - a))
            for (const { count } of pages) {
              expect(count).toBeGreaterThanOrEqual(before.size - removed.size)
              expect(count).toBeLessThanOrEqual(held.given.size)
            }
          })
          .beforeEach(begin)
          .afterEach(end),
        { numRuns: RUNS },
      )
    },
  )

  it('pages by offset from a marker are not shifted by what is inserted meanwhile', async () => {
    await held.add(120)
    const { marker } = await list.page('limit=20')
    const expected = held.newestFirst().slice(20)
    const seen: string[] = []
    for (let offset = 0; offset < 100; offset += 10) {
      const [page] = await Promise.all([list.page(`limit=10&offset=${offset}&marker=${marker}`), held.add(3)])
      seen.push(...page.names)
    }
    expect(seen).toEqual(expected)
  })

  it('pages by offset alone miss nothing under insertions, though they repeat what these push down', async () => {
    await held.add(100)
    const before = held.newestFirst()
    const seen: string[] = []
    for (let offset = 0; ; offset += 10) {
      const page = await list.page(`limit=10&offset=${offset}`)
      if (page.marker === null) break
      seen.push(...page.names)
      if (offset < 50) await held.add(2)
    }
    expect(before.filter(name => !seen.includes(name))).toEqual([])
    expect(seen.length).toBe(before.length + 10)
  })

  it('pages by offset alone miss at most as many records as were deleted meanwhile', async () => {
    await held.add(100)
    const removed = new Set<string>()
    const before = held.newestFirst()
    const seen: string[] = []
    for (let offset = 0; ; offset += 10) {
      const page = await list.page(`limit=10&offset=${offset}`)
      if (page.marker === null) break
      seen.push(...page.names)
      if (removed.size < 7) removed.add((await held.remove(held.numbers.size - 1)) ?? '')
    }
    const missed = before.filter(name => !removed.has(name) && !seen.includes(name))
    expect(missed.length).toBeLessThanOrEqual(removed.size)
    expect(new Set(seen).size).toBe(seen.length)
  })
})
