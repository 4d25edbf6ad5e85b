import { describe, expect, test } from 'vitest'
import { AUTHORITIES } from '../declarations.ts'
import { draft } from '../drafts.ts'
import { Bench, type Engine } from './engine.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text))

export function contentPromises(prepare: () => Promise<Engine>): void {
  describe('contents and secrets', () => {
    const bench = new Bench(prepare)
    const product = AUTHORITIES.product

    async function addOne(scope = bench.scope(product), ...[facts, rest]: Parameters<typeof draft>) {
      const [added] = await bench.records.add(scope, [draft(facts, rest)])
      if (added === undefined) throw new Error('no verdict')
      return { scope, number: added.record.number }
    }

    test('contents of a role come back in their order, byte for byte', async () => {
      const contents = [
        { role: 'chain', bytes: bytes('second') },
        { role: 'certificate', bytes: new Uint8Array([0, 255, 128]) },
        { role: 'chain', bytes: bytes('first') },
        { role: 'chain', bytes: bytes('second') },
        { role: 'file', bytes: new Uint8Array(0) },
        { role: 'large', bytes: new Uint8Array(300_000).fill(7) },
      ]
      const { scope, number } = await addOne(undefined, {}, { contents })
      for (const role of ['chain', 'certificate', 'file', 'large']) {
        const expected = contents.filter(content => content.role === role)
        const kept = await bench.records.contents(scope, number, role)
        expect(kept.map(content => ({ ...content, bytes: [...content.bytes] }))).toEqual(
          expected.map(content => ({ ...content, bytes: [...content.bytes] })),
        )
      }
      expect(await bench.records.contents(scope, number, 'none')).toEqual([])
      expect(await bench.records.contents(scope, number + 1, 'chain')).toEqual([])
    })

    test('bytes that several records share stay until the last of them is removed', async () => {
      const scope = bench.scope(product)
      const contents = [{ role: 'certificate', bytes: bytes('shared') }]
      const first = await addOne(scope, {}, { contents })
      const second = await addOne(scope, {}, { contents: [...contents, { role: 'other', bytes: bytes('shared') }] })
      expect(await bench.records.remove(scope, first.number)).toBe(true)
      expect(await bench.records.contents(scope, first.number, 'certificate')).toEqual([])
      const kept = await bench.records.contents(scope, second.number, 'certificate')
      expect(kept.map(content => Buffer.from(content.bytes).toString())).toEqual(['shared'])
    })

    test('a view into a larger buffer is kept as what it shows', async () => {
      const view = new Uint8Array(Buffer.from('before|shown|after').buffer.slice(0)).subarray(0, 0)
      const whole = bytes('before|shown|after')
      const { scope, number } = await addOne(
        undefined,
        {},
        {
          contents: [
            { role: 'part', bytes: whole.subarray(7, 12) },
            { role: 'none', bytes: view },
          ],
          secrets: [{ role: 'key', sealed: whole.subarray(13) }],
        },
      )
      const [part] = await bench.records.contents(scope, number, 'part')
      expect(Buffer.from(part?.bytes ?? []).toString()).toBe('shown')
      expect(Buffer.from((await bench.records.secret(scope, number, 'key')) ?? []).toString()).toBe('after')
    })

    test('a secret is given by record and role, in its scope only, and goes with its record', async () => {
      const secrets = [
        { role: 'private-key', sealed: bytes('sealed') },
        { role: 'password', sealed: bytes('other') },
      ]
      const { scope, number } = await addOne(undefined, {}, { secrets })
      expect(Buffer.from((await bench.records.secret(scope, number, 'private-key')) ?? []).toString()).toBe('sealed')
      expect(await bench.records.secret(scope, number, 'none')).toBeUndefined()
      const other = await addOne()
      expect(await bench.records.secret(other.scope, number, 'private-key')).toBeUndefined()
      await bench.records.remove(scope, number)
      expect(await bench.records.secret(scope, number, 'private-key')).toBeUndefined()
    })

    test('a change may bring secrets: new ones, and one in the place of another', async () => {
      const { scope, number } = await addOne(undefined, {}, { secrets: [{ role: 'password', sealed: bytes('old') }] })
      const given = [
        { role: 'private-key', sealed: bytes('sealed') },
        { role: 'password', sealed: bytes('new') },
      ]
      expect(await bench.records.change(scope, number, { deployable: true }, given)).toMatchObject({ deployable: true })
      for (const { role, sealed } of given)
        expect(await bench.records.secret(scope, number, role)).toEqual(new Uint8Array(sealed))
      expect(await bench.records.change(scope, number, { deployable: false })).toMatchObject({ deployable: false })
      expect(await bench.records.secret(scope, number, 'private-key')).toEqual(bytes('sealed'))
      expect(await bench.records.change(bench.scope(product), number, {}, given)).toBeUndefined()
    })

    test('a draft that is present already adds neither contents nor secrets', async () => {
      const scope = bench.scope(product)
      const { number } = await addOne(scope, { uniqueKey: 'one' })
      const [again] = await bench.records.add(scope, [
        draft(
          { uniqueKey: 'one' },
          { contents: [{ role: 'file', bytes: bytes('x') }], secrets: [{ role: 'key', sealed: bytes('x') }] },
        ),
      ])
      expect(again?.record.number).toBe(number)
      expect(await bench.records.contents(scope, number, 'file')).toEqual([])
      expect(await bench.records.secret(scope, number, 'key')).toBeUndefined()
    })
  })
}
