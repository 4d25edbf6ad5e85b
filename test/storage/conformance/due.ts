import { describe, expect, test } from 'vitest'
import type { Listing } from '../../../src/registry/listing.ts'
import { ORDERS } from '../declarations.ts'
import { draft } from '../drafts.ts'
import { Bench, type Engine } from './engine.ts'

export function duePromises(prepare: () => Promise<Engine>): void {
  describe('statuses that become due', () => {
    const bench = new Bench(prepare)

    const listing = (status: string): Listing => ({
      declaration: ORDERS,
      filters: { status: [status] },
      order: 'updated',
      direction: 'descending',
      window: { skip: 0, take: 10 },
    })

    async function addDueIn(milliseconds: number) {
      const scope = bench.scope(ORDERS.product)
      const due = bench.now + milliseconds
      const facts = { status: 'UPLOAD', statusDueAt: due, statusWhenDue: 'EXPIRED', updatedAt: bench.now }
      const [added] = await bench.records.add(scope, [draft(facts), draft({ status: 'UPLOAD', updatedAt: bench.now })])
      return { scope, due, number: added?.record.number ?? 0, status: added?.record.status }
    }

    test('a list tells the new status from its time on: in filters, totals, records and orders', async () => {
      const { scope, due, number } = await addDueIn(1000)
      bench.now = due - 1
      expect((await bench.records.list(scope, listing('UPLOAD'))).total).toBe(2)
      expect((await bench.records.list(scope, listing('EXPIRED'))).total).toBe(0)
      bench.now = due
      expect((await bench.records.list(scope, listing('UPLOAD'))).total).toBe(1)
      const page = await bench.records.list(scope, listing('EXPIRED'))
      expect(page.total).toBe(1)
      expect(page.records).toMatchObject([{ number, status: 'EXPIRED', statusDueAt: null, updatedAt: due }])
    })

    test('a total that was counted before is counted anew', async () => {
      const { scope, due } = await addDueIn(1000)
      const total = async (status: string) => {
        // No tally is declared for these filters together.
        const filters = { status: [status], deployable: false }
        return (await bench.records.list(scope, { ...listing(status), filters })).total
      }
      expect([await total('UPLOAD'), await total('EXPIRED')]).toEqual([2, 0])
      bench.now = due
      expect([await total('UPLOAD'), await total('EXPIRED')]).toEqual([1, 1])
    })

    test('finding tells it before any list did', async () => {
      const { scope, due, number } = await addDueIn(1000)
      bench.now = due + 5000
      expect(await bench.records.find(scope, { number })).toMatchObject({ status: 'EXPIRED', updatedAt: due })
      expect((await bench.records.list(scope, listing('EXPIRED'))).records).toMatchObject([
        { status: 'EXPIRED', updatedAt: due },
      ])
    })

    test('a record that is due when it is added is never seen otherwise, and keeps its later time of change', async () => {
      const { scope, number, status } = await addDueIn(-1000)
      expect(status).toBe('EXPIRED')
      expect(await bench.records.find(scope, { number })).toMatchObject({ statusDueAt: null, updatedAt: bench.now })
      expect((await bench.records.list(scope, listing('EXPIRED'))).total).toBe(1)
    })

    test('a change finds the status that is due, and may set another time', async () => {
      const { scope, due, number } = await addDueIn(1000)
      bench.now = due
      expect(await bench.records.change(scope, number, { name: 'x' })).toMatchObject({ status: 'EXPIRED', name: 'x' })
      const later = { status: 'UPLOAD', statusDueAt: due + 1000 }
      expect(await bench.records.change(scope, number, later)).toMatchObject(later)
      expect((await bench.records.list(scope, listing('UPLOAD'))).total).toBe(2)
      bench.now = due + 1000
      expect((await bench.records.list(scope, listing('EXPIRED'))).total).toBe(1)
    })

    test('very many that are due at once are all told at once', async () => {
      const scope = bench.scope(ORDERS.product)
      const due = bench.now + 10
      const facts = { status: 'UPLOAD', statusDueAt: due, statusWhenDue: 'EXPIRED' }
      await bench.records.add(
        scope,
        Array.from({ length: 2500 }, () => draft(facts)),
      )
      bench.now = due
      expect((await bench.records.list(scope, listing('EXPIRED'))).total).toBe(2500)
      expect((await bench.records.list(scope, listing('UPLOAD'))).total).toBe(0)
    })

    test('another process that applied them first changes nothing', async () => {
      const { scope, due } = await addDueIn(1000)
      const other = await bench.openAnother()
      bench.now = due
      const [theirs, ours] = await Promise.all([
        other.records.list(scope, listing('EXPIRED')),
        bench.records.list(scope, listing('EXPIRED')),
      ])
      expect(theirs).toEqual(ours)
      expect(ours.total).toBe(1)
      await other.close()
    })
  })
}
