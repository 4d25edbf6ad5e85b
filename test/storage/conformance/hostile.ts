import { describe, expect, test } from 'vitest'
import { EVERYTHING } from '../declarations.ts'
import { draft } from '../drafts.ts'
import { Bench, type Engine } from './engine.ts'
import { asStored } from './model.ts'

/** Texts that mean something to some pattern language, query parser or encoder. */
const HOSTILE = [
  ...[
    '%',
    '_',
    '*',
    '?',
    '\\',
    '"',
    '""',
    "'",
    "''",
    '\\%',
    '%%%',
    '___',
    '***',
    '[a]',
    '(a|b)',
    '^a',
    'a$',
    '.',
    '.*',
  ],
  ...[
    'a" OR "b',
    '" OR text : "',
    'a AND b',
    'a NOT b',
    'NEAR(a b)',
    'scope : x',
    '{text}: a',
    '-a',
    '+a',
    'a+b',
    'a*',
    '"a"*',
  ],
  ...['\0', 'a\0b', '\0\0\0', '\ud800', '\udc00', 'a\ud800b', '\udc00\ud800', '\ufffd', '\ufffe', '\uffff', '\ufeff'],
  ...[
    '\u0001',
    '\u0002',
    '\u0002a',
    'a\u0002b',
    'a\ufffdb',
    '\u0003',
    '\n',
    '\r\n',
    '\t',
    '\u2028',
    ' ',
    '   ',
    'a  b',
  ],
  ...[
    '😀',
    '👩‍👩‍👧',
    '🇩🇪',
    'é',
    'e\u0301',
    'ß',
    'ẞ',
    'İ',
    'ı',
    'ﬁ',
    '中文',
    '証明書',
    'العربية',
    '\u202egnp.exe',
    'עברית',
  ],
  ...[
    '\ue000\ue000\ue001',
    '\ue001\ue000\ue000',
    'NULL',
    'true',
    '1',
    '0',
    '-1',
    '1e9',
    '{}',
    '[]',
    '; DROP TABLE records; --',
  ],
  'long '.repeat(2000),
]

export function hostilePromises(prepare: () => Promise<Engine>): void {
  describe('hostile text', () => {
    const bench = new Bench(prepare)

    test('a filter means itself: it finds the texts that have it, and no others', async () => {
      const scope = bench.scope(EVERYTHING.product)
      const texts = HOSTILE.flatMap(text => [text, `be${text}fore`, text.toUpperCase(), `aa${text}`])
      const added = await bench.records.add(
        scope,
        texts.map(searchText => draft({ searchText, name: searchText })),
      )
      const stored = added.map(({ record }) => record)
      for (const text of HOSTILE) {
        const asked = asStored(text) as string
        for (const [filter, has] of [
          ['contains', (searchText: string) => searchText.includes(asked)],
          ['prefix', (searchText: string) => searchText.startsWith(asked)],
        ] as const) {
          const expected = stored.filter(({ searchText }) => has(searchText))
          for (const order of ['number', 'name']) {
            const page = await bench.records.list(scope, {
              declaration: EVERYTHING,
              filters: { [filter]: text },
              order,
              direction: 'ascending',
              window: { skip: 0, take: 1000 },
            })
            expect(page.total, `${filter} ${JSON.stringify(text.slice(0, 40))}`).toBe(expected.length)
            expect(new Set(page.records.map(({ number }) => number))).toEqual(
              new Set(expected.map(({ number }) => number)),
            )
          }
        }
      }
    })

    test('every text field comes back as it was answered, and well-formed text without NUL as it was given', async () => {
      const scope = bench.scope(EVERYTHING.product)
      const added = await bench.records.add(
        scope,
        HOSTILE.map((text, at) =>
          draft({
            name: text,
            owner: text,
            subject: text,
            description: text,
            status: text,
            vendorId: `${at}${text}`,
            subjectAltNames: [text, text],
            attributes: { text, nested: [{ [text]: null }] },
          }),
        ),
      )
      for (const [at, { record }] of added.entries()) {
        expect(await bench.records.find(scope, { number: record.number })).toEqual(record)
        const text = HOSTILE[at] ?? ''
        expect(record.name).toBe(asStored(text))
        expect(record.subjectAltNames).toEqual([text, text])
        expect(record.attributes).toEqual({ text, nested: [{ [text]: null }] })
        expect((await bench.records.find(scope, { vendorId: `${at}${text}` }))?.number).toBe(record.number)
      }
    })

    test('a scope key of any text is a scope of its own', async () => {
      const keys = ['a', 'A', 'a ', ' a', "a'", 'a%', 'a/b', 'é', 'e\u0301']
      const scopes = keys.map(key => ({ ...bench.scope(EVERYTHING.product), key: `hostile/${key}` }))
      for (const scope of scopes) await bench.records.add(scope, [draft({ name: scope.key })])
      for (const scope of scopes) {
        const page = await bench.records.list(scope, {
          declaration: EVERYTHING,
          filters: {},
          order: 'number',
          direction: 'ascending',
          window: { skip: 0, take: 10 },
        })
        expect(page.records.map(({ name }) => name)).toEqual([scope.key])
        expect(page.total).toBe(1)
      }
    })
  })
}
