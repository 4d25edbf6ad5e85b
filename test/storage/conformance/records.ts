import { describe, expect, test } from 'vitest'
import { RegistryFault } from '../../../src/registry/fault.ts'
import type { RecordFacts } from '../../../src/registry/record.ts'
import { timeOfNumber } from '../../../src/registry/record-number.ts'
import { DEVICES } from '../declarations.ts'
import { draft, START } from '../drafts.ts'
import { Bench, type Engine } from './engine.ts'

const FULL: RecordFacts = {
  vendorId: 'scs1600000000000',
  uniqueKey: 'file.pem',
  compartment: '0',
  name: 'file.pem',
  commonName: 'www.example.com',
  creator: 'a'.repeat(32),
  owner: 'Team',
  status: 'UPLOAD',
  statusDueAt: START + 10 ** 12,
  statusWhenDue: 'EXPIRED',
  updatedAt: START,
  notBefore: -1,
  notAfter: START + 10 ** 12,
  fingerprint: 'ab'.repeat(32),
  fingerprintSha1: 'cd'.repeat(20),
  spkiFingerprint: 'ef'.repeat(32),
  serialNumber: '01',
  subject: 'CN=www.example.com',
  issuer: 'CN=Example CA',
  subjectAltNames: ['www.example.com', 'example.com'],
  keyAlgorithm: 'RSA',
  keyBits: 2048,
  signatureAlgorithm: 'sha256WithRSAEncryption',
  deployable: true,
  contentSize: 1234,
  description: 'A certificate',
  searchText: 'file.pem',
  attributes: { brand: null, sizes: [1, 2], nested: { deep: true } },
}

