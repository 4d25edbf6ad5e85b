import { describe, expect, test } from 'vitest'
import type { RecordFacts } from '../../../src/registry/record.ts'
import type { Scope } from '../../../src/registry/scope.ts'
import type { RecordStore } from '../../../src/registry/store.ts'
import { FILES } from '../declarations.ts'
import { draft } from '../drafts.ts'
import { Bench, type Engine } from './engine.ts'

const WRITERS = 32

export function writerPromises(prepare: () => Promise<Engine>): void {
  describe('writers at the same time', () => {
    const bench = new Bench(prepare)
    const list = async (records: RecordStore, scope: Scope) =>
      records.list(scope, {
        declaration: FILES,
        filters: {},
        order: 'id',
        direction: 'ascending',
        window: { skip: 0, take: 1000 },
      })

    test.each<[string, Partial<RecordFacts>, boolean]>([
      ['the same unique key', { uniqueKey: 'same' }, false],
      ['the same fingerprint', { fingerprint: 'ab'.repeat(32) }, true],
    ])('%s at once gives one record and consistent answers', async (_, facts, oncePerFingerprint) => {
      for (let round = 0; round < 20; round++) {
        const scope = bench.scope(FILES.product)
        const answers = await Promise.all(
          Array.from({ length: WRITERS }, () => bench.records.add(scope, [draft(facts)], { oncePerFingerprint })),
        )
        const verdicts = answers.flat()
        expect(verdicts.filter(({ is }) => is === 'added')).toHaveLength(1)
        expect(new Set(verdicts.map(({ record }) => record.number)).size).toBe(1)
        expect((await list(bench.records, scope)).total).toBe(1)
      }
    })

    test('a failing write among others fails alone', async () => {
      const scope = bench.scope(FILES.product)
      await bench.records.add(scope, [draft({ vendorId: 'taken' })])
      const answers = await Promise.allSettled(
        Array.from({ length: 9 }, (_, at) =>
          bench.records.add(scope, [
            draft({ uniqueKey: `u${at}` }),
            draft({ vendorId: at % 3 === 0 ? 'taken' : null }),
          ]),
        ),
      )
      expect(answers.map(({ status }) => status === 'fulfilled')).toEqual(
        Array.from({ length: 9 }, (_, at) => at % 3 !== 0),
      )
      expect((await list(bench.records, scope)).total).toBe(1 + 6 * 2)
    })

    test('the same certificate into ten scopes at once gives ten records', async () => {
      const scopes = Array.from({ length: 10 }, () => bench.scope(FILES.product))
      await Promise.all(scopes.map(scope => bench.records.add(scope, [draft({ uniqueKey: 'same' })])))
      for (const scope of scopes) expect((await list(bench.records, scope)).total).toBe(1)
    })

    test('two processes on one database never give the same number, and see what the other one wrote', async () => {
      const other = await bench.openAnother()
      const scope = bench.scope(FILES.product)
      const numbers: number[] = []
      for (let round = 0; round < 20; round++) {
        const answers = await Promise.all(
          [bench.records, other.records, bench.records, other.records].map(records =>
            records.add(scope, [draft({ uniqueKey: `round ${round}` }), draft(), draft()]),
          ),
        )
        const verdicts = answers.flat()
        expect(verdicts.filter(({ is }) => is === 'present')).toHaveLength(3)
        numbers.push(...verdicts.filter(({ is }) => is === 'added').map(({ record }) => record.number))
      }
      expect(new Set(numbers).size).toBe(numbers.length)
      const [ours, theirs] = [await list(bench.records, scope), await list(other.records, scope)]
      expect(ours.total).toBe(numbers.length)
      expect(theirs).toEqual(ours)
      await other.close()
    })

    test('changes of one record at once are applied one after the other', async () => {
      const scope = bench.scope(FILES.product)
      const [added] = await bench.records.add(scope, [draft()])
      const number = added?.record.number ?? 0
      const answers = await Promise.all([
        bench.records.change(scope, number, { name: 'n' }),
        bench.records.change(scope, number, { owner: 'o' }),
        bench.records.remove(scope, number),
        bench.records.change(scope, number, { description: 'd' }),
      ])
      expect(answers).toMatchObject([{ name: 'n' }, { name: 'n', owner: 'o' }, true, undefined])
    })
  })
}
