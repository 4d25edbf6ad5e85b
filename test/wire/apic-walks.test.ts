/**
 * Pages of gateway certificates by offset, newest first: on data that stands still each record is seen once, in order,
 * with the right total; inserts may show a record again but hide none; a delete may hide one record at most.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate, makeKeyPair } from '../support/certificates.ts'
import { type ApicFixture, type Query, startApic, WORDS } from './apic-fixture.ts'

interface Row {
  readonly id: string
  readonly name: string
  readonly type: 'instance' | 'global'
  readonly algorithm_type: string
  readonly common_name: string
  readonly create_time: string
}

interface Walk {
  readonly rows: readonly Row[]
  readonly totals: readonly number[]
}

let apic: ApicFixture
beforeAll(async () => {
  apic = await startApic()
})
afterAll(() => apic.close())

const keys = { RSA: makeKeyPair('rsa'), ECC: makeKeyPair(), SM2: makeKeyPair('sm2') }

let made = 0
/** Brings in certificates of a few names, CNs and algorithms, as the numbers say. */
async function bringIn(kinds: readonly number[], instance: string) {
  for (const kind of kinds) {
    apic.time.now += kind % 3
    const algorithm = (['RSA', 'ECC', 'SM2'] as const)[kind % 3] ?? 'RSA'
    const subject = `CN=host-${kind % 5}.test`
    const { pem } = makeCertificate({ subject, keys: keys[algorithm], serialNumber: BigInt(++made) })
    await apic.registry.bringIn(
      'apic',
      { [`cert_${kind % 7}.pem`]: pem },
      { instance: kind % 4 === 0 ? 'common' : instance },
    )
  }
}

async function walk(
  query: Query,
  limits: readonly number[],
  between: () => Promise<void> = async () => {},
): Promise<Walk> {
  const rows: Row[] = []
  const totals: number[] = []
  for (let offset = 0, page = 0; ; page++) {
    const limit = limits[page % limits.length] ?? 1
    const word = WORDS[page % WORDS.length] ?? 'apic'
    const { status, json } = await apic.list(word, { ...query, offset, limit })
    expect(status).toBe(200)
    expect(json.size).toBe(json.certs.length)
    expect(json.size).toBeLessThanOrEqual(limit)
    rows.push(...json.certs)
    totals.push(json.total)
    if (json.size < limit) return { rows, totals }
    offset += json.size
    await between()
  }
}

const limitSequences = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 })

describe('a walk over records that stand still', () => {
  let everything: readonly Row[]
  beforeAll(async () => {
    await bringIn(fc.sample(fc.nat(999), { numRuns: 150, seed: 4 }), apic.instanceId)
    everything = (await walk({}, [500])).rows
  })

  it('has them all, newest first', () => {
    expect(everything).toHaveLength(150)
    const times = everything.map(({ create_time }) => Date.parse(create_time))
    expect(times).toEqual(times.toSorted((a, b) => b - a))
  })

  it('sees each that matches once, in order, with the right total, whatever the limits and filters', async () => {
    const filters = fc.record(
      {
        type: fc.constantFrom('instance', 'global'),
        algorithm_type: fc.constantFrom('RSA', 'ECC', 'SM2'),
        common_name: fc.nat(5).map(i => `host-${i}.test`),
        name: fc.constantFrom('cert_1', 'ert_', 'c', '_', '6', 'x'),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(filters, limitSequences, async (filter, limits) => {
        const expected = everything.filter(
          row =>
            (filter.type === undefined || row.type === filter.type) &&
            (filter.algorithm_type === undefined || row.algorithm_type === filter.algorithm_type) &&
            (filter.common_name === undefined || row.common_name === filter.common_name) &&
            (filter.name === undefined || row.name.includes(filter.name)),
        )
        const { rows, totals } = await walk(filter as Query, limits)
        expect(rows).toEqual(expected)
        expect(new Set(totals)).toEqual(new Set([expected.length]))
      }),
      { numRuns: 60 },
    )
  })
})

describe('a walk while others write', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 5 })
  const limits = fc.array(fc.integer({ min: 3, max: 40 }), { minLength: 1, maxLength: 3 })

  it('misses nothing under inserts, and repeats nothing out of order', async () => {
    await fc.assert(
      fc.asyncProperty(limits, steps, async (sizes, inserts) => {
        const before = (await walk({}, [500])).rows.map(({ id }) => id)
        let turn = 0
        const { rows } = await walk({}, sizes, () =>
          bringIn(Array(inserts[turn++ % inserts.length]).fill(turn), apic.instanceId),
        )
        const seen = rows.map(({ id }) => id)
        expect(before.filter(id => !seen.includes(id))).toEqual([])
        expect([...new Set(seen)].filter(id => before.includes(id))).toEqual(before)
      }),
      { numRuns: 6 },
    )
  })

  it('misses at most as many as were deleted, and repeats nothing', async () => {
    await fc.assert(
      fc.asyncProperty(limits, steps, async (sizes, deletes) => {
        const before = (await walk({}, [500])).rows.map(({ id }) => id)
        const deleted: string[] = []
        let turn = 0
        const { rows } = await walk({}, sizes, async () => {
          for (let i = 0; i < (deletes[turn % deletes.length] ?? 0) && deleted.length < 10; i++) {
            const id = before[(turn * 7 + i * 3) % before.length] ?? ''
            const { status } = await apic.registry.delete(`${apic.path('apigw')}/${id}`)
            if (status === 204) deleted.push(id)
          }
          turn++
        })
        const seen = rows.map(({ id }) => id)
        const missed = before.filter(id => !seen.includes(id) && !deleted.includes(id))
        expect(missed.length).toBeLessThanOrEqual(deleted.length)
        expect(new Set(seen).size).toBe(seen.length)
      }),
      { numRuns: 6 },
    )
  })
})