export function recordPromises(prepare: () => Promise<Engine>): void {
  describe('records', () => {
    const bench = new Bench(prepare)
    const product = DEVICES.product

    test('a record comes back with every fact, by each of its keys', async () => {
      const scope = bench.scope(product)
      const [added] = await bench.records.add(scope, [draft(FULL)])
      const number = added?.record.number ?? 0
      expect(added).toEqual({ is: 'added', record: { ...FULL, number } })
      for (const key of [
        { number },
        { vendorId: 'scs1600000000000' },
        { uniqueKey: 'file.pem' },
        { fingerprint: FULL.fingerprint },
      ])
        expect(await bench.records.find(scope, key)).toEqual({ ...FULL, number })
    })

    test('numbers are safe integers that ascend, and tell the time of the adding', async () => {
      const scope = bench.scope(product)
      const added = await bench.records.add(
        scope,
        Array.from({ length: 300 }, () => draft()),
      )
      const numbers = added.map(({ record }) => record.number)
      expect(numbers.every(Number.isSafeInteger)).toBe(true)
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
      bench.now += 60_000
      const [later] = await bench.records.add(scope, [draft()])
      expect(timeOfNumber(later?.record.number ?? 0)).toBe(bench.now)
    })

    test('a clock that steps back does not bring numbers back', async () => {
      const scope = bench.scope(product)
      const [before] = await bench.records.add(scope, [draft()])
      bench.now -= 30_000
      const [after] = await bench.records.add(scope, [draft()])
      bench.now += 30_000
      expect(after?.record.number).toBeGreaterThan(before?.record.number ?? Infinity)
    })

    test('a unique key stands once in its scope, also within one batch and after its record is gone', async () => {
      const scope = bench.scope(product)
      const [first, second, other] = await bench.records.add(scope, [
        draft({ uniqueKey: 'a', name: 'first' }),
        draft({ uniqueKey: 'a', name: 'second' }),
        draft({ uniqueKey: 'b' }),
      ])
      expect([first?.is, second?.is, other?.is]).toEqual(['added', 'present', 'added'])
      expect(second?.record).toEqual(first?.record)
      await bench.records.remove(scope, first?.record.number ?? 0)
      const [again] = await bench.records.add(scope, [draft({ uniqueKey: 'a' })])
      expect(again?.is).toBe('added')
      const [elsewhere] = await bench.records.add(bench.scope(product), [draft({ uniqueKey: 'a' })])
      expect(elsewhere?.is).toBe('added')
    })

    test('once per fingerprint: the newest with it is present; without a certificate nothing is', async () => {
      const scope = bench.scope(product)
      const fingerprint = 'aa'.repeat(32)
      const twice = await bench.records.add(scope, [draft({ fingerprint }), draft({ fingerprint })])
      expect(twice.map(({ is }) => is)).toEqual(['added', 'added'])
      const [again, none, another] = await bench.records.add(
        scope,
        [draft({ fingerprint }), draft({ fingerprint: '' }), draft({ fingerprint: '' })],
        { oncePerFingerprint: true },
      )
      expect(again).toEqual({ is: 'present', record: twice[1]?.record })
      expect([none?.is, another?.is]).toEqual(['added', 'added'])
      expect(await bench.records.find(scope, { fingerprint })).toEqual(twice[1]?.record)
      expect(await bench.records.find(scope, { fingerprint: '' })).toBeUndefined()
    })

    test('a vendor id that is taken adds nothing of the batch', async () => {
      const scope = bench.scope(product)
      await bench.records.add(scope, [draft({ vendorId: 'v' })])
      const failed = bench.records.add(scope, [draft({ uniqueKey: 'new' }), draft({ vendorId: 'v' })])
      await expect(failed).rejects.toThrow(RegistryFault)
      await expect(failed).rejects.toMatchObject({ fault: { is: 'taken', by: 'vendorId' } })
      expect(await bench.records.find(scope, { uniqueKey: 'new' })).toBeUndefined()
    })

    test('a change changes what it names and answers with the record as it is', async () => {
      const scope = bench.scope(product)
      const [added] = await bench.records.add(scope, [draft(FULL)])
      const number = added?.record.number ?? 0
      const change = { name: 'new', searchText: 'new', notAfter: null, deployable: false, attributes: { brand: 'x' } }
      expect(await bench.records.change(scope, number, change)).toEqual({ ...FULL, ...change, number })
      expect(await bench.records.find(scope, { number })).toEqual({ ...FULL, ...change, number })
      const named = async (commonName: string) => {
        const listing = { declaration: DEVICES, filters: { commonName }, order: 'id', direction: 'ascending' } as const
        return (await bench.records.list(scope, { ...listing, window: { skip: 0, take: 9 } })).total
      }
      expect([await named('new'), await named('file')]).toEqual([1, 0])
      expect(await bench.records.change(scope, number, {})).toEqual({ ...FULL, ...change, number })
      expect(await bench.records.change(scope, number + 1, change)).toBeUndefined()
    })

    test('a change cannot take what another record has, but may keep its own', async () => {
      const scope = bench.scope(product)
      const [first] = await bench.records.add(scope, [
        draft({ uniqueKey: 'a', vendorId: 'x' }),
        draft({ uniqueKey: 'b', vendorId: 'y' }),
      ])
      const number = first?.record.number ?? 0
      for (const [change, by] of [
        [{ uniqueKey: 'b' }, 'uniqueKey'],
        [{ vendorId: 'y' }, 'vendorId'],
      ] as const)
        await expect(bench.records.change(scope, number, change)).rejects.toMatchObject({ fault: { is: 'taken', by } })
      const own = await bench.records.change(scope, number, { uniqueKey: 'a', vendorId: 'x', name: 'renamed' })
      expect(own?.name).toBe('renamed')
      expect((await bench.records.change(scope, number, { uniqueKey: null }))?.uniqueKey).toBeNull()
    })

    test('a removed record is gone for every question, and its removal is told once', async () => {
      const scope = bench.scope(product)
      const [added] = await bench.records.add(scope, [draft(FULL)])
      const number = added?.record.number ?? 0
      expect(await bench.records.remove(scope, number)).toBe(true)
      expect(await bench.records.remove(scope, number)).toBe(false)
      expect(await bench.records.find(scope, { number })).toBeUndefined()
      const listing = { declaration: DEVICES, filters: { commonName: 'file' }, order: 'id' } as const
      const page = { ...listing, direction: 'ascending', window: { skip: 0, take: 9 } } as const
      expect(await bench.records.list(scope, page)).toEqual({ records: [], total: 0 })
    })

    test('an empty batch adds nothing', async () => {
      expect(await bench.records.add(bench.scope(product), [])).toEqual([])
    })

    test('everything is there after closing and opening, and a removed number never comes again', async () => {
      const scope = bench.scope(product)
      const added = await bench.records.add(scope, [
        draft(FULL, { secrets: [{ role: 'key', sealed: new Uint8Array([1]) }] }),
        draft(),
      ])
      const [kept, newest] = added.map(({ record }) => record)
      await bench.records.remove(scope, newest?.number ?? 0)
      await bench.reopen()
      expect(await bench.storage.ready()).toBe(true)
      expect(await bench.records.find(scope, { number: kept?.number ?? 0 })).toEqual(kept)
      expect(await bench.records.secret(scope, kept?.number ?? 0, 'key')).toEqual(new Uint8Array([1]))
      const [next] = await bench.records.add(scope, [draft()])
      expect(next?.record.number).toBeGreaterThan(newest?.number ?? Infinity)
    })
  })
}
